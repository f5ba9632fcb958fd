import { describe, expect, test } from '@jest/globals'
import { CaseworkError } from '../../../services/platform/errors'
import { createLogger, faultCode, type LogFields } from '../../../services/platform/logger'

function startLog(level = 'info') {
  const lines: string[] = []
  return { lines, log: createLogger(level, { write: (line) => lines.push(line) }) }
}

/** Something that carries more than it may, as a careless caller would hand it over. */
const careless = (fields: Record<string, unknown>) => fields as LogFields

describe('What the log says', () => {
  test('one line of JSON for each event, with its time, and nothing about the machine', () => {
    const { lines, log } = startLog()
    log.warn('delivery-failed', { orgId: 'north', attempt: 2 })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/\n$/)
    const line = JSON.parse(lines[0]!)
    expect(line).toEqual({ level: 40, time: expect.any(String), orgId: 'north', attempt: 2, msg: 'delivery-failed' })
    expect(Math.abs(Date.parse(line.time) - Date.now())).toBeLessThan(60_000)
  })

  test('every field that is on the list, also when it is 0 or empty', () => {
    const { lines, log } = startLog()
    const text = { orgId: 'north', staffId: 'ada', about: 'case-1', verb: 'v', kind: 'k', reason: '', code: 'c' }
    const fields = { ...text, status: 0, count: 0, ms: 0, attempt: 0, port: 1, version: '1', names: [] }
    log.info('everything', fields)
    expect(JSON.parse(lines[0]!)).toMatchObject(fields)
  })

  test.each([
    ['a client’s name', { client: { name: 'Quinn Invented' } }],
    ['what somebody typed', { text: 'Quinn Invented', orgId: 'north' }],
    ['an error under its usual names', { err: new Error('Quinn Invented'), error: new Error('Quinn Invented') }],
    ['a whole activity', { activity: { value: 'Quinn Invented' }, value: 'Quinn Invented', msg: 'Quinn Invented' }],
  ])('nothing of %s', (_what, fields) => {
    const { lines, log } = startLog()
    for (const write of [log.info, log.warn, log.error]) write('press-failed', careless(fields))
    expect(lines).toHaveLength(3)
    expect(lines.join()).not.toContain('Quinn')
    for (const line of lines) expect(JSON.parse(line).msg).toBe('press-failed')
  })

  test('nothing of an error that is handed over in place of fields', () => {
    const { lines, log } = startLog()
    log.error('press-failed', new Error('Quinn Invented') as unknown as LogFields)
    expect(lines.join()).not.toMatch(/Quinn|at /)
  })

  test('no less than its level', () => {
    const { lines, log } = startLog('warn')
    log.info('a')
    log.warn('b')
    log.error('c')
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['b', 'c'])
  })
})

describe('What the log says of a fault', () => {
  class CallFailed extends Error {
    override readonly name = 'CallFailed'
    constructor(readonly code?: unknown) {
      super('Quinn Invented said that')
    }
  }

  test.each<[string, unknown, string]>([
    ['the code of one of ours', new CaseworkError('key-destroyed', { keyId: 'key-1' }), 'key-destroyed'],
    ['a number', new CallFailed(11000), '11000'],
    ['the system’s word', new CallFailed('ECONNRESET'), 'ECONNRESET'],
    ['the class of one without a code', new CallFailed(), 'CallFailed'],
    ['the class of one whose code is a sentence', new CallFailed('Quinn Invented said'), 'CallFailed'],
    ['the class of one whose code is a record', new CallFailed({ client: 'Quinn' }), 'CallFailed'],
    ['the class of one whose code is longer than a word', new CallFailed('Q'.repeat(61)), 'CallFailed'],
    ['the class of a common one', new TypeError('Quinn Invented is not a function'), 'TypeError'],
    ['no name that was made up of text', Object.assign(new Error('x'), { name: 'Quinn Invented' }), 'Error'],
    ['the kind of what is no error', 'Quinn Invented', 'string'],
    ['the kind of nothing', undefined, 'undefined'],
    ['the kind of null', null, 'object'],
    ['the kind of a record', { message: 'Quinn Invented' }, 'object'],
    ['the kind of a record whose code is a sentence', { code: 'Quinn Invented' }, 'object'],
  ])('%s', (_what, fault, code) => {
    expect(faultCode(fault)).toBe(code)
  })
})
