import { once } from 'node:events'
import { connect } from 'node:net'
import type { GateRequest } from '../../bot/gate'

export interface Answer {
  status: number
  head: string
  body: string
}

/** One connection, byte by byte as the test writes it. */
export interface Wire {
  write(...parts: (string | Buffer)[]): void
  /** The answers so far, as soon as there are this many or the connection has ended. */
  answers(count: number): Promise<Answer[]>
  /** Ends what we send, and goes on listening. */
  halfClose(): void
  /** Breaks the connection off. */
  reset(): void
  /** Resolves when the other side has ended the connection. */
  ended: Promise<void>
}

export async function openWire(port: number): Promise<Wire> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  let received = ''
  let over = false
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1')
    socket.emit('news')
  })
  socket.on('error', () => undefined)
  const ended = new Promise<void>((resolve) => {
    for (const event of ['end', 'close'])
      socket.once(event, () => {
        over = true
        socket.emit('news')
        socket.end()
        resolve()
      })
  })
  await once(socket, 'connect')
  return {
    write: (...parts) => {
      for (const part of parts) socket.write(part)
    },
    answers: async (count) => {
      while (!over && readAnswers(received).length < count) await once(socket, 'news')
      return readAnswers(received)
    },
    halfClose: () => {
      socket.end()
    },
    reset: () => {
      socket.resetAndDestroy()
    },
    ended,
  }
}

/** The complete answers at the beginning of what was received; `100 Continue` is none. */
function readAnswers(received: string): Answer[] {
  const [, head, rest = ''] = /^(.*?)\r\n\r\n(.*)$/s.exec(received) ?? []
  if (head === undefined) return []
  const status = Number(head.split(' ')[1])
  if (status === 100) return readAnswers(rest)
  const chunked = /^transfer-encoding: chunked$/im.test(head)
  const length = chunked ? rest.indexOf('0\r\n\r\n') : Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0)
  if (length < 0 || length > rest.length) return []
  const body = rest.slice(0, length)
  return [{ status, head, body }, ...readAnswers(rest.slice(length + (chunked ? '0\r\n\r\n'.length : 0)))]
}

export interface Line {
  method?: string
  target?: string
  version?: string
  host?: string
  /** Header lines beside the usual ones. */
  also?: readonly string[]
  /** Names of usual header lines to leave out. */
  without?: readonly string[]
}

/** The head of a request as text, with the headers of a request to the gate. */
export function headOf({ headers, body }: GateRequest, line: Line = {}): string {
  const { method = 'POST', target = '/api/messages', version = 'HTTP/1.1', host = 'bot.example', also = [] } = line
  const usual = Object.entries({ host, 'content-length': String(body.length), ...headers })
    .filter(([name, value]) => value !== undefined && !line.without?.includes(name))
    .flatMap(([name, value]) => [value!].flat().map((one) => `${name}: ${one}`))
  return [`${method} ${target} ${version}`, ...usual, ...also, '', ''].join('\r\n')
}

/** A body in the chunks of a request that does not say its length. */
export const inChunks = (...chunks: (string | Buffer)[]): Buffer =>
  Buffer.concat(
    [...chunks, ''].flatMap((chunk) => [
      Buffer.from(`${Buffer.byteLength(chunk).toString(16)}\r\n`),
      Buffer.from(chunk),
      Buffer.from('\r\n'),
    ]),
  )
