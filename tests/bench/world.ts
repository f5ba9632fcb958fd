import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { simulatedToken, startGraphSimulator } from '../../bot/dev/graph-simulator'
import { startMongo } from '../../bot/dev/mongod'
import type { Persona, SampleUnion } from '../../bot/dev/sample-staff'
import { createServices, type Services } from '../../services'
import type { Actor } from '../../services/people/people.types'
import { systemClock } from '../../services/platform/clock'
import { createGraph } from '../../services/platform/graph'
import { newId } from '../../services/platform/ids'
import { fileKeyProvider } from '../../services/platform/key-provider'
import { createLogger } from '../../services/platform/logger'
import { migrate } from '../../services/platform/migrations'
import { connectMongo, type Mongo } from '../../services/platform/mongo'
import { readProfile } from '../../services/policy/policy.service'
import { type OpenIdIssuer, startOpenIdIssuer } from '../support/openid-issuer'
import { sdkSettings } from '../support/sdk-settings'
import { startTeams, type TeamsStandIn } from './teams'
import { largeUnion } from './union'

const HANDS = 20
const DELIVERY_LIMIT_MS = 60_000

/** With BENCH_PROFILE=folder every process leaves a CPU profile there, which Chrome's developer tools show. */
const { BENCH_PROFILE } = process.env
const profiling = BENCH_PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${BENCH_PROFILE}`] : []

/** A process that serves `/api/messages`. */
export interface Served {
  url: string
  pid: number
  /** Milliseconds from its start until it was ready. */
  readyMs: number
  stop(): Promise<void>
}

/** A replica set, a union of twenty Coordinators, and everything that the bot talks to in production. */
export interface World {
  mongo: Mongo
  services: Services
  union: SampleUnion
  coordinators: Persona[]
  issuer: OpenIdIssuer
  teams: TeamsStandIn
  actor(person: Persona): Actor
  /** A case that this Coordinator is asked to take. */
  offered(to: Persona): Promise<{ caseId: string; allocationId: string; version: number }>
  /** Waits until everything queued has gone out, so that it does not count against what comes next. */
  delivered(): Promise<void>
  /** What the SDK needs to talk to the stand-ins, as the production bot hands it over. */
  sdkSettings: string
  /** Runs a compiled script, which must listen on the port in PORT, with production settings. */
  serve(script: string, environment?: Record<string, string>): Promise<Served>
  stop(): Promise<void>
}

export async function startWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'casekeeper-bench-'))
  const log = createLogger('error')
  const mongod = process.env.MONGODB_URI ? null : await startMongo({ dataFolder: folder, log })
  const address = new URL(mongod?.uri ?? process.env.MONGODB_URI!)
  address.pathname = `/bench-${newId().slice(0, 8)}`
  const mongo = await connectMongo(address.href)
  await migrate(mongo)
  const union = largeUnion(HANDS)
  const { organisation, personas, directory } = union
  const graph = await startGraphSimulator({ directories: [directory] })
  const teams = await startTeams(organisation.tenantId)
  const issuer = await startOpenIdIssuer()
  const keyProvider = fileKeyProvider(join(folder, 'key.json'), { create: true })
  const services = createServices({
    organisations: [organisation],
    policies: new Map([[organisation.orgId, readProfile(organisation.profile)]]),
    mongo,
    graphOf: () => createGraph({ baseUrl: graph.url, token: async () => simulatedToken(organisation.tenantId) }),
    keyProvider,
    clock: systemClock,
    log,
    onQueued: () => undefined,
  })
  const actor = ({ id, orgId, name, roles }: Persona): Actor => ({
    orgId,
    staffId: id,
    displayName: name,
    roles,
  })
  const robin = actor(personas.find(({ role }) => role === 'front')!)
  writeFileSync(join(folder, 'deployment.json'), JSON.stringify(deploymentOf(union, issuer, teams, graph.url)))
  for (const { id: staffId, orgId, conversationId, botId, userId, tenantId } of personas) {
    const { serviceUrl } = teams
    await services.deliveries.remember(orgId, { staffId, serviceUrl, conversationId, botId, userId, tenantId })
  }
  const running: Served[] = []

  return {
    mongo,
    services,
    union,
    coordinators: personas.filter(({ role }) => role === 'caseworker'),
    issuer,
    teams,
    actor,
    offered: async (to) => {
      const steps = ['opening', 'storage', 'rights', 'assessors'].map((step) => ({
        step,
        done: true,
        answer: 'yes' as const,
      }))
      const details = { name: 'Quinn Invented', number: '1234567', reason: 'A letter about a module mark' }
      const opened = await services.intake.openCase(robin, { id: newId(), channel: 'telephone', steps, details })
      if (!opened.ok) throw new Error(opened.reason)
      const { allocationId, caseId } = opened
      const choice = { allocationId, version: 1, to: to.id, because: 'expertise', urgent: true }
      const offered = await services.allocation.confirm(robin, choice)
      if (!offered.ok) throw new Error(offered.reason)
      return { caseId, allocationId, version: offered.view.version }
    },
    delivered: async () => {
      const until = performance.now() + DELIVERY_LIMIT_MS
      while (await mongo.db.collection('outbox').countDocuments({ state: 'queued' })) {
        if (performance.now() > until) throw new Error('messages are not delivered')
        await pause(100)
      }
    },
    sdkSettings: JSON.stringify(sdkSettings(organisation, issuer)),
    serve: async (script, environment = {}) => {
      const begun = performance.now()
      const child = spawn(process.execPath, [...profiling, script], {
        env: {
          ...process.env,
          ...teams.environment,
          NODE_ENV: 'production',
          CASEKEEPER_DEPLOYMENT: join(folder, 'deployment.json'),
          CASEKEEPER_KEY: `file:${join(folder, 'key.json')}`,
          CASEKEEPER_CHECKPOINTS: `file:${join(folder, 'checkpoints')}`,
          MONGODB_URI: address.href,
          PORT: '0',
          ...environment,
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const url = await listening(child)
      while (!(await fetch(`${url}/ready`)).ok) await pause(10)
      const served = {
        url,
        pid: child.pid!,
        readyMs: performance.now() - begun,
        stop: async () => {
          if (child.exitCode !== null) return
          child.kill('SIGTERM')
          await once(child, 'exit')
        },
      }
      running.push(served)
      return served
    },
    stop: async () => {
      for (const each of running) await each.stop()
      await mongo.db.dropDatabase()
      await mongo.keysDb.dropDatabase()
      await mongo.close()
      await Promise.all([graph.stop(), teams.stop(), issuer.goAway()])
      await mongod?.stop()
      rmSync(folder, { recursive: true })
    },
  }
}

function deploymentOf({ organisation }: SampleUnion, issuer: OpenIdIssuer, teams: TeamsStandIn, graphUrl: string) {
  const { metadataUrl } = issuer
  return {
    publicUrl: 'https://casekeeper.example',
    serviceHosts: [teams.host],
    endpoints: {
      openIdMetadataUrl: metadataUrl,
      tokenIssuer: issuer.issuer,
      loginUrl: new URL('/nobody', metadataUrl).href,
      oAuthScope: issuer.issuer,
      graphUrl: new URL(graphUrl).origin,
    },
    organisations: [
      { ...organisation, sampleData: false, bot: { type: 'UserAssignedMSI' }, graph: { kind: 'managed-identity' } },
    ],
  }
}

/** The process says on standard output where it listens. */
function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    child.stdout!.on('data', (chunk: Buffer) => {
      if (printed.includes('"listening"')) return
      printed += chunk.toString('utf8')
      const port = /"port":(\d+).*"listening"/.exec(printed)?.[1]
      if (port) resolve(`http://127.0.0.1:${port}`)
    })
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it listened`)))
  })
}
