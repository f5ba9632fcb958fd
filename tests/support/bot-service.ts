import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { newId } from '../../services/platform/ids'

export interface PostedToTeams {
  method: string
  path: string
  authorization: string | undefined
  body: string
}

/** Stands in for what the bot itself calls: the Bot Framework's connector, and the endpoint of a managed identity. */
export interface BotService {
  /** For an activity's service URL, and for the list of hosts the bot may talk to. */
  serviceUrl: string
  host: string
  /** Everything that the bot posted. */
  posted: PostedToTeams[]
  /** The queries with which the bot's own tokens were asked for. */
  signIns: URLSearchParams[]
  /** The token that the managed identity gives for this app. */
  tokenOf(appId: string): string
  stop(): Promise<void>
}

const IDENTITY_PATH = '/identity/token'

/**
 * Starts the service on loopback, and makes it the managed identity of this process, as App Service does: by two
 * environment variables (Azure App Service, "Use managed identities", REST endpoint reference).
 */
export async function startBotService(): Promise<BotService> {
  const posted: PostedToTeams[] = []
  const signIns: URLSearchParams[] = []
  const tokenOf = (appId: string) => `token-of-${appId}`
  const secret = newId()
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost')
    const body = await text(request)
    response.setHeader('content-type', 'application/json')
    if (pathname === IDENTITY_PATH) {
      if (request.headers['x-identity-header'] !== secret) response.statusCode = 401
      signIns.push(searchParams)
      const access_token = tokenOf(searchParams.get('client_id') ?? '')
      const expires_on = String(Math.floor(Date.now() / 1000) + 3_600)
      response.end(JSON.stringify({ access_token, expires_on, token_type: 'Bearer' }))
      return
    }
    posted.push({ method: request.method ?? '', path: pathname, authorization: request.headers.authorization, body })
    response.end(JSON.stringify({ id: newId() }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const host = `localhost:${(server.address() as AddressInfo).port}`
  const { IDENTITY_ENDPOINT, IDENTITY_HEADER } = process.env
  Object.assign(process.env, { IDENTITY_ENDPOINT: `http://${host}${IDENTITY_PATH}`, IDENTITY_HEADER: secret })
  return {
    serviceUrl: `http://${host}/`,
    host,
    posted,
    signIns,
    tokenOf,
    stop: async () => {
      for (const [name, value] of Object.entries({ IDENTITY_ENDPOINT, IDENTITY_HEADER }))
        if (value === undefined) delete process.env[name]
        else process.env[name] = value
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
