import { type DataKey, type Place, seal, unseal } from '../platform/crypto'
import type { Reading, Scope } from '../platform/mongo'
import type { AfterRecord, EmergencyRecord, EmergencyTask, LateAdvice } from './emergency.types'

/** As it is kept: with everybody who has something to do about it, so that a home finds it by one key. */
type Kept = EmergencyRecord & { waitsFor: readonly string[] }

const emergencies = (scope: Scope) => scope.collection<Kept>('emergencies')

/** Stands for everybody who reviews by their role. */
const REVIEWERS = 'reviewers'

function waitsFor({ after, state, openedBy, debrief, reviewers }: EmergencyRecord): string[] {
  const own = state === 'opened' || debrief?.state === 'waiting' || after?.consult === 'owed' ? [openedBy] : []
  return state === 'recorded' ? [...own, REVIEWERS, ...reviewers] : own
}

const place = (scope: Scope, id: string, field: 'after' | 'lateAdvice' | 'finding'): Place => ({
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

export const sealLateAdvice = (scope: Scope, key: DataKey, id: string, said: LateAdvice): Buffer =>
  seal(key, place(scope, id, 'lateAdvice'), JSON.stringify(said))

export const openLateAdvice = (scope: Scope, key: DataKey, id: string, sealed: Buffer): LateAdvice =>
  JSON.parse(unseal(key, place(scope, id, 'lateAdvice'), sealed)) as LateAdvice

export const sealFinding = (scope: Scope, key: DataKey, id: string, finding: string): Buffer =>
  seal(key, place(scope, id, 'finding'), finding)

export const openFinding = (scope: Scope, key: DataKey, id: string, sealed: Buffer): string =>
  unseal(key, place(scope, id, 'finding'), sealed)

export const insertEmergency = (scope: Scope, record: EmergencyRecord): Promise<void> =>
  emergencies(scope).insert({ ...record, waitsFor: waitsFor(record) })

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
  found: EmergencyRecord,
  change: Partial<Omit<EmergencyRecord, '_id' | 'version'>>,
): Promise<boolean> => {
  const { _id, version } = found
  const kept = { ...change, waitsFor: waitsFor({ ...found, ...change }) }
  return emergencies(scope).update({ _id, version }, { $set: kept, $inc: { version: 1 } })
}

/** What waits for somebody, oldest first: their own to record, to be advised on and to talk over, others' to review. */
export const tasksOf = (
  scope: Scope,
  staffId: string,
  { reviews, now, limit }: { reviews: boolean; now: Date; limit: number },
): Reading<EmergencyTask> =>
  emergencies(scope).reading(
    { waitsFor: reviews ? { $in: [staffId, REVIEWERS] } : staffId },
    // Some of them are not due yet.
    { sort: { openedAt: 1 }, limit: 2 * limit },
    (record) => {
      const { _id: emergencyId, openedAt, caseId, openedBy, after } = record
      const owed = openedBy === staffId && after?.consult === 'owed'
      return { emergencyId, openedAt, caseId, task: taskIn(record, staffId, now), owed }
    },
  )

function taskIn({ openedBy, state, debrief }: EmergencyRecord, staffId: string, now: Date): EmergencyTask['task'] {
  if (openedBy !== staffId) return 'review'
  if (state === 'opened') return 'record'
  return debrief?.state === 'waiting' && debrief.dueAt <= now ? 'debrief' : 'none'
}
