import { describe, expect, test } from '@jest/globals'
import { caseTitle, mayCorrect, stageOf, summaryOf } from '../../../services/cases/cases.rules'
import type { ConsentState } from '../../../services/consent/consent.policy'
import { readProfile } from '../../../services/policy/policy.service'
import { aCase } from '../../support/records'

const { cases: cardiff } = readProfile('cardiff')
const { cases: cambridge } = readProfile('cambridge')
const QUINN = { name: 'Quinn Invented', number: '1234567' }

describe('The title of a file', () => {
  test('CAR-22 is name, number and the open marker', () => {
    expect(caseTitle(QUINN, 'open', { share_aqs: 'granted_express' }, cardiff)).toBe('Quinn Invented 1234567 OPEN')
  })

  test.each<[ConsentState, boolean]>([
    ['not_asked', false],
    ['notice_given', false],
    ['optout_notice', false],
    ['granted_express', false],
    ['refused', true],
    ['withdrawn', true],
  ])('CAR-23 CAR-74 with sharing %s it ends with the refusal marker: %s', (state, marked) => {
    const title = caseTitle(QUINN, 'open', { store: 'refused', share_aqs: state }, cardiff)
    expect(title).toBe(`Quinn Invented 1234567 OPEN${marked ? ' AQS CONSENT REFUSED' : ''}`)
  })

  test('CAR-80 AMB-03 once closed it says so, and keeps the refusal marker', () => {
    expect(caseTitle(QUINN, 'closed', { share_aqs: 'refused' }, cardiff)).toBe(
      'Quinn Invented 1234567 CLOSED AQS CONSENT REFUSED',
    )
  })

  test('a union without markers has none, and a user without a number leaves no gap', () => {
    expect(caseTitle({ name: 'Quinn Invented', number: null }, 'open', {}, cambridge)).toBe('Quinn Invented OPEN')
    expect(caseTitle(QUINN, 'closed', { share_aqs: 'refused' }, cambridge)).toBe('Quinn Invented 1234567 RESOLVED')
  })

  test('a consent that was never recorded counts as not asked', () => {
    const markers = [{ kind: 'share_aqs' as const, states: ['not_asked' as const], label: 'NOT ASKED' }]
    const policy = { ...cardiff, title: { ...cardiff.title, markers } }
    expect(caseTitle(QUINN, 'open', {}, policy)).toBe('Quinn Invented 1234567 OPEN NOT ASKED')
    expect(caseTitle(QUINN, 'open', { share_aqs: 'refused' }, policy)).toBe('Quinn Invented 1234567 OPEN')
  })
})

describe('How far a case is', () => {
  test.each([
    [null, null, 'opening'],
    [null, 'ada', 'offered'],
    ['ada', null, 'accepted'],
    ['ada', 'bo', 'accepted'],
  ] as const)('CAR-26 held by %s and offered to %s it is %s', (holder, offeredTo, stage) => {
    expect(stageOf({ holder, offeredTo })).toBe(stage)
  })
})

describe('A mistyped name or number', () => {
  test('IMP-57 may be put right until somebody has accepted, on the version that the card shows', () => {
    expect(mayCorrect(aCase({ version: 3 }), 3)).toEqual({ ok: true })
    expect(mayCorrect(aCase({ version: 3, offeredTo: 'ada' }), 3)).toEqual({ ok: true })
    for (const version of [2, 4])
      expect(mayCorrect(aCase({ version: 3 }), version)).toEqual({ ok: false, reason: 'stale' })
  })

  test('IMP-57 may not be put right after that, on whatever version', () => {
    for (const version of [2, 3, 4])
      expect(mayCorrect(aCase({ version: 3, holder: 'ada' }), version)).toEqual({
        ok: false,
        reason: 'accepted-already',
      })
  })
})

test('IMP-22 what a list or a posted card shows holds no client, no seal and no wall', () => {
  const shown = summaryOf(aCase({ walled: ['morgan'], offeredTo: 'ada' }))
  expect(Object.keys(shown).sort()).toEqual(
    ['caseId', 'version', 'reference', 'urgent', 'openedAt', 'listing', 'holder', 'noted', 'offer', 'stage'].sort(),
  )
  expect(JSON.stringify(shown)).not.toMatch(/sealed|morgan|key-1/)
})
