import type { Collection, Filter } from 'mongodb'
import type { Stored } from './mongo'

/** Work that one worker at a time may do. The lease ends by the server's time; the fence grows with every claim. */
export interface Claimable extends Stored {
  orgId: string
  state: string
  lease: { until: Date | null; fence: number }
}

/** Long enough for the slowest attempt; a worker that died is followed by another after it. */
const LEASE_SECONDS = 30

/**
 * Takes one record that is ready and free, for the time of a lease.
 *
 * @param ready which records may be worked on now
 * @returns the record with its new fence, or null when there is none
 */
export async function claim<T extends Claimable>(collection: Collection<T>, ready: Filter<T>): Promise<T | null> {
  const free = { $expr: { $lt: [{ $ifNull: ['$lease.until', new Date(0)] }, '$$NOW'] } }
  const take = {
    $set: {
      'lease.until': { $dateAdd: { startDate: '$$NOW', unit: 'second', amount: LEASE_SECONDS } },
      'lease.fence': { $add: ['$lease.fence', 1] },
    },
  }
  const claimed = await collection.findOneAndUpdate({ $and: [ready, free] } as Filter<T>, [take], {
    sort: { dueAt: 1 },
    returnDocument: 'after',
  })
  return claimed as T | null
}

/** The condition under which a claimed record may still be changed: nobody has claimed it since. */
export const stillHeld = (claimed: Claimable) => ({ _id: claimed._id, 'lease.fence': claimed.lease.fence })

/** What a new record starts with. */
export const freeLease = (): Claimable['lease'] => ({ until: null, fence: 0 })
