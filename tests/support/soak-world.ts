import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simulatedToken, startGraphSimulator } from '../../bot/dev/graph-simulator'
import { type PretendTeams, startPretendTeams } from '../../bot/dev/pretend-teams'
import { type Persona, readSampleUnions } from '../../bot/dev/sample-staff'
import { createServices, type Services } from '../../services'
import { type MovableClock, movableClock } from '../../services/platform/clock'
import { createGraph } from '../../services/platform/graph'
import { fileKeyProvider } from '../../services/platform/key-provider'
import { createKeyring, type Keyring } from '../../services/platform/keyring'
import { createLogger } from '../../services/platform/logger'
import { migrate } from '../../services/platform/migrations'
import { connectMongo, type Mongo } from '../../services/platform/mongo'
import { readProfile } from '../../services/policy/policy.service'
import { type BotProcess, botProcesses } from './bot-processes'
import { ownMongo } from './own-mongo'

/** Bots in processes of their own that can be killed, with Teams and a look into the database in the test's process. */
export interface SoakWorld {
  teams: PretendTeams
  personas: readonly Persona[]
  person(name: string): Persona
  clock: MovableClock
  mongo: Mongo
  keyring: Keyring
  /** On the same data, without a worker. */
  services: Services
  /** Starts a bot, to which Teams sends from now on. */
  start(): Promise<BotProcess>
  /** As if the leases of whoever died had run out. */
  runLeasesOut(): Promise<void>
  /** Waits until nothing that is due is left undone. */
  settled(limitMs: number): Promise<void>
  /** Events that were logged, with how often. */
  logged(): Record<string, number>
  stop(): Promise<void>
}

/** A Tuesday morning in term. */
const TUESDAY = new Date('2026-11-24T10:00:00Z')

/** @param mongoUri of a server of the test's own, which is thrown away with all that is on it */
export async function startSoakWorld(mongoUri: string): Promise<SoakWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'casekeeper-soak-'))
  const logFile = join(folder, 'log.jsonl')
  const keyFile = join(folder, 'key.json')
  const unions = readSampleUnions()
  const organisations = unions.map(({ organisation }) => organisation)
  const personas = unions.flatMap((union) => union.personas)
  const clock = movableClock()
  clock.set(TUESDAY)
  let url = ''
  const teams = await startPretendTeams(() => url)
  const mongo = await connectMongo(mongoUri)
  await migrate(mongo)
  const graph = await startGraphSimulator({ directories: unions.map(({ directory }) => directory) })
  const keyProvider = fileKeyProvider(keyFile, { create: true })
  const services = createServices({
    organisations,
    policies: new Map(organisations.map(({ orgId, profile }) => [orgId, readProfile(profile)])),
    mongo,
    graphOf: (orgId) => {
      const { tenantId } = organisations.find((organisation) => organisation.orgId === orgId)!
      return createGraph({ baseUrl: graph.url, token: async () => simulatedToken(tenantId) })
    },
    keyProvider,
    clock,
    log: createLogger('silent'),
    onQueued: () => undefined,
  })
  for (const { orgId, id, conversationId, botId, userId, tenantId } of personas) {
    const serviceUrl = `http://${teams.host}/`
    await services.deliveries.remember(orgId, { staffId: id, serviceUrl, conversationId, botId, userId, tenantId })
  }
  const processes = botProcesses({ mongoUri, keyFile, logFile, serviceHosts: [teams.host] })

  const leased = { 'lease.until': { $ne: null } }
  const waiting = async () => {
    const due = { dueAt: { $lte: clock.now() } }
    const duties = await mongo.db.collection('duties').countDocuments({ state: 'open', ...due })
    return duties + (await mongo.db.collection('outbox').countDocuments({ state: 'queued', ...due }))
  }

  return {
    teams,
    personas,
    person: (name) => personas.find((persona) => persona.name.startsWith(name))!,
    clock,
    mongo,
    keyring: createKeyring(mongo, keyProvider),
    services,
    start: async () => {
      const bot = await processes.start(clock.now())
      url = bot.url
      return bot
    },
    runLeasesOut: async () => {
      for (const name of ['duties', 'outbox'])
        await mongo.db.collection(name).updateMany(leased, { $set: { 'lease.until': new Date(0) } })
    },
    settled: async (limitMs) => {
      const began = performance.now()
      for (let left = await waiting(); left > 0; left = await waiting()) {
        if (performance.now() - began > limitMs) throw new Error(`${left} are still due after ${limitMs} ms`)
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    },
    logged: () => {
      const counts: Record<string, number> = {}
      for (const line of readFileSync(logFile, 'utf8').trim().split('\n')) {
        const { msg, code = '', level } = JSON.parse(line) as { msg: string; code?: string; level: number }
        if (level >= 40) counts[`${msg} ${code}`.trim()] = (counts[`${msg} ${code}`.trim()] ?? 0) + 1
      }
      return counts
    },
    stop: async () => {
      await processes.stop()
      await mongo.close()
      await Promise.all([teams.stop(), graph.stop()])
      rmSync(folder, { recursive: true })
    },
  }
}

/** The same on a server of its own, named by its database, which ends with it whatever happens. */
export async function startSoakWorldAlone(database: string): Promise<SoakWorld> {
  const server = await ownMongo(database)
  try {
    const world = await startSoakWorld(server.uri)
    return { ...world, stop: () => world.stop().finally(server.stop) }
  } catch (fault) {
    await server.stop()
    throw fault
  }
}
