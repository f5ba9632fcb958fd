import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { makeButton } from '../../cards/button'
import { emptyForm, type FormData, form } from '../../cards/form'
import { notice } from '../../cards/notice'
import { proposal } from '../../cards/proposal'
import { cardTemplate, MAX_BYTES, type Screen, type Shell } from '../../cards/render'
import { CaseworkError } from '../../services/platform/errors'
import { lintCard } from './card-lint'
import { aLook, drawn, elementsOf, read } from './drawing'
import { aProposal } from './views'

const look = aLook()
const bytesOf = ({ card }: Screen) => Buffer.byteLength(JSON.stringify(card))

function faultOf(draw: () => unknown): CaseworkError {
  try {
    draw()
  } catch (fault) {
    if (fault instanceof CaseworkError) return fault
    throw fault
  }
  throw new Error('it was drawn')
}

describe('Every card has its frame', () => {
  test('IMP-64 words for clients that cannot show it, words to read aloud, and the version that Teams takes', () => {
    const { card, summary } = drawn(notice(look, 'Note saved', [], [], 'Case ABCD-EFGH'))
    expect(card).toMatchObject({ type: 'AdaptiveCard', version: '1.5', speak: 'Case ABCD-EFGH' })
    expect(card.fallbackText).toMatch(/current version of Teams/)
    expect(summary).toBe('Case ABCD-EFGH')
  })

  test('IMP-65 a banner says that the data is sample data, and nothing does in live use', () => {
    expect(read(drawn(notice(look, 'Note saved')))).toBe('Sample data: nobody here is real\nNote saved')
    expect(read(drawn(notice(aLook('cardiff', false), 'Note saved')))).toBe('Note saved')
  })

  test('what a notification and a screen reader say is neutral unless somebody chose the words', () => {
    expect(notice(look, 'Case ABCD-EFGH accepted by Ada').summary).toBe('Casekeeper has something for you')
  })
})

describe('A card is never larger than what Teams carries, counted in bytes', () => {
  /** A notice that takes exactly as many bytes as there may be, with a text of these letters. */
  function full(letter: string): string {
    const letterSize = Buffer.byteLength(JSON.stringify(letter)) - 2
    const room = MAX_BYTES - bytesOf(notice(look, 'x', ['']))
    return letter.repeat(Math.floor(room / letterSize)) + 'x'.repeat(room % letterSize)
  }

  test.each([
    ['Latin letters', 'a'],
    ['Arabic', 'ش'],
    ['Chinese', '案'],
    ['emoji', '🐤'],
    ['emoji families', '👩‍👩‍👧‍👦'],
    ['quotation marks, which take two bytes', '"'],
  ])('%s: the last byte that fits, and one more', (_what, letter) => {
    const text = full(letter)
    expect(bytesOf(drawn(notice(look, 'x', [text])))).toBe(MAX_BYTES)
    const fault = faultOf(() => notice(look, 'x', [`${text}y`]))
    expect(fault).toMatchObject({ code: 'card-broken', info: { card: 'notice', problem: 'too-large' } })
  })

  test('a text that would fit if letters were counted does not', () => {
    for (const letter of ['ش', '案', '🐤'])
      expect(faultOf(() => notice(look, 'x', [letter.repeat(20_000 / letter.length)])).info.problem).toBe('too-large')
  })
})

describe('Data that breaks its contract is no card, and what it holds stays out of the fault', () => {
  const secret = 'Quinn Invented 1234567'
  const complete: FormData = { heading: 'Which case?', fields: [], actions: [] }
  const field = { kind: 'text', id: 'name', label: 'Name', value: secret, max: 5 }

  test.each<[string, object]>([
    ['a text where a list belongs', { ...complete, problems: secret }],
    ['a field of a kind that nobody knows', { ...complete, fields: [{ ...field, kind: secret }] }],
    ['a field with more than its own', { ...complete, fields: [{ ...field, [secret]: secret }] }],
    ['a number where a text belongs', { ...complete, heading: 1234567 }],
    ['nothing where a text belongs', { ...complete, spoken: null }],
    ['more than the card has', { ...complete, [secret]: secret }],
    ['an empty heading', { ...complete, heading: '', hint: secret }],
    ['more fields than one card asks', { ...complete, fields: Array.from({ length: 8 }, () => field) }],
    ['a record instead of a text', { ...complete, heading: { secret } }],
    ['a button made by hand', { ...complete, actions: [{ type: 'Action.OpenUrl', title: secret, url: secret }] }],
  ])('%s', (_what, data) => {
    const fault = faultOf(() => form(look, data as FormData))
    expect(fault).toMatchObject({ code: 'card-broken', info: { card: 'form', problem: 'data' } })
    expect([fault.message, fault.stack, JSON.stringify(fault.info), String(fault.cause)].join()).not.toMatch(
      /Quinn|Invented|1234567/,
    )
  })

  test('the fault names the fields, for whoever looks for the mistake', () => {
    const fault = faultOf(() => form(look, { ...complete, heading: '', problems: secret } as unknown as FormData))
    expect(fault.info.fields).toEqual(['heading', 'problems'])
  })
})

describe('A template that does not fit its data is found when it is drawn', () => {
  const some = cardTemplate('offer', 'shell', z.strictObject({ heading: z.string() }))

  test('an expression that is left over is no card', () => {
    const fault = faultOf(() => some(look, { heading: 'New case for you' }))
    expect(fault).toMatchObject({ code: 'card-broken', info: { card: 'offer', problem: 'expression-left' } })
  })

  test('what people type is never taken for one, wherever it stands', () => {
    for (const typed of ['${badges}', '${', '$${heading}', '${if(true, "x", "y")}'])
      expect(read(drawn(notice(look, typed, [typed])))).toContain(`${typed}\n${typed}`)
  })
})

describe('What is posted', () => {
  test('IMP-22 is a shell: the compiler refuses to post content', () => {
    const posts = (shell: Shell) => shell.kind
    const content = proposal(look, aProposal(), false)
    // @ts-expect-error content is no shell
    expect(posts(content)).toBe('content')
    // @ts-expect-error a screen that may be content is no shell either
    expect(posts(content as Screen)).toBe('content')
    expect(posts(notice(look, 'Note saved'))).toBe('shell')
  })

  test('IMP-22 a form that shows what was typed is content, and the linter would find it posted', () => {
    const typed: FormData = {
      heading: 'Details of the client',
      fields: [{ kind: 'text', id: 'name', label: 'Name (required)', value: 'Quinn Invented', max: 100 }],
      actions: [makeButton('Home', 'home')],
    }
    expect(drawn(form(look, typed)).kind).toBe('content')
    expect(lintCard(emptyForm(look, typed).card, { posted: true })).toHaveLength(1)
    expect(elementsOf(form(look, typed), 'Input.Text')[0]).toMatchObject({ value: 'Quinn Invented' })
  })
})
