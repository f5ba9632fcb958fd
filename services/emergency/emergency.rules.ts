import type { BreachPolicy } from '../breach/breach.policy'
import type { CalendarPolicy } from '../calendar/calendar.policy'
import { localInstant } from '../calendar/calendar.rules'
import { readAdvice } from '../consultation/consultation.rules'
import { isBlank, tidy } from '../intake/intake.rules'
import { type Outcome, ok, refuse } from '../platform/outcome'
import type { EmergencyPolicy } from './emergency.policy'
import type {
  AdviceProblem,
  AfterRecord,
  Consult,
  EmergencyCall,
  EmergencyRecord,
  LateAdvice,
  RecordProblem,
  TypedCall,
  TypedRecord,
} from './emergency.types'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
/** The longest name of a service or of people that anybody needs. */
export const NAME_MAX_LENGTH = 200
export const TEXT_MAX_LENGTH = 2000
/** A call from longer ago belongs to something else: most likely the year is wrong. */
const LONG_AGO_MS = 30 * DAY_MS
/** A card that could not be recorded is good for so long: what is older is told as a new one. */
const CLAIMED_MS = DAY_MS

export type EmergencyRefusal =
  | RecordProblem
  | AdviceProblem
  | 'unknown'
  | 'not-theirs'
  | 'not-owed'
  | 'settled'
  | 'own'
  | 'investigator'

/** What a record is read by. */
interface RecordPolicy {
  emergency: EmergencyPolicy
  calendar: CalendarPolicy
}

/** Somebody who may have to hear of an emergency. */
export interface Listener {
  staffId: string
  roles: readonly string[]
  absent: boolean
  walled: boolean
}

/** When it was opened: what a card claims that could not be recorded at the time, or now where it claims too much. */
export function openedAtFrom(claimed: Date | null, now: Date): Date {
  if (!claimed || Number.isNaN(claimed.getTime())) return now
  const age = now.getTime() - claimed.getTime()
  return age >= 0 && age <= CLAIMED_MS ? claimed : now
}

export const reminderDue = (now: Date, { remindMinutes }: EmergencyPolicy): Date =>
  new Date(now.getTime() + remindMinutes * MINUTE_MS)

export const recordDue = ({ openedAt }: Pick<EmergencyRecord, 'openedAt'>, policy: EmergencyPolicy): Date =>
  new Date(openedAt.getTime() + policy.afterRecordMinutes * MINUTE_MS)

/** From when emergencies of one person are counted together (`emergency.frequent`). */
export const countedFrom = (now: Date, { frequent }: EmergencyPolicy): Date =>
  new Date(now.getTime() - frequent.days * DAY_MS)

export const isFrequent = (count: number, { frequent }: EmergencyPolicy): boolean => count >= frequent.count

/**
 * Who is told at once: everybody who is there of the first role that has anybody (`emergency.notify`). Where all are away,
 * the first role that anybody holds hears of it nevertheless: better on holiday than not at all.
 */
export function whoHears(
  order: readonly string[],
  circle: readonly Listener[],
  opener: string,
  investigators: string | null,
): string[] {
  const groups = order.map((role) => circle.filter((each) => each.roles.includes(role) && mayHear(each)))
  const present = groups.map((group) => group.filter(({ absent }) => !absent))
  const told = [...present, ...groups].find((group) => group.length > 0) ?? []
  return told.map(({ staffId }) => staffId)

  function mayHear({ staffId, roles, walled }: Listener): boolean {
    return staffId !== opener && !walled && !(investigators && roles.includes(investigators))
  }
}

/** Whether it is for this person to say what was done, or that it was none. */
export function mayFinish(
  found: Pick<EmergencyRecord, 'openedBy' | 'state'> | null,
  staffId: string,
): Outcome<object, 'unknown' | 'not-theirs' | 'settled'> {
  if (!found) return refuse('unknown')
  if (found.openedBy !== staffId) return refuse('not-theirs')
  return found.state === 'opened' ? ok : refuse('settled')
}

/** Whether it is for this person to say who advised afterwards: they opened it, and somebody still has to (AMB-54). */
export function mayAddAdvice(
  found: { openedBy: string; after: { consult: Consult } | null } | null,
  staffId: string,
): Outcome<object, 'unknown' | 'not-theirs' | 'not-owed'> {
  if (!found) return refuse('unknown')
  if (found.openedBy !== staffId) return refuse('not-theirs')
  return found.after?.consult === 'owed' ? ok : refuse('not-owed')
}

/** Whoever reviews: they may by their role or were asked to, and it is not their own (IMP-55). */
export function mayReview(
  found: Pick<EmergencyRecord, 'openedBy' | 'reviewers'>,
  { staffId, roles, walled }: Pick<Listener, 'staffId' | 'roles' | 'walled'>,
  permitted: boolean,
  investigators: string | null,
): Outcome<object, 'unknown' | 'walled' | 'own' | 'investigator'> {
  if (walled) return refuse('walled')
  if (investigators && roles.includes(investigators)) return refuse('investigator')
  if (!permitted && !found.reviewers.includes(staffId)) return refuse('unknown')
  return found.openedBy === staffId ? refuse('own') : ok
}

/** What was done, tidied. At least one call must be in it, each with whom, when and what they were told. */
export function readAfterRecord(
  typed: TypedRecord,
  policy: RecordPolicy,
  now: Date,
): Outcome<{ record: AfterRecord }, RecordProblem> {
  if (typed.calls.length === 0) return refuse('no-call')
  const calls: EmergencyCall[] = []
  for (const call of typed.calls) {
    const read = readCall(call, policy, now)
    if (!read.ok) return read
    calls.push(read.call)
  }
  const texts = [typed.shared, typed.excluded, typed.consulted].map(tidy)
  if (texts.some((text) => text.length > TEXT_MAX_LENGTH)) return refuse('too-long')
  const [shared, excluded, consulted] = texts as [string, string, string]
  return { ...ok, record: { ...typed, calls, shared, excluded, consulted } }
}

/** One call, tidied. */
export function readCall(
  { date, time, ...typed }: TypedCall,
  { calendar, emergency }: RecordPolicy,
  now: Date,
): Outcome<{ call: EmergencyCall }, RecordProblem> {
  const known = emergency.numbers.some(({ id }) => id === typed.service)
  if (!known && (typed.service !== null || isBlank(typed.other))) return refuse('service-missing')
  const at = localInstant(date, time, calendar.zone)
  if (!at || at > now || now.getTime() - at.getTime() > LONG_AGO_MS) return refuse('call-time')
  const told = tidy(typed.told)
  if (isBlank(told)) return refuse('told-missing')
  const other = known ? '' : tidy(typed.other)
  if (told.length > TEXT_MAX_LENGTH || other.length > NAME_MAX_LENGTH) return refuse('too-long')
  return { ...ok, call: { service: typed.service, other, at, told } }
}

/** Who advised and what, tidied: neither is of use without the other. Lines of the advice stay lines. */
export function readLateAdvice(typed: LateAdvice): Outcome<{ said: LateAdvice }, AdviceProblem> {
  const advisers = tidy(typed.advisers)
  if (isBlank(advisers)) return refuse('advisers-missing')
  if (advisers.length > NAME_MAX_LENGTH) return refuse('advisers-too-long')
  const advice = readAdvice(typed.advice)
  return advice.ok ? { ...ok, said: { advisers, advice: advice.text } } : refuse(`advice-${advice.reason}`)
}

/** What the record is marked with: outside the written procedure (AMB-23), and whether a consultation is owed (AMB-54). */
export function marksOf(
  { shared, consulted }: AfterRecord,
  { inProcedure }: EmergencyPolicy,
  { consult }: BreachPolicy,
): { outside: boolean; shared: boolean; consult: Consult } {
  const owed = consult && shared !== '' ? (consulted === '' ? 'owed' : 'done') : null
  return { outside: shared !== '' && !inProcedure, shared: shared !== '', consult: owed }
}
