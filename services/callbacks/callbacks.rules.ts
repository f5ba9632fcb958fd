import { tidy } from '../intake/intake.rules'
import { type Outcome, ok, refuse } from '../platform/outcome'

/** The longest "weekdays after four, not on Friday" that anybody means. */
const WHEN_MAX_LENGTH = 100

/** The call that a client agreed to get, tidied; it needs their express consent and a telephone number (CAR-46). */
export function agreedCall(typed: {
  consent: boolean
  number: string
  when: string
}): Outcome<{ number: string; when: string }, 'consent-missing' | 'not-a-number' | 'too-long'> {
  if (!typed.consent) return refuse('consent-missing')
  const number = tidy(typed.number)
  const when = tidy(typed.when)
  if (!isTelephoneNumber(number)) return refuse('not-a-number')
  return when.length > WHEN_MAX_LENGTH ? refuse('too-long') : { ...ok, number, when }
}

/** Five to twenty digits, with the signs that people set between them. */
const isTelephoneNumber = (typed: string): boolean =>
  /^\+?[\d\s()-]{5,40}$/.test(typed) && /^\d{5,20}$/.test(typed.replaceAll(/\D/g, ''))
