import { expect } from '@jest/globals'
import { createLook, type Look } from '../../cards/look'
import type { Screen } from '../../cards/render'
import { readProfile } from '../../services/policy/policy.service'
import { lintCard } from './card-lint'
import { THURSDAY } from './views'

export { ids, THURSDAY } from './views'

type Element = Record<string, unknown>

/** How the cards of a sample union speak, on that Thursday. */
export function aLook(profile = 'cardiff', sampleData = true): Look {
  const { labels, calendar, allocation } = readProfile(profile)
  return createLook({ labels, zone: calendar.zone, rota: allocation.mode === 'rota', sampleData, now: () => THURSDAY })
}

/** Things that people may type, each of which means something to some part on the way to a screen. */
export const HOSTILE: readonly (readonly [string, string])[] = [
  ['bold', '**x** __y__ _z_ ~~gone~~'],
  ['a link', '[a](http://x.example) and ![b](http://y.example/p.png)'],
  ['a bare address', 'see http://x.example/?a=1&b=2'],
  ['a mention', '<at>Everyone</at>'],
  ['HTML', '<b onclick="alert(1)">x</b> <script>alert(1)</script> <!-- -->'],
  ['letters by their number', '&lt;at&gt; &amp; &#x202e; &nbsp;'],
  ['a braces expression', '{{expr}} {expr}'],
  ['a template expression', '${heading} ${name} $${x} ${json("{}")} ${'],
  ['a date function', "{{DATE(2017-02-14T06:08:39Z,SHORT)}} {{TIME(2017-02-14T06:08:39Z)}} DATE() TIME() {{{DATE('x')"],
  ['a message of the catalogue', "{name, select, other {x}} '{quoted}' # =0 {}"],
  ['Arabic', 'فاطمة الزهراء (1234567)'],
  ['Hebrew and numbers', 'אבג 12, 34'],
  ['emoji families', '👩‍👩‍👧‍👦 🏴󠁧󠁢󠁷󠁬󠁳󠁿 👍🏽 é'],
  ['prototype names', '__proto__ constructor toString'],
  ['quotes and backslashes', '\\ \\\\ \\* "quoted" \'single\' `tick` \\u0041'],
  ['a list', '- one\n* two\n+ three\n1. four\n2) five'],
  ['headings, quotes and rules', '# one\n> two\n---\n===\n| a | b |'],
  ['lines', 'one\ntwo\r\nthree\n\nfour'],
  ['a formula', '=cmd|"/c calc"!A1'],
  ['a record', '{"$ne": null, "__proto__": {"x": 1}}'],
]

const TURNING = 'Quinn\u202Edetnevni\u202C \u2066x\u2069'

/** The same, and what cannot stay as it was typed: characters that nobody sees and that turn what stands beside them. */
export const TURNED = { typed: TURNING, shown: TURNING.replaceAll(/[\u202A-\u202E\u2066-\u2069]/g, '') }

/** Draws a screen and holds it against the rules for every card. */
export function drawn<Drawn extends Screen>(screen: Drawn): Drawn {
  expect(lintCard(screen.card, { posted: screen.kind === 'shell' })).toEqual([])
  return screen
}

/**
 * What stands on a card, one text a line, as the clients of Teams show it: markdown read in text blocks and facts, where
 * a backslash before a sign leaves just the sign, and nothing read in runs; what cannot be seen left out.
 */
export function read({ card }: Screen): string {
  return [...texts(card.body)].map((text) => text.replaceAll(/[\u2060\u2068\u2069]/g, '')).join('\n')
}

function* texts(value: unknown): Generator<string> {
  if (Array.isArray(value)) for (const inner of value) yield* texts(inner)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return
  const { type, text, facts, label, title, inlines, ...inside } = value as Element
  if (type === 'TextBlock') yield unescaped(text)
  if (Array.isArray(inlines)) yield inlines.map((run: Element) => String(run.text)).join('')
  if (Array.isArray(facts)) for (const fact of facts) yield `${unescaped(fact.title)}: ${unescaped(fact.value)}`
  if (label ?? title) yield String(label ?? title)
  yield* texts([inside.items, inside.actions, inside.choices])
}

const unescaped = (text: unknown) => String(text).replaceAll(/\\([!-/:-@[-`{-~])/g, '$1')

/** Every element of a type on a card, from top to bottom. */
export function elementsOf({ card }: Screen, type: string): Element[] {
  const found: Element[] = []
  JSON.stringify(card, (name, value: unknown) => {
    if (name === 'fallback') return undefined
    if (typeof value === 'object' && value !== null && 'type' in value && value.type === type)
      found.push(value as Element)
    return value
  })
  return found
}

/** The verbs of a card's buttons, in their order. */
export const verbsOf = (screen: Screen): unknown[] => elementsOf(screen, 'Action.Execute').map(({ verb }) => verb)
