import { findIdentifiers } from '../identifiers/identifiers.rules'
import type { KnownIdentifiers } from '../identifiers/identifiers.types'
import { isBlank } from '../intake/intake.rules'
import type { BreachAct, Said, Statements } from './breach.types'
import type { Giveaway } from './deed-form.types'
import { actsOf } from './position.rules'

interface AgreedAction {
  text: string
  done: Pick<BreachAct, 'at' | 'by'> | null
}

/** Only what was asked for and written. Anything else was read by nobody, and could come before eyes it is not for. */
export const belonging = (states: Statements, codes: readonly string[]): Statements =>
  Object.fromEntries(Object.entries(states).filter(([code, text]) => codes.includes(code) && !isBlank(text)))

/** Every line of a statement that lists something, such as recipients or actions; empty ones do not count. */
const linesOf = (text = ''): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

/** What was agreed to be done when it was decided, each with when and by whom that was done. */
export function agreedActions(history: readonly BreachAct[], said: readonly Said[]): AgreedAction[] {
  const agreed = said.findLast(({ act, code }) => code === 'actions' && history[act]?.act === 'decided')
  const done = actsOf(history, 'action-done')
  return linesOf(agreed?.text).map((text, action) => ({
    text,
    done: done.find((act) => act.action === action) ?? null,
  }))
}

/** For whom it was asked, and approved, a line each (IMP-54). */
export const recipientsIn = (said: readonly Said[]): string[] =>
  linesOf(said.find(({ act, code }) => act === 0 && code === 'recipients')?.text)

/** Whether information may go to somebody: only to whom it was asked for, and approved (IMP-54). */
export const isApproved = (said: readonly Said[], recipient: string): boolean =>
  recipientsIn(said).some((line) => line.toLowerCase() === recipient.trim().toLowerCase())

/** What in these texts gives the client away, or may (IMP-49). */
export function giveaways(states: Statements, codes: readonly string[], known: KnownIdentifiers): Giveaway[] {
  return codes.flatMap((code) => {
    const text = states[code] ?? ''
    return findIdentifiers(text, known).map(({ from, to, certainty }) => ({
      code,
      text: text.slice(from, to),
      certain: certainty === 'refused',
    }))
  })
}
