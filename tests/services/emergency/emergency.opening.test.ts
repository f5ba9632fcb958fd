import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { newId } from '../../../services/platform/ids'
import { both, emergenciesOn } from '../../support/emergency-world'
import { WEDNESDAY } from '../../support/records'
import { must, refused, type ServicesWorld, startServices } from '../../support/services'

let world: ServicesWorld
const { afresh, emergencies, later, open, sent, stored } = emergenciesOn(() => world)
beforeAll(async () => {
  world = await startServices('emergency-opening')
})
beforeEach(afresh)
afterAll(() => world.stop())

/** Whoever opens it in each union, and who hears of it. */
const UNIONS: [string, string, string, string[]][] = [
  ['LMU-35', 'londonmet', 'Avery', ['Sutton']],
  ['N15', 'cardiff', 'Robin', ['Morgan']],
  ['N15', 'worcester', 'Rowan', ['Marlowe']],
  ['N15 CAM-07', 'cambridge', 'Wren', ['Emery', 'Winter']],
  ['N15', 'lancaster', 'Kit', ['Reese']],
]

describe('Opening', () => {
  test.each(UNIONS)('%s %s: %s opens it, %j hear at once, and in the night too', async (_id, _union, opener, told) => {
    world.at(new Date('2021-04-14T23:00:00Z'))
    const id = await open(world.actor(opener))
    expect(await world.wakeAll()).toBe(1)
    expect(await sent('emergency-opened', id)).toEqual(both(...told.map(world.actor)))
    const rows = await world.outbox({ card: 'emergency-opened' })
    expect(rows.every(({ dueAt }) => dueAt <= world.services.clock.now())).toBe(true)
    expect(await world.entries({ subject: `engagement:${id}`, event: 'emergency-told' })).toMatchObject([
      { actor: 'system', codes: { emergency: id, count: told.length } },
    ])
  })

  test('LMU-35 AMB-49 the executive hears where the director is away', async () => {
    must(await world.services.people.away(world.actor('Sutton'), { id: newId(), until: '2021-04-20' }))
    const id = await open(world.actor('Avery'))
    await world.wakeAll()
    expect(await sent('emergency-opened', id)).toEqual(both(world.actor('Ariel')))
  })

  test('IMP-06 where a wall keeps out everybody who would be told, the last resort hears', async () => {
    const rowan = world.actor('Rowan')
    const { caseId } = await world.accepted(rowan, rowan)
    const people = ['Marlowe', 'Sage'].map((name) => world.actor(name).staffId)
    await world.wall(caseId, ...people)
    const id = await open(rowan, { caseId })
    await world.wakeAll()
    expect(await sent('emergency-opened', id)).toEqual(both(world.actor('Arden'), world.actor('Lane')))
  })

  test('IMP-55 anybody may, without a role', async () => {
    const id = await open(world.actor('Linden'))
    expect(await stored(id)).toMatchObject({ state: 'opened', openedBy: world.actor('Linden').staffId, caseId: null })
    await world.wakeAll()
    expect(await sent('emergency-opened', id)).toEqual(both(world.actor('Sutton')))
  })

  test('IMP-55 a repeated delivery, and a second press on the same card, are one emergency', async () => {
    const avery = world.actor('Avery')
    const [id, origin] = [newId(), newId()]
    await open(avery, { id, origin })
    await open(avery, { id, origin })
    expect(await open(avery, { origin })).toBe(id)
    expect(await world.mongo.db.collection('emergencies').countDocuments()).toBe(1)
    expect(await world.entries({ subject: `engagement:${id}`, event: 'emergency-opened' })).toHaveLength(1)
    must(await emergencies().standDown(avery, { emergencyId: id, reason: 'trial' }))
    expect(await open(avery, { origin })).not.toBe(id)
  })

  test('IMP-55 pressed many times at once it is one', async () => {
    const avery = world.actor('Avery')
    const origin = newId()
    const ids = await Promise.all(Array.from({ length: 6 }, () => open(avery, { origin })))
    expect(new Set(ids).size).toBe(1)
    expect(await world.mongo.db.collection('emergencies').countDocuments()).toBe(1)
  })

  test('IMP-55 an id that is somebody else’s opens nothing', async () => {
    const id = await open(world.actor('Avery'))
    const tried = { id, origin: newId(), at: WEDNESDAY, named: null, shownAs: null }
    expect(await emergencies().open(world.actor('Jamie'), tried)).toEqual(refused('unknown'))
  })

  test('IMP-56 one that could be recorded only later keeps the time at which it was asked for', async () => {
    const id = newId()
    const at = world.minutesLater(-20)
    must(await emergencies().open(world.actor('Avery'), { id, origin: id, at, named: null, shownAs: null }))
    expect((await stored(id)).openedAt).toEqual(at)
  })

  test('IMP-14 behind a wall it is recorded without the case, and who is behind one is not told', async () => {
    const ada = world.actor('Ada')
    const { caseId } = await world.accepted(ada)
    await world.wall(caseId, ada.staffId, world.actor('Morgan').staffId)
    expect((await stored(await open(ada, { caseId }))).caseId).toBeNull()
    const id = await open(world.actor('Bo'), { caseId })
    expect((await stored(id)).caseId).toBe(caseId)
    await world.wakeAll()
    expect(await sent('emergency-opened', id)).toEqual(both(world.actor('Sam')))
    expect(await emergencies().summary('cardiff', id, world.actor('Morgan').staffId)).toBeNull()
    expect(await emergencies().view(world.actor('Morgan'), id)).toEqual(refused('walled'))
  })

  test('IMP-55 a case that does not exist, or is another union’s, sounds the same as any', async () => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    for (const named of [{ caseId: newId() }, { caseId }, { reference: 'ABCDEFGH' }]) {
      const id = newId()
      const opening = { id, origin: id, at: WEDNESDAY, named, shownAs: null }
      expect(await emergencies().open(world.actor('Avery'), opening)).toMatchObject({
        ok: true,
        view: { state: 'opened' },
      })
      expect((await stored(id)).caseId).toBeNull()
    }
  })

  test('IMP-55 with Graph out of reach it is recorded, and told as soon as people are known again', async () => {
    world.services.people.forget()
    world.graph.setFault('transitiveMembers', { kind: 'status', status: 503 })
    const id = await open(world.actor('Avery'))
    expect(await world.wakeAll()).toBe(1)
    expect(await sent('emergency-opened', id)).toEqual([])
    world.graph.setFault('transitiveMembers', null)
    expect(await world.wakeAll()).toBe(0)
    later(1)
    expect(await world.wakeAll()).toBe(1)
    expect(await sent('emergency-opened', id)).toEqual(both(world.actor('Sutton')))
  }, 60_000)
})
