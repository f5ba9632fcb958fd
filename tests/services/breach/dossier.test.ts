import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { readSampleUnions } from '../../../bot/dev/sample-staff'
import type { PersonalDeed, Statements } from '../../../services/breach/breach.types'
import type { Dossier, PrintLink } from '../../../services/breach/dossier.types'
import type { Actor } from '../../../services/people/people.types'
import { hashOfToken, newId } from '../../../services/platform/ids'
import { WEDNESDAY } from '../../support/records'
import { CLIENT, must, refused, type ServicesWorld, startServices } from '../../support/services'

let world: ServicesWorld
beforeAll(async () => {
  world = await startServices('dossier')
})
beforeEach(() => world.at(WEDNESDAY))
afterAll(() => world.stop())

const breaches = () => world.services.breaches
const links = () => world.mongo.db.collection<PrintLink>('printLinks')

/** Whatever any form asks for, in words that say where they were said. */
const said = (act: string): Statements =>
  Object.fromEntries(
    [
      ...['issues', 'why', 'achieves', 'recipients', 'outline', 'benefit', 'at-risk', 'whose-life', 'to-whom'],
      ...[
        'clause',
        'citation',
        'discussion',
        'reasons',
        'options',
        'actions',
        'notes',
        'advice',
        'adviser',
        'question',
      ],
      ...[
        'brief',
        'facts',
        'content',
        'outcome',
        'safeguarding',
        'complaint-route',
        'advisers',
        'informed-how',
        'means',
      ],
      ...['name-outline-reason', 'told-how', 'recipient', 'untold-because'],
    ].map((code) => [code, code.startsWith('recipient') ? 'the emergency doctor' : `a heron, ${code}, ${act}`]),
  )

async function raised(by: Actor): Promise<{ breachId: string; caseId: string }> {
  const giver = by.orgId === 'cardiff' ? world.actor('Robin') : by
  const { caseId } = await world.accepted(by, giver)
  const breachId = newId()
  const ground = world.services.policyOf(by.orgId).breach.grounds[0]!.id
  const input = { id: breachId, caseId, ground, urgent: true, informed: true, states: said('raised'), confirmed: true }
  must(await breaches().raise(by, input))
  return { breachId, caseId }
}

const does = async (name: string, breachId: string, deed: PersonalDeed) =>
  must(await breaches().act(world.actor(name), { breachId, deed, states: said(deed.act), confirmed: true }))

const YES = { act: 'decided', answer: 'yes', untold: false } as const

/** Decided with a yes, shared, reported and finished; whoever reads the case can do the rest. */
async function finished(): Promise<{ breachId: string; caseId: string }> {
  const request = await raised(world.actor('Rowan'))
  const { breachId } = request
  for (const [name, deed] of [
    ['Marlowe', YES],
    ['Marlowe', { act: 'briefed' }],
    ['Sage', YES],
    ['Rowan', { act: 'told-client' }],
    ['Rowan', { act: 'disclosed' }],
    ['Rowan', { act: 'action-done', action: 0 }],
    ['Rowan', { act: 'reported' }],
    ['Rowan', { act: 'completed' }],
  ] as [string, PersonalDeed][])
    await does(name, breachId, deed)
  return request
}

const told = ({ acts }: Dossier) =>
  acts.flatMap(({ act, statements }) => statements.map(({ code, text }) => [act, code, text]))

describe('The dossier of a request', () => {
  test('WOR-24 WOR-27 holds who the client is, every act with its person and time, everything that was stated, and the actions', async () => {
    const { breachId, caseId } = await finished()
    const { reference } = await world.caseRecord(caseId)
    const { dossier } = must(await breaches().dossier(world.actor('Rowan'), { breachId }))
    expect(dossier).toMatchObject({
      ...{ breachId, reference, informed: true, urgent: true, at: { at: 'completed' }, printedAt: WEDNESDAY },
      ...{ client: { name: CLIENT.name }, printedBy: world.actor('Rowan').displayName },
      actions: [{ text: 'a heron, actions, decided', done: { by: world.actor('Rowan').displayName, at: WEDNESDAY } }],
    })
    const acts = dossier.acts.filter(({ byBot }) => !byBot).map(({ act, by }) => [act, by.split(' ')[0]])
    expect(acts).toEqual([
      ['raised', 'Rowan'],
      ['decided', 'Marlowe'],
      ['briefed', 'Marlowe'],
      ['decided', 'Sage'],
      ...['told-client', 'disclosed', 'action-done', 'reported', 'completed'].map((act) => [act, 'Rowan']),
    ])
    const kept = (await world.mongo.db
      .collection<{ _id: string; statements: unknown[] }>('breaches')
      .findOne({ _id: breachId }))!
    expect(told(dossier)).toHaveLength(kept.statements.length)
    for (const part of [
      'discussion, decided',
      'reasons, decided',
      'brief, briefed',
      'facts, reported',
      'content, disclosed',
    ])
      expect(JSON.stringify(dossier)).toContain(`a heron, ${part}`)
  })

  test('IMP-06 says who was asked, and who was passed over and why', async () => {
    must(await world.services.people.away(world.actor('Marlowe'), { id: newId(), until: '2021-04-20' }))
    const { breachId } = await raised(world.actor('Rowan'))
    const { dossier } = must(await breaches().dossier(world.actor('Rowan'), { breachId }))
    expect(dossier.acts.find(({ act }) => act === 'asked')).toMatchObject({
      byBot: true,
      to: world.actor('Sage').displayName,
      passedOver: [{ name: world.actor('Marlowe').displayName, reason: 'absent' }],
    })
    must(await world.services.people.back(world.actor('Marlowe')))
  })

  test('IMP-20 each print is recorded with who, which reference and when, in codes alone', async () => {
    const { breachId, caseId } = await raised(world.actor('Avery'))
    must(await breaches().dossier(world.actor('Avery'), { breachId }))
    const { reference } = await world.caseRecord(caseId)
    expect(await world.entries({ subject: `case:${caseId}`, event: 'breach-printed' })).toMatchObject([
      { actor: world.actor('Avery').staffId, at: WEDNESDAY, outcome: 'done', codes: { breach: breachId, reference } },
    ])
  })
})

describe('Who may have it', () => {
  test.each([
    ['CAR-65 whoever raised it, and the manager who reads every case', 'Ada', ['Ada', 'Morgan']],
    ['LMU-29 whoever raised it', 'Avery', ['Avery']],
  ])('%s', async (_what, by, names) => {
    const { breachId } = await raised(world.actor(by))
    for (const name of names) must(await breaches().dossier(world.actor(name), { breachId }))
  })

  test.each([
    ['LMU-31 not a decider who does not see the client', 'Avery', 'Sutton', 'not-theirs'],
    ['WOR-26 not whoever is asked with a brief', 'Rowan', 'Sage', 'not-theirs'],
    ['CAM-07 not a colleague who is asked for advice', 'Wren', 'Emery', 'not-theirs'],
    ['LAN-27 not whoever may have to look into a complaint', 'Kit', 'Harper', 'not-theirs'],
    ['CAR-05 not somebody without a part in it', 'Ada', 'Robin', 'not-theirs'],
    ['IMP-15 not somebody of another union', 'Ada', 'Rowan', 'unknown'],
  ])('%s', async (_what, by, name, reason) => {
    const { breachId, caseId } = await raised(world.actor(by))
    const [before, who] = [await links().countDocuments(), world.actor(name)]
    expect(await breaches().dossier(who, { breachId })).toEqual(refused(reason))
    expect(await breaches().askForPrint(who, { breachId })).toEqual(refused(reason))
    expect(await links().countDocuments()).toBe(before)
    expect(await world.entries({ subject: `case:${caseId}`, event: 'breach-printed' })).toEqual([])
    expect((await breaches().open(who, { breachId, postedAs: null })) as object).not.toMatchObject({
      view: { mayPrint: true },
    })
  })

  test('IMP-14 not whoever is behind a wall, whatever they were before; the card offers it to whoever may', async () => {
    const { breachId, caseId } = await raised(world.actor('Ada'))
    const open = await breaches().open(world.actor('Ada'), { breachId, postedAs: null })
    expect(open).toMatchObject({ ok: true, view: { mayPrint: true } })
    await world.wall(caseId, world.actor('Ada').staffId)
    expect(await breaches().dossier(world.actor('Ada'), { breachId })).toEqual(refused('walled'))
    expect(await breaches().askForPrint(world.actor('Ada'), { breachId })).toEqual(refused('walled'))
  })

  test('nobody has one of a request that there is not', async () => {
    expect(await breaches().dossier(world.actor('Ada'), { breachId: newId() })).toEqual(refused('unknown'))
  })
})

describe('A link to it', () => {
  async function asked(by = 'Avery') {
    const request = await raised(world.actor(by))
    return { ...request, ...must(await breaches().askForPrint(world.actor(by), request)) }
  }
  const madeAgo = (token: string, seconds: number) =>
    links().updateOne({ _id: hashOfToken(token) }, { $set: { createdAt: new Date(Date.now() - seconds * 1_000) } })
  const printed = (caseId: string) => world.entries({ subject: `case:${caseId}`, event: 'breach-printed' })

  test('IMP-50 is 32 random bytes, of which the database has the hash; it works once, and then is gone', async () => {
    const { token, breachId, caseId } = await asked()
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(await links().findOne({ _id: hashOfToken(token) })).toEqual({
      ...{ _id: hashOfToken(token), orgId: 'londonmet', staffId: world.actor('Avery').staffId, breachId },
      ...{ name: world.actor('Avery').displayName, createdAt: expect.any(Date) },
    })
    expect(await breaches().fetchPrint(token)).toMatchObject({ orgId: 'londonmet', dossier: { breachId } })
    expect(await links().findOne({ _id: hashOfToken(token) })).toBeNull()
    expect(await breaches().fetchPrint(token)).toBeNull()
    expect(await printed(caseId)).toHaveLength(1)
  })

  test.each([
    [119, true],
    [121, false],
  ])('after %i seconds of real time it works: %s, whatever the clock of the casework says', async (seconds, works) => {
    const { token } = await asked()
    world.at(world.minutesLater(10_000))
    await madeAgo(token, seconds)
    expect((await breaches().fetchPrint(token)) !== null).toBe(works)
  })

  test('of 64 who come with it at once exactly one gets it, in two processes', async () => {
    const { token, caseId } = await asked()
    const other = world.secondProcess().breaches
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, index) => (index % 2 ? other : breaches()).fetchPrint(token)),
    )
    expect(answers.filter(Boolean)).toHaveLength(1)
    expect(await printed(caseId)).toHaveLength(1)
  })

  test.each(['', 'x', 'A'.repeat(43), '../..', 'ř'])('nothing is fetched with "%s"', async (token) => {
    await asked()
    expect(await breaches().fetchPrint(token)).toBeNull()
  })

  test('IMP-14 whoever was walled off since gets nothing, and the link is used up', async () => {
    const { token, caseId } = await asked()
    await world.wall(caseId, world.actor('Avery').staffId)
    expect(await breaches().fetchPrint(token)).toBeNull()
    await world.wall(caseId)
    expect(await breaches().fetchPrint(token)).toBeNull()
    expect(await printed(caseId)).toEqual([])
    const refusals = await world.entries({ subject: `staff:${world.actor('Avery').staffId}`, event: 'breach-printed' })
    expect(refusals.at(-1)).toMatchObject({ outcome: 'refused', reason: 'walled' })
  })

  test('IMP-11 whoever has lost their role since gets nothing, though nobody has told the bot', async () => {
    const { token, caseId } = await asked()
    const { organisation, directory } = readSampleUnions().find((union) => union.organisation.orgId === 'londonmet')!
    const groups = world.actor('Avery').roles.flatMap((role) => organisation.roles[role] ?? [])
    await world.services.people.rolesOf('londonmet', world.actor('Avery').staffId, 'cached')
    for (const group of groups) world.graph.setMembership(group, [])
    expect(await breaches().fetchPrint(token)).toBeNull()
    for (const { id, members } of directory.groups) if (groups.includes(id)) world.graph.setMembership(id, members)
    expect(await printed(caseId)).toEqual([])
  })

  test('the database clears away what nobody has used', async () => {
    const indexes = await world.mongo.db.collection('printLinks').indexes()
    expect(indexes).toContainEqual(expect.objectContaining({ key: { createdAt: 1 }, expireAfterSeconds: 120 }))
  })
})
