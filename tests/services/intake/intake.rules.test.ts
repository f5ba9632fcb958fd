import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { detailsProblems, tidy, tidyDetails } from '../../../services/intake/intake.rules'
import type { IntakeDetails } from '../../../services/intake/intake.types'
import { readProfile } from '../../../services/policy/policy.service'

const required = readProfile('cardiff').intake
const optional = readProfile('cambridge').intake
const WELL: IntakeDetails = { name: 'Quinn Invented', number: '1234567', reason: 'A module mark' }

const problems = (changes: Partial<IntakeDetails>, policy = required) =>
  detailsProblems({ ...WELL, ...changes }, policy)

describe('The three details', () => {
  test('CAR-34 a name, a number and a short reason are all that is asked', () => {
    expect(problems({})).toEqual({})
    expect(detailsProblems({ name: '', number: '', reason: '' }, required)).toEqual({
      name: 'missing',
      number: 'missing',
      reason: 'missing',
    })
  })

  test.each([
    ['spaces', '   '],
    ['line breaks', '\r\n\t'],
    ['control characters', '\u0000\u0007\u001b\u0085'],
    ['characters that nobody can see', '\u200b\u200d\ufeff\u202e\u2066'],
  ])('CAR-34 a name or a reason of nothing but %s is missing', (_what, typed) => {
    expect(problems({ name: typed, reason: typed })).toEqual({ name: 'missing', reason: 'missing' })
  })

  test.each([
    ['seven digits', '1234567', undefined],
    ['digits with spaces', ' 123 45\t67 ', undefined],
    ['digits with a no-break space', '123\u00a04567', undefined],
    ['six digits', '123456', 'not-a-student-number'],
    ['eight digits', '12345678', 'not-a-student-number'],
    ['a letter', 'C234567', 'not-a-student-number'],
    ['digits of another script', '١٢٣٤٥٦٧', 'not-a-student-number'],
    ['digits in an emoji', '123456️⃣', 'not-a-student-number'],
    ['a key of a database', '{"$gt":""}', 'not-a-student-number'],
    ['a second line behind it', '1234567\nx', 'not-a-student-number'],
    ['nothing', ' ', 'missing'],
  ])('CAR-34 a student number of %s', (_what, number, problem) => {
    expect(problems({ number })).toEqual(problem ? { number: problem } : {})
  })

  test.each([
    ['ab1', undefined],
    ['ABC12345', undefined],
    ['a1', 'not-a-student-number'],
    ['abcde1', 'not-a-student-number'],
    ['abc123456', 'not-a-student-number'],
    ['', undefined],
  ])('a union may have other numbers and may do without: %s', (number, problem) => {
    expect(problems({ number }, optional)).toEqual(problem ? { number: problem } : {})
  })

  test.each([
    ['letters', 'a'],
    ['emoji', '🎓'],
    ['families, which are several characters joined', '👩‍👩‍👧‍👦'],
    ['flags', '🏴󠁧󠁢󠁷󠁬󠁳󠁿'],
    ['letters with their accents typed apart', 'e\u0301'],
    ['Arabic', 'م'],
  ])('CAR-34 a reason of 200 %s is short enough, and one of 201 is not', (_what, character) => {
    expect(problems({ reason: character.repeat(200) })).toEqual({})
    expect(problems({ reason: character.repeat(201) })).toEqual({ reason: 'too-long' })
  })

  test('CAR-34 a name may have 100 characters; spaces around it do not count', () => {
    expect(problems({ name: `  ${'n'.repeat(100)}\n` })).toEqual({})
    expect(problems({ name: 'n'.repeat(101) })).toEqual({ name: 'too-long' })
  })

  test.each([
    ['apostrophes and accents', "Siân O'Neill-Ó Briain"],
    ['a name of one letter', 'Ö'],
    ['right-to-left writing', 'عائشة بنت محمد'],
    ['both directions', 'עדה Lovelace'],
    ['Chinese', '陈小明'],
    ['markdown', '**Quinn** [here](https://example.invalid) `x`'],
    ['markup', '<script>alert(1)</script>'],
    ['an expression of a card template', '${client.name}'],
    ['keys of a database', '{"$set":{"holder":"eve"}}'],
    ['names that objects have', '__proto__'],
  ])('CAR-34 %s: people are called what they are called', (_what, typed) => {
    expect(problems({ name: typed, reason: typed })).toEqual({})
    expect(tidyDetails({ ...WELL, name: typed, reason: typed })).toEqual({ ...WELL, name: typed, reason: typed })
  })
})

describe('What was typed, tidied', () => {
  test('stray spaces, line breaks and control characters become one space', () => {
    expect(tidy('  Quinn\u0000\r\n\tInvented\u00a0\u2003')).toBe('Quinn Invented')
  })

  test('a number loses its spaces and becomes lower case', () => {
    expect(tidyDetails({ ...WELL, number: ' ABC\u00a01 2\n3 ' }).number).toBe('abc123')
  })

  test('no control character stays, tidying twice changes nothing, and nothing else is lost', () => {
    const typed = fc.string({
      unit: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(' ', '\n', '\u0000', '👩‍👧')),
    })
    const rest = (text: string) => text.replaceAll(/[\s\p{Cc}]/gu, '')
    fc.assert(
      fc.property(typed, (text) => {
        const once = tidy(text)
        expect(once).not.toMatch(/\p{Cc}|\s\s|^\s|\s$/u)
        expect(tidy(once)).toBe(once)
        expect(rest(once)).toBe(rest(text))
      }),
    )
  })
})
