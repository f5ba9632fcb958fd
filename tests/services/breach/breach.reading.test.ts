import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { readSampleUnions } from '../../../bot/dev/sample-staff'
import type { PersonalDeed, SeenAct } from '../../../services/breach/breach.types'
import type { CaseRecord } from '../../../services/cases/cases.types'
import { newId } from '../../../services/platform/ids'
import { ALL_WELL, breachesOn, SAID, without } from '../../support/breach-world'
import { WEDNESDAY } from '../../support/records'
import { CLIENT, must, refused, type ServicesWorld, startServices } from '../../support/services'

let world: ServicesWorld
beforeAll(async () => {
  world = await startServices('breach-reading')
})
beforeEach(async () => {
  world.at(WEDNESDAY)
  for (const name of ['outbox', 'duties']) await world.mongo.db.collection(name).deleteMany({})
})
afterAll(() => world.stop())

const { breaches, record, held, raised, does, says, acts, askedOf } = breachesOn(() => world)
const staffIdOf = (name: string) => world.actor(name).staffId
const opens = (name: string, breachId: string) => breaches().open(world.actor(name), { breachId, postedAs: null })
const reveals = (name: string, breachId: string) => breaches().reveal(world.actor(name), { breachId })
const form = (name: string, breachId: string, act: PersonalDeed['act']) =>
  breaches().form(world.actor(name), { breachId, act })
const yes = { act: 'decided', answer: 'yes', untold: true } as const
const said = (acts: readonly SeenAct[]) => acts.flatMap(({ statements }) => statements.map(({ code }) => code))

/** Goes on by so many minutes, in which everything is woken at the moment at which it is due. */
async function pass(minutes: number): Promise<void> {
  elapsed += minutes
  const until = world.minutesLater(elapsed)
  const due = async () => {
    const open = await world.duties({ state: 'open' })
    return Math.min(...open.map(({ dueAt }) => dueAt.getTime()))
  }
  for (let next = await due(); next <= until.getTime(); next = await due()) {
    world.at(new Date(next))
    await world.wakeAll()
  }
  world.at(until)
}
let elapsed = 0
beforeEach(() => {
  elapsed = 0
})

/** Whose card about it was posted anew, so that it rings, since this was last asked. */
async function rung(breachId: string): Promise<string[]> {
  const rows = await world.outbox({ card: 'breach-asked', subject: breachId })
  await world.mongo.db.collection('outbox').deleteMany({})
  return [...new Set(rows.filter(({ renew }) => renew).map(({ to }) => to))].sort()
}

/** A request that may be acted on, of the union whose adviser this is. */
async function authorised(by: string, decider: string, states = SAID) {
  const { id, caseId, outcome } = await raised(world.actor(by))
  must(outcome)
  must(await says(decider, id, 'yes', states))
  return { id, caseId }
}

describe('Opening a request', () => {
  test('AMB-39 whoever decides outside the service reads the facts without the name, and it is recorded before it is shown', async () => {
    const { id, caseId } = await raised(world.actor('Avery'))
    const { view } = must(await opens('Sutton', id))
    expect(view).toMatchObject({ as: 'decider', open: true, urgent: true, client: null, mayReveal: true })
    expect(view).toMatchObject({ ground: 'safeguarding', requester: world.actor('Avery').displayName })
    expect(said(view.acts)).toEqual(expect.arrayContaining(['issues', 'why', 'achieves', 'recipients', 'at-risk']))
    expect(view.deeds.map(({ act }) => act)).toEqual(['decided'])
    const [viewed] = await world.entries({ subject: `case:${caseId}`, event: 'breach-viewed' })
    expect(viewed).toMatchObject({ actor: staffIdOf('Sutton'), codes: { breach: id, sight: 'revealed' } })
    expect(await world.entries({ subject: `case:${caseId}`, event: 'breach-revealed' })).toEqual([])
  })

  test('AMB-39 the name is a step of its own, recorded as such, and gone again once it is decided', async () => {
    const { id, caseId } = await raised(world.actor('Avery'))
    const { view } = must(await reveals('Sutton', id))
    expect(view).toMatchObject({ client: { name: CLIENT.name }, mayReveal: false })
    const revealed = await world.entries({ subject: `case:${caseId}`, event: 'breach-revealed' })
    expect(revealed).toMatchObject([{ actor: staffIdOf('Sutton'), codes: { breach: id, sight: 'revealed' } }])
    must(await says('Sutton', id, 'yes'))
    expect(await reveals('Sutton', id)).toEqual(refused('not-theirs'))
    expect(must(await opens('Sutton', id)).view).toMatchObject({ client: null, mayReveal: false, ground: '' })
  })

  test('what is posted as a card of its own puts itself away', async () => {
    const { id } = await raised(world.actor('Avery'))
    must(await breaches().open(world.actor('Sutton'), { breachId: id, postedAs: 'activity-1' }))
    const { visibleMinutes } = world.services.policyOf('londonmet').cases
    expect(await world.duties({ kind: 'case-put-away' })).toMatchObject([
      { subject: `${id} activity-1`, owner: staffIdOf('Sutton'), dueAt: world.minutesLater(visibleMinutes) },
    ])
  })

  test('WOR-25 the Chief Executive reads the brief and their own words, and can have nothing revealed', async () => {
    const { id } = await raised(world.actor('Rowan'))
    must(await says('Marlowe', id, 'yes'))
    expect(await opens('Sage', id)).toEqual(refused('not-theirs'))
    must(await does('Marlowe', id, { act: 'briefed' }))
    const { view } = must(await opens('Sage', id))
    expect(view).toMatchObject({ as: 'decider', client: null, mayReveal: false })
    expect(view.acts.map(({ act, statements }) => [act, statements])).toEqual([
      ['briefed', [{ code: 'brief', text: SAID.brief }]],
    ])
    expect(await reveals('Sage', id)).toEqual(refused('not-theirs'))
    expect(await reveals('Marlowe', id)).toEqual(refused('not-theirs'))
    must(await says('Sage', id, 'yes'))
    expect(said(must(await opens('Sage', id)).view.acts)).toEqual(expect.arrayContaining(['reasons', 'actions']))
    expect(said(must(await opens('Sage', id)).view.acts)).not.toContain('issues')
  })

  test('WOR-29 AMB-25 as a stand-in they know it, and as the authoriser they see the brief alone', async () => {
    must(await world.services.people.away(world.actor('Marlowe'), { id: newId(), until: '2021-04-20' }))
    const { id } = await raised(world.actor('Rowan'))
    expect(must(await opens('Sage', id)).view).toMatchObject({ client: { name: CLIENT.name }, as: 'decider' })
    must(await says('Sage', id, 'yes'))
    must(await does('Sage', id, { act: 'briefed' }))
    const { view } = must(await opens('Sage', id))
    expect(view).toMatchObject({ client: null, as: 'decider' })
    expect(view.deeds.map(({ act }) => act)).toEqual(['took-advice'])
    must(await world.services.people.back(world.actor('Marlowe')))
  })

  test('LAN-27 whoever names somebody reads no fact, no name and not who asks', async () => {
    must(await world.services.people.away(world.actor('Reese'), { id: newId(), until: '2021-04-20' }))
    const { id } = await raised(world.actor('Kit'))
    const { view } = must(await opens('Darcy', id))
    expect(view).toMatchObject({ as: 'namer', client: null, ground: '', requester: '', mayReveal: false, acts: [] })
    const asked = must(await form('Darcy', id, 'named')).form
    expect(asked.choices).toEqual([{ value: staffIdOf('Campbell'), title: world.actor('Campbell').displayName }])
    expect(await reveals('Darcy', id)).toEqual(refused('not-theirs'))
    must(await world.services.people.back(world.actor('Reese')))
  })

  test('CAM-03 CAM-05 whoever is asked for advice reads the question, and nothing else', async () => {
    const { id } = await raised(world.actor('Wren'))
    const { view } = must(await opens('Emery', id))
    expect(view).toMatchObject({ as: 'adviser', client: null, mayReveal: false })
    expect(view.acts.map(({ statements }) => statements)).toEqual([[{ code: 'question', text: SAID.question }]])
    expect(await reveals('Emery', id)).toEqual(refused('not-theirs'))
    must(await does('Emery', id, { act: 'advised', answer: 'no' }))
    expect(said(must(await opens('Emery', id)).view.acts)).toEqual(['question', 'advice'])
  })

  test.each([
    ['somebody of another union', 'Ada', 'unknown'],
    ['somebody without a role', 'Linden', 'not-theirs'],
    ['a deputy who was not asked', 'Ariel', 'not-theirs'],
  ])('IMP-15 is not for %s', async (_who, name, reason) => {
    const { id, caseId } = await raised(world.actor('Avery'))
    expect(await opens(name, id)).toEqual(refused(reason))
    expect(await reveals(name, id)).toEqual(refused(reason))
    expect(await form(name, id, 'decided')).toEqual(refused(reason))
    expect(await breaches().asked(world.actor(name).orgId, id, staffIdOf(name))).toBeNull()
    expect(await world.entries({ subject: `case:${caseId}`, event: 'breach-viewed' })).toEqual([])
  })

  test('IMP-14 IMP-16 a wall that comes later closes it to whoever was asked, whatever they press', async () => {
    const { id, caseId } = await raised(world.actor('Avery'))
    must(await opens('Sutton', id))
    await world.wall(caseId, staffIdOf('Sutton'))
    expect(await opens('Sutton', id)).toEqual(refused('walled'))
    expect(await reveals('Sutton', id)).toEqual(refused('walled'))
    expect(await form('Sutton', id, 'decided')).toEqual(refused('walled'))
    expect(await breaches().asked('londonmet', id, staffIdOf('Sutton'))).toBeNull()
    await pass(5)
    expect(await askedOf(id)).toEqual(['Sutton', 'Ariel'].map(staffIdOf))
    const sutton = world.actor('Sutton')
    const { found } = await world.services.together('londonmet', { found: breaches().waitingFor(sutton, 10) })
    expect(found.map(({ breachId }) => breachId)).not.toContain(id)
  })

  test('LAN-26 who may have to investigate a complaint is told nothing, finds nothing and cannot be named', async () => {
    must(await world.services.people.away(world.actor('Reese'), { id: newId(), until: '2021-04-20' }))
    const { id } = await raised(world.actor('Kit'))
    expect(await opens('Harper', id)).toEqual(refused('not-theirs'))
    expect(await form('Harper', id, 'decided')).toEqual(refused('not-theirs'))
    expect(await breaches().asked('lancaster', id, staffIdOf('Harper'))).toBeNull()
    const { form: naming } = must(await form('Darcy', id, 'named'))
    expect(naming.choices.map(({ value }) => value)).toEqual([staffIdOf('Campbell')])
    expect((await world.outbox({})).map(({ to }) => to)).not.toContain(staffIdOf('Harper'))
    must(await world.services.people.back(world.actor('Reese')))
  })
})

describe('What somebody is asked', () => {
  test('CAM-10 the report already names who advised', async () => {
    const { id } = await raised(world.actor('Wren'))
    must(await does('Emery', id, { act: 'advised', answer: 'no' }))
    must(await does('Wren', id, yes))
    const { form: report } = must(await form('Wren', id, 'reported'))
    expect(report.states).toEqual(['name-outline-reason', 'advisers', 'achieves', 'recipients'])
    expect(report.known).toEqual({
      advisers: world.actor('Emery').displayName,
      achieves: SAID.achieves,
      recipients: SAID.recipients,
    })
  })

  test('a decision asks for what the stage puts on record, for each answer its own', async () => {
    const { id } = await raised(world.actor('Kit'))
    const { form: decision } = must(await form('Reese', id, 'decided'))
    expect(decision).toMatchObject({ states: ['notes', 'options'], yes: ['actions'], no: [], untold: false })
  })

  test('AMB-19 where the client was not told, a yes confirms that', async () => {
    const { id } = await raised(world.actor('Rowan'), { informed: false })
    expect(must(await form('Marlowe', id, 'decided')).form.untold).toBe(true)
    const { id: told } = await raised(world.actor('Rowan'))
    expect(must(await form('Marlowe', told, 'decided')).form.untold).toBe(false)
  })

  test('IMP-54 whom to tell is chosen from those who were asked for and approved, and is not stored with the form', async () => {
    const { id } = await authorised('Kit', 'Reese')
    const { form: sharing } = must(await form('Kit', id, 'disclosed'))
    expect(sharing.choices).toEqual([{ title: SAID.recipients, value: SAID.recipients }])
    expect(sharing.known).toEqual({})
  })

  test('nobody is asked for what is not theirs to do now', async () => {
    const { id } = await raised(world.actor('Avery'))
    expect(await form('Avery', id, 'decided')).toEqual(refused('settled'))
    expect(await form('Sutton', id, 'reported')).toEqual(refused('settled'))
    expect(await form('Avery', id, 'reported')).toEqual(refused('settled'))
  })

  test('WOR-28 a new request is asked for what is new, once the same was refused for good', async () => {
    const rowan = world.actor('Rowan')
    const { id, caseId } = await raised(rowan)
    expect(await breaches().beginning(rowan, caseId)).toEqual({ newFacts: false, anonymous: [] })
    must(await says('Marlowe', id, 'yes'))
    must(await does('Marlowe', id, { act: 'briefed' }))
    must(await says('Sage', id, 'no'))
    expect(await breaches().beginning(rowan, caseId)).toEqual({ newFacts: true, anonymous: [] })
  })

  test.each([
    [
      'Avery',
      ['issues', 'why', 'achieves', 'recipients', 'at-risk', 'new-facts', 'informed-how', 'uninformed-because'],
    ],
    ['Kit', ['issues', 'why', 'achieves', 'recipients', 'to-whom', 'new-facts', 'informed-how', 'uninformed-because']],
    ['Ada', ['issues', 'why', 'achieves', 'recipients', 'clause', 'new-facts', 'informed-how', 'uninformed-because']],
    ['Wren', ['question']],
    ['Rowan', []],
  ])('IMP-49 what %s may not give the client away in', async (name, codes) => {
    const caseId = await held(world.actor(name))
    expect(new Set((await breaches().beginning(world.actor(name), caseId)).anonymous)).toEqual(new Set(codes))
  })

  test('IMP-49 giveaways are shown to whoever writes and may know the client, and to nobody else', async () => {
    const { id, caseId } = await raised(world.actor('Rowan'))
    must(await says('Marlowe', id, 'yes'))
    const states = { brief: 'Ms Invented has to be helped' }
    const about = { breachId: id, act: 'briefed', states } as const
    expect(await breaches().giveaways(world.actor('Marlowe'), about)).toEqual([
      { code: 'brief', text: 'Ms Invented', certain: true },
    ])
    for (const name of ['Sage', 'Blair', 'Devon', 'Ada'])
      expect(await breaches().giveaways(world.actor(name), about)).toEqual([])
    await world.wall(caseId, staffIdOf('Marlowe'))
    expect(await breaches().giveaways(world.actor('Marlowe'), about)).toEqual([])
  })
})

describe('While somebody is to answer', () => {
  test('LMU-28 an urgent request rings again after a quarter of an hour, and not before', async () => {
    const { id } = await raised(world.actor('Avery'))
    await pass(14)
    expect(await rung(id)).toEqual([])
    await pass(1)
    expect(await rung(id)).toEqual([staffIdOf('Sutton')])
    // At half an hour the deputy is asked, and the next look follows that.
    await pass(19)
    expect(await rung(id)).toEqual([])
    await pass(1)
    expect(await rung(id)).toEqual(['Sutton', 'Ariel'].map(staffIdOf).sort())
    await pass(14)
    expect(await rung(id)).toEqual([])
    await pass(1)
    expect(await rung(id)).toEqual(['Sutton', 'Ariel'].map(staffIdOf).sort())
  })

  test('CAM-08 any other rings again after an hour, and not before', async () => {
    // Whoever decides is the only one there is to ask, so that nothing else happens meanwhile.
    const { id } = await raised(world.actor('Wren'), { urgent: false })
    must(await does('Emery', id, { act: 'advised', answer: 'yes' }))
    await pass(59)
    expect(await rung(id)).toEqual([])
    await pass(6)
    expect(await rung(id)).toEqual([staffIdOf('Wren')])
    await pass(59)
    expect(await rung(id)).toEqual([])
    await pass(1)
    expect(await rung(id)).toEqual([staffIdOf('Wren')])
  })

  test('CAM-07 colleagues who have not advised are reminded after half an hour, urgent or not', async () => {
    for (const urgent of [true, false]) {
      world.at(WEDNESDAY)
      elapsed = 0
      const { id } = await raised(world.actor('Wren'), { urgent })
      await pass(29)
      expect(await rung(id)).toEqual([])
      await pass(1)
      expect(await rung(id)).toEqual(['Emery', 'Winter'].map(staffIdOf).sort())
      must(await does('Emery', id, { act: 'advised', answer: 'yes' }))
      must(await does('Wren', id, { act: 'withdrawn' }))
      await pass(60)
      expect(await rung(id)).toEqual([])
    }
  })

  test('IMP-11 when a decider leaves they can answer no more from that moment, and within five minutes the deputy is asked', async () => {
    const { id } = await raised(world.actor('Avery'))
    const { organisation } = readSampleUnions().find(({ organisation }) => organisation.orgId === 'londonmet')!
    const [group] = organisation.roles.director!
    const members = [staffIdOf('Sutton')]
    try {
      world.graph.setMembership(group!, [])
      // What is remembered of the team does not count for an answer.
      expect(await says('Sutton', id, 'yes')).toEqual(refused('not-theirs'))
      world.services.people.forget()
      await pass(5)
      expect(await askedOf(id)).toEqual(['Sutton', 'Ariel'].map(staffIdOf))
      expect((await world.outbox({ card: 'breach-asked', subject: id })).map(({ to }) => to)).toContain(
        staffIdOf('Ariel'),
      )
      expect(await opens('Sutton', id)).toMatchObject({ ok: true, view: { client: null, deeds: [], mayReveal: false } })
    } finally {
      world.graph.setMembership(group!, members)
      world.services.people.forget()
    }
  })

  test('IMP-51 whoever asked may take it back before the decision; the reason is kept, and a later yes comes too late', async () => {
    const { id } = await raised(world.actor('Avery'))
    expect(await does('Avery', id, { act: 'withdrawn' }, without('withdrawn-because'))).toEqual(
      refused('statement-missing'),
    )
    expect(await does('Sutton', id, { act: 'withdrawn' })).toEqual(refused('not-theirs'))
    must(await does('Avery', id, { act: 'withdrawn' }))
    expect(await says('Sutton', id, 'yes')).toEqual(refused('settled'))
    expect(await acts(id)).toEqual(['raised', 'asked', 'withdrawn'])
    const { view } = must(await opens('Avery', id))
    expect(view.acts.at(-1)!.statements).toEqual([{ code: 'withdrawn-because', text: SAID['withdrawn-because'] }])
    expect(await world.duties({ subject: id, state: 'open' })).toEqual([])
  })
})

describe('Once it may be shared', () => {
  test('IMP-53 unused for a day it runs out: whoever asked and whoever decided are told, and it is confirmed anew', async () => {
    const { id } = await authorised('Avery', 'Sutton')
    await rung(id)
    await pass(24 * 60 - 1)
    expect(await rung(id)).toEqual([])
    expect((await breaches().asked('londonmet', id, staffIdOf('Avery')))!.at.at).toBe('authorised')
    await pass(1)
    const told = await rung(id)
    for (const name of ['Avery', 'Sutton']) expect(told).toContain(staffIdOf(name))
    expect(await breaches().asked('londonmet', id, staffIdOf('Sutton'))).toMatchObject({
      open: true,
      as: 'decider',
      at: { at: 'expired' },
    })
    expect(await does('Avery', id, { act: 'disclosed' })).toEqual(refused('settled'))
    expect(must(await opens('Sutton', id)).view.deeds.map(({ act }) => act)).toEqual(['reconfirmed'])
    must(await does('Sutton', id, { act: 'reconfirmed' }))
    expect(await rung(id)).toEqual([staffIdOf('Avery')])
    must(await does('Avery', id, { act: 'told-client' }))
    must(await does('Avery', id, { act: 'disclosed' }))
  })

  test.each([
    ['LAN-25', 'Kit', 'Reese'],
    ['LMU-32', 'Avery', 'Sutton'],
    ['CAR-65', 'Ada', 'Morgan'],
  ])(
    '%s WOR-27 CAM-12 once it was shared %s is reminded every day until the record is finished',
    async (_ids, by, decider) => {
      const { id } = await authorised(by, decider)
      must(await does(by, id, { act: 'told-client' }))
      must(await does(by, id, { act: 'disclosed' }))
      await rung(id)
      for (const _day of [1, 2]) {
        await pass(24 * 60 - 1)
        expect(await rung(id)).toEqual([])
        await pass(1)
        expect(await rung(id)).toEqual([staffIdOf(by)])
      }
      must(await does(by, id, { act: 'action-done', action: 0 }))
      expect(await does(by, id, { act: 'completed' })).toEqual(refused('settled'))
      must(await does(by, id, { act: 'reported' }))
      must(await does(by, id, { act: 'completed' }))
      await rung(id)
      await pass(48 * 60)
      expect(await rung(id)).toEqual([])
      expect(await world.duties({ subject: id, state: 'open' })).toEqual([])
    },
  )

  test('IMP-52 who holds the case by then learns the result too, and may finish the record', async () => {
    for (const [by, holder, decider] of [
      ['Avery', 'Jamie', 'Sutton'],
      ['Kit', 'Frankie', 'Reese'],
      ['Ada', 'Bo', 'Morgan'],
    ] as const) {
      const { id, caseId } = await raised(world.actor(by))
      await world.mongo.db
        .collection<CaseRecord>('cases')
        .updateOne({ _id: caseId }, { $set: { holder: staffIdOf(holder) } })
      must(await says(decider, id, 'yes'))
      expect(await rung(id)).toEqual([by, holder].map(staffIdOf).sort())
      const card = await breaches().asked(world.actor(by).orgId, id, staffIdOf(holder))
      expect(card).toMatchObject({ as: 'requester', open: true, at: { at: 'authorised' } })
      must(await does(holder, id, { act: 'told-client' }))
      must(await does(holder, id, { act: 'disclosed' }))
    }
  })

  test('WOR-27 each agreed action is ticked once, and it is finished when all of them are', async () => {
    const two = { ...SAID, actions: 'Telephone the heron\n\n  Write to the wren  ' }
    const { id } = await authorised('Kit', 'Reese', two)
    must(await does('Kit', id, { act: 'disclosed' }))
    must(await does('Kit', id, { act: 'reported' }))
    const { form: ticking } = must(await form('Kit', id, 'action-done'))
    expect(ticking.choices).toEqual([
      { title: 'Telephone the heron', value: '0' },
      { title: 'Write to the wren', value: '1' },
    ])
    must(await does('Kit', id, { act: 'action-done', action: 0 }))
    expect(await does('Kit', id, { act: 'action-done', action: 0 })).toMatchObject({ ok: true, repeated: true })
    expect(await does('Frankie', id, { act: 'action-done', action: 0 })).toEqual(refused('acted-before'))
    expect(await does('Kit', id, { act: 'completed' })).toEqual(refused('statement-missing'))
    expect(must(await form('Kit', id, 'action-done')).form.choices.map(({ value }) => value)).toEqual(['1'])
    must(await does('Kit', id, { act: 'action-done', action: 1 }))
    expect(must(await opens('Kit', id)).view.deeds.map(({ act }) => act)).not.toContain('action-done')
    must(await does('Kit', id, { act: 'completed' }))
    expect((await acts(id)).filter((act) => act === 'action-done')).toHaveLength(2)
  })

  test('an action that was never agreed cannot be ticked', async () => {
    const { id } = await authorised('Kit', 'Reese')
    expect(await does('Kit', id, { act: 'action-done', action: 1 })).toEqual(refused('settled'))
    expect(await does('Kit', id, { act: 'action-done', action: -1 })).toEqual(refused('settled'))
    expect(await acts(id)).toEqual(['raised', 'asked', 'decided'])
  })

  test.each([
    ['LMU-33', 'safeguarding'],
    ['LMU-36', 'complaint-route'],
  ])('%s it is not finished without %s', async (_id, code) => {
    const { id } = await authorised('Avery', 'Sutton')
    must(await does('Avery', id, { act: 'reported' }))
    must(await does('Avery', id, { act: 'action-done', action: 0 }))
    expect(await does('Avery', id, { act: 'completed' }, without(code))).toEqual(refused('statement-missing'))
    expect(await does('Avery', id, { act: 'completed' }, { ...SAID, [code]: ' \n ' })).toEqual(
      refused('statement-missing'),
    )
    must(await does('Avery', id, { act: 'completed' }))
  })

  test('LAN-25 WOR-27 CAM-12 it is not finished before the report, and no section of that may be left out', async () => {
    const { id } = await authorised('Kit', 'Reese')
    must(await does('Kit', id, { act: 'action-done', action: 0 }))
    expect(await does('Kit', id, { act: 'completed' })).toEqual(refused('settled'))
    for (const code of ['facts', 'reasons', 'recipients', 'content', 'outcome'])
      expect(await does('Kit', id, { act: 'reported' }, without(code))).toEqual(refused('statement-missing'))
    must(await does('Kit', id, { act: 'reported' }))
  })

  test.each([
    ['somebody else', 'a parent'],
    ['one who was approved and somebody else', 'a heron, recipients and a parent'],
    ['two lines', 'a heron, recipients\na parent'],
    ['part of a line', 'a heron'],
  ])('IMP-54 nothing goes to %s: that needs a decision of its own', async (_who, recipient) => {
    const { id } = await authorised('Kit', 'Reese')
    const before = await record(id)
    expect(await does('Kit', id, { act: 'disclosed' }, { ...SAID, recipient })).toEqual(refused('not-approved'))
    expect(await record(id)).toEqual(before)
    must(await does('Kit', id, { act: 'disclosed' }, { ...SAID, recipient: ' A HERON, recipients ' }))
  })

  test('nobody who may not open the case records anything in it, the decider neither', async () => {
    const { id } = await authorised('Avery', 'Sutton')
    for (const act of ['told-client', 'disclosed', 'reported', 'completed'] as const)
      expect(await does('Sutton', id, { act })).toEqual(refused('no-permission'))
    expect(await breaches().act(world.actor('Ada'), { breachId: id, deed: yes, states: SAID, ...ALL_WELL })).toEqual(
      refused('unknown'),
    )
  })
})
