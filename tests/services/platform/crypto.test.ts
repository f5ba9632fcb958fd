import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type DataKey, type Place, seal, unseal } from '../../../services/platform/crypto'

const aKey = (changes: Partial<DataKey> = {}): DataKey => ({
  id: 'key-1',
  version: 1,
  bytes: randomBytes(32),
  ...changes,
})
const NAME: Place = { orgId: 'north', collection: 'cases', id: 'case-1', field: 'client.name' }
const key = aKey()

const someText = fc.string({ unit: 'grapheme', maxLength: 300 })
const somePart = fc.stringMatching(/^[a-z0-9.-]{1,12}$/)
const somePlace: fc.Arbitrary<Place> = fc.record({
  orgId: somePart,
  collection: somePart,
  id: somePart,
  field: somePart,
})

const refused = expect.objectContaining({ code: 'sealed-field-unreadable' })
const opening = (sealed: Uint8Array, { by = key, at = NAME } = {}) => {
  try {
    return unseal(by, at, sealed)
  } catch (fault) {
    return fault
  }
}

describe('IMP-62 A sealed field', () => {
  test('opens to the text that was sealed, in every script', () => {
    fc.assert(
      fc.property(someText, somePlace, (text, place) => {
        expect(unseal(key, place, seal(key, place, text))).toBe(text)
      }),
    )
    for (const text of ['', 'Siân Ŵyn', '李四', '👩🏽‍🎓 '.repeat(1_000)])
      expect(unseal(key, NAME, seal(key, NAME, text))).toBe(text)
  })

  test('opens also as the bytes that the database hands back', () => {
    expect(unseal(key, NAME, new Uint8Array(seal(key, NAME, 'Quinn Invented')))).toBe('Quinn Invented')
  })

  test('shows nothing of its text', () => {
    const sealed = seal(key, NAME, 'Quinn Invented, 1234567')
    for (const shown of [sealed.toString('latin1'), sealed.toString('base64'), inspect(sealed)])
      expect(shown).not.toMatch(/Quinn|Invented|1234567/)
  })

  test('differs from every other one of the same text, so that equal names cannot be told', () => {
    const sealed = Array.from({ length: 1_000 }, () => seal(key, NAME, 'Quinn Invented').toString('base64'))
    expect(new Set(sealed).size).toBe(1_000)
    const nonces = sealed.map((text) => Buffer.from(text, 'base64').subarray(1, 13).toString('hex'))
    expect(new Set(nonces).size).toBe(1_000)
  })

  test.each<[string, DataKey]>([
    ['other bytes', aKey()],
    ['the same bytes under another id', aKey({ id: 'key-2', bytes: key.bytes })],
    ['the same bytes under another version', aKey({ version: 2, bytes: key.bytes })],
  ])('does not open with a key of %s', (_what, other) => {
    expect(opening(seal(key, NAME, 'Quinn'), { by: other })).toEqual(refused)
  })

  test('does not open with a key of the wrong length, and says no more than for any other', () => {
    expect(opening(seal(key, NAME, 'Quinn'), { by: aKey({ bytes: randomBytes(16) }) })).toEqual(refused)
  })

  test('does not open in another organisation, collection, record or field', () => {
    fc.assert(
      fc.property(somePlace, somePlace, someText, (from, to, text) => {
        fc.pre(JSON.stringify(from) !== JSON.stringify(to))
        expect(opening(seal(key, from, text), { at: to })).toEqual(refused)
      }),
    )
    for (const part of ['orgId', 'collection', 'id', 'field'] as const)
      expect(opening(seal(key, NAME, 'Quinn'), { at: { ...NAME, [part]: 'other' } })).toEqual(refused)
  })

  test('does not open when any single bit of it was changed', () => {
    const sealed = seal(key, NAME, 'Quinn Invented')
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const altered = Buffer.from(sealed)
      altered[bit >> 3] = altered[bit >> 3]! ^ (1 << (bit & 7))
      expect(opening(altered)).toEqual(refused)
    }
  })

  test('does not open when it was cut anywhere, or when anything was added', () => {
    const sealed = seal(key, NAME, 'Quinn Invented')
    for (let length = 0; length < sealed.length; length++) {
      expect(opening(sealed.subarray(0, length))).toEqual(refused)
      expect(opening(sealed.subarray(sealed.length - length))).toEqual(refused)
    }
    expect(opening(Buffer.concat([sealed, Buffer.from([0])]))).toEqual(refused)
  })

  test('that does not open says where it stands, and neither its id nor its content', () => {
    const fault = opening(seal(key, NAME, 'Quinn Invented'), { by: aKey() })
    expect(fault).toMatchObject({ info: { collection: 'cases', field: 'client.name' } })
    expect(inspect(fault, { depth: 10, showHidden: true })).not.toMatch(/Quinn|case-1|key-1/)
  })
})
