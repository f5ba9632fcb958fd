/**
 * Business time: deadlines, ages, reminders. One clock is made in `compose` and handed down (IMP-58: the server's
 * clock counts, never a device's). Leases, TTL, tokens and logs use real time instead.
 */
export interface Clock {
  /** The present instant. Stored in UTC; shown in the service's time zone. */
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/** A clock that can be set and moved forward; `npm start` and the tests use it, production never does. */
export interface MovableClock extends Clock {
  /** Move business time to the instant given. */
  set(to: Date): void
  /** How far business time is ahead of real time, in milliseconds. */
  offset(): number
}

export function movableClock(offsetMs = 0): MovableClock {
  let offset = offsetMs
  return {
    now: () => new Date(Date.now() + offset),
    set: (to) => {
      offset = to.getTime() - Date.now()
    },
    offset: () => offset,
  }
}
