import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createLook } from '../../../cards/look'
import type { Acting } from '../../../dialogs/dialog-turn'
import { refusalScreen } from '../../../dialogs/refused'
import type { AccessPolicy, Permission } from '../../../services/access/access.policy'
import {
  type AccessRefusal,
  type CaseAccess,
  may,
  mayReadCase,
  mayRecordContact,
  permissionsOf,
} from '../../../services/access/access.rules'
import { readProfile } from '../../../services/policy/policy.service'
import { anActor, WEDNESDAY } from '../../support/records'

const UNIONS = ['cardiff', 'cambridge', 'worcester', 'londonmet', 'lancaster'] as const
type Union = (typeof UNIONS)[number]

/** Every role that any union may know; who is in none of them is a third party (CAR-03, CAM-23). */
const ROLES = [
  'front',
  'caseworker',
  'senior',
  'manager',
  'director',
  'executive',
  'executive-deputy',
  'senior-management',
  'trustee',
  'dpo',
  'reviewer',
  'officer',
  'policyOwner',
  'auditor',
  'complaintInvestigator',
  'sysadmin',
] as const
type Role = (typeof ROLES)[number]

/** Wherever people choose by hand, caseworkers take contact themselves; what they do alone is the same everywhere. */
const caseworkersOf = (cardiff: readonly Role[]) => ({
  cardiff,
  cambridge: ['caseworker'] as const,
  worcester: ['caseworker'] as const,
  londonmet: ['caseworker'] as const,
  lancaster: ['caseworker'] as const,
})

/** Who may, in the roles of each union. Nobody else may. */
const GRANTED: Record<Permission, readonly [string, Record<Union, readonly Role[]>]> = {
  'intake.take': ['CAR-12 CAR-34 CAM-02', caseworkersOf(['front'])],
  'allocation.offer': [
    'CAR-26 IMP-12 CAM-30',
    {
      ...caseworkersOf(['front', 'manager']),
      worcester: ['caseworker', 'manager'],
      londonmet: ['caseworker', 'manager'],
    },
  ],
  'allocation.answer': ['CAR-13 CAM-02', caseworkersOf(['caseworker'])],
  'case.read.opening': ['CAR-24 CAM-02', caseworkersOf(['front'])],
  'case.read.held': ['CAR-28 CAM-15', caseworkersOf(['caseworker'])],
  'case.read.all': [
    'CAR-06 CAR-10 CAR-29 CAM-18 LAN-06 AMB-71',
    {
      cardiff: ['caseworker', 'senior', 'manager'],
      cambridge: [],
      worcester: ['caseworker', 'manager'],
      londonmet: ['caseworker', 'manager'],
      // The line manager hears of a case only when a breach, a conflict or a review brings it to them.
      lancaster: ['caseworker'],
    },
  ],
  'case.correct': ['CAR-21 CAM-02', caseworkersOf(['front'])],
  'contact.record': ['CAR-24 CAR-28 CAM-15', caseworkersOf(['front', 'caseworker'])],
  'callback.manage': ['CAR-46 CAM-02', caseworkersOf(['front', 'caseworker'])],
  'absence.record': [
    'CAR-14',
    {
      cardiff: ['front', 'caseworker', 'senior', 'manager'],
      cambridge: ['caseworker'],
      worcester: ['caseworker', 'manager', 'executive', 'senior-management', 'trustee'],
      londonmet: ['caseworker', 'manager', 'director', 'executive'],
      lancaster: ['caseworker', 'manager', 'executive', 'executive-deputy', 'senior-management'],
    },
  ],
  'audit.read': [
    'CAR-07 IMP-19 IMP-20',
    { cardiff: ['manager'], cambridge: [], worcester: ['manager'], londonmet: ['manager'], lancaster: ['manager'] },
  ],
  'refusal.lookup': [
    'CAR-02 CAM-02',
    {
      cardiff: ['manager'],
      cambridge: ['caseworker'],
      worcester: ['manager'],
      londonmet: ['manager'],
      lancaster: ['manager'],
    },
  ],
  'breach.request': ['CAR-05', caseworkersOf(['caseworker'])],
  'breach.count': [
    'WOR-27 LMU-27',
    {
      cardiff: ['manager'],
      cambridge: ['caseworker'],
      worcester: ['manager'],
      londonmet: ['manager', 'director'],
      lancaster: ['manager'],
    },
  ],
  'breach.answer': [
    'CAR-05',
    {
      cardiff: ['senior', 'manager'],
      cambridge: ['caseworker'],
      worcester: ['manager', 'executive', 'senior-management', 'trustee'],
      // The manager of the service is no part of it here.
      londonmet: ['director', 'executive'],
      lancaster: ['manager', 'executive', 'executive-deputy', 'senior-management'],
    },
  ],
  'consultation.ask': [
    'CAM-03 WOR-19',
    { cardiff: [], cambridge: ['caseworker'], worcester: ['caseworker'], londonmet: [], lancaster: [] },
  ],
  'consultation.answer': [
    'CAM-03 WOR-19 AMB-27',
    { cardiff: [], cambridge: ['caseworker'], worcester: ['senior-management'], londonmet: [], lancaster: [] },
  ],
  'emergency.review': [
    'CAR-05',
    {
      cardiff: ['manager'],
      cambridge: ['caseworker'],
      worcester: ['manager'],
      londonmet: ['manager'],
      lancaster: ['manager'],
    },
  ],
}

const PERMISSIONS = Object.entries(GRANTED) as [Permission, (typeof GRANTED)[Permission]][]
const policies = Object.fromEntries(UNIONS.map((union) => [union, readProfile(union).access])) as Record<
  Union,
  AccessPolicy
>

describe('What each role may do', () => {
  const cells = UNIONS.flatMap((union) =>
    PERMISSIONS.map(([permission, [ids, granted]]) => [ids, union, permission, granted[union]] as const),
  )
  test.each(cells)('%s %s: %s is for nobody but %j', (_ids, union, permission, granted: readonly Role[]) => {
    const allowed = ROLES.filter((role) => may(anActor({ roles: [role] }), permission, policies[union]).ok)
    expect(allowed).toEqual(granted)
    expect(may(anActor({ roles: [] }), permission, policies[union])).toEqual({ ok: false, reason: 'no-permission' })
  })

  test('CAR-05 a role that no profile knows gives nothing, whatever it is called', () => {
    for (const role of ['', 'Front', 'CASEWORKER', 'constructor', '__proto__', 'toString', 'admin'])
      for (const union of UNIONS) expect(permissionsOf({ roles: [role] }, policies[union]).size).toBe(0)
  })

  test('several roles give what each gives, and no more', () => {
    const both = permissionsOf({ roles: ['front', 'manager'] }, policies.cardiff)
    const each = ['front', 'manager'].flatMap((role) => [...permissionsOf({ roles: [role] }, policies.cardiff)])
    expect(both).toEqual(new Set(each))
  })
})

/** Robin acts. Nothing: not a word of it. Reads: the file. Writes: reads it, and adds notes. */
type Reach = 'nothing' | 'reads' | 'writes'

const untaken: CaseAccess = { holder: null, offeredTo: null, walled: [] }
const RELATIONS = {
  'the holder': { ...untaken, holder: 'robin' },
  'the former holder, now that another holds it': { ...untaken, holder: 'ada' },
  'asked to take it': { ...untaken, offeredTo: 'robin' },
  'a colleague of who is asked to take it': { ...untaken, offeredTo: 'ada' },
  'the opener, while nobody is asked': untaken,
  'the opener, now that another holds it': { ...untaken, holder: 'ada' },
  'nobody in it, while nobody is asked': untaken,
  'nobody in it, now that another holds it': { ...untaken, holder: 'ada' },
  'behind a wall as the holder': { holder: 'robin', offeredTo: null, walled: ['robin'] },
  'behind a wall when asked to take it': { holder: null, offeredTo: 'robin', walled: ['ada', 'robin'] },
  'behind a wall as the opener': { ...untaken, walled: ['robin'] },
  'behind a wall as a colleague': { ...untaken, holder: 'ada', walled: ['robin', 'bo'] },
  'of another union': null,
} as const satisfies Record<string, CaseAccess | null>
type Relation = keyof typeof RELATIONS

const nothing = (...relations: Relation[]) => Object.fromEntries(relations.map((relation) => [relation, 'nothing']))
const OUT_OF_REACH = nothing(
  'behind a wall as the holder',
  'behind a wall when asked to take it',
  'behind a wall as the opener',
  'behind a wall as a colleague',
  'of another union',
)
const everywhere = (reach: Reach) =>
  Object.fromEntries(Object.keys(RELATIONS).map((relation) => [relation, reach])) as Record<Relation, Reach>

/** Advisers and the Head follow every file of their service (CAR-06, CAR-10, CAR-29). */
const FOLLOWS = { ...everywhere('reads'), ...OUT_OF_REACH }
/** Files of others are taken by nobody at the front desk, which gives no advice: it opens them until they are taken. */
const OPENS_UNTAKEN = {
  ...everywhere('writes'),
  ...nothing(
    'the holder',
    'the former holder, now that another holds it',
    'the opener, now that another holds it',
    'nobody in it, now that another holds it',
  ),
  ...OUT_OF_REACH,
}

/** Colleagues pick up each other's files, and write in those that nobody else holds. */
const OPENS_AND_FOLLOWS = {
  ...everywhere('writes'),
  'the former holder, now that another holds it': 'reads',
  'the opener, now that another holds it': 'reads',
  'nobody in it, now that another holds it': 'reads',
  ...OUT_OF_REACH,
}

const REACH: Record<Union, Partial<Record<Role, Record<string, string>>>> = {
  cardiff: {
    front: OPENS_UNTAKEN,
    caseworker: { ...FOLLOWS, 'the holder': 'writes' },
    senior: FOLLOWS,
    manager: FOLLOWS,
  },
  cambridge: {
    // A record is shared by the caseworker who holds it, or not at all (CAM-18, CAM-30).
    caseworker: { ...OPENS_UNTAKEN, 'the holder': 'writes' },
  },
  worcester: { caseworker: OPENS_AND_FOLLOWS, manager: FOLLOWS },
  londonmet: { caseworker: OPENS_AND_FOLLOWS, manager: FOLLOWS },
  lancaster: { caseworker: OPENS_AND_FOLLOWS },
}

/** Who is asked about breaches from outside the service (LAN-06, AMB-39, AMB-71). */
const OUTSIDE = ['director', 'executive', 'executive-deputy', 'senior-management', 'trustee'] as const

describe('Who reaches which case', () => {
  const cells = UNIONS.flatMap((union) =>
    ROLES.flatMap((role) =>
      (Object.keys(RELATIONS) as Relation[]).map((relation) => {
        const reach = REACH[union][role]?.[relation] ?? 'nothing'
        return [union, role, relation, reach] as const
      }),
    ),
  )
  test.each(cells)('CAR-03 CAR-28 CAM-18 IMP-14 IMP-37 %s, %s, %s: %s', (union, role, relation, reach) => {
    const actor = anActor({ roles: [role] })
    const found = RELATIONS[relation]
    const reads = mayReadCase(actor, found, policies[union]).ok
    const writes = mayRecordContact(actor, found, policies[union]).ok
    expect({ reads, writes }).toEqual({ reads: reach !== 'nothing', writes: reach === 'writes' })
  })

  test('CAR-05 LAN-06 AMB-71 whoever is asked from outside the service may answer what they are asked, be away, count what was asked at most, and nothing else', () => {
    const held = UNIONS.flatMap((union) =>
      OUTSIDE.filter((role) => policies[union].roles[role]).map((role) => [
        union,
        role,
        [...permissionsOf({ roles: [role] }, policies[union])],
      ]),
    )
    const only = ['breach.answer', 'absence.record']
    expect(held).toEqual([
      ['worcester', 'executive', only],
      ['worcester', 'senior-management', ['breach.answer', 'consultation.answer', 'absence.record']],
      ['worcester', 'trustee', only],
      ['londonmet', 'director', ['breach.answer', 'breach.count', 'absence.record']],
      ['londonmet', 'executive', only],
      ['lancaster', 'executive', only],
      ['lancaster', 'executive-deputy', only],
      ['lancaster', 'senior-management', only],
    ])
  })

  test('CAM-26 a role that only sees what is given to it reads what it is asked to take or holds, and writes in the latter', () => {
    const helper = { title: 'Temporary caseworker', titles: [], home: ['cases'] }
    const policy = {
      roles: { helper: { ...helper, permissions: ['case.read.held' as const, 'contact.record' as const] } },
    }
    const actor = anActor({ roles: ['helper'] })
    const reads = (Object.keys(RELATIONS) as Relation[]).filter((at) => mayReadCase(actor, RELATIONS[at], policy).ok)
    const writes = reads.filter((at) => mayRecordContact(actor, RELATIONS[at], policy).ok)
    expect(reads).toEqual(['the holder', 'asked to take it'])
    expect(writes).toEqual(['the holder'])
  })

  const facts = fc.record({
    holder: fc.constantFrom(null, 'robin', 'ada'),
    offeredTo: fc.constantFrom(null, 'robin', 'ada'),
    walled: fc.subarray(['robin', 'ada']),
  })
  const roles = fc.subarray([...ROLES])
  const somewhere = fc.tuple(fc.constantFrom(...UNIONS), roles, facts)

  test('IMP-14 a wall beats every role, alone or together', () => {
    fc.assert(
      fc.property(somewhere, ([union, held, found]) => {
        const behind = { ...found, walled: [...found.walled, 'robin'] }
        const actor = anActor({ roles: held })
        expect(mayReadCase(actor, behind, policies[union])).toEqual({ ok: false, reason: 'walled' })
        expect(mayRecordContact(actor, behind, policies[union])).toEqual({ ok: false, reason: 'walled' })
      }),
    )
  })

  test('CAR-28 whoever may write may read, and a further role never takes anything away', () => {
    fc.assert(
      fc.property(somewhere, fc.constantFrom(...ROLES), ([union, held, found], more) => {
        const actor = anActor({ roles: held })
        const reads = mayReadCase(actor, found, policies[union]).ok
        if (mayRecordContact(actor, found, policies[union]).ok) expect(reads).toBe(true)
        const promoted = anActor({ roles: [...held, more] })
        if (reads) expect(mayReadCase(promoted, found, policies[union]).ok).toBe(true)
      }),
    )
  })

  test('CAR-28 nobody but the holder writes once somebody has accepted', () => {
    fc.assert(
      fc.property(somewhere, ([union, held, found]) => {
        if (found.holder === null || found.holder === 'robin') return
        expect(mayRecordContact(anActor({ roles: held }), found, policies[union]).ok).toBe(false)
      }),
    )
  })
})

describe('What a refusal shows', () => {
  const REASONS = {
    'no-permission': true,
    unknown: true,
    walled: true,
    'not-theirs': true,
    'no-longer-theirs': true,
  } satisfies Record<AccessRefusal, true>

  test('IMP-15 unknown and forbidden references are answered in the same words, whatever the reason', () => {
    const { labels, calendar } = readProfile('cardiff')
    const look = createLook({ labels, zone: calendar.zone, rota: true, sampleData: false, now: () => WEDNESDAY })
    const screens = Object.keys(REASONS).map((reason) =>
      JSON.stringify(refusalScreen({ look } as Acting, { ok: false, reason, lookup: 'ABC123' })),
    )
    expect(new Set(screens).size).toBe(1)
    expect(screens[0]).toContain('ABC123')
  })

  test('IMP-15 behind a wall the reason kept is the wall, and never how the case stands', () => {
    for (const role of ROLES)
      for (const holder of [null, 'robin', 'ada'])
        expect(
          mayReadCase(anActor({ roles: [role] }), { holder, offeredTo: null, walled: ['robin'] }, policies.cardiff),
        ).toEqual({ ok: false, reason: 'walled' })
  })
})
