import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { CaseworkError } from '../../../services/platform/errors'
import { ok, refuse } from '../../../services/platform/outcome'

describe('A "no"', () => {
  test('says its reason and has no code until it is recorded', () => {
    expect(refuse('walled')).toEqual({ ok: false, reason: 'walled' })
    expect('lookup' in refuse('walled')).toBe(false)
  })

  test('is a new one each time, so that one person’s code is never shown to another', () => {
    const first = refuse('walled')
    first.lookup = 'ABC123'
    expect(refuse('walled')).toEqual({ ok: false, reason: 'walled' })
  })

  test('is no fault, and a "yes" says nothing more', () => {
    expect(refuse('walled')).not.toBeInstanceOf(Error)
    expect(ok).toEqual({ ok: true })
  })
})

describe('A fault', () => {
  test('says its code and the ids that it was given', () => {
    const fault = new CaseworkError('key-destroyed', { keyId: 'key-1' })
    expect(fault).toBeInstanceOf(Error)
    expect(fault).toMatchObject({ name: 'CaseworkError', code: 'key-destroyed', info: { keyId: 'key-1' } })
    expect(String(fault)).toBe('CaseworkError: key-destroyed')
  })

  test('keeps its cause for whoever looks for it, and not in its message', () => {
    const cause = new Error('connection lost')
    const fault = new CaseworkError('mongodb-not-reachable', {}, { cause })
    expect(fault.cause).toBe(cause)
    expect(fault.message).toBe('mongodb-not-reachable')
    expect(inspect(new CaseworkError('a-code'))).not.toContain('cause')
  })
})
