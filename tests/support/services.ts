import { expect } from '@jest/globals'
import { type GraphSimulator, simulatedToken, startGraphSimulator } from '../../bot/dev/graph-simulator'
import { readSampleUnions, type SampleUnion } from '../../bot/dev/sample-staff'
import { createServices, type Services } from '../../services'
import type { AuditEntry } from '../../services/audit/audit.types'
import type { CaseRecord } from '../../services/cases/cases.types'
import type { Duty } from '../../services/duties/duties.types'
import type { Actor } from '../../services/people/people.types'
import { createGraph } from '../../services/platform/graph'
import { newId } from '../../services/platform/ids'
import { createLogger } from '../../services/platform/logger'
import type { Mongo } from '../../services/platform/mongo'
import type { OutboxRow } from '../../services/platform/outbox'
import type { Outcome } from '../../services/platform/outcome'
import type { Policy } from '../../services/policy/policy.schema'
import { readProfile } from '../../services/policy/policy.service'
import { WEDNESDAY } from './records'
import { testMongo } from './test-mongo'

export const CLIENT = { name: 'Quinn Invented', number: '1234567', reason: 'A letter about a module mark' }

/** All services on a database of the test file's own, with the sample unions' staff in the simulated Graph. */
export interface ServicesWorld {
  services: Services
  mongo: Mongo
  graph: GraphSimulator
  /** The same services once more, as a second process on the same data would have them. */
  secondProcess(): Services
  /** Business time stands still; this moves it. */
  at(now: Date): void
  /** Back to the Wednesday morning at which every world begins, with nothing in these collections. */
  beginAgain(...collections: string[]): Promise<void>
  /** Business time so many minutes after that morning. */
  minutesLater(minutes: number): Date
  /** Somebody of the sample staff, named by the beginning of their name, with the roles that they hold. */
  actor(name: string): Actor
  /** A case whose first contact is in the file, as the front desk opens it; nobody is asked yet. */
  opened(by?: Actor, details?: typeof CLIENT): Promise<{ caseId: string; allocationId: string }>
  /** A case that came by mail and whose first contact is still to be attached. */
  openedByMail(by?: Actor): Promise<{ caseId: string; allocationId: string }>
  /** A case that was offered to this person and that they have not answered. */
  offered(to: Actor, by?: Actor): Promise<{ caseId: string; allocationId: string; version: number }>
  /** A case that this person has accepted. */
  accepted(by: Actor, from?: Actor): Promise<{ caseId: string }>
  caseRecord(caseId: string): Promise<CaseRecord>
  wall(caseId: string, ...staffIds: string[]): Promise<void>
  entries(filter: Partial<Pick<AuditEntry, 'subject' | 'event' | 'outcome' | 'actor'>>): Promise<AuditEntry[]>
  duties(filter: Partial<Pick<Duty, 'kind' | 'subject' | 'state' | 'owner'>>): Promise<Duty[]>
  outbox(filter: Partial<Pick<OutboxRow, 'card' | 'subject' | 'to' | 'by'>>): Promise<OutboxRow[]>
  /** Wakes everything that is due; how many duties that were. */
  wakeAll(): Promise<number>
  stop(): Promise<void>
}

/**
 * @param name of the test file, for its database
 * @param unions other than the sample ones
 * @param profiles instead of those in the folder, by id
 */
export async function startServices(
  name: string,
  unions: readonly SampleUnion[] = readSampleUnions(),
  profiles: ReadonlyMap<string, Policy> = new Map(),
): Promise<ServicesWorld> {
  const organisations = unions.map(({ organisation }) => organisation)
  const personas = unions.flatMap((union) => union.personas)
  const graph = await startGraphSimulator({ directories: unions.map(({ directory }) => directory) })
  const { mongo, keyProvider, close } = await testMongo(name)
  let present = WEDNESDAY
  const build = () =>
    createServices({
      organisations,
      policies: new Map(
        organisations.map(({ orgId, profile }) => [orgId, profiles.get(profile) ?? readProfile(profile)]),
      ),
      mongo,
      graphOf: (orgId) => {
        const { tenantId } = organisations.find((organisation) => organisation.orgId === orgId)!
        return createGraph({ baseUrl: graph.url, token: async () => simulatedToken(tenantId) })
      },
      keyProvider,
      clock: { now: () => present },
      log: createLogger('silent'),
      onQueued: () => undefined,
    })
  const services = build()
  const actor = (begins: string): Actor => {
    const { id, orgId, name: displayName, roles } = personas.find((persona) => persona.name.startsWith(begins))!
    return { orgId, staffId: id, displayName, roles }
  }
  const steps = ['opening', 'storage', 'rights', 'assessors', 'mail-notice'].map((step) => ({
    step,
    done: true,
    answer: 'yes' as const,
  }))

  async function open(by: Actor, channel: 'telephone' | 'email', details: typeof CLIENT) {
    // Each union writes its numbers in its own way.
    const number = services.policyOf(by.orgId).intake.studentNumber.required ? details.number : ''
    const input = { id: newId(), channel, steps, details: { ...details, number } }
    return must(await services.intake.openCase(by, input))
  }

  const world: ServicesWorld = {
    services,
    mongo,
    graph,
    secondProcess: build,
    at: (now) => {
      present = now
    },
    beginAgain: async (...collections) => {
      present = WEDNESDAY
      for (const name of collections) await mongo.db.collection(name).deleteMany({})
    },
    minutesLater: (minutes) => new Date(WEDNESDAY.getTime() + minutes * 60_000),
    actor,
    opened: (by = actor('Robin'), details = CLIENT) => open(by, 'telephone', details),
    openedByMail: (by = actor('Robin')) => open(by, 'email', CLIENT),
    offered: async (to, by = actor('Robin')) => {
      const { caseId, allocationId } = await world.opened(by)
      const [because] = services.policyOf(by.orgId).allocation.otherReasons
      const choice = { allocationId, version: 1, urgent: false, to: to.staffId, because }
      const { view } = must(await services.allocation.confirm(by, choice))
      return { caseId, allocationId, version: view.version }
    },
    accepted: async (by, from = actor('Robin')) => {
      const { caseId, ...pressed } = await world.offered(by, from)
      must(await services.allocation.accept(by, pressed))
      return { caseId }
    },
    caseRecord: async (caseId) => (await mongo.db.collection<CaseRecord>('cases').findOne({ _id: caseId }))!,
    wall: async (caseId, ...staffIds) => {
      await mongo.db.collection<CaseRecord>('cases').updateOne({ _id: caseId }, { $set: { walled: staffIds } })
    },
    entries: (filter) => mongo.db.collection<AuditEntry>('audit').find(filter).sort({ seq: 1 }).toArray(),
    duties: (filter) => mongo.db.collection<Duty>('duties').find(filter).toArray(),
    outbox: (filter) => mongo.db.collection<OutboxRow>('outbox').find(filter).toArray(),
    wakeAll: async () => {
      let woken = 0
      while (await services.duties.wakeNext()) woken += 1
      return woken
    },
    stop: async () => {
      await graph.stop()
      await close()
    },
  }
  return world
}

/** What went ahead; a refusal here is a mistake of the test. */
export function must<Value extends object, Reason extends string>(outcome: Outcome<Value, Reason>): Value & Done {
  if (!outcome.ok) throw new Error(`refused: ${outcome.reason}`)
  return outcome
}
type Done = { ok: true; repeated?: boolean }

/** A refusal for this reason, with the code under which the audit keeps it. */
export const refused = (reason: string) => ({ ok: false, reason, lookup: expect.stringMatching(/^[0-9A-Z]{6}$/) })
