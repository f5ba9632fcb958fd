import { describe, expect, test } from '@jest/globals'
import type { PersonalDeed, Statements } from '../../../services/breach/breach.types'
import { nomineesFor, partOf, sightOf, waitingFor } from '../../../services/breach/sight.rules'
import { CASTS, Request } from './request'

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
      [
        'the facts have changed',
        (request) => request.does('adviser', { act: 'facts-changed' }),
        { ...team, sem: 'requester whole', ce: 'decider brief' },
      ],
      [
        'the CE has confirmed it again',
        (request) => request.does('ce', { act: 'reconfirmed' }),
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
      [
        'a day has passed, and either of them may confirm it again',
        (request) => request.pass(24 * 60),
        { ...team, asm: 'requester whole', dom: 'decider revealed', ceo: 'decider revealed' },
      ],
      [
        'the DoM has confirmed it again',
        (request) => request.does('dom', { act: 'reconfirmed' }),
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
