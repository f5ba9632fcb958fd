import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { DateTime } from 'luxon'
import { type CalendarPolicy, calendarPolicy } from '../../../services/calendar/calendar.policy'
import {
  addMonths,
  addWorkingDays,
  addWorkingMinutes,
  endOfDay,
  isOpen,
  isoWeek,
  isWorkingDay,
  localDate,
  nextOpening,
  nextWorkingDayOpening,
  workingDaysBetween,
} from '../../../services/calendar/calendar.rules'
import holidays from '../../../services/calendar/holidays/england-and-wales.json'

const ZONE = 'Europe/London'
const WEEKDAYS = { days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' }

const aCalendar = (changes: Partial<CalendarPolicy> = {}): CalendarPolicy =>
  calendarPolicy.parse({ zone: ZONE, nation: 'england-and-wales', closures: [], hours: [WEEKDAYS], ...changes })

const office = aCalendar()
const everyDay = aCalendar({ hours: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '09:00', to: '19:00' }] })

/** Local time on the wall, as `2024-03-28 10:00`, and back. */
const at = (wall: string, zone = ZONE): Date => DateTime.fromSQL(wall, { zone }).toJSDate()
const wall = (instant: Date, zone = ZONE): string => DateTime.fromJSDate(instant, { zone }).toFormat('yyyy-MM-dd HH:mm')

describe('working days', () => {
  test.each([
    ['a Monday', '2026-11-23', true],
    ['a Friday', '2026-11-27', true],
    ['a Saturday', '2026-11-28', false],
    ['a Sunday', '2026-11-29', false],
    ['Good Friday', '2026-04-03', false],
    ['Easter Monday', '2026-04-06', false],
    ['the Tuesday after Easter', '2026-04-07', true],
    ['the coronation', '2023-05-08', false],
    ['Christmas Eve 2026', '2026-12-24', true],
    ['Christmas Day 2026', '2026-12-25', false],
    ['the substitute for Boxing Day 2026', '2026-12-28', false],
    ['the day after it', '2026-12-29', true],
    ['the substitute for Christmas Day 2027', '2027-12-27', false],
    ['the substitute for Boxing Day 2027', '2027-12-28', false],
    ['the day after both', '2027-12-29', true],
    ['the substitute for New Year 2028', '2028-01-03', false],
  ])('IMP-01 %s (%s) is a working day: %s', (_day, date, expected) => {
    expect(isWorkingDay(at(`${date} 12:00`), office)).toBe(expected)
  })

  test('IMP-01 a closure day of the union is no working day, and the service is shut', () => {
    const closed = aCalendar({ closures: ['2024-04-03'] })
    expect(isWorkingDay(at('2024-04-03 12:00'), closed)).toBe(false)
    expect(isOpen(at('2024-04-03 12:00'), closed)).toBe(false)
    expect(isWorkingDay(at('2024-04-03 12:00'), office)).toBe(true)
  })

  test('IMP-01 a weekday on which the service never opens is no working day', () => {
    const noMondays = aCalendar({ hours: [{ ...WEEKDAYS, days: [2, 3, 4, 5] }] })
    expect(isWorkingDay(at('2026-11-23 12:00'), noMondays)).toBe(false)
  })

  test('IMP-01 a Sunday with telephone hours is open but still no working day', () => {
    expect(isOpen(at('2026-11-29 18:00'), everyDay)).toBe(true)
    expect(isOpen(at('2026-11-29 19:30'), everyDay)).toBe(false)
    expect(isWorkingDay(at('2026-11-29 18:00'), everyDay)).toBe(false)
    expect(wall(nextWorkingDayOpening(at('2026-11-27 12:00'), everyDay))).toBe('2026-11-30 09:00')
  })

  test('IMP-01 days begin at local midnight, in summer an hour before the store says so', () => {
    expect(isWorkingDay(new Date('2026-07-05T22:59:59Z'), office)).toBe(false)
    expect(isWorkingDay(new Date('2026-07-05T23:00:00Z'), office)).toBe(true)
    expect(localDate(new Date('2026-07-05T23:00:00Z'), ZONE)).toBe('2026-07-06')
    expect(localDate(new Date('2026-07-05T23:00:00Z'), 'UTC')).toBe('2026-07-05')
  })
})

describe('deadlines in working days', () => {
  test.each([
    ['over Easter', '2024-03-28 10:00', 3, [], '2024-04-04 10:00'],
    ['over Easter and a closure day', '2024-03-28 10:00', 3, ['2024-04-03'], '2024-04-05 10:00'],
    ['over a weekend', '2026-11-27 16:59', 1, [], '2026-11-30 16:59'],
    ['from a Saturday', '2026-11-28 10:00', 1, [], '2026-11-30 10:00'],
    ['over Christmas 2026', '2026-12-24 10:00', 1, [], '2026-12-29 10:00'],
    ['over Christmas and New Year 2027', '2027-12-24 10:00', 4, [], '2028-01-04 10:00'],
    ['over the spring change of clocks', '2026-03-27 01:30', 1, [], '2026-03-30 01:30'],
    ['over the autumn change of clocks', '2026-10-23 01:30', 1, [], '2026-10-26 01:30'],
    ['zero from a working day', '2026-11-27 10:00', 0, [], '2026-11-27 10:00'],
    ['zero from a Sunday', '2026-11-29 10:00', 0, [], '2026-11-30 10:00'],
  ])('IMP-01 %s: %s and %d working days, closed %j, is %s', (_case, start, n, closures, due) => {
    expect(wall(addWorkingDays(at(start), n, aCalendar({ closures })))).toBe(due)
  })

  test.each([
    ['2026-09-03', '2026-10-05'],
    ['2027-01-31', '2027-03-01'],
    ['2026-11-25', '2026-12-29'],
  ])('IMP-01 a request of %s, due in a month, is due on %s because the month ends on a day off', (received, due) => {
    const answerBy = addWorkingDays(addMonths(at(`${received} 12:00`), 1, office), 0, office)
    expect(localDate(answerBy, ZONE)).toBe(due)
  })

  test.each([
    ['2024-03-28 10:00', '2024-04-04 09:00', 3],
    ['2024-04-04 09:00', '2024-03-28 10:00', -3],
    ['2026-11-27 00:00', '2026-11-27 23:59', 0],
    ['2026-11-27 23:59', '2026-11-27 00:00', 0],
    ['2026-11-27 23:59', '2026-11-30 00:00', 1],
    ['2026-11-27 23:59', '2026-11-29 23:59', 0],
    ['2026-10-23 12:00', '2026-10-26 00:00', 1],
  ])('IMP-01 from %s to %s the service counts %d working days', (from, to, expected) => {
    expect(workingDaysBetween(at(from), at(to), office)).toBe(expected)
  })
})

describe('opening hours', () => {
  test.each([
    ['2026-11-27 08:59', false, '2026-11-27 09:00'],
    ['2026-11-27 09:00', true, '2026-11-27 09:00'],
    ['2026-11-27 16:59', true, '2026-11-27 16:59'],
    ['2026-11-27 17:00', false, '2026-11-30 09:00'],
    ['2026-11-27 17:01', false, '2026-11-30 09:00'],
    ['2026-12-24 17:00', false, '2026-12-29 09:00'],
    ['2026-03-28 12:00', false, '2026-03-30 09:00'],
    ['2026-10-24 12:00', false, '2026-10-26 09:00'],
  ])('at %s the service is open: %s; its next opening is %s', (moment, open, opening) => {
    expect(isOpen(at(moment), office)).toBe(open)
    expect(wall(nextOpening(at(moment), office))).toBe(opening)
  })

  test.each([
    ['2026-11-26 08:00', '2026-11-27 09:00'],
    ['2026-11-26 23:59', '2026-11-27 09:00'],
    ['2026-11-27 10:00', '2026-11-30 09:00'],
    ['2026-11-28 10:00', '2026-11-30 09:00'],
    ['2026-04-02 10:00', '2026-04-07 09:00'],
  ])('what is left undone on %s comes up again on %s', (left, again) => {
    expect(wall(nextWorkingDayOpening(at(left), office))).toBe(again)
  })

  test('nine o’clock stays nine o’clock in summer and winter', () => {
    expect(nextOpening(at('2026-03-27 18:00'), office)).toEqual(new Date('2026-03-30T08:00:00Z'))
    expect(nextOpening(at('2026-10-23 18:00'), office)).toEqual(new Date('2026-10-26T09:00:00Z'))
  })

  test.each([
    ['2026-11-27 16:00', 60, '2026-11-27 17:00'],
    ['2026-11-27 16:00', 61, '2026-11-30 09:01'],
    ['2026-11-27 16:59', 60, '2026-11-30 09:59'],
    ['2026-11-27 17:00', 60, '2026-11-30 10:00'],
    ['2026-11-27 17:01', 60, '2026-11-30 10:00'],
    ['2026-11-28 12:00', 0, '2026-11-28 12:00'],
    ['2026-12-24 16:30', 8 * 60, '2026-12-29 16:30'],
  ])('from %s, %d minutes of opening time are over at %s', (start, minutes, end) => {
    expect(wall(addWorkingMinutes(at(start), minutes, office))).toBe(end)
  })

  test('a lunch break is not counted, and hours that overlap are counted once, in whatever order they are listed', () => {
    const hours = [
      { ...WEEKDAYS, from: '13:00', to: '17:00' },
      { ...WEEKDAYS, from: '09:00', to: '12:00' },
      { ...WEEKDAYS, from: '10:00', to: '12:00' },
    ]
    const lunch = aCalendar({ hours })
    expect(wall(nextOpening(at('2026-11-26 12:00'), lunch))).toBe('2026-11-26 13:00')
    expect(wall(nextWorkingDayOpening(at('2026-11-26 12:00'), lunch))).toBe('2026-11-27 09:00')
    expect(wall(addWorkingMinutes(at('2026-11-26 09:00'), 4 * 60, lunch))).toBe('2026-11-26 14:00')
  })

  test('a night line works no minute that the clocks skip, and both of those that they repeat', () => {
    const night = aCalendar({ hours: [{ days: [6, 7], from: '00:30', to: '02:30' }] })
    expect(wall(addWorkingMinutes(at('2026-03-29 00:30'), 60, night))).toBe('2026-03-29 02:30')
    expect(wall(addWorkingMinutes(at('2026-10-25 00:30'), 180, night))).toBe('2026-10-25 02:30')
    const skipped = aCalendar({ hours: [{ days: [6, 7], from: '01:30', to: '02:00' }] })
    expect(wall(nextOpening(at('2026-03-29 00:00'), skipped))).toBe('2026-04-04 01:30')
  })

  test('a service that does not open within 400 days has a mistake in its profile', () => {
    const closures = Array.from({ length: 400 }, (_, days) =>
      DateTime.utc(2025, 1, 1).plus({ days }).toFormat('yyyy-MM-dd'),
    )
    const shut = aCalendar({ closures, hours: [{ ...WEEKDAYS, days: [1, 2, 3, 4, 5, 6, 7] }] })
    expect(wall(nextOpening(at('2025-01-01 12:00'), shut))).toBe('2026-02-05 09:00')
    expect(() => nextOpening(at('2024-12-31 17:00'), shut)).toThrow('calendar-never-open')
    const sundays = aCalendar({ hours: [{ ...WEEKDAYS, days: [7] }] })
    expect(() => nextWorkingDayOpening(at('2026-11-27 10:00'), sundays)).toThrow('calendar-never-open')
    expect(() => addWorkingDays(at('2026-11-27 10:00'), 1, sundays)).toThrow('calendar-never-open')
  })
})

describe('months and weeks', () => {
  test.each([
    ['2023-01-31 10:00', 1, '2023-02-28 10:00'],
    ['2024-01-31 10:00', 1, '2024-02-29 10:00'],
    ['2020-02-29 10:00', 6 * 12, '2026-02-28 10:00'],
    ['2020-02-29 10:00', 4 * 12, '2024-02-29 10:00'],
    ['2026-08-31 10:00', 1, '2026-09-30 10:00'],
    ['2026-03-31 00:30', 1, '2026-04-30 00:30'],
    ['2026-02-28 10:00', 1, '2026-03-28 10:00'],
    ['2026-03-31 10:00', -1, '2026-02-28 10:00'],
  ])('IMP-02 %s and %d months is %s', (start, months, due) => {
    expect(wall(addMonths(at(start), months, office))).toBe(due)
  })

  test('IMP-02 what is due on a day is due until 23:59 local, in winter, in summer and when the clocks change', () => {
    expect(endOfDay(at('2023-02-28 10:00'), office)).toEqual(new Date('2023-02-28T23:59:59.999Z'))
    expect(endOfDay(at('2026-07-06 00:00'), office)).toEqual(new Date('2026-07-06T22:59:59.999Z'))
    expect(endOfDay(at('2026-03-29 00:00'), office)).toEqual(new Date('2026-03-29T22:59:59.999Z'))
    expect(endOfDay(at('2026-10-25 00:00'), office)).toEqual(new Date('2026-10-25T23:59:59.999Z'))
  })

  test.each([
    ['2021-04-14 10:00', { year: 2021, month: 4, week: 15 }],
    ['2026-12-31 23:59', { year: 2026, month: 12, week: 53 }],
    ['2027-01-01 00:00', { year: 2027, month: 1, week: 53 }],
    ['2027-01-04 00:00', { year: 2027, month: 1, week: 1 }],
    ['2024-12-30 10:00', { year: 2024, month: 12, week: 1 }],
    ['2026-07-06 00:00', { year: 2026, month: 7, week: 28 }],
    ['2026-07-05 23:59', { year: 2026, month: 7, week: 27 }],
  ])('a file opened on %s is listed under %j', (opened, expected) => {
    expect(isoWeek(at(opened), office)).toEqual(expected)
  })
})

describe('the calendar of a profile', () => {
  test.each([
    ['an unknown zone', { zone: 'Europe/Cardiff' }],
    ['an unknown nation', { nation: 'atlantis' }],
    ['a closure on a date that does not exist', { closures: ['2027-02-29'] }],
    ['no hours', { hours: [] }],
    ['an eighth weekday', { hours: [{ ...WEEKDAYS, days: [8] }] }],
    ['a time with seconds', { hours: [{ ...WEEKDAYS, from: '09:00:00' }] }],
    ['hours that end as they begin', { hours: [{ ...WEEKDAYS, from: '17:00' }] }],
    ['a setting nobody knows', { lunch: '12:00' }],
  ])('is refused for %s', (_fault, change) => {
    expect(calendarPolicy.safeParse({ ...office, ...change }).success).toBe(false)
  })
})

describe('the holidays of England and Wales', () => {
  /** Gauss's Easter, in the form of Meeus, Jones and Butcher. */
  function easterSunday(year: number): DateTime {
    const [golden, century, rest] = [year % 19, Math.floor(year / 100), year % 100]
    const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3)
    const epact = (19 * golden + century - Math.floor(century / 4) - correction + 15) % 30
    const weekday = (32 + 2 * (century % 4) + 2 * Math.floor(rest / 4) - epact - (rest % 4)) % 7
    const late = Math.floor((golden + 11 * epact + 22 * weekday) / 451)
    const days = epact + weekday - 7 * late + 114
    return DateTime.utc(year, Math.floor(days / 31), (days % 31) + 1)
  }

  const monday = (day: DateTime, step: 1 | -1): DateTime =>
    day.weekday === 1 ? day : monday(day.plus({ days: step }), step)

  /** New Year, Christmas and Boxing Day move from a weekend to the next weekday that is free. */
  function substituted(days: DateTime[]): DateTime[] {
    const taken: string[] = []
    return days.map((day) => {
      let free = day
      while (free.weekday > 5 || taken.includes(free.toFormat('MMdd'))) free = free.plus({ days: 1 })
      taken.push(free.toFormat('MMdd'))
      return free
    })
  }

  test.each([2023, 2024, 2025, 2026, 2027, 2028])('IMP-01 of %d are those of the law and of proclamations', (year) => {
    const expected = [
      ...substituted([DateTime.utc(year, 1, 1), DateTime.utc(year, 12, 25), DateTime.utc(year, 12, 26)]),
      easterSunday(year).minus({ days: 2 }),
      easterSunday(year).plus({ days: 1 }),
      monday(DateTime.utc(year, 5, 1), 1),
      monday(DateTime.utc(year, 5, 31), -1),
      monday(DateTime.utc(year, 8, 31), -1),
      ...(year === 2023 ? [DateTime.utc(2023, 5, 8)] : []),
    ].map((day) => day.toFormat('yyyy-MM-dd'))
    const listed = holidays.map(({ date }) => date).filter((date) => date.startsWith(`${year}-`))
    expect(listed).toEqual(expected.sort())
  })
})

describe('whatever the moment, the hours and the closure days', () => {
  const moments = fc.date({ min: at('2023-01-01 00:00'), max: at('2028-12-31 00:00'), noInvalidDate: true })
  const times = fc.integer({ min: 0, max: 24 * 4 - 1 }).map((quarter) => {
    const hour = String(Math.floor(quarter / 4)).padStart(2, '0')
    return `${hour}:${String((quarter % 4) * 15).padStart(2, '0')}`
  })
  const openings = fc
    .tuple(fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), times, times)
    .filter(([, from, to]) => from < to)
    .map(([days, from, to]) => ({ days, from, to }))
  const calendars = fc
    .record({
      zone: fc.constantFrom('Europe/London', 'Africa/Cairo', 'America/Santiago', 'Pacific/Apia'),
      closures: fc.array(
        moments.map((day) => localDate(day, ZONE)),
        { maxLength: 5 },
      ),
      hours: fc.array(openings, { minLength: 1, maxLength: 3 }),
    })
    .map(({ hours, ...rest }) => aCalendar({ ...rest, hours: [...hours, { ...WEEKDAYS, days: [3] }] }))
  const few = fc.integer({ min: 0, max: 12 })

  test('the next opening is open, is not before the moment, and skips no open moment', () => {
    fc.assert(
      fc.property(calendars, moments, fc.double({ min: 0, max: 1, noNaN: true }), (policy, moment, share) => {
        const opening = nextOpening(moment, policy)
        expect(isOpen(opening, policy)).toBe(true)
        expect(opening.getTime()).toBeGreaterThanOrEqual(moment.getTime())
        const before = new Date(moment.getTime() + Math.floor(share * (opening.getTime() - moment.getTime() - 1)))
        if (opening > moment) expect(isOpen(before, policy)).toBe(false)
      }),
    )
  })

  test('the next working day opening is open, on a later day, and the first working day since', () => {
    fc.assert(
      fc.property(calendars, moments, (policy, moment) => {
        const opening = nextWorkingDayOpening(moment, policy)
        expect(isOpen(opening, policy)).toBe(true)
        expect(isWorkingDay(opening, policy)).toBe(true)
        expect(isOpen(new Date(opening.getTime() - 1), policy)).toBe(false)
        expect(workingDaysBetween(moment, opening, policy)).toBe(1)
      }),
    )
  })

  test('IMP-01 n working days later is a working day with n counted on the way', () => {
    fc.assert(
      fc.property(calendars, moments, few, (policy, moment, n) => {
        const due = addWorkingDays(moment, n, policy)
        expect(isWorkingDay(due, policy)).toBe(true)
        expect(workingDaysBetween(moment, due, policy)).toBe(n === 0 && !isWorkingDay(moment, policy) ? 1 : n)
      }),
    )
  })

  test('IMP-01 neither a later start nor one more working day makes a deadline fall on an earlier day', () => {
    fc.assert(
      fc.property(calendars, moments, moments, few, (policy, one, other, n) => {
        const [sooner, later] = one < other ? [one, other] : [other, one]
        const day = (start: Date, count: number) => localDate(addWorkingDays(start, count, policy), policy.zone)
        expect(day(sooner, n) <= day(later, n)).toBe(true)
        expect(day(sooner, n) <= day(sooner, n + 1)).toBe(true)
      }),
    )
  })

  test('opening time counted in two parts is opening time counted in one', () => {
    const minutes = fc.integer({ min: 0, max: 3000 })
    fc.assert(
      fc.property(calendars, moments, minutes, minutes, (policy, moment, first, second) => {
        const inParts = addWorkingMinutes(addWorkingMinutes(moment, first, policy), second, policy)
        expect(inParts).toEqual(addWorkingMinutes(moment, first + second, policy))
      }),
    )
  })
})
