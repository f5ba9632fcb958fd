import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { dossierFile, dossierLink, dossierPdf } from '../../cards/dossier'
import { PARTS } from '../../cards/dossier-parts'
import { hasCodes, printable } from '../../cards/letters'
import { DEEDS } from '../../services/breach/breach.types'
import type { Dossier, DossierAct } from '../../services/breach/dossier.types'
import { readPdf, unspaced } from '../support/pdf-text'
import { aLook, drawn, HOSTILE, ids, read, THURSDAY } from './drawing'

const anAct = (changes: Partial<DossierAct> = {}): DossierAct => ({
  at: THURSDAY,
  by: 'Ada Sample',
  byBot: false,
  act: 'raised',
  answer: null,
  to: '',
  untold: false,
  passedOver: [],
  statements: [],
  ...changes,
})
const said = (code: string, text = `What was said of ${code}.`) => ({ code, text })

/** A request from its beginning to its end. */
const aDossier = (changes: Partial<Dossier> = {}): Dossier => ({
  breachId: ids.case,
  reference: 'ABCDEFGH',
  urgent: true,
  ground: 'serious-risk',
  informed: false,
  client: { name: 'Quinn Invented', number: '1234567' },
  requester: 'Ada Sample',
  raisedAt: THURSDAY,
  source: { clause: 'Clause 4', provisional: false },
  at: { at: 'completed' },
  acts: [
    anAct({ statements: [said('why'), said('recipients'), said('question'), said('uninformed-because')] }),
    anAct({
      act: 'asked',
      byBot: true,
      by: 'system',
      to: 'Bo Specimen',
      passedOver: [{ name: 'Cy Madeup', reason: 'absent' }],
    }),
    anAct({ act: 'advised', answer: 'no', by: 'Cy Madeup', statements: [said('advice')] }),
    anAct({
      act: 'decided',
      answer: 'yes',
      by: 'Bo Specimen',
      untold: true,
      statements: [
        said('reasons'),
        said('options'),
        said('notes'),
        said('actions', 'Telephone the doctor\nWrite it down'),
      ],
    }),
    anAct({ act: 'told-client', statements: [said('told-how')] }),
    anAct({ act: 'disclosed', statements: [said('recipient'), said('means'), said('content')] }),
    anAct({ act: 'action-done' }),
    anAct({ act: 'reported', statements: [said('facts'), said('outcome'), said('safeguarding')] }),
    anAct({ act: 'completed', statements: [said('complaint-route')] }),
  ],
  actions: [
    { text: 'Telephone the doctor', done: { at: THURSDAY, by: 'Ada Sample' } },
    { text: 'Write it down', done: null },
  ],
  printedBy: 'Morgan Sample',
  printedAt: THURSDAY,
  ...changes,
})

const look = aLook()
const printed = async (dossier: Dossier) => readPdf(await dossierPdf(look, dossier))
const wordsOf = async (dossier: Dossier) => unspaced((await printed(dossier)).pages.join('\n'))
const times = (text: string, part: string) => text.split(part).length - 1

describe('The dossier on paper', () => {
  test('WOR-24 LMU-32 CAM-09 CAM-11 CAM-12 LAN-22 LAN-25 holds every statement once, every act, who was passed over and what is still to be done', async () => {
    const dossier = aDossier()
    const text = await wordsOf(dossier)
    for (const { text: statement } of dossier.acts.flatMap(({ statements }) => statements))
      expect([statement, times(text, unspaced(statement))]).toEqual([statement, 1])
    for (const line of [
      'About: Quinn Invented 1234567',
      'the client had not been told',
      'Not asked: Cy Madeup, away',
      '3. Advised against, Thu 26 Nov 2026, 14:30, Cy Madeup',
      '4. Answered yes, Thu 26 Nov 2026, 14:30, Bo Specimen',
      'Asked: Bo Specimen, Thu 26 Nov 2026, 14:30, Casekeeper',
      'Action 1, carried out: Thu 26 Nov 2026, 14:30, Ada Sample',
      'Action 2, not recorded as carried out',
      '9. Finished, Thu 26 Nov 2026, 14:30, Ada Sample',
      'Your policy: Clause 4',
    ])
      expect(text).toContain(unspaced(line))
  })

  test('has all its parts in order, and says of an empty one that nothing is on record', async () => {
    const text = await wordsOf(aDossier({ acts: [anAct()], actions: [] }))
    const places = PARTS.map((part) => text.indexOf(unspaced(look.named('dossier-part', part))))
    expect(places).toEqual([...places].sort((one, other) => one - other))
    expect(places).not.toContain(-1)
    expect(times(text, 'Nothingisonrecord.')).toBeGreaterThanOrEqual(7)
  })

  test.each([...DEEDS, 'raised', 'asked', 'exhausted', 'unbriefed'] as const)(
    'leaves out nothing that is stated with "%s", whatever its code',
    async (act) => {
      const statements = ['heron', 'recipients', 'question', 'safeguarding', 'actions', 'informed-how'].map((code) =>
        said(code),
      )
      const text = await wordsOf(aDossier({ acts: [anAct(), anAct({ act, answer: 'yes', statements })] }))
      for (const { text: statement } of statements) expect(times(text, unspaced(statement))).toBe(1)
    },
  )

  test('every page says that it is confidential, who printed it and when, the reference, and its number', async () => {
    const long = 'A sentence that goes on and on. '.repeat(800)
    const { pages } = await printed(aDossier({ acts: [anAct({ statements: [said('why', long)] })] }))
    expect(pages.length).toBeGreaterThan(5)
    for (const [index, page] of pages.entries()) {
      expect(times(page, 'Confidential. Case ABCD-EFGH. Printed by Morgan Sample, Thu 26 Nov 2026, 14:30.')).toBe(2)
      expect(page.split('\n')).toEqual(
        expect.arrayContaining(['Confidential', `${index + 1} of ${pages.length}`, 'Sample data: nobody here is real']),
      )
    }
    const body = pages
      .join('\n')
      .split('\n')
      .filter((each) => each.includes('sentence') || /^[a-z. A]+$/.test(each))
    expect(unspaced(body.join(''))).toContain(unspaced(long))
  })

  test('a word without an end breaks at the edge of the page, and none of it is lost', async () => {
    const endless = 'x'.repeat(9_000)
    expect(await wordsOf(aDossier({ acts: [anAct({ statements: [said('why', endless)] })] }))).toContain(
      endless.slice(0, 1_000),
    )
    const { pages } = await printed(aDossier({ acts: [anAct({ statements: [said('why', endless)] })] }))
    expect(times(pages.join(''), 'x')).toBeGreaterThanOrEqual(9_000)
    for (const piece of pages.join('\n').split('\n')) expect(times(piece, 'x')).toBeLessThan(110)
  })

  test.each(HOSTILE)('%s stands on it as it was typed', async (_what, typed) => {
    const name = typed.replaceAll('\n', ' ')
    const dossier = aDossier({
      client: { name, number: null },
      printedBy: name,
      acts: [anAct({ statements: [said('why', typed)] })],
    })
    const text = await wordsOf(dossier)
    expect(times(text, unspaced(printable(typed)))).toBeGreaterThanOrEqual(3)
  })

  test('letters without a shape stand as their numbers, and the print says so; else it does not', async () => {
    const dossier = aDossier({ client: { name: 'Łucja Őri 李', number: null } })
    const text = await wordsOf(dossier)
    expect(text).toContain('About:[U+0141]ucja[U+0150]ri[U+674E]')
    expect(text).toContain('standsasitsUnicodenumberinbrackets:[U+0141].')
    expect(await wordsOf(aDossier())).not.toContain('Unicode')
  })

  test('neither its metadata nor the name of the file says more than the reference', async () => {
    const { objects } = await printed(aDossier())
    expect(objects).toContain('(ABCD-EFGH)')
    expect(objects).not.toMatch(/Quinn|Invented|1234567|Morgan|Author|Subject|Keywords|JavaScript|URI/)
    expect(dossierFile(aDossier())).toBe('dossier-ABCD-EFGH.pdf')
  })
})

/** Windows-1252 as its table has it, from 0x80 to 0x9F; Node's decoder of that name gives Latin-1 there. */
const UPPER = [
  ...[0x20ac, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x017d],
  ...[0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x017e, 0x0178],
]
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, nth) => from + nth)
const SOFT_HYPHEN = 0xad
const LETTERS = [0x0a, ...range(0x20, 0x7e), ...UPPER, ...range(0xa1, 0xff)]
  .filter((code) => code !== SOFT_HYPHEN)
  .map((code) => String.fromCodePoint(code))

describe('Letters', () => {
  const ours = (text: string) =>
    text
      .normalize('NFC')
      .replaceAll(/\r\n?/g, '\n')
      .replaceAll(/[\t\xA0]/g, ' ')
  const back = (text: string) =>
    text.replaceAll(/\[((?:U\+[0-9A-F]+ ?)+)\]/g, (_all, codes: string) =>
      String.fromCodePoint(...codes.split(' ').map((code) => Number.parseInt(code.slice(2), 16))),
    )

  test('whatever is typed can be written down again from the print, and the print shows nothing but Western letters', () => {
    const typed = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...LETTERS) }),
      fc.stringMatching(/^[[\]U+0-9A-F ŁŐ]*$/),
    )
    fc.assert(
      fc.property(typed, (text) => {
        const shown = printable(text)
        expect(back(shown)).toBe(ours(text))
        expect([...shown].filter((letter) => !LETTERS.includes(letter))).toEqual([])
      }),
    )
  })

  test('most people of Western Europe read their names as they are', () => {
    const name = 'Zoë Brontë-Núñez O’Šimůn Ångström'
    expect(printable(name)).toBe('Zoë Brontë-Núñez O’Šim[U+016F]n Ångström')
    expect([hasCodes(printable('Renée')), hasCodes(printable(name))]).toEqual([false, true])
  })
})

test('IMP-50 the link is content, says how often and how long it works, and names nobody', () => {
  const url = 'https://casekeeper.example/dossier/x'
  const card = drawn(dossierLink(look, { breachId: ids.case, reference: 'ABCDEFGH', minutes: 2, url }))
  expect(card.kind).toBe('content')
  expect(read(card)).toContain('once, within 2 minutes')
  expect(JSON.stringify(card.card)).toContain(`{"type":"Action.OpenUrl","title":"Open the dossier","url":"${url}"}`)
  expect(() =>
    dossierLink(look, { breachId: ids.case, reference: 'ABCDEFGH', minutes: 2, url: 'javascript:x' }),
  ).toThrow()
})
