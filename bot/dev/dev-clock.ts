import { type Clock, movableClock } from '../../services/platform/clock'
import type { Mongo } from '../../services/platform/mongo'

export interface DevClock extends Clock {
  set(to: Date): Promise<void>
}

interface ClockRecord {
  _id: string
  offset: number
}

/**
 * Business time that can be moved, kept in the database so that a restart goes on from there.
 *
 * @param start where the clock of a fresh database begins; ignored by one that has a clock already
 */
export async function devClock(mongo: Mongo, start: Date | null): Promise<DevClock> {
  const kept = mongo.db.collection<ClockRecord>('devClock')
  const record = await kept.findOne({ _id: 'clock' })
  const clock = movableClock(record?.offset ?? 0)
  const save = () => kept.updateOne({ _id: 'clock' }, { $set: { offset: clock.offset() } }, { upsert: true })
  if (!record && start) {
    clock.set(start)
    await save()
  }
  return {
    now: clock.now,
    set: async (to) => {
      clock.set(to)
      await save()
    },
  }
}
