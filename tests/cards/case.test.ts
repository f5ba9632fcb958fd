import { describe, expect, test } from '@jest/globals'
import { caseCard, caseShell } from '../../cards/case'
import { excerpt } from '../../cards/excerpt'
import { aLook, drawn, elementsOf, HOSTILE, ids, read, THURSDAY, TURNED, verbsOf } from './drawing'
import { aFile, aSummary } from './views'

const look = aLook()
const note = (text: string, byName = 'Ada Sample') => ({ at: THURSDAY, kind: 'note' as const, byName, text })

describe('What may be posted of a case', () => {
  test('is its reference, its stage and when it was opened, with a button that asks for more', () => {
    const screen = drawn(caseShell(look, aSummary()))
    expect(read(screen)).toContain('Case ABCD-EFGH\naccepted, opened Wed 25 Nov 2026, 09:05')
    expect(verbsOf(screen)).toEqual(['case.open', 'emergency', 'home'])
    expect(screen.kind).toBe('shell')
  })

  test.each(['opening', 'offered', 'accepted'] as const)('IMP-22 %s: nothing of a whole file gets onto it', (stage) => {
    const screen = drawn(caseShell(look, aFile({ stage })))
    expect(JSON.stringify(screen)).not.toMatch(/Quinn|Invented|1234567|appeal|Ada Sample/)
  })
})

describe('The file, in the answer to a press', () => {
  test('CAR-22 has its title, the facts, the chronology, what to do next, and says when it goes', () => {
    const screen = drawn(caseCard(look, aFile()))
    expect(read(screen).split('\n').slice(1)).toEqual([
      'Quinn Invented 1234567 OPEN',
      'Case ABCD-EFGH',
      'Opened: Wed 25 Nov 2026, 09:05',
      'First contact by: Telephone',
      'Consents: Storing information: agreed; Quality assessors may see the file: refused',
      'Chronology',
      'Note, Wed 25 Nov 2026, 09:05, Ada Sample',
      'Explained the appeal form.',
      'This puts itself away after 15 minutes.',
      'Add a note',
      'Put away',
      'Share without consent',
      'Emergency',
    ])
    expect(screen.kind).toBe('content')
  })

  test('a summary of it says nothing of the client', () => {
    const { summary, card } = caseCard(look, aFile())
    expect(`${summary} ${String(card.speak)} ${String(card.fallbackText)}`).not.toMatch(/Quinn|1234567|appeal/)
  })

  test('has as many buttons as there are things to do, and one of them first', () => {
    const callBack = { id: ids.draft, number: '0123 456', when: 'after five' }
    const everything = { record: true, correct: true, breach: true, consult: true, concern: 'crime' }
    const all = drawn(caseCard(look, aFile({ callBack, may: everything })))
    const verbs = ['note', 'call-back.done', 'correct', 'case.put-away', 'consult', 'concern', 'breach', 'emergency']
    expect(verbsOf(all)).toEqual(verbs)
    expect(read(all)).toContain('Call back  0123 456 after five')
    const nothing = { record: false, correct: false, breach: false, consult: false, concern: null }
    const none = drawn(caseCard(look, aFile({ may: nothing, consents: {} })))
    expect(verbsOf(none)).toEqual(['case.put-away', 'emergency'])
    expect(read(none)).not.toContain('Consents')
  })

  test('CAR-24 shows the newest eight entries in their order', () => {
    const entries = Array.from({ length: 9 }, (_, at) => note(`Entry ${at}.`))
    const shown = read(drawn(caseCard(look, aFile({ entries }))))
    expect(shown.match(/Entry \d/g)).toEqual(Array.from({ length: 8 }, (_, at) => `Entry ${at + 1}`))
  })

  test.each(HOSTILE)('shows %s as it was typed, in title, facts, call-back, notes and names', (_what, typed) => {
    const callBack = { id: ids.draft, number: typed, when: typed }
    const view = aFile({ title: typed, channel: typed, callBack, entries: [note(typed, typed)] })
    const shown = read(drawn(caseCard(look, view)))
    expect(shown.split('\n').slice(1).join('\n').startsWith(`${typed}\nCase ABCD-EFGH`)).toBe(true)
    expect(shown).toContain(`\nFirst contact by: ${typed}\n`)
    expect(shown).toContain(`Call back  ${typed} ${typed}`)
    expect(shown).toContain(`Note, Thu 26 Nov 2026, 14:30, ${typed}\n${typed}\nThis puts itself away`)
  })

  test('leaves out what turns the line around and cannot be seen', () => {
    expect(read(drawn(caseCard(look, aFile({ entries: [note(TURNED.typed)] }))))).toContain(TURNED.shown)
  })

  test.each([
    ['Latin letters', 'a'],
    ['quotation marks', '"'],
    ['lines', 'x\n'],
    ['Arabic', 'ش'],
    ['Chinese', '案'],
    ['emoji families', '👩‍👩‍👧‍👦'],
    ['control characters', '\u0001'],
    ['halves of emoji', '\uD83D'],
    ['date functions', '{{DATE('],
    ['characters that turn the line', '\u202E'],
  ])('a file of eight notes of 10,000 characters opens, each with its beginning: %s', (_what, letters) => {
    const long = `Begun: ${letters.repeat(10_000 / letters.length)}`
    const callBack = { id: ids.draft, number: '01234567890123456789', when: letters.repeat(100 / letters.length) }
    const view = aFile({
      title: `${letters.repeat(100 / letters.length)} 1234567 OPEN AQS CONSENT REFUSED`,
      callBack,
      may: { record: true, correct: true, breach: true, consult: true, concern: 'crime' },
      entries: Array.from({ length: 20 }, () => note(long, 'Bartholomew Specimen-Sample (Advice and Wellbeing)')),
    })
    const shown = read(drawn(caseCard(look, view)))
    expect(shown.match(/Begun: /g)).toHaveLength(8)
    const cut = elementsOf(caseCard(look, view), 'TextRun').filter(({ text }) => /…\u2069?$/.test(String(text)))
    expect(cut).toHaveLength(8)
  })
})

describe('The beginning of a text', () => {
  test('is the text itself as long as it fits, to the byte', () => {
    expect(excerpt('ششش', 6)).toBe('ششش')
    expect(excerpt('ششش', 5)).toBe('ش…')
    expect(excerpt('', 0)).toBe('')
  })

  test('never ends inside a character as people see it', () => {
    const family = '👩‍👩‍👧‍👦'
    const size = Buffer.byteLength(family)
    expect(excerpt(family.repeat(3), 2 * size + 3)).toBe(`${family}${family}…`)
    expect(excerpt(family.repeat(3), 2 * size + 2)).toBe(`${family}…`)
    expect(excerpt('🐤🐤', 7)).toBe('🐤…')
  })
})
