import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { type Development, startDevelopment } from '../../bot/dev/development'
import { type PretendTeams, startPretendTeams } from '../../bot/dev/pretend-teams'
import { type Persona, readSampleUnions, type SampleUnion } from '../../bot/dev/sample-staff'
import { type MovableClock, movableClock } from '../../services/platform/clock'
import { newId } from '../../services/platform/ids'
import { createLogger } from '../../services/platform/logger'
import type { Policy } from '../../services/policy/policy.schema'
import { watchCards } from '../cards/card-watch'

/** The whole product over real HTTP and a database of its own, as the journeys use it. */
export interface Casekeeper extends Development {
  mongoUri: string
  keyFile: string
  /** Ends the bot and starts it again on the same database. */
  restart(): Promise<void>
  teams: PretendTeams
  clock: MovableClock
  person(name: string): Persona
  /** Everything that was logged. */
  logged(): string
}

/** A Tuesday morning in term. */
const TUESDAY = new Date('2026-11-24T10:00:00Z')

export async function startCasekeeper(
  at = TUESDAY,
  other: { unions?: readonly SampleUnion[]; profiles?: ReadonlyMap<string, Policy> } = {},
): Promise<Casekeeper> {
  const folder = mkdtempSync(join(tmpdir(), 'casekeeper-test-'))
  const unions = other.unions ?? readSampleUnions()
  const clock = movableClock()
  clock.set(at)
  const lines: string[] = []
  const sink = new PassThrough()
  sink.on('data', (chunk: Buffer) => lines.push(chunk.toString('utf8')))
  const { teams, faults } = watchCards(await startPretendTeams(() => development.bot.url))
  const address = new URL(process.env.CASEKEEPER_TEST_MONGODB_URI!)
  address.pathname = `/journey-${newId().slice(0, 8)}`
  const start = () =>
    startDevelopment({
      mongoUri: address.toString(),
      unions,
      ...(other.profiles ? { profiles: other.profiles } : {}),
      clock: () => clock,
      keyFile: join(folder, 'key.json'),
      serviceHosts: [teams.host],
      port: 0,
      log: createLogger('info', sink),
    })
  let development: Development = await start()
  const personas = unions.flatMap((union) => union.personas)
  for (const { orgId, id, conversationId, botId, userId, tenantId } of personas) {
    const serviceUrl = `http://${teams.host}/`
    const conversation = { staffId: id, serviceUrl, conversationId, botId, userId, tenantId }
    await development.bot.services.deliveries.remember(orgId, conversation)
  }
  return {
    get bot() {
      return development.bot
    },
    get mongo() {
      return development.mongo
    },
    get graph() {
      return development.graph
    },
    mongoUri: address.toString(),
    keyFile: join(folder, 'key.json'),
    restart: async () => {
      await development.stop()
      development = await start()
    },
    teams,
    clock,
    person: (name) => personas.find((persona) => persona.name.startsWith(name))!,
    logged: () => lines.join(''),
    stop: async () => {
      await development.mongo.db.dropDatabase()
      await development.mongo.keysDb.dropDatabase()
      await development.stop()
      await teams.stop()
      rmSync(folder, { recursive: true })
      if (faults().length > 0) throw new Error(`cards that may not be shown:\n${faults().join('\n')}`)
    },
  }
}
