import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { simulatedToken } from '../../bot/dev/graph-simulator'
import { newId } from '../../services/platform/ids'

/** What the bot calls, answered as quickly as Node can: Teams' connector, and the managed identity that signs it in. */
export interface TeamsStandIn {
  serviceUrl: string
  host: string
  /** How many posts and updates there were since the last time this was asked. */
  calls(): number
  /** The last thing that was posted. */
  last(): string
  /** Has everything that is posted from now on told to this listener, until another takes its place. */
  listen(listener: (posted: string) => void): void
  /** What makes a child process find its managed identity here. */
  environment: Record<string, string>
  stop(): Promise<void>
}

/** @param tenantId whose staff the bot reads in the simulated Graph */
export async function startTeams(tenantId: string): Promise<TeamsStandIn> {
  const secret = newId()
  let calls = 0
  let last = ''
  let listener: (posted: string) => void = () => undefined
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    if (request.url?.startsWith('/identity')) {
      const forGraph = request.url.includes('graph.microsoft.com')
      const expires_on = String(Math.floor(Date.now() / 1000) + 3600)
      const access_token = forGraph ? simulatedToken(tenantId) : 'token-for-teams'
      response.end(JSON.stringify({ access_token, expires_on, token_type: 'Bearer' }))
      return
    }
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      calls += 1
      last = Buffer.concat(chunks).toString('utf8')
      listener(last)
      response.end(`{"id":"${calls}"}`)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const host = `localhost:${(server.address() as AddressInfo).port}`
  return {
    serviceUrl: `http://${host}/`,
    host,
    calls: () => {
      const counted = calls
      calls = 0
      return counted
    },
    last: () => last,
    listen: (heard) => {
      listener = heard
    },
    environment: { IDENTITY_ENDPOINT: `http://${host}/identity`, IDENTITY_HEADER: secret },
    stop: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
