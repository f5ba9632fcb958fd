import type { CaseSteps } from '../cases/cases.service'
import type { CaseRecord } from '../cases/cases.types'
import type { Scope } from '../platform/mongo'
import type { Tx } from '../platform/transaction'
import type { EmergencyRefusal } from './emergency.rules'
import { findEmergency } from './emergency.store'
import type { EmergencyRecord, EmergencySummary, OwnEmergency } from './emergency.types'

export type EmergencyCases = Pick<CaseSteps, 'load' | 'byReference' | 'key'>

export type EmergencyRefused = EmergencyRefusal | 'walled' | 'stale' | 'no-permission' | 'no-such-case' | 'missing'

/** Of a case where there is one; else the emergency is an engagement of its own. */
export const subjectOf = ({ _id, caseId }: Pick<EmergencyRecord, '_id' | 'caseId'>) =>
  caseId ? (`case:${caseId}` as const) : (`engagement:${_id}` as const)

export async function withCase(scope: Scope, cases: EmergencyCases, emergencyId: string) {
  const found = await findEmergency(scope, emergencyId)
  const itsCase = found?.caseId ? await cases.load(scope, found.caseId) : null
  return { found, itsCase }
}

export const summaryOf = (found: EmergencyRecord, itsCase: CaseRecord | null): EmergencySummary => ({
  emergencyId: found._id,
  state: found.state,
  openedAt: found.openedAt,
  reference: itsCase?.reference ?? null,
  consult: found.after?.consult ?? null,
})

/** Whoever was told has a card that says how it stands. */
export function tellAgain(tx: Tx, { _id, told }: EmergencyRecord): void {
  for (const to of told) tx.send({ to, by: 'card', card: 'emergency-opened', subject: _id, urgent: true })
}

/** The same for whoever reviews it. */
export function tellReviewers(tx: Tx, { _id, reviewers }: EmergencyRecord): void {
  for (const to of reviewers) tx.send({ to, by: 'card', card: 'emergency-review', subject: _id })
}

/** What whoever opened it may see of it. */
export const ownView = ({ _id, openedAt, state, after, debrief }: EmergencyRecord): OwnEmergency => ({
  emergencyId: _id,
  openedAt,
  state,
  consult: after?.consult ?? null,
  debrief: debrief?.state ?? null,
})
