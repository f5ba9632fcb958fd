import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CloudAdapter, TurnContext } from 'botbuilder'
import { createServer } from 'restify'
import { faultCode, type Logger } from '../services/platform/logger'
import type { CaseworkBot } from './casework-bot'
import type { Gate } from './gate'

export interface ServerParts {
  gate: Gate
  adapterOf(orgId: string): CloudAdapter
  bot: CaseworkBot
  /** Whether the database answers. */
  ready(): Promise<void>
  log: Logger
}

export interface BotServer {
  url: string
  stop(): Promise<void>
}

/** A little more than the gate accepts, so that the gate can say why it refuses. */
const READ_AT_MOST = 256 * 1024 + 1

/** Listens for Teams: the gate first, then the SDK's adapter, then the bot. */
export async function startServer(parts: ServerParts, port: number, host: string): Promise<BotServer> {
  const { gate, adapterOf, bot, ready, log } = parts
  const server = createServer({ name: 'casekeeper' })
  server.server.requestTimeout = 30_000

  server.get('/health', (_request, response, next) => {
    response.send(200, { ok: true })
    next()
  })
  server.get('/ready', async (_request, response) => {
    const up = await ready().then(
      () => true,
      () => false,
    )
    response.send(up ? 200 : 503, { ok: up })
  })
  server.post('/api/messages', async (request, response) => {
    const body = await readBody(request)
    const verdict = await gate.check({ headers: request.headersDistinct, body })
    if (!verdict.ok) {
      response.send(verdict.status, { refused: true })
      return
    }
    const { orgId, activity } = verdict
    try {
      Object.assign(request, { body: activity })
      await adapterOf(orgId).process(request as never, response as never, (context: TurnContext) =>
        bot.turn(context, orgId, activity),
      )
    } catch (fault) {
      log.error('turn-crashed', { orgId, code: faultCode(fault) })
      if (!response.headersSent) response.send(500, { ok: false })
    }
  })

  const http = server.server as Server
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = http.address() as AddressInfo
  return {
    url: `http://${host}:${address.port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        http.closeAllConnections()
      }),
  }
}

async function readBody(request: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > READ_AT_MOST) break
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).subarray(0, READ_AT_MOST)
}
