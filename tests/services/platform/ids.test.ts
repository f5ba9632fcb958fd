import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { newId, newReference, randomCode, readReference, showReference, stableId } from '../../../services/platform/ids'

const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const DNS = '6ba7b810-9dad-11d1-80b4-00c04fd430c8'

const references = Array.from({ length: 2_000 }, newReference)
const someReference = fc.constantFrom(...references)
const somePlace = fc.nat({ max: 7 })

/** The reference with one of its characters replaced. */
const withCharacter = (reference: string, place: number, character: string) =>
  reference.slice(0, place) + character + reference.slice(place + 1)

describe('Ids of records', () => {
  test('a new id is a random UUID, and no two are the same', () => {
    const made = Array.from({ length: 1_000 }, newId)
    for (const id of made) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(new Set(made).size).toBe(1_000)
  })

  test('the id of a name is the one that RFC 4122 gives it, today and in every process', () => {
    expect(stableId(DNS, 'python.org')).toBe('886313e1-3b8a-5372-9b90-0c9aee199e5d')
    expect(stableId(DNS.toUpperCase(), 'python.org')).toBe(stableId(DNS, 'python.org'))
  })

  test('another name or another namespace has another id', () => {
    const ids = ['ada', 'Ada', 'bo', ''].flatMap((name) => [stableId(DNS, name), stableId(stableId(DNS, 'x'), name)])
    expect(new Set(ids).size).toBe(8)
  })
})

describe('Codes and references that are read aloud', () => {
  test('no code contains a letter that is taken for another, and every other one is used', () => {
    const used = new Set(randomCode(10_000))
    expect([...used].sort().join('')).toBe(LETTERS)
    expect(randomCode(6)).toHaveLength(6)
  })

  test('a new reference has eight such characters, and is not given out twice in 2,000', () => {
    for (const reference of references) expect(reference).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/)
    expect(new Set(references).size).toBe(references.length)
  })

  test('a reference is shown in two halves and read back as it was', () => {
    expect(showReference('ABCDEFGH')).toBe('ABCD-EFGH')
    for (const reference of references) expect(readReference(showReference(reference))).toBe(reference)
  })

  test('capitals, dashes and spaces do not matter, and O, I and L are read as the digits they look like', () => {
    const typed = [
      (shown: string) => shown.toLowerCase(),
      (shown: string) => ` ${shown.replace('-', ' ')}\n`,
      (shown: string) => shown.replace('-', ''),
      (shown: string) => shown.replace('-', '–'),
      (shown: string) => [...shown].join('\u00a0'),
      (shown: string) => shown.replaceAll('0', 'O').replaceAll('1', 'I'),
      (shown: string) => shown.replaceAll('0', 'o').replaceAll('1', 'l'),
    ]
    for (const reference of references)
      for (const way of typed) expect(readReference(way(showReference(reference)))).toBe(reference)
  })

  test('every single wrong character is noticed', () => {
    fc.assert(
      fc.property(someReference, somePlace, fc.constantFrom(...LETTERS), (reference, place, character) => {
        fc.pre(reference[place] !== character)
        expect(readReference(withCharacter(reference, place, character))).toBeNull()
      }),
      { numRuns: 5_000 },
    )
  })

  test('two neighbours that changed places are noticed, but for 0 and Z', () => {
    fc.assert(
      fc.property(someReference, fc.nat({ max: 6 }), (reference, place) => {
        const [first, second] = [reference[place]!, reference[place + 1]!]
        fc.pre(first !== second && [first, second].sort().join('') !== '0Z')
        const swapped = withCharacter(withCharacter(reference, place, second), place + 1, first)
        expect(readReference(swapped)).toBeNull()
      }),
      { numRuns: 5_000 },
    )
  })

  test.each([
    '',
    ' ',
    '-',
    'ABCD',
    'case',
    'ABCD-EFGU',
    'ABCD_EFGH',
    'ABCD-EFGHJ',
    'ÄBCD-EFGH',
    '12345678901234567890',
  ])('%p is no reference', (typed) => {
    expect(readReference(typed)).toBeNull()
  })

  test('a reference with something before or after it is not taken for it', () => {
    for (const reference of references.slice(0, 100))
      for (const typed of [`${reference}0`, `0${reference}`, reference.slice(1), `${reference}.`, `#${reference}`])
        expect(readReference(typed)).toBeNull()
  })
})
