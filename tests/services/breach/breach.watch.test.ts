import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { readSampleUnions } from '../../../bot/dev/sample-staff'
import type { CaseRecord } from '../../../services/cases/cases.types'
import { breachesOn, foundOn, SAID, watchOn, without } from '../../support/breach-world'
import { WEDNESDAY } from '../../support/records'
import { must, refused, type ServicesWorld, startServices } from '../../support/services'

let world: ServicesWorld
const { acts, afresh, askedOf, authorised, breaches, does, raised, says } = breachesOn(() => world)
const { opens, staffIdOf } = foundOn(() => world)
const { pass, rung } = watchOn(() => world)
beforeAll(async () => {
  world = await startServices('breach-watch')
})
beforeEach(afresh)
afterAll(() => world.stop())

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
})
