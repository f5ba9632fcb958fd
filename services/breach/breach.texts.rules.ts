import type { ClientDetails } from '../cases/cases.types'
import { findIdentifiers } from '../identifiers/identifiers.rules'
import { isBlank } from '../intake/intake.rules'
import type { BreachAct, Giveaway, Statements } from './breach.types'

/** Only what was asked for and written. Anything else was read by nobody, and could come before eyes it is not for. */
export const belonging = (states: Statements, codes: readonly string[]): Statements =>
  Object.fromEntries(Object.entries(states).filter(([code, text]) => codes.includes(code) && !isBlank(text)))

/** Every line of a statement that lists something, such as recipients or actions; empty ones do not count. */
export const linesOf = (text = ''): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

/** What was agreed to be done when it was decided, a line each. */
export const agreedActions = (
  history: readonly BreachAct[],
  said: readonly { act: number; code: string; text: string }[],
): string => said.findLast(({ act, code }) => code === 'actions' && history[act]?.act === 'decided')?.text ?? ''

/** Whether information may go to somebody: only to whom it was asked for, and approved (IMP-54). */
export const isApproved = (recipients: string | undefined, recipient: string): boolean =>
  linesOf(recipients).some((line) => line.toLowerCase() === recipient.trim().toLowerCase())

/** What in these texts gives the client away, or may (IMP-49). */
export function giveaways(states: Statements, codes: readonly string[], client: ClientDetails): Giveaway[] {
  const known = {
    names: [client.name],
    numbers: client.number ? [client.number] : [],
    opposingParty: [],
    others: [],
  }
  return codes.flatMap((code) => {
    const text = states[code] ?? ''
    return findIdentifiers(text, known).map(({ from, to, certainty }) => ({
      code,
      text: text.slice(from, to),
      certain: certainty === 'refused',
    }))
  })
}
