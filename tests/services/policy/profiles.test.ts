import { readdirSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { ACTIONS } from '../../../bot/actions'
import { permissionsOf } from '../../../services/access/access.rules'
import { nextOpening } from '../../../services/calendar/calendar.rules'
import { caseTitle } from '../../../services/cases/cases.rules'
import { consentsFrom, detailsProblems } from '../../../services/intake/intake.rules'
import { PROFILES_FOLDER, readProfile } from '../../../services/policy/policy.service'

/** What the policies say, read there by people; nothing of it is taken from the profiles. */
const FACTS = {
  worcester: {
    name: "Worcester Students' Union",
    terms: ['client', 'Student Advisor', 'the Student Engagement Manager'],
    channels: ['telephone', 'email', 'video-call', 'in-person'],
    titles: {
      caseworker: 'Student Advisor',
      manager: 'Student Engagement Manager',
      executive: 'Chief Executive',
      'senior-management': 'Senior Management',
      trustee: 'External Trustee',
    },
    informed: null,
  },
  londonmet: {
    name: "London Metropolitan Students' Union",
    terms: ['student', 'Adviser', 'the Advice Service Manager'],
    channels: ['telephone', 'email', 'in-person'],
    titles: {
      caseworker: 'Adviser',
      manager: 'Advice Service Manager',
      director: 'Director of Membership',
      executive: 'Chief Executive Officer',
    },
    informed: 'manager',
  },
  lancaster: {
    name: "Lancaster University Students' Union",
    terms: ['client', 'Adviser', 'your line manager'],
    channels: ['telephone', 'email', 'in-person'],
    titles: {
      caseworker: 'Adviser',
      manager: 'Line Manager',
      executive: 'Chief Executive',
      'executive-deputy': "Chief Executive's deputy",
      'senior-management': 'Senior management team',
      'complaint-investigator': 'Might investigate a complaint',
    },
    informed: null,
  },
} as const

describe.each(Object.entries(FACTS))('%s', (id, facts) => {
  const profile = readProfile(id)

  test('is called what it is called, and so are the people', () => {
    expect([profile.id, profile.name]).toEqual([id, facts.name])
    const { 'term.client': client, 'term.caseworker': caseworker, 'term.lookup': lookup } = profile.labels
    expect([client, caseworker, lookup]).toEqual(facts.terms)
    expect(profile.labels['term.front']).toBe(caseworker)
    const titles = Object.entries(profile.access.roles).map(([role, { title }]) => [role, title])
    expect(Object.fromEntries(titles)).toEqual(facts.titles)
  })

  test('takes enquiries by its channels with a plain form: nothing stands before the details', () => {
    expect(profile.intake.channels.map((channel) => channel.id)).toEqual(facts.channels)
    for (const channel of facts.channels)
      expect(consentsFrom(channel, [], profile.intake, profile.consent.kinds)).toEqual({ ok: true, consents: [] })
    expect(consentsFrom('live-chat', [], profile.intake, profile.consent.kinds).ok).toBe(false)
  })

  test('takes a case without a student number, and none that is mistyped', () => {
    const details = { name: 'Quinn Invented', reason: 'A module mark' }
    const problems = (number: string) => detailsProblems({ ...details, number }, profile.intake)
    for (const number of ['', '1234567', '12345678', '1234 5678']) expect(problems(number)).toEqual({})
    for (const number of ['123456', '123456789', 'abc123', '1234567a'])
      expect(problems(number)).toEqual({ number: 'not-a-student-number' })
  })

  test('IMP-01 works from nine to five on working days, since its policy names no hours', () => {
    const opening = (at: string) => nextOpening(new Date(at), profile.calendar).toISOString()
    expect(opening('2024-04-03T06:00:00Z')).toBe('2024-04-03T08:00:00.000Z')
    expect(opening('2024-04-03T15:59:00Z')).toBe('2024-04-03T15:59:00.000Z')
    expect(opening('2024-04-03T16:00:00Z')).toBe('2024-04-04T08:00:00.000Z')
    // The Thursday before Easter after hours, and the Tuesday after it.
    expect(opening('2024-03-28T17:00:00Z')).toBe('2024-04-02T08:00:00.000Z')
  })

  test('heads a file with name, number and whether it is open, and nothing about consent', () => {
    const title = (status: 'open' | 'closed', number: string | null) =>
      caseTitle({ name: 'Quinn Invented', number }, status, { share_aqs: 'refused' }, profile.cases)
    expect(title('open', '12345678')).toBe('Quinn Invented 12345678 OPEN')
    expect(title('closed', null)).toBe('Quinn Invented CLOSED')
  })

  test('has cases chosen by hand, without a limit, and asks nobody for reasons that only one side knows', () => {
    const { mode, to, caseloadMax, mail, declineReasons } = profile.allocation
    expect({ mode, to, caseloadMax, mail }).toEqual({
      mode: 'manual',
      to: 'caseworker',
      caseloadMax: null,
      mail: false,
    })
    expect(declineReasons.map((reason) => profile.labels[`decline.${reason}`])).toContain('Conflict of interest')
  })

  test('knows what to tell somebody who wants nothing kept, and whom to inform', () => {
    expect(profile.consent.storeRefused.inform).toBe(facts.informed)
    expect(profile.texts[profile.consent.storeRefused.text]!.points.length).toBeGreaterThan(2)
  })
})

const every = readdirSync(PROFILES_FOLDER)
  .map((file) => readProfile(file.replace('.json', '')))
  .flatMap(({ id, access }) => Object.keys(access.roles).map((role) => [id, role, access] as const))

describe('The home of every role of every union', () => {
  test.each(every)('%s, %s: each button does something, and something that they may do', (_id, role, access) => {
    const { home } = access.roles[role]!
    const permissions = permissionsOf({ roles: [role] }, access)
    expect(home.length > 0).toBe(permissions.size > 0)
    const idle = home.filter((command) => {
      const needed = Object.hasOwn(ACTIONS, command) ? ACTIONS[command]!.permission : null
      return needed === null || (needed !== 'any-role' && needed !== 'anybody' && !permissions.has(needed))
    })
    expect(idle).toEqual([])
  })
})

describe('What each union does in an emergency', () => {
  test.each([
    ['cardiff', ['999'], ['manager', 'senior'], false],
    ['cambridge', ['999'], ['caseworker'], false],
    ['worcester', ['999'], ['manager', 'executive'], false],
    ['londonmet', ['999', '3333'], ['director', 'executive'], true],
    ['lancaster', ['999'], ['manager', 'executive', 'executive-deputy'], false],
  ])('LMU-34 LMU-35 IMP-56 AMB-23 %s: %j first, then %j; written down: %s', (id, numbers, notify, inProcedure) => {
    const { emergency } = readProfile(id)
    expect(emergency.numbers.map(({ number }) => number)).toEqual(numbers)
    const frequent = { count: 3, days: 30 }
    expect(emergency).toMatchObject({ notify, inProcedure, remindMinutes: 15, afterRecordMinutes: 60, frequent })
  })
})

describe('What a breach of confidentiality will need of people', () => {
  test.each([
    ['cardiff', ['caseworker'], ['senior', 'manager'], ['manager']],
    ['cambridge', ['caseworker'], ['caseworker'], ['caseworker']],
    ['worcester', ['caseworker'], ['manager', 'executive', 'senior-management', 'trustee'], ['manager']],
    ['londonmet', ['caseworker'], ['director', 'executive'], ['manager']],
    ['lancaster', ['caseworker'], ['manager', 'executive', 'executive-deputy', 'senior-management'], ['manager']],
  ])('%s: %j may ask, %j may be asked, and %j look after emergencies', (id, asks, asked, reviews) => {
    const { roles } = readProfile(id).access
    const holding = (permission: (typeof roles)[string]['permissions'][number]) =>
      Object.keys(roles).filter((role) => roles[role]!.permissions.includes(permission))
    expect([holding('breach.request'), holding('breach.answer'), holding('emergency.review')]).toEqual([
      asks,
      asked,
      reviews,
    ])
  })
})

describe('Whom colleagues may ask without naming the client', () => {
  test.each([
    ['cardiff', [], []],
    ['cambridge', [['caseworker', 360]], []],
    ['worcester', [], [['crime', 'senior-management', 60]]],
    ['londonmet', [], []],
    ['lancaster', [], []],
  ])('CAM-03 WOR-19 %s: %j, and of concerns %j', (id, kinds, concerns) => {
    const profile = readProfile(id)
    expect(profile.consultation.kinds.map(({ of, remindMinutes }) => [of, remindMinutes])).toEqual(kinds)
    const held = profile.concerns.map((concern) => [concern.id, concern.consults, concern.remindMinutes])
    expect(held).toEqual(concerns)
  })

  test('WOR-15 WOR-16 WOR-17 WOR-18 WOR-19 the warning makes every point of the policy', () => {
    const { concerns, texts } = readProfile('worcester')
    const { points, text } = texts[concerns[0]!.warning]!
    expect(points).toHaveLength(5)
    for (const said of [
      /may be a crime.*consequences/,
      /cannot give legal advice.*where to get it/,
      /advise you on what the University may do/,
      /Senior Management for advice without naming you/,
      /may have to stop helping/,
    ])
      expect(text).toMatch(said)
  })
})
