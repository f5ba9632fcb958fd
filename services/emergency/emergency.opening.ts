import { isWalled } from '../access/access.rules'
import type { CaseRecord } from '../cases/cases.types'
import type { Actor } from '../people/people.types'
import { type Outcome, ok, refuse } from '../platform/outcome'
import type { Transaction, Tx } from '../platform/transaction'
import { openedAtFrom, recordDue, reminderDue } from './emergency.rules'
import { type EmergencyCases, type EmergencyRefused, ownView, subjectOf } from './emergency.steps'
import { findEmergency, findOpened, insertEmergency } from './emergency.store'
import type { EmergencyRecord, OwnEmergency } from './emergency.types'

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

export interface EmergencyOpening {
  /**
   * Records that somebody asked for the numbers, whoever they are: no role is asked for (IMP-55). A case that is unknown
   * or behind a wall is left out, and nobody is told the difference. Opened already, it is the same one.
   */
  open(actor: Actor, opening: Opening): Promise<Outcome<{ view: OwnEmergency }, EmergencyRefused>>
}

export interface EmergencyOpeningParts {
  cases: EmergencyCases
  transaction: Transaction
}

export function createEmergencyOpening({ cases, transaction }: EmergencyOpeningParts): EmergencyOpening {
  /** The case that was named, where there is one and no wall keeps the person from it. */
  async function caseOf(tx: Tx, named: Opening['named']): Promise<CaseRecord | null> {
    if (!named) return null
    const found = 'caseId' in named ? await cases.load(tx, named.caseId) : await cases.byReference(tx, named.reference)
    return found && !isWalled(found, tx.actor.staffId) ? found : null
  }

  return {
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
          lateAdvice: null,
          review: null,
          debrief: null,
          profile: tx.policy.version,
        }
        await insertEmergency(tx, record)
        const { emergency } = tx.policy
        const duty = { subject: id, owner: actor.staffId }
        tx.due({ kind: 'emergency-tell', ...duty, dueAt: tx.now })
        tx.due({ kind: 'emergency-reminder', ...duty, dueAt: reminderDue(record.openedAt, emergency) })
        tx.due({ kind: 'emergency-unrecorded', ...duty, dueAt: recordDue(record, emergency) })
        // What would put the case's content away must not take the numbers away.
        if (itsCase && shownAs) tx.settle('case-put-away', `${itsCase._id} ${shownAs}`)
        const codes = { emergency: id, openedAt: record.openedAt.toISOString() }
        tx.audit({ subject: subjectOf(record), event: 'emergency-opened', codes })
        return { ...ok, view: ownView(record) }
      }),
  }
}
