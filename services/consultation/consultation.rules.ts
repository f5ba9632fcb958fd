import { DateTime } from 'luxon'
import type { CalendarPolicy } from '../calendar/calendar.policy'
import { addWorkingMinutes, isDate, localDate, nextOpening } from '../calendar/calendar.rules'
import { isBlank } from '../intake/intake.rules'
import { type Outcome, ok, refuse } from '../platform/outcome'
import type { Candidate, ConsultationRecord, Moment } from './consultation.types'

/** More than an anonymised question or a reply needs, and as much as a card can show twice. */
export const ADVICE_MAX_LENGTH = 2000

/** Asks everybody who may be asked, instead of one of them. */
export const EVERYBODY = 'everybody'

/** A question or a reply as it is kept: what is no whole character becomes a space, lines stay lines. */
export function readAdvice(typed: string): Outcome<{ text: string }, 'missing' | 'too-long'> {
  const text = typed.replaceAll(/(?!\n)[\p{Cc}\p{Cs}]/gu, ' ').trim()
  if (isBlank(text)) return refuse('missing')
  return text.length > ADVICE_MAX_LENGTH ? refuse('too-long') : { ...ok, text }
}

/** Who may be asked at all: never whoever asks, nobody behind a wall, nobody who may have to investigate a complaint. */
export const mayBeAsked = (circle: readonly Candidate[], asker: string): Candidate[] =>
  circle.filter(({ staffId, walled, investigator }) => staffId !== asker && !walled && !investigator)

/** Of those, whoever is here today: advice that is wanted for its use is not asked of people who are away. */
export const present = (circle: readonly Candidate[]): Candidate[] => circle.filter(({ absent }) => !absent)

/** Whom a question goes to that names one colleague or everybody (CAM-03). */
export function askedBy(
  circle: readonly Candidate[],
  asker: string,
  to: string,
): Outcome<{ asked: string[] }, 'nobody-to-ask' | 'not-to-be-asked'> {
  const ids = present(mayBeAsked(circle, asker)).map(({ staffId }) => staffId)
  if (ids.length === 0) return refuse('nobody-to-ask')
  if (to === EVERYBODY) return { ...ok, asked: ids }
  return ids.includes(to) ? { ...ok, asked: [to] } : refuse('not-to-be-asked')
}

/** Whether somebody was consulted, here or in another way. */
export const isConsulted = ({ replies, otherwise }: Pick<ConsultationRecord, 'replies' | 'otherwise'>): boolean =>
  replies.length > 0 || otherwise !== null

/** Whether somebody may reply: one of those who were asked, once, while the question is open. */
export function mayReply(
  { asked, replies, ended }: ConsultationRecord,
  by: string,
): Outcome<object, 'not-theirs' | 'settled' | 'replied-already'> {
  if (!asked.includes(by)) return refuse('not-theirs')
  if (replies.some((reply) => reply.by === by)) return refuse('replied-already')
  return ended ? refuse('settled') : ok
}

/** Whether a question is somebody's own: they asked it, or hold the case in which it was asked. */
export const isOwn = ({ by }: Pick<ConsultationRecord, 'by'>, holder: string | null, staffId: string): boolean =>
  staffId === by || staffId === holder

/** Whether a question may be closed: a concern only once somebody was consulted (WOR-19). */
export const mayClose = (record: ConsultationRecord): Outcome<object, 'not-consulted'> =>
  record.binding && !isConsulted(record) ? refuse('not-consulted') : ok

/** Whether it may be noted that somebody was consulted in another way: of a concern, once. */
export function mayNoteOtherwise({ binding, ended, otherwise }: ConsultationRecord): Outcome<object, 'settled'> {
  return binding && !ended && otherwise === null ? ok : refuse('settled')
}

/** When whoever has not replied is reminded: once the service was open for so long, and while it is. */
export const remindedAt = (now: Date, minutes: number, calendar: CalendarPolicy): Date =>
  nextOpening(addWorkingMinutes(now, minutes, calendar), calendar)

/** The instant that somebody means by a day and a time; it is over, or is this minute. */
export function readMoment(
  { day, time }: Moment,
  now: Date,
  { zone }: CalendarPolicy,
): Outcome<{ at: Date }, 'not-a-time' | 'in-future'> {
  const date = day.trim() || localDate(now, zone)
  const [, hour, minute] = /^([01]?\d|2[0-3])[:.]([0-5]\d)$/.exec(time.trim()) ?? []
  if (!isDate(date) || !hour || !minute) return refuse('not-a-time')
  const at = DateTime.fromISO(`${date}T${hour.padStart(2, '0')}:${minute}`, { zone }).toJSDate()
  return at > now ? refuse('in-future') : { ...ok, at }
}
