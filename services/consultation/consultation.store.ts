import type { Reading, Scope } from '../platform/mongo'
import type { ConsultationRecord } from './consultation.types'

const consultations = (scope: Scope) => scope.collection<ConsultationRecord>('consultations')

export const insertConsultation = (scope: Scope, record: ConsultationRecord): Promise<void> =>
  consultations(scope).insert(record)

export const findConsultation = (scope: Scope, id: string): Promise<ConsultationRecord | null> =>
  consultations(scope).findOne({ _id: id })

/** What waits for somebody: their reply, a reply to them, or their seeing to it; oldest first. */
export const consultationsFor = <Result>(
  scope: Scope,
  staffId: string,
  limit: number,
  as: (record: ConsultationRecord) => Result,
): Reading<Result> =>
  consultations(scope).reading(
    { $or: [{ waitsFor: staffId }, { newsFor: staffId }, { owedBy: staffId }] },
    { sort: { at: 1, _id: 1 }, limit },
    as,
  )

/** Changes a question where it is still at the version that was read; false when somebody was faster. */
export const changeConsultation = (
  scope: Scope,
  { _id, version }: Pick<ConsultationRecord, '_id' | 'version'>,
  change: Partial<Omit<ConsultationRecord, '_id' | 'version'>>,
): Promise<boolean> => consultations(scope).update({ _id, version }, { $set: change, $inc: { version: 1 } })
