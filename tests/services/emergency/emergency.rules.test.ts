import { describe, expect, test } from '@jest/globals'
import {
  countedFrom,
  isFrequent,
  type Listener,
  marksOf,
  mayAddAdvice,
  mayFinish,
  mayReview,
  openedAtFrom,
  readAfterRecord,
  readLateAdvice,
  recordDue,
  whoHears,
} from '../../../services/emergency/emergency.rules'
import type { TypedRecord } from '../../../services/emergency/emergency.types'
import { readProfile } from '../../../services/policy/policy.service'
import { WEDNESDAY } from '../../support/records'

const londonmet = readProfile('londonmet')
const minutes = (count: number) => new Date(WEDNESDAY.getTime() + count * 60_000)

const listener = (staffId: string, role: string, changes: Partial<Listener> = {}): Listener => ({
  staffId,
  roles: [role],
  absent: false,
  walled: false,
  ...changes,
})
const DIRECTOR = listener('sutton', 'director')
const EXECUTIVE = listener('ariel', 'executive')
const ORDER = ['director', 'executive']

describe('Who hears of it at once', () => {
  test.each<[string, string, Listener[], string, string[]]>([
    ['LMU-35 AMB-49', 'the director alone, where they are there', [DIRECTOR, EXECUTIVE], 'avery', ['sutton']],
    [
      'LMU-35 AMB-49',
      'the executive, where the director is away',
      [{ ...DIRECTOR, absent: true }, EXECUTIVE],
      'avery',
      ['ariel'],
    ],
    ['LMU-35', 'the executive, where the director opened it', [DIRECTOR, EXECUTIVE], 'sutton', ['ariel']],
    [
      'IMP-14',
      'the executive, where a wall keeps the director out',
      [{ ...DIRECTOR, walled: true }, EXECUTIVE],
      'avery',
      ['ariel'],
    ],
    [
      'LAN-26',
      'nobody who may have to investigate',
      [listener('harper', 'director', { roles: ['director', 'complaint-investigator'] })],
      'kit',
      [],
    ],
    [
      'IMP-06',
      'the director on holiday, where everybody is away',
      [
        { ...DIRECTOR, absent: true },
        { ...EXECUTIVE, absent: true },
      ],
      'avery',
      ['sutton'],
    ],
    ['IMP-06', 'nobody, where there is nobody', [], 'avery', []],
  ])('%s %s', (_id, _what, circle, opener, told) => {
    expect(whoHears(ORDER, circle, opener, 'complaint-investigator')).toEqual(told)
  })
})

describe('Who finishes it, and who reviews it', () => {
  test.each([
    ['whoever opened it', { openedBy: 'avery', state: 'opened' } as const, null],
    ['nobody else', { openedBy: 'jamie', state: 'opened' } as const, 'not-theirs'],
    ['nobody twice', { openedBy: 'avery', state: 'recorded' } as const, 'settled'],
    ['nobody where there is none', null, 'unknown'],
  ])('LMU-35 %s may say what was done', (_who, found, reason) => {
    expect(mayFinish(found, 'avery')).toEqual(reason ? { ok: false, reason } : { ok: true })
  })

  const found = { openedBy: 'avery', reviewers: ['ariel'] }
  const remy = { staffId: 'remy', roles: ['manager'], walled: false }
  test.each([
    ['whoever may review', remy, true, null],
    ['whoever was asked to, because nobody else may', { ...remy, staffId: 'ariel' }, false, null],
    ['not whoever may not', remy, false, 'unknown'],
    ['not whoever opened it', { ...remy, staffId: 'avery' }, true, 'own'],
    ['not behind a wall', { ...remy, walled: true }, true, 'walled'],
    [
      'not who may have to investigate',
      { ...remy, roles: ['manager', 'complaint-investigator'] },
      true,
      'investigator',
    ],
  ])('IMP-55 IMP-14 review: %s', (_who, person, permitted, reason) => {
    const answer = mayReview(found, person, permitted, 'complaint-investigator')
    expect(answer).toEqual(reason ? { ok: false, reason } : { ok: true })
  })
})

const CALL = { service: 'emergency-services', other: '', date: '2021-04-14', time: '10:55', told: 'Somebody on a roof' }
const RECORD: TypedRecord = {
  calls: [CALL],
  toldClient: 'yes',
  danger: 'client',
  shared: '',
  excluded: '',
  consulted: '',
}

describe('What a record must say', () => {
  const read = (changes: Partial<TypedRecord>) => readAfterRecord({ ...RECORD, ...changes }, londonmet, WEDNESDAY)
  const withCall = (changes: Partial<typeof CALL> | { service: null }) => read({ calls: [{ ...CALL, ...changes }] })

  test('LMU-35 whom, when by the clock on the wall, and what they were told', () => {
    expect(read({})).toMatchObject({ ok: true, record: { calls: [{ at: new Date('2021-04-14T09:55:00Z') }] } })
  })

  test.each([
    ['AMB-49 no call at all', () => read({ calls: [] }), 'no-call'],
    ['LMU-35 a service that is none of the numbers', () => withCall({ service: 'plumber' }), 'service-missing'],
    ['LMU-35 somebody else without a name', () => withCall({ service: null }), 'service-missing'],
    ['LMU-35 nothing told', () => withCall({ told: ' \u200B ' }), 'told-missing'],
    ['LMU-35 no such time', () => withCall({ time: '25:00' }), 'call-time'],
    ['LMU-35 a minute that has not come yet', () => withCall({ time: '11:01' }), 'call-time'],
    ['LMU-35 a year ago', () => withCall({ date: '2020-04-14' }), 'call-time'],
    ['more than a card carries', () => withCall({ told: 'x'.repeat(2001) }), 'too-long'],
    ['more than a card carries', () => read({ shared: 'x'.repeat(2001) }), 'too-long'],
  ])('%s is not enough', (_what, tried, reason) => {
    expect(tried()).toEqual({ ok: false, reason })
  })

  test('LMU-35 this very minute is early enough, 11:00 and 11.00 alike', () => {
    expect([withCall({ time: '11:00' }).ok, withCall({ time: '11.00' }).ok]).toEqual([true, true])
  })
})

describe('What a record is marked with', () => {
  const marks = (union: string, changes: Partial<TypedRecord>) => {
    const { breach, emergency } = readProfile(union)
    return marksOf({ ...RECORD, ...changes, calls: [] }, emergency, breach)
  }

  test.each([
    ['AMB-23 Worcester', 'worcester', { outside: true, consult: null }],
    ['AMB-54 Cambridge', 'cambridge', { outside: true, consult: 'owed' }],
    ['LMU-34 London Met, whose procedure calls first', 'londonmet', { outside: false, consult: null }],
  ])('%s: information given out before anybody decided', (_what, union, expected) => {
    expect(marks(union, { shared: 'A warden' })).toEqual({ shared: true, ...expected })
    expect(marks(union, {})).toEqual({ shared: false, outside: false, consult: null })
  })

  test('AMB-54 a colleague who advised afterwards settles what was owed', () => {
    expect(marks('cambridge', { shared: 'A porter', consulted: 'Emery' })).toMatchObject({ consult: 'done' })
  })
})

describe('Advice that came later', () => {
  const owed = { openedBy: 'wren', after: { consult: 'owed' as const } }
  test.each([
    ['whoever opened it', owed, null],
    ['nobody else', { ...owed, openedBy: 'emery' }, 'not-theirs'],
    ['nobody before it is recorded', { ...owed, after: null }, 'not-owed'],
    ['nobody where it is done', { ...owed, after: { consult: 'done' as const } }, 'not-owed'],
    ['nobody where no consultation is asked for', { ...owed, after: { consult: null } }, 'not-owed'],
    ['nobody where there is none', null, 'unknown'],
  ])('AMB-54 %s may say who advised', (_who, found, reason) => {
    expect(mayAddAdvice(found, 'wren')).toEqual(reason ? { ok: false, reason } : { ok: true })
  })

  const said = { advisers: 'Emery', advice: 'Tell the tutor' }
  test('AMB-54 it is kept tidied, and the lines of the advice stay lines', () => {
    expect(readLateAdvice({ advisers: ' Emery\n and Winter ', advice: ' Tell the tutor\nToday ' })).toEqual({
      ok: true,
      said: { advisers: 'Emery and Winter', advice: 'Tell the tutor\nToday' },
    })
  })

  test.each([
    ['nobody', { ...said, advisers: ' \u200B ' }, 'advisers-missing'],
    ['more people than a name has room for', { ...said, advisers: 'x'.repeat(201) }, 'advisers-too-long'],
    ['no advice', { ...said, advice: ' \u200B\n ' }, 'advice-missing'],
    ['more than a card carries', { ...said, advice: 'x'.repeat(2001) }, 'advice-too-long'],
  ])('AMB-54 %s is not enough', (_what, typed, reason) => {
    expect(readLateAdvice(typed)).toEqual({ ok: false, reason })
  })
})

describe('Times', () => {
  const { emergency } = londonmet
  test('IMP-56 a record is due an hour after the opening', () => {
    expect(recordDue({ openedAt: WEDNESDAY }, emergency)).toEqual(minutes(60))
  })

  test('IMP-56 the third within thirty days is often', () => {
    expect([isFrequent(2, emergency), isFrequent(3, emergency)]).toEqual([false, true])
    expect(countedFrom(WEDNESDAY, emergency)).toEqual(new Date('2021-03-15T10:00:00Z'))
  })

  test.each([
    ['nothing', null, WEDNESDAY],
    ['an hour ago', minutes(-60), minutes(-60)],
    ['a day ago', minutes(-1440), minutes(-1440)],
    ['longer ago than a card is good for', minutes(-1441), WEDNESDAY],
    ['the future', minutes(1), WEDNESDAY],
    ['no time at all', new Date('never'), WEDNESDAY],
  ])('IMP-58 a card that claims %s', (_what, claimed, at) => {
    expect(openedAtFrom(claimed, WEDNESDAY)).toEqual(at)
  })
})
