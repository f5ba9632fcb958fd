import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { AllocationPolicy } from '../../../services/allocation/allocation.policy'
import {
  type AllocationRefusal,
  type Choice,
  confirmOffer,
  mayAnswer,
  mayWithdraw,
} from '../../../services/allocation/allocation.rules'
import type { AllocationState, TeamMember } from '../../../services/allocation/allocation.types'
import { readProfile } from '../../../services/policy/policy.service'
import { aMember, anAllocation } from '../../support/records'

const policy: AllocationPolicy = { ...readProfile('cardiff').allocation, caseloadMax: 25 }
const COMPLETE = { firstContact: true }
const STATES: AllocationState[] = ['proposed', 'offered', 'accepted', 'declined', 'withdrawn']

/** Ada is proposed; what may be chosen differs. */
const confirm = (choice: Partial<Choice> = {}, ada: Partial<TeamMember> = {}, bo: Partial<TeamMember> = {}) =>
  confirmOffer(anAllocation(), COMPLETE, { version: 1, ...choice }, [aMember('ada', ada), aMember('bo', bo)], policy)

const NO = (reason: AllocationRefusal) => ({ ok: false, reason })

describe('A proposal becomes an offer', () => {
  test('CAR-14 to the person proposed, with one press and no reason', () => {
    expect(confirm()).toEqual({ ok: true, to: 'ada' })
    expect(confirm({ to: 'ada' })).toEqual({ ok: true, to: 'ada' })
    expect(confirm({ because: 'language' })).toEqual({ ok: true, to: 'ada' })
  })

  test('CAR-14 to somebody else only with a reason that the policy knows', () => {
    for (const because of policy.otherReasons) expect(confirm({ to: 'bo', because })).toEqual({ ok: true, to: 'bo' })
    for (const because of [undefined, '', 'I like them', 'toString'])
      expect(confirm({ to: 'bo', because })).toEqual(NO('reason-missing'))
  })

  test('CAR-14 a reason that the policy does not know is not recorded for the person proposed either', () => {
    expect(confirm({ because: 'Quinn asked for it' })).toEqual(NO('reason-missing'))
  })

  test.each([
    ['away', { absent: true }],
    ['behind a wall', { walled: true }],
    ['not willing', { declined: true }],
  ])('CAR-14 somebody who is %s is not asked, with or without a reason', (_why, facts) => {
    expect(confirm({}, facts)).toEqual(NO('passed-over'))
    expect(confirm({ because: 'expertise' }, facts)).toEqual(NO('passed-over'))
    expect(confirm({ to: 'bo', because: 'expertise' }, {}, facts)).toEqual(NO('passed-over'))
  })

  test.each([
    [24, undefined, { ok: true, to: 'ada' }],
    [25, undefined, NO('passed-over')],
    [26, undefined, NO('passed-over')],
    [25, '', NO('passed-over')],
    [25, 'I insist', NO('reason-missing')],
    [25, 'known-client', { ok: true, to: 'ada' }],
  ])('CAR-14 with %i open cases of at most 25, and the reason %s', (openCases, because, outcome) => {
    expect(confirm({ because }, { openCases })).toEqual(outcome)
  })

  test('CAR-14 nobody outside the team is asked, whatever the card says', () => {
    expect(confirm({ to: 'eve', because: 'expertise' })).toEqual(NO('not-on-the-team'))
    expect(confirmOffer(anAllocation(), COMPLETE, { version: 1 }, [aMember('bo')], policy)).toEqual(
      NO('not-on-the-team'),
    )
  })

  test('CAR-14 where nobody is proposed somebody must be chosen, and needs no reason', () => {
    const open = anAllocation({ proposed: null })
    const choose = (to?: string) => confirmOffer(open, COMPLETE, { version: 1, to }, [aMember('ada')], policy)
    expect(choose()).toEqual(NO('nobody-chosen'))
    expect(choose('')).toEqual(NO('nobody-chosen'))
    expect(choose('ada')).toEqual({ ok: true, to: 'ada' })
  })

  test('CAR-24 a case without its first contact cannot be given to anybody', () => {
    const choice = { version: 1, because: 'expertise' }
    expect(confirmOffer(anAllocation(), { firstContact: false }, choice, [aMember('ada')], policy)).toEqual(
      NO('no-first-contact'),
    )
  })

  test('IMP-10 a card that shows another version is refused', () => {
    for (const version of [0, 2]) expect(confirm({ version })).toEqual(NO('stale'))
  })

  test.each(STATES.filter((state) => state !== 'proposed'))('IMP-08 once it is %s it is settled', (state) => {
    const settled = anAllocation({ state, offeredTo: 'ada' })
    for (const version of [1, 2])
      expect(confirmOffer(settled, COMPLETE, { version }, [aMember('ada')], policy)).toEqual(NO('settled'))
  })

  test('CAR-14 nobody who may not be asked ever gets an offer, whatever is chosen and said', () => {
    const flag = fc.boolean()
    const facts = fc.record({ absent: flag, walled: flag, declined: flag, openCases: fc.constantFrom(0, 24, 25) })
    const to = fc.constantFrom(undefined, '', 'ada', 'bo', 'eve')
    const because = fc.constantFrom(undefined, '', 'nonsense', ...policy.otherReasons)
    fc.assert(
      fc.property(facts, facts, to, because, (ada, bo, chosen, said) => {
        const outcome = confirm({ to: chosen, because: said }, ada, bo)
        if (!outcome.ok) return
        const member = outcome.to === 'ada' ? ada : bo
        expect(member).toMatchObject({ absent: false, walled: false, declined: false })
        if (member.openCases >= 25 || outcome.to !== 'ada') expect(policy.otherReasons).toContain(said)
      }),
    )
  })
})

describe('An offer is answered or taken back', () => {
  const offered = anAllocation({ state: 'offered', offeredTo: 'ada', version: 2 })

  test('IMP-10 the person asked may answer it, on the version that the card shows', () => {
    expect(mayAnswer(offered, 'ada', 2)).toEqual({ ok: true })
    for (const version of [1, 3]) expect(mayAnswer(offered, 'ada', version)).toEqual(NO('stale'))
  })

  test('CAR-26 nobody else may answer, and they are not told whether it is settled', () => {
    for (const state of STATES) expect(mayAnswer({ ...offered, state }, 'bo', 2)).toEqual(NO('not-offered-to-them'))
    expect(mayAnswer(anAllocation(), 'ada', 1)).toEqual(NO('not-offered-to-them'))
  })

  test.each(STATES.filter((state) => state !== 'offered'))(
    'IMP-08 what is %s is neither answered nor taken back',
    (state) => {
      for (const version of [1, 2]) {
        expect(mayAnswer({ ...offered, state }, 'ada', version)).toEqual(NO('settled'))
        expect(mayWithdraw({ ...offered, state }, version)).toEqual(NO('settled'))
      }
    },
  )

  test('IMP-10 it may be taken back on the version that the card shows', () => {
    expect(mayWithdraw(offered, 2)).toEqual({ ok: true })
    for (const version of [1, 3]) expect(mayWithdraw(offered, version)).toEqual(NO('stale'))
  })
})
