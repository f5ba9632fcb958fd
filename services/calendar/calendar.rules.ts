import { DateTime } from 'luxon'
import { CaseworkError } from '../platform/errors'
import type { CalendarPolicy } from './calendar.policy'
import englandAndWales from './holidays/england-and-wales.json'

/** Years that a file does not cover have weekends and closure days only, so the files must stay ahead of every deadline. */
const HOLIDAYS = {
  'england-and-wales': new Set(englandAndWales.map(({ date }) => date)),
} satisfies Record<CalendarPolicy['nation'], ReadonlySet<string>>

const SATURDAY = 6
const MINUTE = 60_000

/** Longer than any true closure: a service that stays shut for so long has a mistake in its profile. */
const SEARCH_DAYS = 400

/** The date that people in the zone read off the wall at that instant, as `YYYY-MM-DD`. */
export const localDate = (at: Date, zone: string): string => DateTime.fromJSDate(at, { zone }).toFormat('yyyy-MM-dd')

/** The instant of a local day and time as people type them, `2026-11-24` and `14:30` or `9.05`; null where they are none. */
export function localInstant(date: string, time: string, zone: string): Date | null {
  const at = DateTime.fromFormat(`${date} ${time.trim().replace('.', ':')}`, 'yyyy-MM-dd H:mm', { zone })
  return at.isValid ? at.toJSDate() : null
}

/** The same the other way round: the local day and minute of an instant. */
export const localMinute = (at: Date, zone: string): { date: string; time: string } => ({
  date: localDate(at, zone),
  time: DateTime.fromJSDate(at, { zone }).toFormat('HH:mm'),
})

/** Whether a text is a day of the calendar, as `YYYY-MM-DD`. */
export const isDate = (text: string): boolean => DateTime.fromFormat(text, 'yyyy-MM-dd', { zone: 'utc' }).isValid

/** Whether the service opens that local day and it is neither weekend, bank holiday nor closure day (IMP-01). */
export const isWorkingDay = (at: Date, policy: CalendarPolicy): boolean => isWorking(dayOf(at, policy), policy)

/** Whether the service is open at that instant. A weekend may be open without being a working day (CAM-29). */
export const isOpen = (at: Date, policy: CalendarPolicy): boolean =>
  openings(dayOf(at, policy), policy).some(({ from, to }) => from <= at && at < to)

/** The first instant, from `at` on, at which the service is open: `at` itself when it is open already. */
export function nextOpening(at: Date, policy: CalendarPolicy): Date {
  const { from } = openingAfter(at, policy)
  return from < at ? at : from
}

/** When the service opens on the first working day after the local day of `at`. */
export function nextWorkingDayOpening(at: Date, policy: CalendarPolicy): Date {
  const day = firstWorkingDay(dayOf(at, policy).plus({ days: 1 }), policy)
  return openings(day, policy)[0]!.from
}

/**
 * The same local time on the n-th working day after the local day of `at`, so that the day after is day 1 (AMB-46; for
 * a contact out of hours, pass its `nextOpening`). `n` is a whole number; zero leaves a working day as it is and moves
 * any other day to the next working day, as a deadline that falls on a holiday moves.
 */
export function addWorkingDays(at: Date, n: number, policy: CalendarPolicy): Date {
  let day = dayOf(at, policy)
  if (n === 0) day = firstWorkingDay(day, policy)
  for (let counted = 0; counted < n; counted++) day = firstWorkingDay(day.plus({ days: 1 }), policy)
  return local(at, policy).set({ year: day.year, month: day.month, day: day.day }).toJSDate()
}

/** The first instant by which the service has been open for so many minutes since `at`; this may be a closing time. */
export function addWorkingMinutes(at: Date, minutes: number, policy: CalendarPolicy): Date {
  let reached = at
  let left = minutes * MINUTE
  while (left > 0) {
    const { from, to } = openingAfter(reached, policy)
    const start = Math.max(from.getTime(), reached.getTime())
    const worked = Math.min(left, to.getTime() - start)
    reached = new Date(start + worked)
    left -= worked
  }
  return reached
}

/** The same local time and day number so many months later, or the month's last day where it is shorter (IMP-02). */
export const addMonths = (at: Date, n: number, policy: CalendarPolicy): Date =>
  local(at, policy).plus({ months: n }).toJSDate()

/** The last millisecond, 23:59 on screen, of the local day of `at`: when something due that day is late (IMP-02). */
export const endOfDay = (at: Date, policy: CalendarPolicy): Date => local(at, policy).endOf('day').toJSDate()

/** Working days after the local day of `from`, up to and with that of `to`; negative when `to` is the earlier one. */
export function workingDaysBetween(from: Date, to: Date, policy: CalendarPolicy): number {
  if (to < from) return 0 - workingDaysBetween(to, from, policy)
  const last = dayOf(to, policy)
  let count = 0
  for (let day = dayOf(from, policy); day < last; ) {
    day = day.plus({ days: 1 })
    if (isWorking(day, policy)) count++
  }
  return count
}

/**
 * Where a file opened at that instant is listed: calendar year and month, and ISO week, all local (CAR-21). The first
 * days of January may belong to the last ISO week of the year before: 1 January 2027 is listed under 2027, 1, 53.
 */
export function isoWeek(at: Date, policy: CalendarPolicy): { year: number; month: number; week: number } {
  const { year, month, weekNumber } = local(at, policy)
  return { year, month, week: weekNumber }
}

interface Opening {
  from: Date
  to: Date
}

const local = (at: Date, { zone }: CalendarPolicy): DateTime => DateTime.fromJSDate(at, { zone })

const dayOf = (at: Date, policy: CalendarPolicy): DateTime => local(at, policy).startOf('day')

const isWorking = (day: DateTime, policy: CalendarPolicy): boolean =>
  day.weekday < SATURDAY && openings(day, policy).length > 0

/** The day's opening times, earliest first. A time inside the hour that the clocks skip may leave nothing between. */
function openings(day: DateTime, { nation, closures, hours }: CalendarPolicy): Opening[] {
  const date = day.toFormat('yyyy-MM-dd')
  if (HOLIDAYS[nation].has(date) || closures.includes(date)) return []
  const instant = (time: string) => DateTime.fromISO(`${date}T${time}`, { zone: day.zone }).toJSDate()
  return hours
    .filter(({ days }) => days.includes(day.weekday))
    .map(({ from, to }) => ({ from: instant(from), to: instant(to) }))
    .filter(({ from, to }) => from < to)
    .sort((one, other) => one.from.getTime() - other.from.getTime())
}

const openingAfter = (at: Date, policy: CalendarPolicy): Opening =>
  search(dayOf(at, policy), (day) => openings(day, policy).find(({ to }) => at < to))

const firstWorkingDay = (from: DateTime, policy: CalendarPolicy): DateTime =>
  search(from, (day) => (isWorking(day, policy) ? day : undefined))

/** What is found on the first day, from the one given, that has anything; throws `calendar-never-open` if none has. */
function search<Found>(from: DateTime, find: (day: DateTime) => Found | undefined): Found {
  for (let ahead = 0; ahead <= SEARCH_DAYS; ahead++) {
    const found = find(from.plus({ days: ahead }))
    if (found !== undefined) return found
  }
  throw new CaseworkError('calendar-never-open', { days: SEARCH_DAYS })
}
