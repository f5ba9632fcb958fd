import { describe, expect, test } from '@jest/globals'
import { verdictOn } from '../../bot/delivery-verdict'
import { CaseworkError } from '../../services/platform/errors'

const answered = (statusCode: number, retryAfter?: string) => ({
  statusCode,
  response: { headers: { get: () => retryAfter } },
})
const failed = (code: string) => Object.assign(new Error('x'), { code })

describe('IMP-35 What a failed try says about its message', () => {
  test.each([
    [200, 'sent'],
    [201, 'sent'],
    [307, 'refused'],
    [400, 'refused'],
    [401, 'later'],
    [403, 'unreachable'],
    [404, 'unreachable'],
    [408, 'uncertain'],
    [409, 'refused'],
    [412, 'later'],
    [413, 'refused'],
    [429, 'later'],
    [500, 'uncertain'],
    [503, 'uncertain'],
  ] as const)('a post that is answered %i is %s', (status, state) => {
    expect(verdictOn(answered(status), true)).toEqual({ state, reason: `status-${status}` })
  })

  test.each([408, 500, 502, 503, 504])('what may be repeated is repeated after %i', (status) => {
    expect(verdictOn(answered(status), false).state).toBe('later')
  })

  test.each([
    ['ECONNREFUSED', 'later'],
    ['ENOTFOUND', 'later'],
    ['AuthenticationError', 'later'],
    ['ECONNRESET', 'uncertain'],
    ['ABORT_ERR', 'uncertain'],
  ] as const)('%s says that a post that had left is %s', (code, state) => {
    expect(verdictOn(failed(code), true).state).toBe(state)
    expect(verdictOn(failed(code), false).state).toBe('later')
  })

  test.each([
    ['90', 90],
    ['0', undefined],
    ['-1', undefined],
    ['soon', undefined],
    ['999999999', 86_400],
  ])('a Retry-After of "%s" asks for %s seconds', (retryAfter, seconds) => {
    expect(verdictOn(answered(429, retryAfter), true).seconds).toBe(seconds)
  })

  test('a Retry-After may be a date', () => {
    const { seconds } = verdictOn(answered(429, new Date(Date.now() + 120_000).toUTCString()), true)
    expect(seconds).toBeGreaterThan(60)
    expect(seconds).toBeLessThanOrEqual(120)
  })

  test.each([
    [new CaseworkError('no-conversation'), 'unreachable'],
    [new CaseworkError('service-url-not-allowed'), 'unreachable'],
    [new CaseworkError('no-mail-address'), 'refused'],
    [new CaseworkError('staff-unavailable'), 'later'],
    [new CaseworkError('graph-throttled', { sent: 'no', retryAfterSeconds: 7 }), 'later'],
    [new CaseworkError('graph-refused', { sent: 'no', status: 400 }), 'refused'],
    [new CaseworkError('graph-refused', { sent: 'no', status: 403 }), 'later'],
    [new CaseworkError('graph-refused', { sent: 'no', status: 0, code: 'bad-id' }), 'refused'],
    [new CaseworkError('graph-unavailable', { sent: 'no', status: 0 }), 'later'],
    [new CaseworkError('graph-uncertain', { sent: 'unknown', status: 503 }), 'uncertain'],
  ])('%s', (fault, state) => {
    expect(verdictOn(fault, false).state).toBe(state)
  })

  test('a chat that took too long is uncertain only where a post had left', () => {
    const late = new CaseworkError('reach-took-too-long')
    expect([verdictOn(late, true).state, verdictOn(late, false).state]).toEqual(['uncertain', 'later'])
  })
})
