import { isWalled, may } from '../access/access.rules'
import type { CaseRecord } from '../cases/cases.types'
import { readNote } from '../contacts/contacts.rules'
import type { Actor } from '../people/people.types'
import type { Keyring } from '../platform/keyring'
import { type Outcome, ok, refuse } from '../platform/outcome'
import type { Transaction, Tx } from '../platform/transaction'
import { mayReview } from './emergency.rules'
import {
  type EmergencyCases,
  type EmergencyRefused,
  subjectOf,
  summaryOf,
  tellReviewers,
  withCase,
} from './emergency.steps'
import { changeEmergency, openAfter, openFinding, openLateAdvice, sealFinding } from './emergency.store'
import type { EmergencyContent, EmergencyRecord } from './emergency.types'

export interface EmergencyReviews {
  /** For whoever was told or reviews, and the latter alone read what was done; recorded before it is shown. */
  view(actor: Actor, emergencyId: string): Promise<Outcome<{ view: EmergencyContent }, EmergencyRefused>>
  /** What came of looking at it, by somebody else than whoever opened it (IMP-55). */
  review(
    actor: Actor,
    input: { emergencyId: string; within: boolean; finding: string },
  ): Promise<Outcome<object, EmergencyRefused>>
}

interface EmergencyReviewParts {
  keyring: Keyring
  cases: EmergencyCases
  transaction: Transaction
}

export function createEmergencyReviews({ keyring, cases, transaction }: EmergencyReviewParts): EmergencyReviews {
  /** The reviewer's own rule, with what it has to know. */
  function reviewing(tx: Tx, found: EmergencyRecord, itsCase: CaseRecord | null) {
    const { actor, policy } = tx
    const walled = itsCase !== null && isWalled(itsCase, actor.staffId)
    const permitted = may(actor, 'emergency.review', policy.access).ok
    return mayReview(found, { ...actor, walled }, permitted, policy.breach.investigators)
  }

  return {
    view: (actor, emergencyId) =>
      transaction(actor, { event: 'emergency-viewed', permission: null, about: emergencyId }, async (tx) => {
        const { found, itsCase } = await withCase(tx, cases, emergencyId)
        if (!found) return refuse('unknown')
        if (itsCase && isWalled(itsCase, actor.staffId)) return refuse('walled')
        const reviewer = reviewing(tx, found, itsCase)
        if (!reviewer.ok && reviewer.reason === 'investigator') return reviewer
        if (!reviewer.ok && !found.told.includes(actor.staffId)) return reviewer
        const { after, lateAdvice, review } = found
        const key = after && reviewer.ok ? await keyring.open(tx, after.keyId) : null
        const codes = { emergency: emergencyId, part: key ? 'content' : 'frame' }
        tx.audit({ subject: subjectOf(found), event: 'emergency-viewed', codes })
        return {
          ...ok,
          view: {
            ...summaryOf(found, itsCase),
            openedByName: found.openedByName,
            after: key && openAfter(tx, key, emergencyId, after!.sealed),
            lateAdvice:
              key && lateAdvice
                ? { ...openLateAdvice(tx, key, emergencyId, lateAdvice.sealed), at: lateAdvice.at }
                : null,
            outside: after?.outside ?? false,
            review:
              key && review
                ? { within: review.within, finding: openFinding(tx, key, emergencyId, review.sealed), at: review.at }
                : null,
            stoodDown: found.stoodDown?.reason ?? null,
            mayReview: reviewer.ok && found.state === 'recorded',
          },
        }
      }),

    review: (actor, { emergencyId, within, finding }) =>
      transaction(actor, { event: 'emergency-reviewed', permission: null, about: emergencyId }, async (tx) => {
        const { found, itsCase } = await withCase(tx, cases, emergencyId)
        if (!found) return refuse('unknown')
        const allowed = reviewing(tx, found, itsCase)
        if (!allowed.ok) return allowed
        if (found.review?.by === actor.staffId) return { ...ok, repeated: true }
        if (found.state !== 'recorded') return refuse('settled')
        const read = readNote(finding)
        if (!read.ok) return read
        const key = await keyring.open(tx, found.after!.keyId)
        const sealed = sealFinding(tx, key, emergencyId, read.text)
        const change = { state: 'reviewed' as const, review: { by: actor.staffId, at: tx.now, within, sealed } }
        if (!(await changeEmergency(tx, found, change))) return refuse('stale')
        tellReviewers(tx, found)
        const codes = { emergency: emergencyId, within }
        tx.audit({ subject: subjectOf(found), event: 'emergency-reviewed', codes })
        return ok
      }),
  }
}
