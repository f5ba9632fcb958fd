import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { mayDo } from '../../../services/breach/breach.rules'
import { DEEDS, type PersonalDeed } from '../../../services/breach/breach.types'
import { ON_THE_CASE, openDeeds, waitingFor } from '../../../services/breach/sight.rules'
import { PROCEDURES } from './procedures'
import { CASTS, EVERYTHING, Request } from './request'

const UNIONS = Object.keys(PROCEDURES)

/** More actions than any of these histories carries out. */
const MANY = Array.from({ length: 20 }, (_, action) => action)

/** Every way of doing this, among those that are told apart. */
function waysOf(act: PersonalDeed['act'], people: readonly string[]): PersonalDeed[] {
  const answers = ['yes', 'no'] as const
  if (act === 'decided') return answers.flatMap((answer) => [true, false].map((untold) => ({ act, answer, untold })))
  if (act === 'advised') return answers.map((answer) => ({ act, answer }))
  if (act === 'named') return people.map((to) => ({ act, to }))
  return act === 'action-done' ? MANY.map((action) => ({ act, action })) : [{ act }]
}

/** What happens next: the so-many-th thing that anybody may do, somebody's circumstances change, or time passes. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('deed' as const), nth: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('turn' as const),
      nth: fc.nat(),
      how: fc.constantFrom('absent', 'walled', 'conflicted', 'gone'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.constantFrom(10, 31, 61, 1441) }),
  },
)

/** Everything that anybody could do at this moment, with everything stated. */
function possible({ facts, people, now }: Request): [string, PersonalDeed][] {
  const ids = [...people.keys()]
  return ids.flatMap((by) =>
    DEEDS.flatMap((act) => waysOf(act, ids))
      .filter((deed) => mayDo(facts, { by, states: EVERYTHING }, deed, now).ok)
      .map((deed): [string, PersonalDeed] => [by, deed]),
  )
}

describe('What is offered is what is allowed', () => {
  test.each(UNIONS)(
    'IMP-09 IMP-14 in 200 random histories of %s nobody is offered more or less, or waited for in vain',
    (union) => {
      const requester = Object.keys(CASTS[union]!)[0]!
      fc.assert(
        fc.property(fc.array(step, { maxLength: 14 }), fc.boolean(), (steps, urgent) => {
          const request = new Request(union, requester, urgent)
          for (const each of steps) {
            const choices = possible(request)
            if (each.kind === 'wait') request.pass(each.minutes)
            else if (each.kind === 'turn') changes(request, each.nth, each.how)
            else if (choices.length > 0) request.does(...choices[each.nth % choices.length]!)
            expectHonestOffers(request)
          }
        }),
        { numRuns: 200 },
      )
    },
  )

  function isBarred({ facts: { policy, circle } }: Request, staffId: string): boolean {
    const person = circle.find((each) => each.staffId === staffId)
    const investigates = policy.investigators !== null && person?.roles.includes(policy.investigators)
    return Boolean(person?.walled || person?.conflicted || investigates)
  }

  function changes(request: Request, nth: number, how: string): void {
    const ids = [...request.people.keys()]
    const staffId = ids[nth % ids.length]!
    const person = request.people.get(staffId)!
    // Whoever raised it is of the circle as long as it lasts.
    if (how !== 'gone') request.turn(staffId, { [how]: !person[how as 'absent'] })
    else if (staffId !== request.holder) request.leaves(staffId)
  }

  function expectHonestOffers(request: Request): void {
    const { facts, now } = request
    const ids = [...request.people.keys()]
    const waited = waitingFor(facts, request.holder, now)
    for (const staffId of [...ids, 'nobody']) {
      const reads = request.reads(staffId)
      const offered = openDeeds(facts, staffId, reads, now).map(({ act }) => act)
      const attempt = { by: staffId, states: EVERYTHING }
      const allowed = DEEDS.filter(
        (act) =>
          (reads || !ON_THE_CASE.includes(act)) && waysOf(act, ids).some((deed) => mayDo(facts, attempt, deed, now).ok),
      )
      expect([staffId, offered]).toEqual([staffId, allowed])
      // Whoever must have no part in it has none by any press, also where they may open the case.
      if (isBarred(request, staffId)) expect([staffId, allowed]).toEqual([staffId, []])
      if (waited.includes(staffId)) expect([staffId, offered]).not.toEqual([staffId, []])
    }
  }
})
