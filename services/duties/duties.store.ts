import type { Db } from 'mongodb'
import { claim, stillHeld } from '../platform/claim'
import type { Mongo, Scope } from '../platform/mongo'
import type { Duty, DutyKind } from './duties.types'

const duties = (scope: Scope) => scope.collection<Duty>('duties')

/** One duty of a kind per subject, so that opening it twice moves it instead of doubling it. */
const dutyId = (orgId: string, kind: DutyKind, subject: string): string => `${orgId}:${kind}:${subject}`

/** Opens a duty or moves it, in which case a worker that has claimed it for the earlier time has lost it; or ends it. */
export type DutyChange = Pick<Duty, 'kind' | 'subject'> & (Pick<Duty, 'owner' | 'dueAt'> | { done: true })

export const changeDuties = (scope: Scope, changes: readonly DutyChange[]): Promise<void> =>
  duties(scope).changeAll(
    changes.map((change) => ({
      filter: { _id: dutyId(scope.orgId, change.kind, change.subject) },
      change:
        'done' in change
          ? { $set: { state: 'done' } }
          : { $set: { ...change, state: 'open', 'lease.until': null, 'lease.lost': 0 }, $inc: { 'lease.fence': 1 } },
      make: !('done' in change),
    })),
  )

/** A duty that may still be changed by the worker that claimed it: false when another has claimed it since. */
export const closeClaimed = (scope: Scope, duty: Duty): Promise<boolean> =>
  duties(scope).update({ ...stillHeld(duty), state: 'open' }, { $set: { state: 'done' } })

export const openDutiesOf = (scope: Scope, owner: string): Promise<Duty[]> =>
  duties(scope).find({ owner, state: 'open' }, { sort: { dueAt: 1 }, limit: 50 })

/** Takes the next duty that is due, over all organisations. */
export const claimDuty = (db: Db, now: Date): Promise<Duty | null> =>
  claim(db.collection<Duty>('duties'), { state: 'open', dueAt: { $lte: now } })

/** Everything that is due some day, over all organisations, for the start page of a laptop. */
export async function openDuties({
  db,
}: Mongo): Promise<{ kind: string; about: string; owner: string; dueAt: Date }[]> {
  const open = await db.collection<Duty>('duties').find({ state: 'open' }).sort({ dueAt: 1 }).limit(100).toArray()
  return open.map(({ kind, subject, owner, dueAt }) => ({ kind, about: subject, owner, dueAt }))
}
