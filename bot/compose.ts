import type { CloudAdapter } from 'botbuilder'
import { createLook, type Look } from '../cards/look'
import { createDialogs } from '../dialogs'
import { createServices, type ServiceParts, type Services } from '../services'
import { CaseworkError } from '../services/platform/errors'
import { faultCode } from '../services/platform/logger'
import { migrate } from '../services/platform/migrations'
import { createAdapter } from './adapter'
import { createCaseworkBot } from './casework-bot'
import { startCheckpointer } from './checkpointer'
import { createDossierFetch } from './dossier-fetch'
import { createEmergencyDesk } from './emergency'
import { createGate, type GateSettings } from './gate'
import { createHomes } from './homes'
import { createConverse, createReach } from './reach'
import { createSender } from './sender'
import { type BotServer, startServer } from './server'
import { startWorker, type Worker } from './worker'

export interface BotParts extends Omit<ServiceParts, 'onQueued'> {
  gate: Pick<GateSettings, 'openIdMetadataUrl' | 'issuer' | 'allowedServiceHosts' | 'tokens'>
  /** What the SDK needs to sign in as each organisation's bot; empty in development. */
  botCredentials(orgId: string): Record<string, string>
  listen: { port: number; host: string }
  /** Where this server is found from outside; where nothing is said, just where it listens. */
  publicUrl?: string
}

export interface RunningBot {
  url: string
  services: Services
  worker: Worker
  stop(): Promise<void>
}

/**
 * Builds everything once, hands each part what it needs, and listens. The tests build the same.
 *
 * @throws CaseworkError 'tokens-required' where anybody could post as anybody: only a loopback address outside
 * production may do without tokens
 */
export async function startBot(parts: BotParts): Promise<RunningBot> {
  const { organisations, policies, mongo, graphOf, clock, log } = parts
  const onLaptop = process.env.NODE_ENV !== 'production' && parts.listen.host === '127.0.0.1'
  if (parts.gate.tokens === 'off' && !onLaptop) throw new CaseworkError('tokens-required')
  await migrate(mongo)
  let worker: Worker | null = null
  const services = createServices({ ...parts, onQueued: () => worker?.nudge() })

  const looks = new Map<string, Look>()
  const adapters = new Map<string, CloudAdapter>()
  for (const { orgId, sampleData } of organisations) {
    const { labels, calendar, allocation } = policies.get(orgId)!
    looks.set(
      orgId,
      createLook({ labels, zone: calendar.zone, rota: allocation.mode === 'rota', sampleData, now: clock.now }),
    )
    const adapter = createAdapter(parts.botCredentials(orgId))
    adapter.onTurnError = async (_context, fault) => log.error('turn-error', { orgId, code: faultCode(fault) })
    adapters.set(orgId, adapter)
  }
  const lookOf = (orgId: string) => looks.get(orgId)!
  const adapterOf = (orgId: string) => adapters.get(orgId)!
  const organisationOf = (orgId: string) => organisations.find((organisation) => organisation.orgId === orgId)!

  const { allowedServiceHosts } = parts.gate
  const converse = createConverse({ adapterOf, organisationOf, allowedServiceHosts })
  const reach = createReach({ services, converse })
  const homes = createHomes({ services, reach, lookOf, log })
  const emergencies = createEmergencyDesk({ services, converse, homes, lookOf, log })
  const told = { onReached: homes.changed, onDoubt: homes.changedForAll }
  const send = createSender({ services, reach, graphOf, lookOf, organisationOf, ...told, log })
  worker = startWorker({ services, send, homes, emergencies, log })
  const nudge = worker.nudge
  let listening = ''
  const bot = createCaseworkBot({
    services,
    dialogs: createDialogs(),
    homes,
    emergencies,
    lookOf,
    publicUrl: () => parts.publicUrl ?? listening,
    log,
    onReachable: nudge,
  })
  const gate = createGate({ ...parts.gate, organisations, log })
  const checkpointer = startCheckpointer(services.checkpoints, log)
  const ready = async () => {
    await mongo.ping()
    return { checkpointsLate: checkpointer.late() }
  }
  const server: BotServer = await startServer(
    { gate, adapterOf, bot, dossier: createDossierFetch({ ...services, lookOf, log }), ready, log },
    parts.listen.port,
    parts.listen.host,
  )
  listening = server.url
  const running = worker
  return {
    url: server.url,
    services,
    worker: running,
    stop: async () => {
      await server.stop()
      await emergencies.settled()
      await checkpointer.stop()
      await running.stop()
    },
  }
}
