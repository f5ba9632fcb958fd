import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { CONTACT_LOOKS } from '../../../services/identifiers/identifiers.contact.rules'
import { DATE_LOOKS } from '../../../services/identifiers/identifiers.dates.rules'
import { readText } from '../../../services/identifiers/identifiers.fold.rules'
import { NUMBER_LOOKS } from '../../../services/identifiers/identifiers.numbers.rules'
import { PLACE_LOOKS } from '../../../services/identifiers/identifiers.places.rules'
import { findIdentifiers, findIn } from '../../../services/identifiers/identifiers.rules'
import type { Finding, KnownIdentifiers } from '../../../services/identifiers/identifiers.types'
import { readCorpus } from './corpus'

const NOBODY: KnownIdentifiers = { names: [], opposingParty: [], numbers: [], others: [] }
const QUINN: KnownIdentifiers = {
  names: ['Quinn Invented', 'Will May'],
  opposingParty: ['Sasha Madeup'],
  numbers: ['7654321'],
  others: ['quinn.invented@example.org', '07700 900123', '12 Placeholder Street'],
}
const LONG = 200_000

const shown = (text: string, known: KnownIdentifiers = QUINN) =>
  findIdentifiers(text, known).map(({ kind, from, to, certainty }) => [text.slice(from, to), kind, certainty])

/** The text with every refused finding taken out of it. */
const withoutRefused = (text: string, findings: Finding[]) =>
  findings
    .filter(({ certainty }) => certainty === 'refused')
    .reduceRight((left, { from, to }) => `${left.slice(0, from)} … ${left.slice(to)}`, text)

describe('A hit is shown to the writer in their own text', () => {
  test('WOR-25 a brief with the surname is refused, and the hit is where it was typed', () => {
    expect(shown('The  family Invented called.')).toEqual([['Invented', 'name', 'refused']])
    expect(shown('We saw Qu\u{200B}i\u{301}nn’s room.')).toEqual([['Qu\u{200B}i\u{301}nn’s', 'name', 'refused']])
    expect(shown('😀 ﬁne: ＱＵＩＮＮ 😀')).toEqual([['ＱＵＩＮＮ', 'name', 'refused']])
  })

  test('CAM-03 a text for fellow caseworkers with the surname is refused, and so is the other party', () => {
    expect(shown('Both Invented and Madeup came to us.')).toEqual([
      ['Invented', 'name', 'refused'],
      ['Madeup', 'opposing-party', 'refused'],
    ])
  })

  test('IMP-49 a second-year Engineering student is a warning, for a person to decide', () => {
    expect(shown('The client is a second-year Engineering student.')).toEqual([
      ['second-year Engineering student', 'course-and-year', 'warning'],
    ])
  })

  test('WOR-25 name, number, mail, phone and address in one brief are each shown', () => {
    const brief = 'Quinn Invented (7654321, quinn.invented@example.org, 07700 900123) of 12 Placeholder Street.'
    expect(shown(brief).map(([, kind]) => kind)).toEqual(['name', 'number', 'mail', 'phone', 'address'])
  })

  test('IMP-49 a name that is an everyday word counts where it is written as a name', () => {
    expect(shown('He will come, and may bring it.')).toEqual([])
    expect(shown('Will they come?')).toEqual([['Will', 'name', 'warning']])
    expect(shown('We asked Will to come.')).toEqual([['Will', 'name', 'refused']])
    expect(shown('The hearing is on 3 May.')).toEqual([])
    expect(shown('The hearing is in May.')).toEqual([['May', 'name', 'warning']])
  })

  test('WOR-19 with nobody known what is plain to see is still refused, and empty entries find nothing', () => {
    expect(shown('Ring 07700 900456.', NOBODY)).toEqual([['07700 900456', 'phone', 'refused']])
    const empty = {
      names: ['', ' ', '-', '\u{200B}'],
      opposingParty: [''],
      numbers: ['', '--'],
      others: ['', '@', ','],
    }
    expect(shown('The client - we think - is safe, and so on @ home.', empty)).toEqual([])
  })
})

describe('Whatever is typed', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc
      .array(
        fc.constantFrom(
          ...[
            'Quinn',
            'Invented',
            ' ',
            '.',
            '-',
            '@',
            '7',
            '0',
            '+44',
            'Q',
            'will',
            'May',
            '\u{200B}',
            '\u{301}',
            '\n',
            "'",
          ],
          ...[
            'second year',
            'Law',
            '\ud800',
            'ﷺ',
            'CF9',
            '9XX',
            'Street',
            '12',
            'room',
            'born',
            'İ',
            'ß',
            '樣',
            '김',
            's',
          ],
        ),
        { maxLength: 60 },
      )
      .map((pieces) => pieces.join('')),
  )

  test('WOR-25 findings lie in the text, in order, apart from each other, and the same each time', () => {
    fc.assert(
      fc.property(hostile, fc.array(hostile, { maxLength: 2 }), (text, more) => {
        const known = { ...QUINN, names: [...QUINN.names, ...more], numbers: [...QUINN.numbers, ...more], others: more }
        const findings = findIdentifiers(text, known)
        let end = 0
        for (const { from, to } of findings) {
          expect(from).toBeGreaterThanOrEqual(end)
          expect(to).toBeGreaterThan(from)
          end = to
        }
        expect(end).toBeLessThanOrEqual(text.length)
        expect(findIdentifiers(text, known)).toEqual(findings)
      }),
      { numRuns: 1500 },
    )
  })

  const clean = readCorpus('clean')
  const part = fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'), minLength: 4, maxLength: 9 })
  const name = fc
    .tuple(part, part)
    .map((parts) => parts.map((letters) => `${letters[0]!.toUpperCase()}z${letters.slice(1)}`).join(' '))

  test('WOR-25 CAM-03 a known name at any place between the words of any clean text is refused', () => {
    fc.assert(
      fc.property(fc.constantFrom(...clean), fc.nat(), name, fc.nat(2), ({ text }, place, whole, which) => {
        const words = text.split(' ')
        const at = place % (words.length + 1)
        const typed = [whole, ...whole.split(' ')][which]!
        const before = words
          .slice(0, at)
          .map((word) => `${word} `)
          .join('')
        const mixed = `${before}${typed}${words
          .slice(at)
          .map((word) => ` ${word}`)
          .join('')}`
        const hits = findIdentifiers(mixed, { ...NOBODY, names: [whole] })
        const [from, to] = [before.length, before.length + typed.length]
        expect(hits.some((hit) => hit.certainty === 'refused' && hit.from <= from && hit.to >= to)).toBe(true)
      }),
      { numRuns: 3000 },
    )
  })

  test('IMP-49 neither case nor accents nor what cannot be seen hide a name', () => {
    const change = fc.constantFrom<(letter: string) => string>(
      (letter) => letter,
      (letter) => letter.toUpperCase(),
      (letter) => `${letter}\u{301}`,
      (letter) => `${letter}\u{323}\u{308}`,
      (letter) => `\u{200B}${letter}`,
      (letter) => `${letter}\u{AD}`,
    )
    fc.assert(
      fc.property(name, fc.array(change, { minLength: 24, maxLength: 24 }), (whole, changes) => {
        const typed = [...whole.toLowerCase()]
          .map((letter, at) => changes[at]!(letter))
          .join('')
          .normalize('NFC')
        const text = `We saw ${typed} there.`
        const refused = findIdentifiers(text, { ...NOBODY, names: [whole] }).filter(
          (hit) => hit.certainty === 'refused',
        )
        const seen = (shownText: string) => shownText.replaceAll(/[\u{200B}\u{AD}]/gu, '')
        expect(refused.map(({ from, to }) => seen(text.slice(from, to)))).toEqual([seen(typed)])
      }),
      { numRuns: 2000 },
    )
  })

  test('WOR-25 once everything refused is taken out, nothing is refused any more', () => {
    for (const { text, known } of readCorpus('marked')) {
      const left = withoutRefused(text, findIdentifiers(text, known))
      expect([left, findIdentifiers(left, known).filter(({ certainty }) => certainty === 'refused')]).toEqual([
        left,
        [],
      ])
    }
  })
})

describe('A text of 200,000 characters takes work in proportion', () => {
  const HOSTILE = [
    'a',
    'A.',
    'Q.I.',
    'q u i n n ',
    'Quinn ',
    'Qu ',
    'a@',
    'a.b-c@',
    'a at a dot ',
    '0 ',
    '0',
    '7',
    '7654321',
    '1 aaaa ',
  ]
    .concat([
      '1A Aaaa Aaaa ',
      'second year ',
      'born 12 May ',
      'instagram ',
      '([',
      '\u{200B}',
      ' ',
      '\n',
      'ﷺ',
      '\ud800',
      '样',
      'aA',
    ])
    .concat(['a-', "a'", 'van ', 'Dr ', 'flat ', 'SW1A', 'www.x.com/', '12/', 'Aaaa Hall ', '\u{301}'])
  const known = {
    ...QUINN,
    names: [...QUINN.names, 'aaaaaaa aaaaaaab', '样样', 'a-a a-a'],
    numbers: ['7777777', '0000000'],
  }

  test.each(HOSTILE)('IMP-49 when somebody pastes %j over and over', (piece) => {
    const text = piece.repeat(Math.ceil(LONG / piece.length)).slice(0, LONG)
    const findings = findIdentifiers(text, known)
    expect(findings.every(({ from, to }) => from >= 0 && to <= LONG)).toBe(true)
  })

  /** How often the words of a text are looked at. */
  function looks(text: string): number {
    let count = 0
    const reading = readText(text)
    const words = new Proxy([...reading.words], {
      get(list, key, receiver) {
        count++
        return Reflect.get(list, key, receiver)
      },
    })
    findIn({ ...reading, words }, known)
    return count
  }

  test.each(['q u i n n ', 'Quinn ', 'a ', 'a-', 'aA', 'A.', 'second year ', 'Van Aa ', 'Will May '])(
    'IMP-49 twice as much of %j is twice the work',
    (piece) => {
      const once = looks(piece.repeat(2000))
      const twice = looks(piece.repeat(4000))
      expect(once).toBeGreaterThan(2000)
      expect(once).toBeLessThan(2000 * piece.length * 400)
      expect(twice / once).toBeLessThan(2.1)
    },
  )

  test('IMP-49 no expression that is tried on a whole text repeats anything without an upper limit', () => {
    const looked = [...CONTACT_LOOKS, ...NUMBER_LOOKS, ...PLACE_LOOKS, ...DATE_LOOKS]
    expect(looked.length).toBeGreaterThan(25)
    for (const { look } of looked) {
      const bare = look.source.replaceAll(/\\p\{\w+\}|\\./g, 'x').replaceAll(/\[[^\]]*\]/g, 'x')
      expect(bare).not.toMatch(/[*+]|\{\d+,\}/)
      expect(look.flags).toContain('g')
    }
  })
})
