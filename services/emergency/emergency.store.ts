import { type DataKey, type Place, seal, unseal } from '../platform/crypto'
import type { Reading, Scope } from '../platform/mongo'
import type { AfterRecord, EmergencyRecord, EmergencyTask } from './emergency.types'

const emergencies = (scope: Scope) => scope.collection<EmergencyRecord>('emergencies')

const place = (scope: Scope, id: string, field: 'after' | 'finding'): Place => ({
  orgId: scope.orgId,
  collection: 'emergencies',
  id,
  field,
})

export const sealAfter = (scope: Scope, key: DataKey, id: string, after: AfterRecord): Buffer =>
  seal(key, place(scope, id, 'after'), JSON.stringify(after))

export function openAfter(scope: Scope, key: DataKey, id: string, sealed: Buffer): AfterRecord {
  const after = JSON.parse(unseal(key, place(scope, id, 'after'), sealed)) as AfterRecord
  return { ...after, calls: after.calls.map((call) => ({ ...call, at: new Date(call.at) })) }
}

export const sealFinding = (scope: Scope, key: DataKey, id: string, finding: string): Buffer =>
  seal(key, place(scope, id, 'finding'), finding)

export const openFinding = (scope: Scope, key: DataKey, id: string, sealed: Buffer): string =>
  unseal(key, place(scope, id, 'finding'), sealed)

export const insertEmergency = (scope: Scope, record: EmergencyRecord): Promise<void> =>
  emergencies(scope).insert(record)

export const findEmergency = (scope: Scope, emergencyId: string): Promise<EmergencyRecord | null> =>
  emergencies(scope).findOne({ _id: emergencyId })

/** What the same person opened from the same card or message and has not finished. */
export const findOpened = (scope: Scope, openedBy: string, origin: string): Promise<EmergencyRecord | null> =>
  emergencies(scope).findOne({ openedBy, origin, state: 'opened' })

/** How many somebody has opened since, whatever became of them. */
export const countOpened = (scope: Scope, openedBy: string, since: Date): Promise<number> =>
  emergencies(scope).count({ openedBy, openedAt: { $gte: since } })

/** Changes an emergency where it is still at the version that was read; false when somebody was faster. */
export const changeEmergency = (
  scope: Scope,
  { _id, version }: Pick<EmergencyRecord, '_id' | 'version'>,
  change: Partial<Omit<EmergencyRecord, '_id' | 'version'>>,
): Promise<boolean> => emergencies(scope).update({ _id, version }, { $set: change, $inc: { version: 1 } })

/** What waits for somebody, oldest first: their own to record and to talk over, and others' to review. */
export const tasksOf = (
  scope: Scope,
  staffId: string,
  { reviews, now, limit }: { reviews: boolean; now: Date; limit: number },
): Reading<EmergencyTask> => {
  const reviewing = reviews ? { openedBy: { $ne: staffId } } : { reviewers: staffId }
  return emergencies(scope).reading(
    {
      $or: [
        { openedBy: staffId, state: 'opened' },
        { openedBy: staffId, 'debrief.state': 'waiting', 'debrief.dueAt': { $lte: now } },
        { ...reviewing, state: 'recorded' },
      ],
    },
    { sort: { openedAt: 1 }, limit },
    ({ _id, openedAt, openedBy, state, caseId }) => ({
      emergencyId: _id,
      openedAt,
      caseId,
      task: openedBy !== staffId ? 'review' : state === 'opened' ? 'record' : 'debrief',
    }),
  )
}
