import { type DataKey, type Place, seal, unseal } from '../platform/crypto'
import type { Scope } from '../platform/mongo'
import type { CallBackRecord } from './callbacks.types'

const callBacks = (scope: Scope) => scope.collection<CallBackRecord>('callbacks')

const place = (scope: Scope, id: string, field: string): Place => ({
  orgId: scope.orgId,
  collection: 'callbacks',
  id,
  field,
})

export const addCallBack = (
  scope: Scope,
  key: DataKey,
  record: Omit<CallBackRecord, 'number' | 'when'>,
  { number, when }: { number: string; when: string },
): Promise<void> =>
  callBacks(scope).insert({
    ...record,
    number: seal(key, place(scope, record._id, 'number'), number),
    when: seal(key, place(scope, record._id, 'when'), when),
  })

export const findCallBack = (scope: Scope, id: string): Promise<CallBackRecord | null> =>
  callBacks(scope).findOne({ _id: id })

export const openCallBack = (scope: Scope, caseId: string): Promise<CallBackRecord | null> =>
  callBacks(scope).findOne({ caseId, state: 'open' })

/** The same, to be read with its case, and opened with its key. */
export const openCallBackOf = (scope: Scope, caseId: string) =>
  callBacks(scope).reading(
    { caseId, state: 'open' },
    {},
    (record) => (key: DataKey) => readCallBack(scope, key, record),
  )

export const openCallBacks = (scope: Scope): Promise<CallBackRecord[]> =>
  callBacks(scope).find({ state: 'open' }, { sort: { at: 1 }, limit: 100 })

export const closeCallBack = (scope: Scope, id: string): Promise<boolean> =>
  callBacks(scope).update({ _id: id, state: 'open' }, { $set: { state: 'done' } })

export const readCallBack = (scope: Scope, key: DataKey, record: CallBackRecord) => ({
  id: record._id,
  number: unseal(key, place(scope, record._id, 'number'), record.number),
  when: unseal(key, place(scope, record._id, 'when'), record.when),
})
