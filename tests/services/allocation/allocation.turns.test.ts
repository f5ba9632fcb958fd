import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { AllocationPolicy } from '../../../services/allocation/allocation.policy'
import { proposeNext, turns } from '../../../services/allocation/allocation.rules'
import type { RotaRecord, TeamMember } from '../../../services/allocation/allocation.types'
import { readProfile } from '../../../services/policy/policy.service'
import { aMember } from '../../support/records'

const policy: AllocationPolicy = { ...readProfile('cardiff').allocation, caseloadMax: 25 }
const TEAM = ['ada', 'bo', 'cleo', 'dee']

type Rota = Pick<RotaRecord, 'order' | 'last'>

describe('Whose turn it is', () => {
  test.each<[string, Rota | null, string[], string[]]>([
    ['nobody has had one yet', null, ['ada', 'bo', 'cleo'], ['ada', 'bo', 'cleo']],
    ['after Ada, Bo', { order: ['ada', 'bo', 'cleo'], last: 'ada' }, ['ada', 'bo', 'cleo'], ['bo', 'cleo', 'ada']],
    ['after the last, the first', { order: ['ada', 'bo'], last: 'bo' }, ['ada', 'bo'], ['ada', 'bo']],
    ['the list comes in another order', { order: ['ada', 'bo'], last: 'ada' }, ['bo', 'ada'], ['bo', 'ada']],
    ['a joiner stands at the end', { order: ['ada', 'bo'], last: 'bo' }, ['new', 'ada', 'bo'], ['ada', 'bo', 'new']],
    ['a leaver drops out', { order: ['ada', 'bo', 'cleo'], last: 'ada' }, ['ada', 'cleo'], ['cleo', 'ada']],
    ['who had the last turn left', { order: ['ada', 'bo', 'cleo'], last: 'bo' }, ['ada', 'cleo'], ['cleo', 'ada']],
    ['everybody is new', { order: ['ada', 'bo'], last: 'bo' }, ['new', 'newer'], ['new', 'newer']],
    ['the staff list is empty', { order: ['ada', 'bo'], last: 'bo' }, [], []],
  ])('CAR-14 %s', (_what, rota, team, order) => {
    expect(turns(rota, team)).toEqual(order)
  })
})

describe('Who is proposed, and who is passed over and why', () => {
  const hindered = [
    ['absent', { absent: true }],
    ['walled', { walled: true }],
    ['declined', { declined: true }],
    ['caseload', { openCases: 25 }],
  ] as const

  test.each(hindered)('CAR-14 the next is passed over when %s, and it is said why', (reason, facts) => {
    const proposal = proposeNext([aMember('ada', facts), aMember('bo'), aMember('cleo', facts)], policy)
    expect(proposal).toEqual({ proposed: 'bo', passedOver: [{ staffId: 'ada', reason }] })
  })

  test.each([
    [24, 'ada'],
    [25, null],
    [26, null],
  ])('CAR-14 with %i open cases of at most 25 the proposal is %s', (openCases, proposed) => {
    expect(proposeNext([aMember('ada', { openCases })], policy).proposed).toBe(proposed)
  })

  test('CAR-14 without a limit nobody is passed over for their caseload', () => {
    const busy = aMember('ada', { openCases: 900 })
    expect(proposeNext([busy], { ...policy, caseloadMax: null })).toEqual({ proposed: 'ada', passedOver: [] })
  })

  test('IMP-15 a wall is the reason that is kept, whatever else holds', () => {
    const facts = { walled: true, declined: true, absent: true, openCases: 99 }
    expect(proposeNext([aMember('ada', facts)], policy).passedOver).toEqual([{ staffId: 'ada', reason: 'walled' }])
  })

  test('CAR-14 when nobody can take it nobody is proposed, and everybody has a reason', () => {
    const { proposed, passedOver } = proposeNext(
      hindered.map(([reason, facts]) => aMember(`who is ${reason}`, facts)),
      policy,
    )
    expect(proposed).toBeNull()
    expect(passedOver).toEqual(hindered.map(([reason]) => ({ staffId: `who is ${reason}`, reason })))
  })

  test('CAR-14 where people choose by hand nobody is proposed and nobody passed over', () => {
    const team = [aMember('ada', { absent: true }), aMember('bo')]
    expect(proposeNext(team, { ...policy, mode: 'manual' })).toEqual({ proposed: null, passedOver: [] })
  })
})

const someTeam = fc.uniqueArray(fc.constantFrom(...TEAM, 'new', 'newer'), { minLength: 1 })
const someRota: fc.Arbitrary<Rota | null> = fc.option(
  fc.tuple(fc.shuffledSubarray([...TEAM, 'gone'], { minLength: 1 }), fc.nat()).map(([order, nth]) => ({
    order,
    last: order[nth % order.length]!,
  })),
)
const someFacts: fc.Arbitrary<Omit<TeamMember, 'staffId'>> = fc.record({
  absent: fc.boolean(),
  walled: fc.boolean(),
  declined: fc.boolean(),
  openCases: fc.constantFrom(0, 24, 25, 26),
})
const free = (member: TeamMember) => !(member.absent || member.walled || member.declined || member.openCases >= 25)

/** The rota after a turn, as the offer leaves it: the order as it was asked in, and who took the case. */
const after = (inTurn: readonly string[], last: string): Rota => ({ order: [...inTurn], last })

describe('Whatever the rota and the team are', () => {
  test('CAR-14 everybody on the team has one place, and nobody else has any', () => {
    fc.assert(
      fc.property(someRota, someTeam, (rota, team) => {
        expect([...turns(rota, team)].sort()).toEqual([...team].sort())
      }),
    )
  })

  test('CAR-14 the first who is free is proposed, and exactly those before them are passed over', () => {
    fc.assert(
      fc.property(fc.array(someFacts), (facts) => {
        const team = facts.map((fact, index) => aMember(`person ${index}`, fact))
        const { proposed, passedOver } = proposeNext(team, policy)
        const first = team.findIndex(free)
        expect(proposed).toBe(team[first]?.staffId ?? null)
        const before = first < 0 ? team : team.slice(0, first)
        expect(passedOver.map(({ staffId }) => staffId)).toEqual(before.map(({ staffId }) => staffId))
      }),
    )
  })

  test('CAR-14 a full round gives everybody who is available exactly one turn', () => {
    fc.assert(
      fc.property(someRota, someTeam, fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), (start, team, away) => {
        const absent = new Set(team.filter((_, index) => away[index]))
        const available = team.filter((staffId) => !absent.has(staffId))
        let rota = start
        const asked = available.map(() => {
          const inTurn = turns(rota, team)
          const members = inTurn.map((staffId) => aMember(staffId, { absent: absent.has(staffId) }))
          const { proposed } = proposeNext(members, policy)
          rota = after(inTurn, proposed!)
          return proposed
        })
        expect([...asked].sort()).toEqual([...available].sort())
      }),
    )
  })
})
