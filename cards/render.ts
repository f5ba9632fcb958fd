import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Template } from 'adaptivecards-templating'
import type { z } from 'zod'
import { CaseworkError } from '../services/platform/errors'
import type { Button } from './button'
import { literal } from './literal'
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
export const MAX_BYTES = 28_000

/** Stands inside the data's own `${` while the template is filled; no letter of any script. */
const TYPED = '\uFDD0'

/**
 * Binds a template to the contract of its data. The data is checked, expanded, and framed with what every card has.
 *
 * @param name the template `<name>.json` beside this file
 * @returns a function from checked data to a screen; `anew` is what a client presses by itself to see the card as it
 *   stands now, and must change nothing
 * @throws CaseworkError 'card-broken' with the `problem`: `data` that breaks the contract (the names of its `fields`), an
 *   `expression-left`, or `too-large`; never with anything that was to be shown
 */
export function cardTemplate<Kind extends 'shell' | 'content', Data extends z.ZodType>(
  name: string,
  kind: Kind,
  contract: Data,
): (look: Look, data: z.input<Data>, summary?: string, anew?: Button) => Screen<Kind> {
  const template = new Template(JSON.parse(readFileSync(join(__dirname, `${name}.json`), 'utf8')))
  const broken = (problem: string, fields: readonly string[] = []) =>
    new CaseworkError('card-broken', { card: name, problem, fields })
  return (look, data, summary = look.say('summary.general'), anew) => {
    const checked = contract.safeParse(data)
    if (!checked.success)
      throw broken(
        'data',
        checked.error.issues.map(({ path }) => path.join('.')),
      )
    const typed = JSON.stringify(checked.data).includes('${')
    const $root = typed ? inStrings(checked.data, (text) => text.replaceAll('${', `$${TYPED}{`)) : checked.data
    const expanded: object = template.expand({ $root })
    if (leftOver(expanded)) throw broken('expression-left')
    const told = typed ? inStrings(expanded, (text) => text.replaceAll(TYPED, '')) : expanded
    const { body, ...rest } = told as { body: unknown[] }
    const banner = { type: 'TextBlock', text: look.say('banner'), size: 'Small', color: 'Attention', wrap: true }
    const card = {
      type: 'AdaptiveCard',
      $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
      version: '1.5',
      fallbackText: look.say('fallback'),
      speak: summary,
      ...(anew ? { refresh: { action: anew } } : {}),
      ...rest,
      body: literal(look.sampleData ? [banner, ...body] : body),
    }
    if (Buffer.byteLength(JSON.stringify(card)) > MAX_BYTES) throw broken('too-large')
    return { kind, card, summary }
  }
}

/** The same value with every string in it changed. */
function inStrings(value: unknown, change: (text: string) => string): object {
  const inside = (inner: unknown): unknown => {
    if (typeof inner === 'string') return change(inner)
    if (Array.isArray(inner)) return inner.map(inside)
    if (typeof inner !== 'object' || inner === null) return inner
    return Object.fromEntries(Object.entries(inner).map(([name, each]) => [name, inside(each)]))
  }
  return inside(value) as object
}

/** Whether the template names something that the data does not have. What people typed is marked, so it never counts. */
function leftOver(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('${')
  if (typeof value !== 'object' || value === null) return value === null
  return Object.values(value).some(leftOver)
}
