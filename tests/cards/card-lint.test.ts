import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { makeButton } from '../../cards/button'
import { lintCard } from './card-lint'

const CARDS = join(__dirname, '..', '..', 'cards')
const CASE = '0b8e9d14-2c37-4a55-9a41-6f1d2e3c4b01'

type Card = Record<string, unknown> & { body: Record<string, unknown>[] }

const heading = { type: 'TextBlock', text: 'New case for you', style: 'heading', wrap: true }
const open = makeButton('Open the case', 'case.open', { caseId: CASE }, { primary: true })
const date = { type: 'Input.Date', id: 'until', label: 'First day back', value: '' }

const card = (...body: Record<string, unknown>[]): Card => ({
  type: 'AdaptiveCard',
  version: '1.5',
  fallbackText: 'Open this card in a current version of Teams.',
  speak: 'Action needed on case ABCD-EFGH',
  body: [heading, ...body],
})
const withActions = (...actions: object[]) => card({ type: 'ActionSet', actions })
const saying = (text: string) => card({ type: 'TextBlock', text, wrap: true })
const picture = (changes: object) =>
  card({ type: 'Image', url: 'https://union.example/a.png', altText: 'A key', ...changes })

describe('The card linter passes what may be shown', () => {
  test('a card with everything that cards use', () => {
    const choices = [
      { title: 'Yes', value: 'yes' },
      { title: 'No', value: 'no' },
    ]
    const full = card(
      { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: '**as typed**' }] },
      { type: 'FactSet', facts: [{ title: 'Opened', value: 'Thu 26 Nov 2026, 14:30' }] },
      { type: 'Input.Text', id: 'name', label: 'Name (required)', maxLength: 100, isMultiline: true },
      { ...date, label: 'First day back (required)', isRequired: true, errorMessage: 'Choose a date.' },
      { type: 'Input.Toggle', id: 'done', title: 'I have said this', valueOn: 'true', valueOff: 'false', wrap: true },
      { type: 'Input.ChoiceSet', id: 'answer', label: 'Their answer', choices, wrap: true },
      { type: 'Container', items: [heading].map((text) => ({ ...text, style: 'default' })), selectAction: open },
      { type: 'ActionSet', actions: [makeButton('Home', 'home')] },
    )
    expect(lintCard({ ...full, refresh: { action: makeButton('Home', 'home') } })).toEqual([])
  })

  test('a picture and a link, both by https, no wider than a phone', () => {
    const link = { type: 'Action.OpenUrl', title: 'Privacy notice', url: 'https://union.example/privacy' }
    expect(lintCard(withActions(link))).toEqual([])
    expect(lintCard(picture({ width: '320px' }))).toEqual([])
  })

  test('six actions, seven inputs, five facts: the edges', () => {
    expect(lintCard(withActions(...Array.from({ length: 6 }, () => makeButton('Home', 'home'))))).toEqual([])
    expect(lintCard(card(...Array.from({ length: 7 }, (_, at) => ({ ...date, id: `day-${'abcdefg'[at]}` }))))).toEqual(
      [],
    )
    const facts = Array.from({ length: 5 }, (_, at) => ({ title: 'Opened', value: `${at}` }))
    expect(lintCard(card({ type: 'FactSet', facts }))).toEqual([])
  })
})

describe('The card linter finds', () => {
  const seven = Array.from({ length: 7 }, () => makeButton('Home', 'home'))
  const execute = makeButton('Home', 'home')
  const submit = { type: 'Action.Submit', title: 'Home', data: {}, associatedInputs: 'none' }
  const accept = { allocationId: CASE, version: 1 }

  test.each<[string, unknown, string]>([
    ['something that is no card', 'card', 'card: is no object'],
    ['a card of another type', { ...card(), type: 'HeroCard' }, 'card: is no AdaptiveCard'],
    ['a version that Teams does not take', { ...card(), version: '1.6' }, 'card.version: is none of 1.5'],
    ['an older version, in which presses do not work', { ...card(), version: '1.3' }, 'card.version: is none of 1.5'],
    ['no text for old clients', { ...card(), fallbackText: '' }, 'card.fallbackText: is no text'],
    ['nothing to read aloud', { ...card(), speak: undefined }, 'card.speak: is no text'],
    ['a refresh that is no press', { ...card(), refresh: {} }, 'card.refresh.action: undefined is not an element'],
    [
      'a refresh that does something',
      { ...card(), refresh: { action: makeButton('Go on', 'intake') } },
      'card.refresh: presses by itself what may change something',
    ],
    ['an empty body', { ...card(), body: [] }, 'card.body: is empty'],
    ['an element that Teams does not show', card({ type: 'Media' }), 'card.body[1]: Media is not an element'],
    ['an element named like something built in', card({ type: 'constructor' }), 'constructor is not an element'],
    ['an element without a type', card({ text: 'x' }), 'card.body[1]: undefined is not an element'],
    ['a property we do not use', card({ ...heading, style: 'default', fontType: 'x' }), 'body[1].fontType: is not'],
    ['a hex colour', card({ ...heading, style: 'default', color: '#ff0000' }), 'body[1].color: is none of'],
    ['text that does not wrap', card({ type: 'TextBlock', text: 'x' }), 'body[1]: has no wrap'],
    ['text cut at the edge', card({ type: 'TextBlock', text: 'x', wrap: false }), 'body[1].wrap: is none of true'],
    ['an empty text', saying(' '), 'body[1].text: is no text'],
    ['a width in points wider than a phone', picture({ width: '321px' }), 'body[1].width: is wider than a phone'],
    [
      'the same on a column',
      card({ type: 'ColumnSet', columns: [{ type: 'Column', width: '900px', items: [date] }] }),
      'columns[0].width: is wider than a phone',
    ],
    ['a picture that nobody hears described', picture({ altText: '' }), 'body[1].altText: is no text'],
    ['a picture by http', picture({ url: 'http://union.example/a.png' }), 'body[1].url: is no https address'],
    ['an input without a label', card({ ...date, label: undefined }), 'body[1].label: is no text'],
    ['a tick without words', card({ type: 'Input.Toggle', id: 'done', wrap: true }), 'body[1]: has no title'],
    ['a required input that cannot say so', card({ ...date, isRequired: true }), 'required and has no errorMessage'],
    [
      'a required input whose label does not say so',
      card({ ...date, isRequired: true, errorMessage: 'Choose a date.' }),
      'is required and does not say so',
    ],
    ['an input without an id', card({ ...date, id: '' }), 'body[1].id: is no text'],
    ['an id that is no plain name', card({ ...date, id: '__proto__' }), 'body[1].id: is no plain name'],
    ['two inputs of one id', card(date, date), 'two elements have the id "until"'],
    [
      'too many inputs',
      card(...Array.from({ length: 8 }, (_, at) => ({ ...date, id: `day-${'abcdefgh'[at]}` }))),
      '8 inputs, more than 7',
    ],
    [
      'choices of one value',
      card({
        type: 'Input.ChoiceSet',
        id: 'kind',
        label: 'Kind',
        wrap: true,
        choices: [
          { title: 'a', value: 'x' },
          { title: 'b', value: 'x' },
        ],
      }),
      'body[1].choices: two have one value',
    ],
    [
      'a choice without words',
      card({ type: 'Input.ChoiceSet', id: 'kind', label: 'Kind', wrap: true, choices: [{ title: '', value: 'x' }] }),
      'body[1].choices: one has no title',
    ],
    ['seven actions in a row', withActions(...seven), 'body[1].actions: 7 actions, more than 6'],
    ['a button without words', withActions(makeButton('', 'home')), 'actions[0].title: is no text'],
    [
      'two primary buttons',
      withActions(open, makeButton('Home', 'home', {}, { primary: true })),
      '2 primary actions, more than 1',
    ],
    ['a page opened by http', withActions({ type: 'Action.OpenUrl', title: 'x', url: 'http://x.example' }), 'no https'],
    ['a page opened by script', withActions({ type: 'Action.OpenUrl', title: 'x', url: 'javascript:1' }), 'no https'],
    ['the older kind of press alone', withActions(submit), 'Action.Submit is only what Action.Execute falls back to'],
    ['a press without a fallback', withActions({ ...execute, fallback: undefined }), 'fallback: is no element'],
    ['a fallback that sends something else', withActions({ ...execute, fallback: submit }), 'does not send the same'],
    ['a verb that the bot does not know', withActions(makeButton('x', 'case.delete')), '"case.delete" is no action'],
    ['a verb named like something built in', withActions(makeButton('x', 'constructor')), '"constructor" is no action'],
    ['a press that lacks its case', withActions(makeButton('x', 'case.open')), 'is not what "case.open" asks for'],
    ['a press with more than is asked', withActions(makeButton('x', 'home', { name: 'Quinn' })), 'asks for (data un'],
    [
      'an id that is no id',
      withActions(makeButton('x', 'case.open', { caseId: 'Quinn Invented' })),
      'is not what "case.open" asks for (caseId',
    ],
    [
      'data with a verb of its own',
      withActions(makeButton('x', 'home', { verb: 'case.open' })),
      'data: has a verb of its own',
    ],
    [
      'data that holds a record',
      withActions({ ...execute, data: { case: { name: 'x' } } }),
      'data: holds more than texts',
    ],
    [
      'an input that overwrites what the button sends',
      card(
        { ...date, id: 'version' },
        { type: 'ActionSet', actions: [makeButton('x', 'allocation.confirm', accept, { inputs: true })] },
      ),
      'the input "version" overwrites',
    ],
    ['no heading', { ...card(), body: [date] }, '0 headings instead of 1'],
    ['two headings', card(heading), '2 headings instead of 1'],
    [
      'more facts than decide',
      card({ type: 'FactSet', facts: Array.from({ length: 6 }, () => ({ title: 'a', value: 'b' })) }),
      '6 facts, more than 5',
    ],
    ['markdown in a fact', card({ type: 'FactSet', facts: [{ title: 'a', value: '**b**' }] }), 'reads as markdown'],
    ['a fact without a value', card({ type: 'FactSet', facts: [{ title: 'a' }] }), 'facts[0]: is no fact'],
    ['bold', saying('for **Quinn**'), '"*" reads as markdown'],
    ['a link', saying('[Teams](https://evil.example)'), '"[" reads as markdown'],
    ['a mention', saying('<at>Everyone</at>'), '"<" reads as markdown'],
    ['a letter by its number', saying('Quinn&#33;'), '"&" reads as markdown'],
    ['a list', saying('- Quinn'), '"-" reads as markdown'],
    ['a numbered list in a later line', saying('Today\n1. Quinn'), '"1." reads as markdown'],
    ['code by indentation', saying('    Quinn'), 'reads as markdown'],
    ['a heading by markdown', saying('# Quinn'), '"#" reads as markdown'],
    ['markdown behind an escaped backslash', saying('\\\\*Quinn*'), '"*" reads as markdown'],
    ['a date function', saying('{{DATE(2017-02-14T06:08:39Z,SHORT)}}'), 'runs a function'],
    [
      'a time function in a run',
      card({ type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: '{{TIME(2017-02-14T06:08:39Z)}}' }] }),
      'runs a function',
    ],
    [
      'a picture among runs',
      card({ type: 'RichTextBlock', inlines: [{ type: 'Image', url: 'https://x.example/a.png', altText: 'x' }] }),
      'holds something else than runs',
    ],
  ])('%s', (_what, bad, fault) => {
    expect(lintCard(bad).join('\n')).toContain(fault)
  })

  test('a card of one byte too many, counted in bytes and not in letters', () => {
    const room = 28_000 - Buffer.byteLength(JSON.stringify(saying('')))
    expect(lintCard(saying('x'.repeat(room)))).toEqual([])
    expect(lintCard(saying('x'.repeat(room + 1)))).toEqual(['card: takes 28001 bytes, more than 28000'])
    expect(lintCard(saying('ش'.repeat(room - 1)))).toHaveLength(1)
  })

  test('in what is posted: anything that somebody typed', () => {
    const typed = card({ ...date, value: '2026-11-26' })
    const run = card({ type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: 'Quinn' }] })
    expect([lintCard(typed), lintCard(run)]).toEqual([[], []])
    expect(lintCard(typed, { posted: true }).join()).toContain('shows what was typed, and this is posted')
    expect(lintCard(run, { posted: true }).join()).toContain('a run is for what people typed, and this is posted')
  })
})

describe('The templates', () => {
  const names = readdirSync(CARDS).filter((name) => name.endsWith('.json'))
  const templateOf = (name: string) => JSON.parse(readFileSync(join(CARDS, name), 'utf8')) as Card

  test('there is one for every card', () => {
    expect(names).toEqual([
      'breach.json',
      'case.json',
      'consultation.json',
      'dossier.json',
      'emergency-file.json',
      'emergency.json',
      'form.json',
      'list.json',
      'notice.json',
      'offer.json',
      'proposal.json',
    ])
  })

  test.each(names)('%s keeps to the elements and properties that we use', (name) => {
    expect(lintCard(templateOf(name), { template: true })).toEqual([])
  })

  test('a template gains nothing by its expressions: what it writes itself is held against the same rules', () => {
    const template = templateOf('notice.json')
    template.body.push({ type: 'TextBlock', $when: '${x}', text: '${x}', color: '#fff' })
    const faults = lintCard(template, { template: true }).join('\n')
    expect(faults).toContain('has no wrap')
    expect(faults).toContain('color: is none of')
    expect(lintCard(template).join('\n')).toContain('$when: is not a property')
  })
})
