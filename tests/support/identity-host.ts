import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { newId } from '../../services/platform/ids'

/** The host of a managed identity, as App Service is one: by two environment variables and one address on loopback. */
export interface IdentityHost {
  /** For the environment of the process that signs in. */
  environment: { IDENTITY_ENDPOINT: string; IDENTITY_HEADER: string }
  /** What tokens were asked for, and as which client. */
  asked: { resource: string; clientId: string }[]
  stop(): Promise<void>
}

/**
 * Source: Azure App Service, "Use managed identities", REST endpoint reference.
 *
 * @param tokenOf the token that a client gets for a resource
 */
export async function startIdentityHost(
  tokenOf: (resource: string, clientId: string) => string,
): Promise<IdentityHost> {
  const secret = newId()
  const asked: IdentityHost['asked'] = []
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://localhost')
    const [resource, clientId] = [searchParams.get('resource') ?? '', searchParams.get('client_id') ?? '']
    asked.push({ resource, clientId })
    response.setHeader('content-type', 'application/json')
    if (request.headers['x-identity-header'] !== secret) response.statusCode = 401
    const expires_on = String(Math.floor(Date.now() / 1000) + 3_600)
    response.end(JSON.stringify({ access_token: tokenOf(resource, clientId), expires_on, token_type: 'Bearer' }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    environment: { IDENTITY_ENDPOINT: `http://localhost:${port}/identity/token`, IDENTITY_HEADER: secret },
    asked,
    stop: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
