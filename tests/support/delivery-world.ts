import { createAdapter } from '../../bot/adapter'
import { simulatedToken } from '../../bot/dev/graph-simulator'
import { type PretendTeams, startPretendTeams } from '../../bot/dev/pretend-teams'
import { type Persona, readSampleUnions } from '../../bot/dev/sample-staff'
import { createConverse, createReach } from '../../bot/reach'
import { createSender } from '../../bot/sender'
import { createLook } from '../../cards/look'
import { createGraph } from '../../services/platform/graph'
import { createLogger } from '../../services/platform/logger'
import type { OutboxRow } from '../../services/platform/outbox'
import { type ServicesWorld, startServices } from './services'

/** The services with a real sender, pretended Teams and simulated Graph around them, and no worker: a test works itself. */
export interface DeliveryWorld extends ServicesWorld {
  teams: PretendTeams
  send(row: OutboxRow): Promise<void>
  person(name: string): Persona
  /** Opens somebody's chat with the bot anew, as their message does. */
  isThere(name: string): Promise<void>
  /** Organisations whose homes were to be looked at again. */
  doubted: string[]
}

/** @param answerLimitMs how long pretended Teams may take for one request */
export async function startDeliveryWorld(name: string, answerLimitMs: number): Promise<DeliveryWorld> {
  const world = await startServices(name)
  const { services, graph } = world
  const unions = readSampleUnions()
  const personas = unions.flatMap((union) => union.personas)
  const organisationOf = (orgId: string) =>
    unions.find(({ organisation }) => organisation.orgId === orgId)!.organisation
  const teams = await startPretendTeams(() => '')
  const adapter = createAdapter({})
  const log = createLogger('silent')
  const doubted: string[] = []
  const allowedServiceHosts = [teams.host]
  const converse = createConverse({ adapterOf: () => adapter, organisationOf, allowedServiceHosts, answerLimitMs })
  const reach = createReach({ services, converse })
  const send = createSender({
    services,
    reach,
    graphOf: (orgId) =>
      createGraph({ baseUrl: graph.url, token: async () => simulatedToken(organisationOf(orgId).tenantId) }),
    lookOf: (orgId) => {
      const { labels, calendar, allocation } = services.policyOf(orgId)
      const rota = allocation.mode === 'rota'
      return createLook({ labels, zone: calendar.zone, rota, sampleData: true, now: services.clock.now })
    },
    organisationOf,
    onReached: () => undefined,
    onDoubt: (orgId) => doubted.push(orgId),
    log,
  })
  const person = (begins: string) => personas.find((persona) => persona.name.startsWith(begins))!
  return {
    ...world,
    teams,
    send,
    person,
    isThere: async (begins) => {
      const { orgId, id: staffId, conversationId, botId, userId, tenantId } = person(begins)
      const conversation = { staffId, serviceUrl: `http://${teams.host}/`, conversationId, botId, userId, tenantId }
      await services.deliveries.remember(orgId, conversation)
    },
    doubted,
    stop: async () => {
      await teams.stop()
      await world.stop()
    },
  }
}
