import { mayReadCase } from '../access/access.rules'
import { localMinute, nextWorkingDayOpening } from '../calendar/calendar.rules'
import type { CaseRecord } from '../cases/cases.types'
import type { Contacts } from '../contacts/contacts.service'
import type { Actor } from '../people/people.types'
import type { Keyring } from '../platform/keyring'
import { type Outcome, ok, refuse } from '../platform/outcome'
import type { Transaction, Tx } from '../platform/transaction'
import { marksOf, mayFinish, readAfterRecord } from './emergency.rules'
import {
  type EmergencyCases,
  type EmergencyRefused,
  ownView,
  subjectOf,
  tellAgain,
  tellReviewers,
  withCase,
} from './emergency.steps'
import { changeEmergency, findEmergency, sealAfter } from './emergency.store'
import type { Consult, EmergencyRecord, OwnEmergency, StandDownReason, TypedRecord } from './emergency.types'

/** What whoever recorded it hears: its case, where they may open it, and what it is marked with. */
interface Recorded {
  caseId: string | null
  outside: boolean
  shared: boolean
  consult: Consult
}

/** What whoever opened it does about it afterwards. */
export interface EmergencyRecording {
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
}

export interface EmergencyRecordingParts {
  keyring: Keyring
  cases: EmergencyCases
  contacts: Contacts
  transaction: Transaction
}

export function createEmergencyRecording(parts: EmergencyRecordingParts): EmergencyRecording {
  const { keyring, cases, contacts, transaction } = parts

  return {
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
        endReminders(tx, found!)
        tx.due({ kind: 'emergency-debrief', subject: emergencyId, owner: actor.staffId, dueAt })
        tellAgain(tx, found!)
        tellReviewers(tx, found!)
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
        endReminders(tx, found!)
        tellAgain(tx, found!)
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
        tx.settle('emergency-debrief', emergencyId)
        tx.send({ to: actor.staffId, by: 'card', card: 'emergency-debrief', subject: emergencyId, urgent: true })
        tx.audit({ subject: subjectOf(found), event: 'emergency-debriefed', codes: { emergency: emergencyId, answer } })
        return ok
      }),
  }
}

function endReminders(tx: Tx, { _id }: EmergencyRecord): void {
  tx.settle('emergency-unrecorded', _id)
  tx.settle('emergency-reminder', _id)
}

const recordedView = (tx: Tx, itsCase: CaseRecord | null, marks: Omit<Recorded, 'caseId'>): Recorded => {
  const { outside, shared, consult } = marks
  const readable = mayReadCase(tx.actor, itsCase, tx.policy.access).ok
  return { caseId: readable ? itsCase!._id : null, outside, shared, consult }
}
