import type { Look } from '../../cards/look'
import type { Giveaway } from '../../services/breach/deed-form.types'
import type { AskedField, Inputs } from '../question'
import { missing } from './one-card'

/** What fits on a card beside the other statements, in characters. */
const STATEMENT_LENGTH = 2_000

/** What is short enough for one line. */
const SHORT: readonly string[] = ['citation', 'clause', 'adviser', 'recipient']

export const UNRECOGNISABLE = 'unrecognisable'

export type Need = 'always' | 'for-yes' | 'for-no' | 'sometimes'

function statementLabel(look: Look, code: string, need: Need = 'always'): string {
  const label = look.named('state', code)
  if (need === 'sometimes') return label
  if (need === 'always') return look.say('breach.field', { label })
  return need === 'for-yes' ? look.say('breach.field-for-yes', { label }) : look.say('breach.field-for-no', { label })
}

/** The field in which something is stated; what is known already stands in it. */
export function statementField(look: Look, code: string, need: Need = 'always', value?: string): AskedField {
  const known = value ? { value } : {}
  const label = statementLabel(look, code, need)
  if (SHORT.includes(code)) return { kind: 'text', id: code, label, max: 300, ...known }
  return { kind: 'lines', id: code, label, max: STATEMENT_LENGTH, ...known }
}

/** Which of these statements are missing, in words; and which are too long. */
export const statementProblems = (look: Look, inputs: Inputs, codes: readonly string[]): string[] =>
  codes.flatMap((code) => {
    const field = look.named('state', code)
    const text = inputs[code] ?? ''
    if (text.length > STATEMENT_LENGTH) return [look.say('problem.too-long', { field, max: STATEMENT_LENGTH })]
    return missing(look, inputs, code, field)
  })

export const unrecognisableField = (look: Look): AskedField => ({
  kind: 'tick',
  id: UNRECOGNISABLE,
  label: look.say('breach.unrecognisable'),
})

/** What in the texts shows who it is about, in words; and that the tick is missing where only that is. */
export function giveawayProblems(look: Look, found: readonly Giveaway[]): string[] {
  const told = found.map(({ code, text, certain }) => {
    const field = look.named('state', code)
    return certain ? look.say('breach.gives-away', { field, text }) : look.say('breach.may-give-away', { field, text })
  })
  return told.length > 0 ? [...new Set(told)].slice(0, 5) : [look.say('breach.tick-unrecognisable')]
}
