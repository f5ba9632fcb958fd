import { type DataKey, type Place, seal, unseal } from '../platform/crypto'
import type { Joins, Reading, Scope } from '../platform/mongo'
import type { BreachRecord, Said, Statement, Statements } from './breach.types'

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

/** Everything that was stated, as it was written. @throws CaseworkError 'key-destroyed' when the case was forgotten */
export const openStatements = (scope: Scope, key: DataKey, { _id, statements }: BreachRecord): Said[] =>
  statements.map(({ act, code, text }) => ({ act, code, text: unseal(key, place(scope, _id, { act, code }), text) }))

export const insertBreach = (scope: Scope, record: BreachRecord): Promise<void> => breaches(scope).insert(record)

export const findBreach = (scope: Scope, breachId: string): Promise<BreachRecord | null> =>
  breaches(scope).findOne({ _id: breachId })

export const findBreachWith = <Joined extends Joins>(scope: Scope, breachId: string, joins: Joined) =>
  breaches(scope).findWith({ _id: breachId }, joins)

export const breachesOf = (scope: Scope, caseId: string): Promise<BreachRecord[]> => breaches(scope).find({ caseId })

/** The id of the latest request in a case, to be read with that. */
export const latestBreachOf = (scope: Scope, caseId: string): Reading<string> =>
  breaches(scope).reading({ caseId }, { sort: { 'history.0.at': -1 }, limit: 1 }, ({ _id }) => _id)

/** All requests that wait for somebody. */
export const breachesFor = (scope: Scope, staffId: string): Promise<BreachRecord[]> =>
  breaches(scope).find({ waitsFor: staffId })

export const allBreaches = (scope: Scope): Promise<BreachRecord[]> => breaches(scope).find({})

/** So many of the requests that wait for somebody, the oldest first. */
export const breachesWaitingFor = <Result>(
  scope: Scope,
  staffId: string,
  limit: number,
  as: (record: BreachRecord) => Result,
): Reading<Result> => breaches(scope).reading({ waitsFor: staffId }, { sort: { remindedAt: 1 }, limit }, as)

/** Adds to a request where it is still at the version that was read; false when somebody was faster. */
export const continueBreach = (
  scope: Scope,
  { _id, version }: Pick<BreachRecord, '_id' | 'version'>,
  change: Partial<Omit<BreachRecord, '_id' | 'version'>>,
): Promise<boolean> => breaches(scope).update({ _id, version }, { $set: change, $inc: { version: 1 } })
