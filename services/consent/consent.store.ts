import type { Reading, Scope } from '../platform/mongo'
import type { ConsentRecord, ConsentStates } from './consent.types'

const consents = (scope: Scope) => scope.collection<ConsentRecord>('consents')

export const addConsents = (scope: Scope, ...records: ConsentRecord[]): Promise<void> =>
  consents(scope).insert(...records)

export const consentHistory = (scope: Scope, caseId: string): Promise<ConsentRecord[]> =>
  consents(scope).find({ caseId }, { sort: { at: 1 } })

/** The same, to be read with its case. */
export const historyOf = (scope: Scope, caseId: string): Reading<ConsentRecord> =>
  consents(scope).reading({ caseId }, { sort: { at: 1 } }, (record) => record)

/** The state of each kind that was ever asked about or given notice of. */
export const latestStates = (history: readonly ConsentRecord[]): ConsentStates =>
  Object.fromEntries(history.map(({ kind, state }) => [kind, state]))
