import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { mayReadCase } from '../../../services/access/access.rules'
import { mayDo } from '../../../services/breach/breach.rules'
import {
  type BreachAct,
  type Candidate,
  DEEDS,
  type Deed,
  type PersonalDeed,
  type Statements,
} from '../../../services/breach/breach.types'
import { position } from '../../../services/breach/position.rules'
import { type BreachFacts, nextAsked } from '../../../services/breach/routing.rules'
import { nomineesFor, ON_THE_CASE, openDeeds, partOf, sightOf, waitingFor } from '../../../services/breach/sight.rules'
import { readProfile } from '../../../services/policy/policy.service'
import { anActor } from '../../support/records'
import { PROCEDURES } from './procedures'
import { STATEMENTS } from './story-words'

const UNIONS = Object.keys(PROCEDURES)
const START = new Date('2026-11-24T10:00:00Z').getTime()
const EVERYTHING: readonly string[] = Object.values(STATEMENTS)

/** Everybody of a union that could have to do with a request, by what they are there. */
const CASTS: Record<string, Record<string, string[]>> = {
  cardiff: {
    adviser: ['caseworker'],
    colleague: ['caseworker'],
    front: ['front'],
    senior: ['senior'],
    head: ['manager'],
    stranger: [],
  },
  worcester: {
    adviser: ['caseworker'],
    colleague: ['caseworker'],
    sem: ['manager'],
    ce: ['executive'],
    leader: ['senior-management'],
    trustee: ['trustee'],
    stranger: [],
  },
  londonmet: {
    adviser: ['caseworker'],
    colleague: ['caseworker'],
    asm: ['manager'],
    dom: ['director'],
    ceo: ['executive'],
    stranger: [],
  },
  cambridge: { officer: ['caseworker'], other: ['caseworker'], third: ['caseworker'], stranger: [] },
  lancaster: {
    adviser: ['caseworker'],
    colleague: ['caseworker'],
    manager: ['manager'],
    ce: ['executive'],
    deputy: ['executive-deputy'],
    leader: ['senior-management'],
    investigator: ['senior-management', 'complaint-investigator'],
    stranger: [],
  },
}

/** A request while things happen to it. */
class Request {
  readonly history: BreachAct[] = []
  readonly policy
  readonly people: Map<string, Candidate>
  private readonly access
  private minute = 0
  readonly holder: string

  constructor(union: string, requester: string, urgent = true) {
    const { breach, access } = readProfile(union)
    this.policy = breach
    this.access = access
    this.holder = requester
    this.people = new Map(
      Object.entries(CASTS[union]!).map(([staffId, roles]) => [
        staffId,
        { staffId, roles, absent: false, walled: false, conflicted: false },
      ]),
    )
    this.done(requester, { act: 'raised', ground: breach.grounds[0]!.id, urgent, informed: true })
  }

  get now(): Date {
    return new Date(START + this.minute * 60_000)
  }

  get facts(): BreachFacts {
    return { policy: this.policy, history: this.history, circle: [...this.people.values()] }
  }

  /** Whether somebody may open the case itself, which is the union's to say and not the chain's. */
  reads(staffId: string): boolean {
    const { roles = [], walled = false } = this.people.get(staffId) ?? {}
    const found = { holder: this.holder, offeredTo: null, walled: walled ? [staffId] : [] }
    return mayReadCase(anActor({ staffId, roles: [...roles] }), found, this.access).ok
  }

  pass(minutes: number): void {
    for (let passed = 0; passed < minutes; passed++) {
      this.minute++
      this.look()
    }
  }

  turn(staffId: string, change: Partial<Candidate>): void {
    this.people.set(staffId, { ...this.people.get(staffId)!, ...change })
    this.look()
  }

  leaves(staffId: string): void {
    this.people.delete(staffId)
    this.look()
  }

  does(by: string, deed: PersonalDeed): void {
    const where = position(this.policy, this.history, this.now)
    const allowed = mayDo(this.facts, { by, states: EVERYTHING }, deed, this.now)
    if (!allowed.ok) throw new Error(`${by} ${deed.act}: ${allowed.reason}`)
    this.done(by, ('stage' in where ? { ...deed, stage: where.stage } : deed) as Deed)
  }

  sees(staffId: string): string {
    const part = partOf(this.facts, staffId, this.reads(staffId), this.now)
    return part ? `${part} ${sightOf(this.facts, staffId, this.reads(staffId), this.now)}` : ''
  }

  private done(by: string, deed: Deed): void {
    this.history.push({ at: this.now, by, ...deed })
    this.look()
  }

  private look(): void {
    for (let ask = nextAsked(this.facts, this.now); ask; ask = nextAsked(this.facts, this.now))
      this.history.push({ at: this.now, by: 'system', ...ask })
  }
}

const yes: PersonalDeed = { act: 'decided', answer: 'yes', untold: true }
const raise = (): void => undefined

/** What everybody sees after something has happened, as `part sight`; whoever is not named sees nothing at all. */
type Moment = [what: string, happens: (request: Request) => void, sees: Statements]

interface Course {
  ids: string
  union: string
  requester: string
  title: string
  urgent?: boolean
  moments: Moment[]
}

const team = { adviser: 'requester whole', colleague: 'requester whole' }

const COURSES: Course[] = [
  {
    ids: 'WOR-25 AMB-25',
    union: 'worcester',
    requester: 'adviser',
    title: 'the CE reads nothing but the brief, unless they stand in for the SEM',
    moments: [
      ['it is raised', raise, { ...team, sem: 'decider whole' }],
      ['the SEM says yes', (request) => request.does('sem', yes), { ...team, sem: 'briefer whole' }],
      [
        'the SEM has written the brief',
        (request) => request.does('sem', { act: 'briefed' }),
        { ...team, sem: 'requester whole', ce: 'decider brief' },
      ],
      [
        'the CE has authorised it',
        (request) => request.does('ce', yes),
        { ...team, sem: 'requester whole', ce: 'decider own' },
      ],
    ],
  },
  {
    ids: 'WOR-22 WOR-29 AMB-25',
    union: 'worcester',
    requester: 'adviser',
    title: 'the CE knows everything as the deputy, and as the authoriser only what was written for them',
    moments: [
      [
        'the SEM is away',
        (request) => request.turn('sem', { absent: true }),
        { ...team, sem: 'decider whole', ce: 'decider named' },
      ],
      [
        'the CE says yes',
        (request) => request.does('ce', yes),
        { ...team, sem: 'requester whole', ce: 'briefer named' },
      ],
      [
        'the CE has written the brief',
        (request) => request.does('ce', { act: 'briefed' }),
        { ...team, sem: 'requester whole', ce: 'decider brief' },
      ],
    ],
  },
  {
    ids: 'LMU-28 AMB-39',
    union: 'londonmet',
    requester: 'adviser',
    title: 'the DoM and the CEO, who are outside the service, see who it is about at a further step, while they decide',
    moments: [
      ['it is raised', raise, { ...team, asm: 'requester whole', dom: 'decider revealed' }],
      [
        'the DoM is silent for half an hour',
        (request) => request.pass(30),
        { ...team, asm: 'requester whole', dom: 'decider revealed', ceo: 'decider revealed' },
      ],
      [
        'the CEO has decided',
        (request) => request.does('ceo', yes),
        { ...team, asm: 'requester whole', dom: 'decider own', ceo: 'decider own' },
      ],
    ],
  },
  {
    ids: 'LAN-26 LAN-27 AMB-39',
    union: 'lancaster',
    requester: 'adviser',
    title: 'whoever names somebody learns nothing, and who may have to investigate sees nothing at all',
    moments: [
      ['it is raised', raise, { ...team, manager: 'decider revealed' }],
      [
        'the manager is away',
        (request) => request.turn('manager', { absent: true }),
        { ...team, manager: 'decider revealed', ce: 'namer own' },
      ],
      [
        'the Chief Executive is silent for half an hour',
        (request) => request.pass(30),
        { ...team, manager: 'decider revealed', ce: 'namer own', deputy: 'namer own' },
      ],
      [
        'their deputy has named somebody',
        (request) => request.does('deputy', { act: 'named', to: 'leader' }),
        { ...team, manager: 'decider revealed', ce: 'namer own', deputy: 'namer own', leader: 'decider revealed' },
      ],
      [
        'who was named has decided',
        (request) => request.does('leader', yes),
        { ...team, manager: 'decider own', ce: 'namer own', deputy: 'namer own', leader: 'decider own' },
      ],
    ],
  },
  {
    ids: 'LAN-27',
    union: 'lancaster',
    requester: 'adviser',
    title: 'nobody is asked to name somebody when it can wait',
    urgent: false,
    moments: [
      [
        'the manager is away',
        (request) => request.turn('manager', { absent: true }),
        { ...team, manager: 'decider revealed' },
      ],
      ['half an hour passes', (request) => request.pass(30), { ...team, manager: 'decider revealed' }],
    ],
  },
  {
    ids: 'CAM-05 CAM-07',
    union: 'cambridge',
    requester: 'officer',
    title: 'colleagues advise on a question, and whoever is involved decides with the whole before them',
    moments: [
      ['it is raised', raise, { officer: 'requester whole', other: 'adviser question', third: 'adviser question' }],
      [
        'one has advised',
        (request) => request.does('other', { act: 'advised', answer: 'no' }),
        { officer: 'decider whole', other: 'adviser question', third: 'adviser question' },
      ],
      [
        'the officer has decided',
        (request) => request.does('officer', yes),
        { officer: 'requester whole', other: 'adviser question', third: 'adviser question' },
      ],
    ],
  },
  {
    ids: 'CAR-65',
    union: 'cardiff',
    requester: 'adviser',
    title: 'everybody who may open the case sees the whole; the front desk has nothing to do with it',
    moments: [
      ['it is raised', raise, { ...team, head: 'decider whole', senior: 'requester whole' }],
      [
        'the Head is silent for half an hour',
        (request) => request.pass(30),
        { ...team, head: 'decider whole', senior: 'decider whole' },
      ],
      [
        'the Adviser has decided',
        (request) => request.does('senior', yes),
        { ...team, head: 'requester whole', senior: 'requester whole' },
      ],
    ],
  },
]

/** Every moment of a course with the request as it stands then. */
function* played({
  union,
  requester,
  urgent,
  moments,
}: Course): Generator<{ what: string; request: Request; sees: Statements }> {
  const request = new Request(union, requester, urgent)
  for (const [what, happens, sees] of moments) {
    happens(request)
    yield { what, request, sees }
  }
}

describe('Who sees what of a request, and when', () => {
  test.each(COURSES.map((course) => [course.ids, course.union, course.title, course] as const))(
    '%s %s: %s',
    (_ids, union, _title, course) => {
      for (const { what, request, sees } of played(course))
        for (const staffId of Object.keys(CASTS[union]!))
          expect([what, staffId, request.sees(staffId)]).toEqual([what, staffId, sees[staffId] ?? ''])
    },
  )

  test.each(COURSES.map((course) => [course.union, course.title, course] as const))(
    'IMP-14 IMP-16 %s (%s): never anything behind a wall or with a conflict, whoever they are and whatever they did',
    (union, _title, course) => {
      for (const { request } of played(course))
        for (const staffId of Object.keys(CASTS[union]!))
          for (const wall of [{ walled: true }, { conflicted: true }]) {
            const person = { ...request.people.get(staffId)!, ...wall }
            const circle = request.facts.circle.map((each) => (each.staffId === staffId ? person : each))
            const facts = { ...request.facts, circle }
            expect(partOf(facts, staffId, request.reads(staffId), request.now)).toBeNull()
            expect(sightOf(facts, staffId, request.reads(staffId), request.now)).toBeNull()
            expect(waitingFor(facts, request.holder, request.now)).not.toContain(staffId)
            expect(nomineesFor(facts, 'ce')).not.toContain(staffId)
          }
    },
  )

  test('IMP-16 where the wall keeps out whoever decides first, the next is asked, and the first is never told', () => {
    for (const union of ['cardiff', 'worcester', 'londonmet'] as const) {
      const [first, next] = { cardiff: ['head', 'senior'], worcester: ['sem', 'ce'], londonmet: ['dom', 'ceo'] }[union]
      const request = new Request(union, 'adviser')
      request.history.splice(1)
      request.turn(first!, { walled: true })
      expect(request.sees(first!)).toBe('')
      expect(waitingFor(request.facts, request.holder, request.now)).toEqual([next])
    }
  })
})

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
