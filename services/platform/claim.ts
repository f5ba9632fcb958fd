import type { Collection, Filter } from 'mongodb'
import type { Stored } from './mongo'
import { within } from './time-limit'

/** Work that one worker at a time may do. The lease ends by the server's time; the fence grows with every claim. */
export interface Claimable extends Stored {
  orgId: string
  state: string
  /** `lost` counts the claims that ran out, one after the other, without a word from the worker. */
  lease: { until: Date | null; fence: number; lost?: number }
}

/** Long enough for the slowest attempt; a worker that died is followed by another after it. */
const LEASE_SECONDS = 30

const CLAIM_LIMIT_MS = 8000

/** Doubled as often as this: what its workers die of is tried once in about half an hour, and the rest goes on. */
const DOUBLED_AT_MOST = 6

/** How many workers lost on one record are chance; after them it is the record that they are lost on. */
export const LOST_BY_CHANCE = 3

/**
 * Takes one record that is ready and free, for the time of a lease.
 *
 * @param ready which records may be worked on now
 * @returns the record with its new fence, or null when there is none
 */
export async function claim<T extends Claimable>(collection: Collection<T>, ready: Filter<T>): Promise<T | null> {
  const free = { $expr: { $lt: [{ $ifNull: ['$lease.until', new Date(0)] }, '$$NOW'] } }
  const held = { $eq: [{ $type: '$lease.until' }, 'date'] }
  const lost = { $cond: [held, { $add: [{ $ifNull: ['$lease.lost', 0] }, 1] }, 0] }
  const doubled = { $min: [{ $max: [{ $subtract: ['$lease.lost', LOST_BY_CHANCE] }, 0] }, DOUBLED_AT_MOST] }
  const seconds = { $multiply: [LEASE_SECONDS, { $pow: [2, doubled] }] }
  const count = { $set: { 'lease.lost': lost } }
  const take = {
    $set: {
      'lease.until': { $dateAdd: { startDate: '$$NOW', unit: 'second', amount: { $toLong: seconds } } },
      'lease.fence': { $add: ['$lease.fence', 1] },
    },
  }
  const claiming = collection.findOneAndUpdate({ $and: [ready, free] } as Filter<T>, [count, take], {
    sort: { dueAt: 1 },
    returnDocument: 'after',
  })
  // A claim that nobody hears of runs out; a worker that waits for a paused server does nothing at all.
  const claimed = await within(CLAIM_LIMIT_MS, claiming)
  return claimed as T | null
}

/** The condition under which a claimed record may still be changed: nobody has claimed it since. */
export const stillHeld = (claimed: Claimable) => ({ _id: claimed._id, 'lease.fence': claimed.lease.fence })

/** What a new record starts with. */
export const freeLease = (): Claimable['lease'] => ({ until: null, fence: 0 })
