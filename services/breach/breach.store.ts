import { type DataKey, type Place, seal } from '../platform/crypto'
import type { Scope } from '../platform/mongo'
import type { BreachRecord, Statement, Statements } from './breach.types'

const breaches = (scope: Scope) => scope.collection<BreachRecord>('breaches')

const place = (scope: Scope, id: string, { act, code }: Pick<Statement, 'act' | 'code'>): Place => ({
  orgId: scope.orgId,
  collection: 'breaches',
  id,
  field: `${act} ${code}`,
})

/** What was stated with one act, sealed with the case's key. */
export const sealStatements = (scope: Scope, key: DataKey, id: string, act: number, states: Statements): Statement[] =>
  Object.entries(states).map(([code, text]) => ({ act, code, text: seal(key, place(scope, id, { act, code }), text) }))

export const insertBreach = (scope: Scope, record: BreachRecord): Promise<void> => breaches(scope).insert(record)

export const findBreach = (scope: Scope, breachId: string): Promise<BreachRecord | null> =>
  breaches(scope).findOne({ _id: breachId })

export const breachesOf = (scope: Scope, caseId: string): Promise<BreachRecord[]> => breaches(scope).find({ caseId })

/** Adds to a request where it is still at the version that was read; false when somebody was faster. */
export const continueBreach = (
  scope: Scope,
  { _id, version }: Pick<BreachRecord, '_id' | 'version'>,
  change: Pick<BreachRecord, 'history' | 'statements'>,
): Promise<boolean> => breaches(scope).update({ _id, version }, { $set: change, $inc: { version: 1 } })
