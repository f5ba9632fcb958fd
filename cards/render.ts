import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Template } from 'adaptivecards-templating'
import type { z } from 'zod'
import { CaseworkError } from '../services/platform/errors'
import type { Look } from './look'

/** A card as Teams takes it. */
export type CardJson = Record<string, unknown>

/**
 * Something to show. A `shell` holds references, verbs and times and may be posted; `content` holds what a client said or
 * what somebody typed, and travels only in the answer to a press.
 */
export interface Screen<Kind extends 'shell' | 'content' = 'shell' | 'content'> {
  kind: Kind
  card: CardJson
  /** What a notification says; never more than a reference and a verb. */
  summary: string
}

export type Shell = Screen<'shell'>

/** The largest card we make, in bytes: well under what Teams carries. */
const MAX_BYTES = 28_000

/**
 * Binds a template to the contract of its data. The data is checked, expanded, and framed with what every card has.
 *
 * @param name the template `<name>.json` beside this file
 * @returns a function from checked data to a screen
 * @throws CaseworkError 'card-broken' when an expression was left over or the card is too large
 */
export function cardTemplate<Kind extends 'shell' | 'content', Data extends z.ZodType>(
  name: string,
  kind: Kind,
  contract: Data,
): (look: Look, data: z.input<Data>, summary?: string) => Screen<Kind> {
  const template = new Template(JSON.parse(readFileSync(join(__dirname, `${name}.json`), 'utf8')))
  return (look, data, summary = look.say('summary.general')) => {
    const expanded = template.expand({ $root: contract.parse(data) as object }) as { body: unknown[] }
    const banner = { type: 'TextBlock', text: look.say('banner'), size: 'Small', color: 'Attention', wrap: true }
    const card = {
      type: 'AdaptiveCard',
      $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
      version: '1.5',
      fallbackText: look.say('fallback'),
      speak: summary,
      ...expanded,
      body: look.sampleData ? [banner, ...expanded.body] : expanded.body,
    }
    const json = JSON.stringify(card)
    if (json.length > MAX_BYTES) throw new CaseworkError('card-broken', { card: name, problem: 'too-large' })
    if (leftOver(expanded)) throw new CaseworkError('card-broken', { card: name, problem: 'expression-left' })
    return { kind, card, summary }
  }
}

/** Whether the template, not the data, left an expression: data may contain `${` because people may type it. */
function leftOver(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(leftOver)
  if (typeof value !== 'object' || value === null) return value === null
  return Object.entries(value).some(([name, inner]) => {
    if (typeof inner !== 'string') return leftOver(inner)
    const typedByPeople = name === 'value' || ('type' in value && value.type === 'TextRun')
    return !typedByPeople && inner.includes('${')
  })
}
