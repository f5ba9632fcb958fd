import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CloudAdapter, TurnContext } from 'botbuilder'
import { createServer, type Response } from 'restify'
import { CaseworkError } from '../services/platform/errors'
import { faultCode, type Logger } from '../services/platform/logger'
import type { CaseworkBot } from './casework-bot'
import { DOSSIER_PATH, type DossierFetch } from './dossier-fetch'
import type { Gate } from './gate'

export interface ServerParts {
  gate: Gate
  adapterOf(orgId: string): CloudAdapter
  bot: CaseworkBot
  /** Answers whoever comes with a link to a dossier. */
  dossier: DossierFetch
  /** Fails where the database does not answer. Nobody is kept from casework because the audit's checkpoints are late. */
  ready(): Promise<{ checkpointsLate: boolean } | undefined>
  log: Logger
}

export interface BotServer {
  url: string
  stop(): Promise<void>
}

/** A little more than the gate accepts, so that the gate can say why it refuses. */
const READ_AT_MOST = 256 * 1024 + 1

/** How long somebody may take to send a request, head and body. */
const PATIENCE_MS = 30_000
const KEPT_OPEN_MS = 75_000

/** What can be asked for, and how, spelt exactly so. */
const ASKED: Readonly<Record<string, string>> = { '/health': 'GET', '/ready': 'GET', '/api/messages': 'POST' }

const REFUSED = { refused: true }

/** Listens for Teams: the gate first, then the SDK's adapter, then the bot. @throws CaseworkError `port-in-use` */
export async function startServer(
  parts: ServerParts,
  port: number,
  host: string,
  patienceMs = PATIENCE_MS,
): Promise<BotServer> {
  const { gate, adapterOf, bot, dossier, ready, log } = parts
  const server = createServer({ name: 'casekeeper' })
  const http = server.server as Server
  // Node cuts nobody off in the middle of a body before the time for the headers, too, is over.
  http.headersTimeout = patienceMs
  http.requestTimeout = patienceMs
  // Longer than a proxy in front keeps a connection, so that none is closed under a request on its way.
  http.keepAliveTimeout = KEPT_OPEN_MS
  Object.assign(http, { connectionsCheckingInterval: patienceMs / 2 })
  // Handed a connection that asks to speak something else, restify lets it hang, and the process cannot stop.
  http.removeAllListeners('upgrade')

  server.pre((request, response, next) => {
    const [path = ''] = (request.url ?? '').split('?')
    const token = path.startsWith(DOSSIER_PATH) ? path.slice(DOSSIER_PATH.length) : null
    const method = token !== null ? 'GET' : Object.hasOwn(ASKED, path) ? ASKED[path] : undefined
    // restify builds a URL from this header, and throws out of every handler's reach where it cannot be one.
    request.headers.host = 'localhost'
    // Before the router, which would have opinions of its own on a token that is none.
    if (token !== null && request.method === method)
      return void dossier(request, response, token).finally(() => next(false))
    if (request.method === method) return next()
    if (method) response.header('Allow', method)
    response.send(method ? 405 : 404, REFUSED)
    next(false)
  })
  server.get('/health', (_request, response, next) => {
    response.send(200, { ok: true })
    next()
  })
  server.get('/ready', async (_request, response) => {
    const up = await ready().catch(() => null)
    response.send(up === null ? 503 : 200, { ok: up !== null, ...up })
  })
  server.post('/api/messages', async (request, response) => {
    const body = await readBody(request).catch(() => null)
    if (!body) return
    const verdict = await gate.check({ headers: request.headersDistinct, body })
    if (!verdict.ok) {
      response.send(verdict.status, REFUSED)
      return
    }
    const { orgId, activity } = verdict
    try {
      Object.assign(request, { body: activity })
      await adapterOf(orgId).process(request as never, withoutReasons(response), (context: TurnContext) =>
        bot.turn(context, orgId, activity),
      )
    } catch (fault) {
      log.error('turn-crashed', { orgId, code: faultCode(fault) })
      if (!response.headersSent) response.send(500, { ok: false })
    }
  })

  await new Promise<void>((resolve, reject) => {
    // restify takes the fault from its server, and where nobody listens there it ends the process.
    server.once('error', (fault: NodeJS.ErrnoException) => reject(cannotListen(fault, port)))
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

function cannotListen(fault: NodeJS.ErrnoException, port: number): Error {
  if (fault.code !== 'EADDRINUSE') return fault
  const help = `Port ${port} is used by another program, or Casekeeper runs already; stop that, and start again.`
  return new CaseworkError('port-in-use', { port, help }, { cause: fault })
}

/** Takes in no more than the gate needs to see; the rest is let go, so that whoever is still sending hears the answer. */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk as Buffer)
    size += (chunk as Buffer).length
    if (size >= READ_AT_MOST) break
  }
  request.resume()
  return Buffer.concat(chunks).subarray(0, READ_AT_MOST)
}

/** The SDK tells the sender why it failed or refused; only what a turn has answered goes out. */
function withoutReasons(response: Response) {
  let status = 200
  return {
    socket: response.socket,
    header: (name: string, value: unknown) => response.header(name, value),
    status: (code: number) => {
      status = code
    },
    send: (body: unknown) => response.send(status, status === 200 ? body : REFUSED),
    end: () => {
      if (!response.headersSent) response.send(status)
    },
  }
}
