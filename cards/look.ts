import { DateTime } from 'luxon'
import { isWordKey, type Locale, settled, type WordKey, type WordValues, words } from './words'

/** How one union's cards speak and show time. */
export interface Look {
  say(key: WordKey, values?: WordValues): string
  /** The union's word for a code of its profile, such as an enquiry kind or a reason. */
  label(code: string): string
  /** A catalogue entry whose key ends in a code, such as a channel or a state. */
  named(group: string, code: string): string
  /** An instant as `Thu 26 Nov 2026, 14:30` in the service's zone. */
  when(at: Date): string
  /** A local date as `Thu 26 Nov 2026`. */
  day(date: string): string
  month(listing: { year: number; month: number }): string
  /** How long ago, in words, by business time. */
  age(at: Date): string
  sampleData: boolean
}

export interface LookParts {
  labels: Readonly<Record<string, string>>
  zone: string
  /** Whether cases go round by rota; else people choose (`allocation.mode`). */
  rota: boolean
  sampleData: boolean
  now(): Date
  locale?: Locale
}

export function createLook({ labels, zone, rota, sampleData, now, locale = 'en-GB' }: LookParts): Look {
  const [client, caseworker, lookup] = ['client', 'caseworker', 'lookup'].map((term) => labels[`term.${term}`] ?? '')
  const terms = settled({ client: client!, caseworker: caseworker!, lookup: lookup!, rota: rota ? 'yes' : 'no' })
  const say = (key: WordKey, values: WordValues = {}) => words(locale, key, values, terms)
  return {
    say,
    label: (code) => (Object.hasOwn(labels, code) ? labels[code]! : code),
    named: (group, code) => {
      const key = `${group}.${code}`
      return isWordKey(key) ? say(key) : code
    },
    when: (at) => DateTime.fromJSDate(at, { zone }).setLocale(locale).toFormat('ccc d LLL yyyy, HH:mm'),
    day: (date) => DateTime.fromISO(date, { locale }).toFormat('ccc d LLL yyyy'),
    month: ({ year, month }) => DateTime.local(year, month, 1, { locale }).toFormat('LLLL yyyy'),
    age: (at) => {
      const minutes = Math.max(0, Math.floor((now().getTime() - at.getTime()) / 60_000))
      if (minutes < 60) return say('age', { minutes })
      if (minutes < 24 * 60) return say('age-hours', { hours: Math.floor(minutes / 60) })
      return say('age-days', { days: Math.floor(minutes / (24 * 60)) })
    },
    sampleData,
  }
}
