import { readdirSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { IntlMessageFormat } from 'intl-messageformat'
import { PARTS } from '../../cards/dossier-parts'
import { createLook } from '../../cards/look'
import { isWordKey, type WordKey, type WordValues, words } from '../../cards/words'
import catalogue from '../../cards/words/en-GB.json'
import { createDialogs } from '../../dialogs'
import type { AllocationState, PassedOverReason } from '../../services/allocation/allocation.types'
import {
  DEEDS,
  type Deed,
  type PassedOverReason as NotAskedReason,
  type PersonalDeed,
  type Position,
} from '../../services/breach/breach.types'
import type { CaseContent, CaseSummary } from '../../services/cases/cases.types'
import { consentKind, consentState } from '../../services/consent/consent.policy'
import { IN_DANGER, STAND_DOWN_REASONS, TOLD_CLIENT } from '../../services/emergency/emergency.types'
import type { FindingKind } from '../../services/identifiers/identifiers.types'
import { intakePolicy } from '../../services/intake/intake.policy'
import type { Presence } from '../../services/platform/graph'
import { PROFILES_FOLDER, readProfile } from '../../services/policy/policy.service'
import { aLook, HOSTILE, TURNED } from './drawing'
import { wordUses } from './word-uses'

const KEYS = Object.keys(catalogue) as WordKey[]
const { uses, texts } = wordUses()

const stages = { opening: true, offered: true, accepted: true } satisfies Record<CaseSummary['stage'], true>
const states = {
  proposed: true,
  offered: true,
  accepted: true,
  declined: true,
  withdrawn: true,
} satisfies Record<AllocationState, true>
const presences = { free: true, busy: true, away: true, unknown: true } satisfies Record<Presence, true>
const passed = { absent: true, caseload: true, declined: true, walled: true } satisfies Record<PassedOverReason, true>
const notAsked = {
  requester: true,
  'acted-before': true,
  absent: true,
  walled: true,
  conflicted: true,
  investigator: true,
  'not-urgent': true,
  'nobody-to-name': true,
} satisfies Record<NotAskedReason, true>
const standings = {
  consulting: true,
  briefing: true,
  deciding: true,
  authorised: true,
  expired: true,
  acting: true,
  refused: true,
  withdrawn: true,
  completed: true,
} satisfies Record<Position['at'], true>
const byTheBot = { asked: true, exhausted: true, unbriefed: true } satisfies Record<
  Exclude<Deed['act'], PersonalDeed['act'] | 'raised'>,
  true
>
const answered = ['advised', 'decided']
const entries = {
  emergency: true,
  'first-contact': true,
  intake: true,
  note: true,
  consultation: true,
  reply: true,
  concern: true,
  consulted: true,
} satisfies Record<CaseContent['entries'][number]['kind'], true>
const hits = {
  name: true,
  initials: true,
  'opposing-party': true,
  'other-person': true,
  number: true,
  mail: true,
  phone: true,
  postcode: true,
  address: true,
  'course-and-year': true,
  reference: true,
  'social-handle': true,
  'date-of-birth': true,
} satisfies Record<FindingKind, true>
const profiles = readdirSync(PROFILES_FOLDER).map((file) => readProfile(file.replace('.json', '')))

/** Everything that some union has stated at some step, and what every union has. */
const stated = new Set([
  ...profiles.flatMap(({ breach }) => [
    ...breach.states,
    ...breach.grounds.flatMap(({ states: own }) => own),
    ...breach.stages.flatMap(({ records: { either, yes, no } }) => [...either, ...yes, ...no]),
    ...breach.report,
    ...breach.closing,
  ]),
  ...['informed-how', 'uninformed-because', 'new-facts', 'advice', 'adviser', 'question', 'brief', 'withdrawn-because'],
  ...['told-how', 'untold-because', 'excluded-because', 'recipient', 'means', 'content', 'actions-done'],
])

/** Words whose keys end in a code from elsewhere. */
const GROUPS: readonly (readonly [string, readonly string[]])[] = [
  ['channel', intakePolicy.shape.channels.element.shape.id.options],
  ['consent', consentKind.options],
  ['consent-state', consentState.options],
  ['presence', Object.keys(presences)],
  ['passed', Object.keys(passed)],
  ['not-asked', Object.keys(notAsked)],
  ['dossier-part', PARTS],
  ['entry', Object.keys(entries)],
  ['breach-at', [...Object.keys(standings), 'refused-final']],
  ['deed', DEEDS],
  [
    'act',
    ['raised', ...Object.keys(byTheBot), ...DEEDS].flatMap((act) =>
      answered.includes(act) ? [`${act}-yes`, `${act}-no`] : [act],
    ),
  ],
  ['state', [...stated]],
  ['emergency.danger', IN_DANGER],
  ['emergency.told-client', TOLD_CLIENT],
  ['emergency.stand-down', STAND_DOWN_REASONS],
  ['emergency-form.within', ['yes', 'no']],
  ['hit', Object.keys(hits)],
  ['draft', [...createDialogs().definitions.keys()]],
  ['button', profiles.flatMap(({ access }) => Object.values(access.roles).flatMap(({ home }) => home))],
]

/** The values that every message may use, whoever says it: the union's own terms. */
const TERMS = ['client', 'caseworker', 'lookup', 'rota']

/** What a message asks for: each value with the codes that it tells apart; a number has none. */
function needsOf(key: WordKey): Map<string, readonly string[] | 'number' | 'text'> {
  const needs = new Map<string, readonly string[] | 'number' | 'text'>()
  const collect = (parts: ReturnType<IntlMessageFormat['getAst']>) => {
    for (const part of parts) {
      if (part.type === 1 && !needs.has(part.value)) needs.set(part.value, 'text')
      if (part.type === 6) needs.set(part.value, 'number')
      if (part.type === 5) needs.set(part.value, Object.keys(part.options))
      if (part.type === 5 || part.type === 6) for (const { value } of Object.values(part.options)) collect(value)
    }
  }
  collect(new IntlMessageFormat(catalogue[key], 'en-GB').getAst())
  return needs
}

const lackedBy = (key: WordKey, values: readonly string[]): string[] =>
  [...needsOf(key).keys()].filter((name) => !TERMS.includes(name) && !values.includes(name))

/** Every way in which a message can be said. */
function saidInEveryWay(key: WordKey): string[] {
  let ways: WordValues[] = ['yes', 'no'].map((rota) => ({
    client: 'client',
    caseworker: 'Coordinator',
    lookup: 'IT',
    rota,
  }))
  for (const [name, what] of needsOf(key)) {
    const values = what === 'number' ? [0, 1, 2, 11] : what === 'text' ? ['Filled in'] : what
    if (!TERMS.includes(name)) ways = ways.flatMap((way) => values.map((value) => ({ ...way, [name]: value })))
  }
  return ways.map((way) => words('en-GB', key, way))
}

describe('The catalogue and the code know each other', () => {
  test('the code says something in many places, and all of them are found', () => {
    expect(uses.length).toBeGreaterThan(150)
    expect(uses.map(({ file }) => file)).toEqual(
      expect.arrayContaining(['bot/sender.ts', 'dialogs/intake.ts', 'cards/offer.ts']),
    )
  })

  test('everything that is said has words', () => {
    const wordless = uses.filter(({ keys }) => !KEYS.some((key) => keys.test(key)))
    expect(wordless).toEqual([])
  })

  test('all words are said somewhere', () => {
    const codes = new Set([...texts, ...GROUPS.flatMap(([, each]) => each)])
    const isSaid = (key: WordKey) =>
      texts.has(key) ||
      uses.some(({ keys }) =>
        keys
          .exec(key)
          ?.slice(1)
          .every((code) => codes.has(code)),
      )
    expect(KEYS.filter((key) => !isSaid(key))).toEqual([])
  })

  test('whatever a message asks for is filled in wherever it is said', () => {
    const unfilled = uses
      .filter(({ exact, values }) => exact && values)
      .flatMap(({ file, keys, values }) =>
        KEYS.filter((key) => keys.test(key)).flatMap((key) =>
          lackedBy(key, values!).map((name) => `${file}: ${key} lacks ${name}`),
        ),
      )
    expect(unfilled).toEqual([])
  })

  test('a message whose key is put together is filled in by one of those that may say it', () => {
    const lacking = KEYS.filter((key) => {
      const saying = uses.filter(({ keys, values }) => values && keys.test(key))
      return saying.length > 0 && !saying.some(({ values }) => lackedBy(key, values!).length === 0)
    })
    expect(lacking).toEqual([])
  })

  test('nothing is filled in that a message does not ask for', () => {
    const idle = uses.flatMap(({ file, keys, values }) => {
      const meant = KEYS.filter((key) => keys.test(key))
      return (values ?? [])
        .filter((name) => !meant.some((key) => needsOf(key).has(name)))
        .map((name) => `${file}: ${keys.source} has no use for ${name}`)
    })
    expect(idle).toEqual([])
  })
})

describe('Codes that come from elsewhere all have words', () => {
  test.each(GROUPS)('%s', (group, codes) => {
    expect(codes.filter((code) => !isWordKey(`${group}.${code}`))).toEqual([])
    const spoken = KEYS.filter((key) => key.startsWith(`${group}.`)).map((key) => key.slice(group.length + 1))
    if (group !== 'button') expect(spoken.sort()).toEqual([...codes].sort())
  })

  test.each<[WordKey, string, readonly string[]]>([
    ['case.shell-detail', 'stage', Object.keys(stages)],
    ['waiting.row', 'state', Object.keys(states)],
  ])('%s tells every %s apart', (key, name, codes) => {
    expect(needsOf(key).get(name)).toEqual(expect.arrayContaining([...codes]))
  })

  test('a code without words is shown as it is, whatever it is called', () => {
    const look = aLook()
    for (const code of ['gone', '__proto__', 'constructor', 'toString', '']) {
      expect(look.named('channel', code)).toBe(`channel.${code}`.slice('channel.'.length))
      expect(look.label(code)).toBe(code)
      expect(isWordKey(code)).toBe(false)
    }
  })
})

describe('Every message can be said', () => {
  test.each(KEYS)('%s', (key) => {
    for (const said of saidInEveryWay(key)) {
      expect(said.trim()).not.toBe('')
      expect(said).not.toMatch(/[{}]|undefined|null|NaN|\[object/)
    }
  })

  test('a message that lacks a value is a fault, not half a sentence', () => {
    expect(() => words('en-GB', 'case.shell', {})).toThrow()
  })

  test.each(HOSTILE)('%s is filled in as it was typed', (_what, typed) => {
    const said = words('en-GB', 'proposal.take', { name: typed })
    expect(said.replaceAll(/[\u2068\u2069]/g, '')).toBe(`${typed} is next on the rota`)
  })

  test('a name in Arabic stays beside its words, and what turns the line around is left out', () => {
    expect(words('en-GB', 'proposal.take', { name: 'فاطمة' })).toBe('\u2068فاطمة\u2069 is next on the rota')
    expect(words('en-GB', 'proposal.take', { name: TURNED.typed })).toBe(`${TURNED.shown} is next on the rota`)
  })

  test('references, mails and buttons hold no signs of the way they are drawn', () => {
    const name = 'Bo_Specimen (Advice) [x] *'
    expect(words('en-GB', 'mail.offer.subject', { reference: 'ABCD-EFGH' })).toBe(
      'Case ABCD-EFGH waits for your answer in Teams',
    )
    expect(words('en-GB', 'choose.person', { name, count: 2, absent: 'no' })).toBe(`${name}, 2 open cases`)
  })
})

describe('Time is said as people say it', () => {
  const look = aLook()
  const ago = (minutes: number) => look.age(new Date(Date.parse('2026-11-26T14:30:00Z') - minutes * 60_000))

  test.each([
    [-5, 'just now'],
    [0, 'just now'],
    [1, '1 minute ago'],
    [59, '59 minutes ago'],
    [60, '1 hour ago'],
    [23 * 60 + 59, '23 hours ago'],
    [24 * 60, 'yesterday'],
    [48 * 60, '2 days ago'],
  ])('%i minutes: %s', (minutes, said) => {
    expect(ago(minutes)).toBe(said)
  })

  test('instants are said in the zone of the service, summer and winter', () => {
    expect(look.when(new Date('2026-11-26T14:30:00Z'))).toBe('Thu 26 Nov 2026, 14:30')
    expect(look.when(new Date('2026-07-01T14:30:00Z'))).toBe('Wed 1 Jul 2026, 15:30')
    const elsewhere = createLook({
      labels: {},
      zone: 'Asia/Tokyo',
      rota: true,
      sampleData: false,
      now: () => new Date(),
    })
    expect(elsewhere.when(new Date('2026-07-01T14:30:00Z'))).toBe('Wed 1 Jul 2026, 23:30')
    expect([look.day('2026-11-26'), look.month({ year: 2026, month: 11 })]).toEqual([
      'Thu 26 Nov 2026',
      'November 2026',
    ])
  })
})

describe('The words read well', () => {
  /** What GOV.UK allows a sentence at most. */
  const LONGEST_SENTENCE = 25

  const said = KEYS.flatMap((key) => saidInEveryWay(key).map((text) => [key as string, text] as const))
  const labels = readdirSync(PROFILES_FOLDER).flatMap((file) => {
    const { id, labels: own, texts: spoken, access } = readProfile(file.replace('.json', ''))
    return [
      ...Object.entries(own).map(([key, text]) => [`${id} ${key}`, text] as const),
      ...Object.entries(spoken).map(([key, { text }]) => [`${id} ${key}`, text] as const),
      ...Object.values(access.roles).map(({ title }) => [`${id} role`, title] as const),
    ]
  })

  /** Which texts have a match; the rule holds for none. */
  const breaking = (rule: RegExp, of: readonly (readonly [string, string])[] = [...said, ...labels]) =>
    of.filter(([, text]) => rule.test(text)).map(([key, text]) => `${key}: ${text}`)

  test.each<[string, RegExp, string]>([
    ['nobody is begged', /\bplease\b|\bkindly\b|\bsorry\b/i, 'Case A: Please answer'],
    ['nothing is shouted', /!/, 'Saved!'],
    [
      'nobody is blamed',
      /\binvalid\b|\berrors?\b|\bwrongly\b|\bfailed\b|\bfailure\b|\bforbidden\b|\billegal\b/i,
      'Invalid',
    ],
    [
      'no word is of software alone',
      /\b(?:click|submit|null|database|entity|entities|server|system|dialog|api|login|username|parameter|string|boolean|fetch|load(?:ed|ing)|delete the record|ID)\b/,
      'You click here',
    ],
    ['nothing is Latin', /\be\.g\.|\bi\.e\.|\betc\b|\bvia\b/i, 'by mail, e.g. this'],
    ['nothing is markdown', /\*\*|__|`|\[[^\]]*\]\(|<\w/, 'a **word**'],
    ['there are no spaces where none belong', /^\s|\s$| {2}| [,.;:?]/, 'so , it is'],
  ])('%s', (_what, rule, bad) => {
    expect(breaking(rule, [['bad', bad]])).toHaveLength(1)
    expect(breaking(rule)).toEqual([])
  })

  test('sentences are short', () => {
    const sentences = (text: string) => text.split(/(?<=[.?:;])\s+/)
    const long = [...said, ...labels].flatMap(([key, text]) =>
      sentences(text)
        .filter((sentence) => sentence.split(/\s+/).length > LONGEST_SENTENCE)
        .map((sentence) => `${key}: ${sentence}`),
    )
    expect(long).toEqual([])
  })

  test('everything that begins a line of its own begins with a capital letter, and buttons go on in small ones', () => {
    const buttons = said.filter(([key]) => key.startsWith('button.'))
    const names = /Teams|Coordinator|Casekeeper/g
    expect(
      buttons.filter(([, text]) => !/^[A-Z][^A-Z]*$/.test(text.replaceAll(names, '').replace(/ I /, ' '))),
    ).toEqual([])
    expect(buttons.filter(([, text]) => text.endsWith('.'))).toEqual([])
    expect(buttons.filter(([, text]) => text.length > 26)).toEqual([])
  })

  test('what has to be filled in says so in its label', () => {
    const asked = ['intake.name', 'intake.reason', 'note.text', 'decline.why', 'away.until', 'open.reference'] as const
    for (const key of asked) expect(catalogue[key]).toMatch(/\(required\)$/)
  })

  test('a refusal says what to do next or what became of it', () => {
    const faults = (['refusal.fault', 'refusal.roles', 'refusal.staff', 'refusal.input'] as const).map(
      (key) => catalogue[key],
    )
    for (const text of faults) expect(text).toMatch(/Nothing|nothing/i)
  })
})
