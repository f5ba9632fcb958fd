import { isWalled } from '../access/access.rules'
import type { CaseRecord } from '../cases/cases.types'
import type { Duty } from '../duties/duties.types'
import type { People } from '../people/people.service'
import { systemActor } from '../people/people.types'
import { CaseworkError } from '../platform/errors'
import type { CardKind } from '../platform/outbox'
import { type Outcome, ok } from '../platform/outcome'
import type { Transaction, Tx } from '../platform/transaction'
import type { Policy } from '../policy/policy.schema'
import { countedFrom, isFrequent, type Listener, reminderDue, whoHears } from './emergency.rules'
import { type EmergencyCases, subjectOf, withCase } from './emergency.steps'
import { changeEmergency, countOpened } from './emergency.store'
import type { EmergencyRecord } from './emergency.types'

export interface EmergencyDuties {
  /** Tells whoever has to hear of it at once (LMU-35, `emergency.notify`), and notes who is to review it. */
  onTell(duty: Duty): Promise<void>
  /** Reminds whoever opened it, again and again until it is recorded or stood down. */
  onReminder(duty: Duty): Promise<void>
  /** Nothing was recorded in time: whoever was told and whoever reviews hear of it, once (IMP-56). */
  onUnrecorded(duty: Duty): Promise<void>
  /** The next working day: has it been talked over (IMP-67)? */
  onDebrief(duty: Duty): Promise<void>
}

export interface EmergencyDutyParts {
  cases: EmergencyCases
  people: People
  policyOf(orgId: string): Policy
  transaction: Transaction
}

/** Nobody can be told while it is not known who there is; then it is tried again so much later. */
const TRY_AGAIN_MS = 60_000

/** Whoever has a role that matters, by the role. */
type Staff = readonly { staffId: string; roles: readonly string[] }[]

export function createEmergencyDuties({ cases, people, policyOf, transaction }: EmergencyDutyParts): EmergencyDuties {
  /** Asked of Graph, so never within a transaction. @throws CaseworkError 'staff-unavailable' */
  async function staffOf(orgId: string): Promise<Staff> {
    const { access, breach, emergency } = policyOf(orgId)
    const { investigators, lastResort } = breach
    const named = [...emergency.notify, lastResort, ...reviewRoles(access), ...(investigators ? [investigators] : [])]
    const held = new Map<string, string[]>()
    for (const role of new Set(named))
      for (const { staffId } of await people.team(orgId, role)) held.set(staffId, [...(held.get(staffId) ?? []), role])
    return [...held].map(([staffId, roles]) => ({ staffId, roles }))
  }

  /** Has the duty's work done with the staff as they are; where nobody can say who they are, a little later. */
  async function withStaff(
    duty: Duty,
    wanted: (found: EmergencyRecord) => boolean,
    work: (tx: Tx, found: EmergencyRecord, circle: Circle) => Promise<void>,
  ) {
    const staff = await staffOf(duty.orgId).catch((fault: unknown) => {
      if (fault instanceof CaseworkError && fault.code === 'staff-unavailable') return null
      throw fault
    })
    const event = duty.kind === 'emergency-tell' ? 'emergency-told' : 'emergency-alerted'
    await transaction(
      systemActor(duty.orgId),
      { event, permission: null, about: duty.subject },
      async (tx): Promise<Outcome> => {
        if (!(await tx.finish(duty))) return { ...ok, repeated: true }
        const { found, itsCase } = await withCase(tx, cases, duty.subject)
        if (!found || !wanted(found)) return { ...ok, repeated: true }
        if (!staff) {
          const { kind, subject, owner } = duty
          tx.due({ kind, subject, owner, dueAt: new Date(tx.now.getTime() + TRY_AGAIN_MS) })
          return { ...ok, repeated: true }
        }
        await work(tx, found, await circleOf(tx, staff, found, itsCase))
        return ok
      },
    )
  }

  async function circleOf(tx: Tx, staff: Staff, { openedBy }: EmergencyRecord, itsCase: CaseRecord | null) {
    const absent = await people.absentToday(tx)
    const circle = staff.map(
      ({ staffId, roles }): Listener => ({
        staffId,
        roles,
        absent: absent.has(staffId),
        walled: itsCase !== null && isWalled(itsCase, staffId),
      }),
    )
    const { access, breach, emergency } = tx.policy
    const { investigators, lastResort } = breach
    // Where none of those is left, whoever is the last to be asked about a breach hears of it (IMP-06).
    const told = whoHears([...emergency.notify, lastResort], circle, openedBy, investigators)
    const reviewers = reviewRoles(access).flatMap((role) => whoHears([role], circle, openedBy, investigators))
    // Where nobody else may review, whoever was told does: nobody reviews their own.
    return { told, reviewers: reviewers.length > 0 ? [...new Set(reviewers)] : told }
  }

  async function remind(duty: Duty, work: (tx: Tx, found: EmergencyRecord) => void) {
    const attempt = { event: 'emergency-told', permission: null, about: duty.subject } as const
    await transaction(systemActor(duty.orgId), attempt, async (tx) => {
      const { found } = (await tx.finish(duty)) ? await withCase(tx, cases, duty.subject) : { found: null }
      if (found) work(tx, found)
      return { ...ok, repeated: true }
    })
  }

  return {
    onTell: (duty) =>
      withStaff(
        duty,
        () => true,
        async (tx, found, { told: listeners, reviewers }) => {
          const { _id, openedBy, state } = found
          const told = state === 'stood-down' ? [] : listeners
          for (const to of told) sendUrgent(tx, to, 'emergency-opened', _id)
          if (state === 'recorded')
            for (const to of reviewers) tx.send({ to, by: 'card', card: 'emergency-review', subject: _id })
          const count = await countOpened(tx, openedBy, countedFrom(tx.now, tx.policy.emergency))
          const frequent = isFrequent(count, tx.policy.emergency)
          if (frequent) for (const to of reviewers) sendUrgent(tx, to, 'emergency-frequent', _id)
          await changeEmergency(tx, found, { told, reviewers })
          const people = Object.fromEntries(told.map((staffId) => [`told ${staffId}`, true]))
          const codes = { emergency: _id, count: told.length, ...people }
          tx.audit({ subject: subjectOf(found), event: 'emergency-told', codes })
          if (frequent)
            tx.audit({
              subject: subjectOf(found),
              event: 'emergency-alerted',
              codes: { emergency: _id, why: 'frequent' },
            })
        },
      ),

    onReminder: (duty) =>
      remind(duty, (tx, found) => {
        if (!isOpen(found)) return
        const { _id, openedBy } = found
        tx.send({ to: openedBy, by: 'card', card: 'emergency-reminder', subject: _id, urgent: true, renew: true })
        const dueAt = reminderDue(tx.now, tx.policy.emergency)
        tx.due({ kind: 'emergency-reminder', subject: _id, owner: openedBy, dueAt })
      }),

    onUnrecorded: (duty) =>
      withStaff(duty, isOpen, async (tx, found, { told, reviewers }) => {
        const { _id } = found
        const all = new Set([...found.told, ...told, ...reviewers])
        for (const to of all) sendUrgent(tx, to, 'emergency-unrecorded', _id)
        const codes = { emergency: _id, why: 'unrecorded', count: all.size }
        tx.audit({ subject: subjectOf(found), event: 'emergency-alerted', codes })
      }),

    onDebrief: (duty) =>
      remind(duty, (tx, { _id, openedBy, debrief }) => {
        if (debrief?.state === 'waiting') tx.send({ to: openedBy, by: 'card', card: 'emergency-debrief', subject: _id })
      }),
  }
}

interface Circle {
  told: readonly string[]
  reviewers: readonly string[]
}

const isOpen = ({ state }: EmergencyRecord): boolean => state === 'opened'

const reviewRoles = ({ roles }: Policy['access']): string[] =>
  Object.entries(roles).flatMap(([role, { permissions }]) => (permissions.includes('emergency.review') ? [role] : []))

/** A card and a mail at once, whatever the hour: reference and verb only. */
function sendUrgent(tx: Tx, to: string, card: CardKind, subject: string): void {
  for (const by of ['card', 'mail'] as const) tx.send({ to, by, card, subject, urgent: true })
}
