import { describe, expect, test } from '@jest/globals'
import { freeze } from '../../../services/platform/freeze'
import { readProfile } from '../../../services/policy/policy.service'

const shape = () => ({ limits: { days: 7, by: ['ada', 'bo'] }, steps: [{ text: 'one' }], none: null, title: 'x' })

/** Every object and list within a value, itself included. */
const parts = (value: object): object[] => [
  value,
  ...Object.values(value).flatMap((inner) => (typeof inner === 'object' && inner !== null ? parts(inner) : [])),
]

describe('IMP-38 A policy that is in force', () => {
  test('stays the value that it was', () => {
    expect(freeze(shape())).toEqual(shape())
    const given = shape()
    expect(freeze(given)).toBe(given)
  })

  test.each<[string, (value: ReturnType<typeof shape>) => void]>([
    ['a setting', (value) => Object.assign(value, { title: 'y' })],
    ['a setting within', (value) => Object.assign(value.limits, { days: 8 })],
    ['a list', (value) => value.limits.by.push('cleo')],
    ['an entry of a list', (value) => Object.assign(value.steps[0]!, { text: 'two' })],
    ['a setting that is not there', (value) => Object.assign(value, { more: true })],
    ['a setting by removing it', (value) => Reflect.deleteProperty(value, 'none') || fail()],
  ])('cannot be changed in %s', (_what, change) => {
    const value = freeze(shape())
    expect(() => change(value)).toThrow()
    expect(value).toEqual(shape())
  })

  test('also finds what lies within something that was frozen from outside', () => {
    const value = Object.freeze(shape())
    expect(parts(freeze(value)).every(Object.isFrozen)).toBe(true)
  })

  test('is frozen in every part, as it was read', () => {
    const every = parts(readProfile('cardiff'))
    expect(every.length).toBeGreaterThan(50)
    expect(every.every(Object.isFrozen)).toBe(true)
  })
})

function fail(): never {
  throw new TypeError('not removed')
}
