import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { CaseworkError } from '../../../services/platform/errors'
import { badRequest, refusal } from './answers'
import { createDirectory, type Directory } from './directory'
import { answerOf, createFaults } from './faults'
import { notSimulated, type Route, routes } from './routes'
import { createSentMails } from './sent-mail'
import type { GraphSimulator, GraphSimulatorOptions, RecordedRequest } from './simulator.types'
import { bodyOf, headersOf, write } from './wire'

export type * from './simulator.types'

const REQUESTS_KEPT = 1_000

/** The bearer token that stands for a tenant. */
export const simulatedToken = (tenantId: string, token = 'simulated'): string => `${token}:${tenantId}`

/**
 * Microsoft Graph v1.0 on this machine, for the calls that the gateway makes: the documented shapes, limits and error
 * bodies, with switches for what goes wrong. The bearer token names the tenant whose directory answers.
 * @throws CaseworkError `simulator-in-production`, `simulated-member-unknown`
 */
export async function startGraphSimulator(options: GraphSimulatorOptions): Promise<GraphSimulator> {
  if (process.env.NODE_ENV === 'production') throw new CaseworkError('simulator-in-production')
  const now = options.now ?? (() => new Date())
  const sentMails = createSentMails(options.mailFolder)
  const table = routes({ sentMails, now, longestPage: options.longestPage })
  const faults = createFaults()
  const directories = options.directories.map(createDirectory)
  const tenants = new Map(directories.map((one) => [`Bearer ${simulatedToken(one.tenantId, options.token)}`, one]))
  const recorded: RecordedRequest[] = []
  const stopping = new AbortController()
  let origin = ''

  function record(request: IncomingMessage, url: URL, body: unknown, route?: Route, directory?: Directory): void {
    recorded.push({
      route: route?.name ?? null,
      method: request.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: headersOf(request),
      body,
      tenantId: directory?.tenantId ?? null,
    })
    recorded.splice(0, recorded.length - REQUESTS_KEPT)
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin)
    const body = await bodyOf(request)
    const route = table.find((one) => one.method === request.method && one.path.test(url.pathname))
    const directory = tenants.get(request.headers.authorization ?? '')
    record(request, url, body, route, directory)
    const reply = (answer: Parameters<typeof write>[2]) => write(response, request, answer, now())

    if (!directory) return reply(refusal(401, 'InvalidAuthenticationToken', 'The access token is not a simulated one.'))
    if (!route) return reply(notSimulated(url.pathname))
    const id = decoded(route.path.exec(url.pathname)?.[1] ?? '')
    if (id === null) return reply(badRequest('The path is not well encoded.'))
    const fault = faults.take(route.name)
    const work = () =>
      route.answer({ directory, id, query: url.searchParams, headers: headersOf(request), body, fault, origin })

    if (fault?.kind === 'slow') await pause(fault.ms, undefined, { signal: stopping.signal })
    if (fault && 'commit' in fault && fault.commit) work()
    if (fault?.kind === 'reset') return void request.socket.resetAndDestroy()
    reply((fault && answerOf(fault)) ?? work())
  }

  const server = createServer((request, response) => {
    respond(request, response).catch(() => request.socket.destroy())
  })
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    url: origin,
    sentMail: () => sentMails.all(),
    setPresence: (personId, availability) => {
      if (!directories.some((one) => one.setPresence(personId, availability))) throw unknown(personId)
    },
    setMembership: (groupId, members) => {
      if (!directories.some((one) => one.setMembership(groupId, members))) throw unknown(groupId)
    },
    setFault: faults.set,
    requests: () => [...recorded],
    stop: async () => {
      if (!server.listening) return
      stopping.abort()
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

const unknown = (id: string) => new CaseworkError('simulated-object-unknown', { id })

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}
