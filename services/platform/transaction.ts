import type { Permission } from '../access/access.policy'
import { may } from '../access/access.rules'
import { appendEntries, type ChainEnds, type NewEntry } from '../audit/audit.store'
import type { AuditCodes, AuditEvent, AuditNote, AuditSubject } from '../audit/audit.types'
import { nextOpening } from '../calendar/calendar.rules'
import { changeDuties, closeClaimed, type DutyChange } from '../duties/duties.store'
import type { Duty, DutyKind } from '../duties/duties.types'
import type { Actor } from '../people/people.types'
import type { Policy } from '../policy/policy.schema'
import type { Clock } from './clock'
import { CaseworkError } from './errors'
import { randomCode } from './ids'
import type { Keyring } from './keyring'
import { isDuplicate, type Mongo, type Scope } from './mongo'
import { type Delivery, queueDeliveries } from './outbox'
import type { Outcome, Refusal } from './outcome'
import { within } from './time-limit'
import { createTurns } from './turns'

/** One transaction: what changes, what is recorded about it, and what must be sent, together or not at all. */
export interface Tx extends Scope {
  actor: Actor
  /** Business time of the whole transaction. */
  now: Date
  policy: Policy
  audit(note: AuditNote): void
  /** Queues a card or a mail; outside the service's hours it waits for the next opening, unless it is urgent. */
  send(delivery: Delivery): void
  /** Opens a duty, or moves the one of that kind and subject. */
  due(duty: Pick<Duty, 'kind' | 'subject' | 'owner' | 'dueAt'>): void
  settle(kind: DutyKind, subject: string): void
  /** Ends a duty that the worker claimed; false when it was settled meanwhile or another worker has claimed it since. */
  finish(duty: Duty): Promise<boolean>
}

/** What somebody tries: the permission it needs, and what a refusal is recorded as. */
export interface Attempt {
  event: AuditEvent
  /** Null only for the worker's own duties. */
  permission: Permission | null
  /** Id of the record it is about, as far as known. */
  about?: string | undefined
}

export type Transaction = <Value extends object, Reason extends string>(
  actor: Actor,
  attempt: Attempt,
  work: (tx: Tx) => Promise<Outcome<Value, Reason>>,
) => Promise<Outcome<Value, Reason | 'no-permission'>>

export interface TransactionParts {
  mongo: Mongo
  keyring: Keyring
  clock: Clock
  policyOf(orgId: string): Policy
  /** Called after a commit that queued something, so that the worker need not wait for its next look. */
  onQueued(): void
}

/** The driver begins anew for up to two minutes, whatever it is told; nobody waits that long for a button. */
const BUDGET_MS = 10_000
const TRIES_AFTER_DUPLICATE = 5

/**
 * The one way in which anything is changed. The work may run more than once, so it makes no network call but to the
 * database. When it answers with a refusal nothing of it stays, and the refusal is recorded in the actor's own chain
 * with a code that the manager can look up. Work that says nothing to the audit is a fault, unless it answers `repeated`:
 * it found everything done already, or only a worker's reminder was due.
 */
export function createTransaction({ mongo, keyring, clock, policyOf, onQueued }: TransactionParts): Transaction {
  const inTurn = createTurns()
  const ends: ChainEnds = new Map()

  function entry(actor: Actor, now: Date, note: AuditNote): NewEntry {
    const { subject, event, codes = {} } = note
    const recordedAt = new Date()
    const profile = policyOf(actor.orgId).version
    return { subject, event, codes, at: now, recordedAt, actor: actor.staffId, profile, outcome: 'done' }
  }

  async function recordRefusal(actor: Actor, attempt: Attempt, refusal: Refusal, now: Date): Promise<string> {
    const lookup = randomCode(6)
    const subject: AuditSubject = `staff:${actor.staffId}`
    const codes: AuditCodes = attempt.about ? { about: attempt.about } : {}
    const refused = { ...entry(actor, now, { subject, event: attempt.event, codes }), outcome: 'refused' as const }
    const record = inSession(mongo, async (scope) => {
      await appendEntries(scope, keyring, ends, [{ ...refused, reason: refusal.reason, lookup }])
    })
    // Presses of one person on one card end here together, and would only get into each other's way.
    await inTurn(`${actor.orgId} ${subject}`, () => record(actor.orgId))
    return lookup
  }

  return async (actor, attempt, work) => {
    const now = clock.now()
    const policy = policyOf(actor.orgId)
    let queued = false
    const allowed = attempt.permission ? may(actor, attempt.permission, policy.access) : { ok: true as const }
    const outcome = allowed.ok
      ? await inSession(mongo, async (scope) => {
          const noted: NewEntry[] = []
          const deliveries: { delivery: Delivery; dueAt: Date }[] = []
          const duties: DutyChange[] = []
          queued = false
          const result = await work({
            ...scope,
            actor,
            now,
            policy,
            audit: (note) => noted.push(entry(actor, now, note)),
            send: (delivery) =>
              deliveries.push({ delivery, dueAt: delivery.urgent ? now : nextOpening(now, policy.calendar) }),
            due: (duty) => duties.push(duty),
            settle: (kind, subject) => duties.push({ kind, subject, done: true }),
            finish: (duty) => closeClaimed(scope, duty),
          })
          if (!result.ok) return result
          queued = deliveries.length > 0
          // Together, since every trip to the database keeps others from the same records.
          await queueDeliveries(scope, deliveries)
          await changeDuties(scope, duties)
          if (result.repeated) return result
          if (noted.length === 0) throw new CaseworkError('nothing-audited', { event: attempt.event })
          await appendEntries(scope, keyring, ends, noted)
          return result
        })(actor.orgId)
      : { ok: false as const, reason: 'no-permission' as const }
    if (!outcome.ok) return { ...outcome, lookup: await recordRefusal(actor, attempt, outcome, now) }
    if (queued) onQueued()
    return outcome
  }
}

/**
 * Runs work in a session with a transaction, and undoes it when it answers with a refusal.
 *
 * @throws CaseworkError 'took-too-long' when it was not finished within the budget. Work that was not ready to commit by
 * then stays undone; a commit that nobody has answered is still asked after, so whoever repeats the work finds it either
 * done or undone
 */
function inSession<Result>(mongo: Mongo, work: (scope: Scope) => Promise<Result>) {
  return (orgId: string): Promise<Result> => {
    const deadline = performance.now() + BUDGET_MS
    const attempts = tryInSessions(mongo, orgId, work, () => {
      if (performance.now() > deadline) throw new CaseworkError('took-too-long')
    })
    return within(BUDGET_MS, attempts)
  }
}

/** @param keepTime throws once the time is over */
async function tryInSessions<Result>(
  mongo: Mongo,
  orgId: string,
  work: (scope: Scope) => Promise<Result>,
  keepTime: () => void,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const session = mongo.startSession()
    try {
      return await session.withTransaction(
        async () => {
          keepTime()
          const result = await work(mongo.forOrg(orgId, session))
          keepTime()
          const refused = typeof result === 'object' && result !== null && 'ok' in result && !result.ok
          if (refused) await session.abortTransaction()
          return result
        },
        { maxCommitTimeMS: BUDGET_MS },
      )
    } catch (fault) {
      // Somebody else made the same record first; the next run sees it and decides anew.
      if (!isDuplicate(fault) || attempt === TRIES_AFTER_DUPLICATE) throw fault
    } finally {
      await session.endSession()
    }
  }
}
