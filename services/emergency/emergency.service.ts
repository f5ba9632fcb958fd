import { isWalled, may, mayReadCase } from '../access/access.rules'
import { localMinute, nextWorkingDayOpening } from '../calendar/calendar.rules'
import type { CaseRecord } from '../cases/cases.types'
import type { Contacts } from '../contacts/contacts.service'
import type { Actor } from '../people/people.types'
import type { Clock } from '../platform/clock'
import type { Mongo, Reading } from '../platform/mongo'
import { type Outcome, ok, refuse } from '../platform/outcome'
import type { Tx } from '../platform/transaction'
import { createEmergencyDuties, type EmergencyDuties, type EmergencyDutyParts } from './emergency.duties'
import { createEmergencyReviews, type EmergencyReviewParts, type EmergencyReviews } from './emergency.reviews'
import { marksOf, mayFinish, openedAtFrom, readAfterRecord, readCall, recordDue, reminderDue } from './emergency.rules'
import { type EmergencyRefused, subjectOf, summaryOf, tellAgain, withCase } from './emergency.steps'
import { changeEmergency, findEmergency, findOpened, insertEmergency, sealAfter, tasksOf } from './emergency.store'
import type {
  EmergencyRecord,
  EmergencySummary,
  EmergencyTask,
  OwnEmergency,
  StandDownReason,
  TypedRecord,
} from './emergency.types'

export { readAfterRecord, readCall }

/** What is known when somebody asks for the numbers: who and when, and perhaps a case. */
export interface Opening {
  /** Made from the activity, so that its repeated delivery opens nothing twice. */
  id: string
  /** The card or message that it came from, see `EmergencyRecord`. */
  origin: string
  at: Date
  named: { caseId: string } | { reference: string } | null
  /** The card that shows the numbers now, which no longer shows what it did. */
  shownAs: string | null
}

/** What whoever recorded it hears: its case, where they may open it, and what it is marked with. */
interface Recorded {
  caseId: string | null
  outside: boolean
  shared: boolean
  consult: 'done' | 'owed' | null
}

export interface Emergencies extends EmergencyReviews, EmergencyDuties {
  /**
   * Records that somebody asked for the numbers, whoever they are: no role is asked for (IMP-55). A case that is unknown
   * or behind a wall is left out, and nobody is told the difference. Opened already, it is the same one.
   */
  open(actor: Actor, opening: Opening): Promise<Outcome<{ view: OwnEmergency }, EmergencyRefused>>
  /** One's own, for the form about it; with the case's reference where the person may open it. */
  own(
    actor: Actor,
    emergencyId: string,
  ): Promise<
    Outcome<{ view: OwnEmergency & { reference: string | null; date: string; time: string } }, EmergencyRefused>
  >
  /**
   * Keeps what was done (LMU-35), in the case's chronology where there is one; then it waits for its review.
   *
   * @param input.reference of a case named afterwards; one that the person cannot open is 'no-such-case'
   * @param input.told the record in words, for the chronology
   */
  record(
    actor: Actor,
    input: { emergencyId: string; reference: string | null; after: TypedRecord; told: string },
  ): Promise<Outcome<Recorded, EmergencyRefused>>
  /** It was none: whoever was told hears that too. */
  standDown(
    actor: Actor,
    input: { emergencyId: string; reason: StandDownReason },
  ): Promise<Outcome<object, EmergencyRefused>>
  /** Talked over, or not wanted (IMP-67). */
  debrief(
    actor: Actor,
    input: { emergencyId: string; answer: 'done' | 'declined' },
  ): Promise<Outcome<object, EmergencyRefused>>
  /** What waits for somebody; cases behind a wall are still among them, see `unwalled`. */
  tasksOf(actor: Actor, limit: number): Reading<EmergencyTask>
  /** Those of them that no wall keeps from the person. */
  unwalled(actor: Actor, tasks: readonly EmergencyTask[]): Promise<EmergencyTask[]>
  /** What may be posted about it to somebody; null where a wall has come up since. */
  summary(orgId: string, emergencyId: string, to: string): Promise<(EmergencySummary & OwnEmergency) | null>
}

export interface EmergencyParts extends EmergencyDutyParts, EmergencyReviewParts {
  mongo: Mongo
  contacts: Contacts
  clock: Clock
}

const ownView = ({ _id, openedAt, state, debrief }: EmergencyRecord): OwnEmergency => ({
  emergencyId: _id,
  openedAt,
  state,
  debrief: debrief?.state ?? null,
})

export function createEmergencies(parts: EmergencyParts): Emergencies {
  const { mongo, keyring, cases, contacts, clock, policyOf, transaction } = parts

  /** The case that was named, where there is one and no wall keeps the person from it. */
  async function caseOf(tx: Tx, named: Opening['named']): Promise<CaseRecord | null> {
    if (!named) return null
    const found = 'caseId' in named ? await cases.load(tx, named.caseId) : await cases.byReference(tx, named.reference)
    return found && !isWalled(found, tx.actor.staffId) ? found : null
  }

  async function endReminders(tx: Tx, { _id }: EmergencyRecord): Promise<void> {
    await tx.settle('emergency-unrecorded', _id)
    await tx.settle('emergency-reminder', _id)
  }

  return {
    ...createEmergencyReviews(parts),
    ...createEmergencyDuties(parts),

    open: (actor, { id, origin, at, named, shownAs }) =>
      transaction(actor, { event: 'emergency-opened', permission: null, about: id }, async (tx) => {
        const known = await findEmergency(tx, id)
        if (known && known.openedBy !== actor.staffId) return refuse('unknown')
        const same = known ?? (await findOpened(tx, actor.staffId, origin))
        if (same) return { ...ok, repeated: true, view: ownView(same) }
        const itsCase = await caseOf(tx, named)
        const record: EmergencyRecord = {
          _id: id,
          version: 1,
          state: 'opened',
          openedBy: actor.staffId,
          openedByName: actor.displayName,
          openedAt: openedAtFrom(at, tx.now),
          origin,
          caseId: itsCase?._id ?? null,
          told: [],
          reviewers: [],
          stoodDown: null,
          after: null,
          review: null,
          debrief: null,
          profile: tx.policy.version,
        }
        await insertEmergency(tx, record)
        const { emergency } = tx.policy
        const duty = { subject: id, owner: actor.staffId }
        await tx.due({ kind: 'emergency-tell', ...duty, dueAt: tx.now })
        await tx.due({ kind: 'emergency-reminder', ...duty, dueAt: reminderDue(record.openedAt, emergency) })
        await tx.due({ kind: 'emergency-unrecorded', ...duty, dueAt: recordDue(record, emergency) })
        // What would put the case's content away must not take the numbers away.
        if (itsCase && shownAs) await tx.settle('case-put-away', `${itsCase._id} ${shownAs}`)
        const codes = { emergency: id, openedAt: record.openedAt.toISOString() }
        tx.audit({ subject: subjectOf(record), event: 'emergency-opened', codes })
        return { ...ok, view: ownView(record) }
      }),

    own: (actor, emergencyId) =>
      transaction(actor, { event: 'emergency-viewed', permission: null, about: emergencyId }, async (tx) => {
        const { found, itsCase } = await withCase(tx, cases, emergencyId)
        if (!found) return refuse('unknown')
        if (found.openedBy !== actor.staffId) return refuse('not-theirs')
        const readable = mayReadCase(actor, itsCase, tx.policy.access).ok
        const reference = readable ? itsCase!.reference : null
        return {
          ...ok,
          repeated: true,
          view: { ...ownView(found), reference, ...localMinute(found.openedAt, tx.policy.calendar.zone) },
        }
      }),

    record: (actor, { emergencyId, reference, after, told }) =>
      transaction(actor, { event: 'emergency-recorded', permission: null, about: emergencyId }, async (tx) => {
        const loaded = await withCase(tx, cases, emergencyId)
        const { found } = loaded
        const allowed = mayFinish(found, actor.staffId)
        const recorded = found?.openedBy === actor.staffId ? found.after : null
        if (found && recorded) return { ...ok, repeated: true, ...recordedView(tx, loaded.itsCase, recorded) }
        if (!allowed.ok) return allowed
        const read = readAfterRecord(after, tx.policy, tx.now)
        if (!read.ok) return read
        let itsCase = loaded.itsCase
        if (!itsCase && reference) {
          itsCase = await cases.byReference(tx, reference)
          if (!mayReadCase(actor, itsCase, tx.policy.access).ok) return refuse('no-such-case')
        }
        const key = itsCase ? await cases.key(tx, itsCase) : await keyring.create(tx)
        const marks = marksOf(read.record, tx.policy.emergency, tx.policy.breach)
        const sealed = sealAfter(tx, key, emergencyId, read.record)
        const dueAt = nextWorkingDayOpening(tx.now, tx.policy.calendar)
        const caseId = itsCase?._id ?? null
        const change = {
          state: 'recorded' as const,
          caseId,
          after: { at: tx.now, keyId: key.id, sealed, ...marks },
          debrief: { state: 'waiting' as const, dueAt },
        }
        if (!(await changeEmergency(tx, found!, change))) return refuse('stale')
        if (itsCase) await contacts.add(tx, itsCase, { id: emergencyId, kind: 'emergency', text: told })
        await endReminders(tx, found!)
        await tx.due({ kind: 'emergency-debrief', subject: emergencyId, owner: actor.staffId, dueAt })
        await tellAgain(tx, found!)
        for (const to of found!.reviewers)
          await tx.send({ to, by: 'card', card: 'emergency-review', subject: emergencyId })
        const codes = { emergency: emergencyId, calls: read.record.calls.length, consult: marks.consult ?? 'not-asked' }
        const { outside, shared } = marks
        const subject = subjectOf({ _id: emergencyId, caseId })
        tx.audit({ subject, event: 'emergency-recorded', codes: { ...codes, outside, shared } })
        return { ...ok, ...recordedView(tx, itsCase, marks) }
      }),

    standDown: (actor, { emergencyId, reason }) =>
      transaction(actor, { event: 'emergency-stood-down', permission: null, about: emergencyId }, async (tx) => {
        const found = await findEmergency(tx, emergencyId)
        if (found?.openedBy === actor.staffId && found.stoodDown) return { ...ok, repeated: true }
        const allowed = mayFinish(found, actor.staffId)
        if (!allowed.ok) return allowed
        const change = { state: 'stood-down' as const, stoodDown: { reason, at: tx.now } }
        if (!(await changeEmergency(tx, found!, change))) return refuse('stale')
        await endReminders(tx, found!)
        await tellAgain(tx, found!)
        const codes = { emergency: emergencyId, because: reason }
        tx.audit({ subject: subjectOf(found!), event: 'emergency-stood-down', codes })
        return ok
      }),

    debrief: (actor, { emergencyId, answer }) =>
      transaction(actor, { event: 'emergency-debriefed', permission: null, about: emergencyId }, async (tx) => {
        const found = await findEmergency(tx, emergencyId)
        if (!found?.debrief) return refuse('unknown')
        if (found.openedBy !== actor.staffId) return refuse('not-theirs')
        if (found.debrief.state !== 'waiting') return { ...ok, repeated: true }
        const debrief = { ...found.debrief, state: answer }
        if (!(await changeEmergency(tx, found, { debrief }))) return refuse('stale')
        await tx.settle('emergency-debrief', emergencyId)
        await tx.send({ to: actor.staffId, by: 'card', card: 'emergency-debrief', subject: emergencyId, urgent: true })
        tx.audit({ subject: subjectOf(found), event: 'emergency-debriefed', codes: { emergency: emergencyId, answer } })
        return ok
      }),

    tasksOf: (actor, limit) => {
      const { orgId, staffId } = actor
      return tasksOf(mongo.forOrg(orgId), staffId, {
        reviews: may(actor, 'emergency.review', policyOf(orgId).access).ok,
        now: clock.now(),
        limit,
      })
    },

    unwalled: async ({ orgId, staffId }, tasks) => {
      const caseIds = tasks.flatMap(({ task, caseId }) => (task === 'review' && caseId ? [caseId] : []))
      const found = await cases.loadMany(mongo.forOrg(orgId), caseIds)
      const walled = new Set(found.filter((each) => isWalled(each, staffId)).map(({ _id }) => _id))
      return tasks.filter(({ task, caseId }) => task !== 'review' || !caseId || !walled.has(caseId))
    },

    summary: async (orgId, emergencyId, to) => {
      const { found, itsCase } = await withCase(mongo.forOrg(orgId), cases, emergencyId)
      if (!found) return null
      // Whoever opened it may not be allowed to know that there is such a case.
      if (found.openedBy === to) return { ...ownView(found), ...summaryOf(found, null) }
      return itsCase && isWalled(itsCase, to) ? null : { ...ownView(found), ...summaryOf(found, itsCase) }
    },
  }
}

const recordedView = (tx: Tx, itsCase: CaseRecord | null, marks: Omit<Recorded, 'caseId'>): Recorded => {
  const { outside, shared, consult } = marks
  const readable = mayReadCase(tx.actor, itsCase, tx.policy.access).ok
  return { caseId: readable ? itsCase!._id : null, outside, shared, consult }
}
