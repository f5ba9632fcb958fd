import { DateTime, Duration } from 'luxon'
import { z } from 'zod'
import { type Outcome, refuse } from '../../services/platform/outcome'

const EARLIEST = Date.UTC(2000, 0, 1)
const LATEST = Date.UTC(2100, 0, 1)

const clockChange = z.union([
  z.strictObject({ at: z.string() }),
  z.strictObject({ forward: z.union([z.number().positive(), z.string()]) }),
])

const CLOCK_HELP = 'Send { "at": "2026-11-26T14:30" } or { "forward": "PT1H" }, or a number of minutes as "forward".'

/**
 * The instant to which the clock is to be set. A time without an offset is one of the zone's; a day forward keeps the
 * local time of day. Refused with a sentence.
 */
export function readClockChange(body: unknown, now: Date, zone: string): Outcome<{ at: Date }, string> {
  const parsed = clockChange.safeParse(body)
  if (!parsed.success) return refuse(CLOCK_HELP)
  const at = 'at' in parsed.data ? DateTime.fromISO(parsed.data.at, { zone }) : later(parsed.data.forward, now, zone)
  if (!at?.isValid) return refuse(CLOCK_HELP)
  const instant = at.toMillis()
  if (instant < EARLIEST || instant >= LATEST) return refuse('The clock goes from 2000 to 2099.')
  return { ok: true, at: new Date(instant) }
}

function later(forward: number | string, now: Date, zone: string): DateTime | null {
  const duration = typeof forward === 'number' ? Duration.fromObject({ minutes: forward }) : Duration.fromISO(forward)
  if (!duration.isValid) return null
  const from = DateTime.fromJSDate(now, { zone })
  const to = from.plus(duration)
  return to > from ? to : null
}

const AVAILABILITIES = [
  'Available',
  'AvailableIdle',
  'Away',
  'BeRightBack',
  'Busy',
  'BusyIdle',
  'DoNotDisturb',
  'Offline',
  'PresenceUnknown',
] as const

const presenceChange = z.strictObject({ staffId: z.string(), availability: z.enum(AVAILABILITIES) })

/** Refused with a sentence. Values: Graph's presence resource. */
export function readPresenceChange(body: unknown): Outcome<z.infer<typeof presenceChange>, string> {
  const parsed = presenceChange.safeParse(body)
  if (parsed.success) return { ok: true, ...parsed.data }
  return refuse(`Send { "staffId", "availability" }; availability is one of ${AVAILABILITIES.join(', ')}.`)
}
