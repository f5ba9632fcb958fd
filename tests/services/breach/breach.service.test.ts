import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { BreachRecord, PersonalDeed } from '../../../services/breach/breach.types'
import { newId } from '../../../services/platform/ids'
import { ALL_WELL, breachesOn, SAID, without } from '../../support/breach-world'
import { WEDNESDAY } from '../../support/records'
import { must, refused, type ServicesWorld, startServices } from '../../support/services'

let world: ServicesWorld
const { acts, afresh, askedOf, breaches, does, held, raised, record, says } = breachesOn(() => world)
beforeAll(async () => {
  world = await startServices('breach')
})
beforeEach(afresh)
afterAll(() => world.stop())

/** Whoever raises it in each union, and what then leads to an authorisation: who does what, in order. */
const PATHS: [string, string, [string, PersonalDeed][]][] = [
  ['CAR-65', 'Ada', [['Morgan', { act: 'decided', answer: 'yes', untold: false }]]],
  [
    'CAM-07 CAM-08',
    'Wren',
    [
      ['Emery', { act: 'advised', answer: 'no' }],
      ['Wren', { act: 'decided', answer: 'yes', untold: false }],
    ],
  ],
  [
    'WOR-23 WOR-26',
    'Rowan',
    [
      ['Marlowe', { act: 'decided', answer: 'yes', untold: false }],
      ['Marlowe', { act: 'briefed' }],
      ['Sage', { act: 'decided', answer: 'yes', untold: false }],
    ],
  ],
  ['LMU-28 LMU-31', 'Avery', [['Sutton', { act: 'decided', answer: 'yes', untold: false }]]],
  ['LAN-21 LAN-24', 'Kit', [['Reese', { act: 'decided', answer: 'yes', untold: false }]]],
]

describe('A request to breach confidentiality', () => {
  test.each(PATHS)(
    '%s raised by %s goes the way of their union, to an authorisation of a day',
    async (_ids, by, path) => {
      const { id, caseId, outcome } = await raised(world.actor(by))
      must(outcome)
      for (const [name, deed] of path) must(await does(name, id, deed))
      const { history } = await record(id)
      const last = await does(by, id, { act: 'told-client' })
      expect(last).toMatchObject({ ok: true, at: { at: 'authorised', until: world.minutesLater(24 * 60) } })
      const entries = await world.entries({ subject: `case:${caseId}` })
      const events = entries.map(({ event }) => event).filter((event) => event.startsWith('breach'))
      expect(events).toEqual([...history.map(({ act }) => `breach-${act}`), 'breach-told-client'])
      expect(JSON.stringify(entries)).not.toMatch(/Quinn|1234567|module|heron/)
    },
  )

  test('IMP-22 what was stated is sealed, and neither the history nor a row to be sent has a word of it', async () => {
    const { id } = await raised(world.actor('Avery'))
    const { statements, history } = await record(id)
    expect(statements.map(({ code }) => code)).toContain('issues')
    const kept = statements.map(({ text }) =>
      Buffer.from((text as unknown as { buffer: Buffer }).buffer ?? text).toString('latin1'),
    )
    expect(JSON.stringify([history, kept, await world.outbox({})])).not.toMatch(/Quinn|Invented|heron/)
  })

  test('IMP-38 ends by the chain under which it was raised', async () => {
    const { id } = await raised(world.actor('Kit'))
    const { chain, profile } = await record(id)
    const { breach, version } = world.services.policyOf('lancaster')
    expect([chain, profile]).toEqual([breach, version])
    await world.mongo.db
      .collection<BreachRecord>('breaches')
      .updateOne({ _id: id }, { $set: { 'chain.stages.0.records.either': ['a-form-of-those-days'] } })
    expect(await says('Reese', id, 'yes')).toEqual(refused('statement-missing'))
  })

  test.each([
    ['LMU-29 without what it would achieve', { states: without('achieves') }, 'statement-missing'],
    ['LMU-29 with nothing but spaces there', { states: { ...SAID, achieves: ' \n ' } }, 'statement-missing'],
    ['AMB-36 on a ground that is none', { ground: 'crime' }, 'ground-unknown'],
    [
      'AMB-48 with the client not told, and no reason',
      { informed: false, states: without('uninformed-because') },
      'client-not-informed',
    ],
  ])('%s is refused, and nothing is kept or sent', async (_what, changes, reason) => {
    const { id, outcome } = await raised(world.actor('Avery'), changes)
    expect(outcome).toEqual(refused(reason))
    expect(await world.mongo.db.collection('breaches').countDocuments({ _id: id as never })).toBe(0)
    expect(await world.outbox({ card: 'breach-asked' })).toEqual([])
  })

  test('CAR-05 IMP-15 is not for who may not ask, and not about a case that is not theirs to open', async () => {
    const caseId = await held(world.actor('Ada'))
    const input = {
      id: newId(),
      caseId,
      ground: 'confidentiality-policy',
      urgent: false,
      informed: true,
      states: SAID,
      ...ALL_WELL,
    }
    expect(await breaches().raise(world.actor('Robin'), input)).toEqual(refused('no-permission'))
    const theirs = { ...input, caseId: await held(world.actor('Wren')), ground: 'terrorism' }
    expect(await breaches().raise(world.actor('Emery'), theirs)).toEqual(refused('no-longer-theirs'))
    expect(await breaches().raise(world.actor('Avery'), { ...input, ground: 'safeguarding' })).toEqual(
      refused('unknown'),
    )
    await world.wall(caseId, world.actor('Ada').staffId)
    expect(await breaches().raise(world.actor('Ada'), input)).toEqual(refused('walled'))
  })

  test('IMP-34 sent twice is one', async () => {
    const by = world.actor('Avery')
    const { id, caseId } = await raised(by)
    const again = { id, caseId, ground: 'safeguarding', urgent: true, informed: true, states: SAID, ...ALL_WELL }
    expect(await breaches().raise(by, again)).toMatchObject({ ok: true, repeated: true })
    expect(await acts(id)).toEqual(['raised', 'asked'])
  })

  test('WOR-28 once the answer is a final no, the same cannot be asked again; something new can', async () => {
    const { id, caseId } = await raised(world.actor('Rowan'))
    must(await says('Marlowe', id, 'yes'))
    must(await does('Marlowe', id, { act: 'briefed' }))
    expect(await says('Sage', id, 'no')).toMatchObject({ ok: true, at: { at: 'refused', final: true } })
    const again = { id: newId(), caseId, ground: 'court-order', urgent: false, informed: true, ...ALL_WELL }
    const rowan = world.actor('Rowan')
    expect(await breaches().raise(rowan, { ...again, states: without('new-facts') })).toEqual(
      refused('statement-missing'),
    )
    expect(await breaches().raise(rowan, { ...again, states: SAID })).toMatchObject({ ok: true })
  })
})

describe('Who is asked', () => {
  test('LMU-28 at once, by a card that goes out outside hours too, with a limit to their silence', async () => {
    world.at(new Date('2021-04-17T22:00:00Z'))
    const { id } = await raised(world.actor('Avery'))
    const director = world.actor('Sutton').staffId
    expect(await world.outbox({ card: 'breach-asked', to: director })).toMatchObject([
      { to: director, subject: id, dueAt: new Date('2021-04-17T22:00:00Z') },
    ])
    expect(await world.duties({ kind: 'breach-unanswered' })).toMatchObject([
      { owner: director, subject: id, state: 'open', dueAt: new Date('2021-04-17T22:30:00Z') },
    ])
  })

  test('LMU-28 after half an hour of silence the next as well, not a minute earlier, once, and after a restart too', async () => {
    const { id } = await raised(world.actor('Avery'))
    const [director, executive] = [world.actor('Sutton').staffId, world.actor('Ariel').staffId]
    world.at(world.minutesLater(29))
    await world.wakeAll()
    expect(await askedOf(id)).toEqual([director])
    world.at(world.minutesLater(31))
    while (await world.secondProcess().duties.wakeNext());
    await world.wakeAll()
    expect(await askedOf(id)).toEqual([director, executive])
    must(await says('Sutton', id, 'no'))
    expect(await says('Ariel', id, 'yes')).toEqual(refused('settled'))
  })

  test('IMP-06 when nobody is left the last resort and whoever asked are told, and nothing is decided', async () => {
    const { id } = await raised(world.actor('Avery'))
    world.at(world.minutesLater(31))
    await world.wakeAll()
    world.at(world.minutesLater(62))
    await world.wakeAll()
    expect(await acts(id)).toEqual(['raised', 'asked', 'asked', 'exhausted'])
    const told = (await world.outbox({ card: 'breach-unanswered' })).map(({ to }) => to)
    expect(new Set(told)).toEqual(new Set([world.actor('Avery').staffId, world.actor('Remy').staffId]))
    expect(await says('Ariel', id, 'no')).toMatchObject({ ok: true, at: { at: 'refused' } })
  })

  test('WOR-22 the next, where the first is away', async () => {
    must(await world.services.people.away(world.actor('Marlowe'), { id: newId(), until: '2021-04-20' }))
    const { id } = await raised(world.actor('Rowan'))
    expect(await askedOf(id)).toEqual([world.actor('Sage').staffId])
    must(await world.services.people.back(world.actor('Marlowe')))
  })

  test('IMP-14 IMP-16 nobody who is behind a wall: they are not asked, and cannot answer', async () => {
    const ada = world.actor('Ada')
    const caseId = await held(ada)
    await world.wall(caseId, world.actor('Morgan').staffId)
    const id = newId()
    const input = {
      id,
      caseId,
      ground: 'confidentiality-policy',
      urgent: false,
      informed: true,
      states: SAID,
      ...ALL_WELL,
    }
    must(await breaches().raise(ada, input))
    expect(await askedOf(id)).toEqual([world.actor('Sam').staffId])
    expect(await says('Morgan', id, 'yes')).toEqual(refused('walled'))
    expect(await breaches().asked('cardiff', id, world.actor('Morgan').staffId)).toBeNull()
  })

  test('LAN-26 LAN-27 in a hurry somebody is named, and never who might have to investigate a complaint', async () => {
    must(await world.services.people.away(world.actor('Reese'), { id: newId(), until: '2021-04-20' }))
    const { id } = await raised(world.actor('Kit'))
    expect(await askedOf(id)).toEqual([world.actor('Darcy').staffId])
    expect(await does('Darcy', id, { act: 'named', to: world.actor('Harper').staffId })).toEqual(
      refused('not-to-be-named'),
    )
    must(await does('Darcy', id, { act: 'named', to: world.actor('Campbell').staffId }))
    expect(await askedOf(id)).toEqual(['Darcy', 'Campbell'].map((name) => world.actor(name).staffId))
    expect(await says('Darcy', id, 'yes')).toEqual(refused('not-theirs'))
    must(await says('Campbell', id, 'yes'))
    expect((await world.outbox({})).map(({ to }) => to)).not.toContain(world.actor('Harper').staffId)
    must(await world.services.people.back(world.actor('Reese')))
  })
})

describe('Several at once', () => {
  test('IMP-08 IMP-09 of two deciders and a withdrawal exactly one counts, and the others are told so', async () => {
    for (let round = 0; round < 5; round++) {
      world.at(WEDNESDAY)
      const { id, caseId } = await raised(world.actor('Avery'))
      world.at(world.minutesLater(31))
      await world.wakeAll()
      const other = world.secondProcess().breaches
      const input = (deed: PersonalDeed) => ({ breachId: id, deed, states: SAID, ...ALL_WELL })
      const outcomes = await Promise.all([
        breaches().act(world.actor('Sutton'), input({ act: 'decided', answer: 'yes', untold: false })),
        other.act(world.actor('Ariel'), input({ act: 'decided', answer: 'no', untold: false })),
        other.act(world.actor('Avery'), input({ act: 'withdrawn' })),
        breaches().act(world.actor('Ariel'), input({ act: 'decided', answer: 'yes', untold: false })),
      ])
      expect(outcomes.filter(({ ok, ...rest }) => ok && !('repeated' in rest))).toHaveLength(1)
      expect(outcomes.filter(({ ok }) => !ok)).toEqual(Array.from({ length: 3 }, () => refused('settled')))
      const ended = await world.entries({ subject: `case:${caseId}` })
      expect(ended.filter(({ event }) => event === 'breach-decided' || event === 'breach-withdrawn')).toHaveLength(1)
    }
  })

  test('IMP-34 the same answer pressed twice is one, and no error', async () => {
    const { id } = await raised(world.actor('Avery'))
    must(await says('Sutton', id, 'yes'))
    expect(await says('Sutton', id, 'yes')).toMatchObject({ ok: true, repeated: true })
    expect(await says('Sutton', id, 'no')).toEqual(refused('settled'))
    expect(await acts(id)).toEqual(['raised', 'asked', 'decided'])
  })
})
