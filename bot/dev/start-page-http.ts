import { once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { CaseworkError } from '../../services/platform/errors'

const LARGEST_BODY = 10_000

export interface StartPage {
  url: string
  stop(): Promise<void>
}

export type Answer = { json: unknown } | { status: number; sentence: string } | { to: string } | { page: true }

export const sentence = (status: number, text: string): Answer => ({ status, sentence: text })

/** Listens on 127.0.0.1 alone. @throws CaseworkError `start-page-port-in-use` */
export async function listen(server: Server, wanted: number): Promise<StartPage> {
  server.listen(wanted, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw fault
    const help = `Port ${wanted} is used by another program; stop it, or choose another port for the start page.`
    throw new CaseworkError('start-page-port-in-use', { port: wanted, help }, { cause: fault })
  }
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : wanted
  return {
    url: `http://localhost:${port}/`,
    stop: async () => {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** Undefined when it is no JSON or too long. */
export async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length <= LARGEST_BODY) parts.push(part)
  }
  try {
    return length > LARGEST_BODY ? undefined : (JSON.parse(Buffer.concat(parts).toString()) as unknown)
  } catch {
    return undefined
  }
}

/** In two statements each: restify's `writeHead` replaces Node's in the whole process, and returns nothing. */
export function write(response: ServerResponse, answer: Answer, document: { html: string; policy: string }): void {
  const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
  if ('to' in answer) {
    response.writeHead(302, { ...headers, location: answer.to })
    response.end()
  } else if ('page' in answer) {
    const type = 'text/html; charset=utf-8'
    response.writeHead(200, { ...headers, 'content-type': type, 'content-security-policy': document.policy })
    response.end(document.html)
  } else if ('sentence' in answer) {
    response.writeHead(answer.status, { ...headers, 'content-type': 'text/plain; charset=utf-8' })
    response.end(`${answer.sentence}\n`)
  } else {
    response.writeHead(200, { ...headers, 'content-type': 'application/json' })
    response.end(JSON.stringify(answer.json))
  }
}
