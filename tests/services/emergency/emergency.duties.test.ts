import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { both, emergenciesOn } from '../../support/emergency-world'
import { must, refused, type ServicesWorld, startServices } from '../../support/services'

let world: ServicesWorld
const { afresh, emergencies, later, open, record, sent, stored } = emergenciesOn(() => world)
beforeAll(async () => {
  world = await startServices('emergency-duties')
})
beforeEach(afresh)
afterAll(() => world.stop())

describe('Until it is recorded', () => {
  test('LMU-35 whoever opened it is reminded every 15 minutes, not sooner, and after a restart as well', async () => {
    const avery = world.actor('Avery')
    const id = await open(avery)
    await world.wakeAll()
    later(14)
    expect(await world.wakeAll()).toBe(0)
    later(15)
    expect(await world.wakeAll()).toBe(1)
    later(29)
    expect(await world.wakeAll()).toBe(0)
    later(30)
    expect(await world.secondProcess().duties.wakeNext()).toBe(true)
    expect(await world.wakeAll()).toBe(0)
    expect(await sent('emergency-reminder', id)).toEqual([`card ${avery.staffId}`, `card ${avery.staffId}`])
  })

  test('IMP-56 after an hour, not before, whoever was told and the manager hear of it, once', async () => {
    const id = await open(world.actor('Avery'))
    await world.wakeAll()
    later(59)
    await world.wakeAll()
    expect(await sent('emergency-unrecorded', id)).toEqual([])
    later(60)
    await world.wakeAll()
    later(180)
    await world.wakeAll()
    expect(await sent('emergency-unrecorded', id)).toEqual(both(world.actor('Sutton'), world.actor('Remy')))
    expect(await world.entries({ subject: `engagement:${id}`, event: 'emergency-alerted' })).toMatchObject([
      { codes: { why: 'unrecorded' } },
    ])
  })

  test('IMP-56 what is recorded in time brings neither reminder nor alert', async () => {
    const avery = world.actor('Avery')
    const id = await open(avery)
    await world.wakeAll()
    must(await record(avery, id))
    later(180)
    await world.wakeAll()
    expect([await sent('emergency-reminder', id), await sent('emergency-unrecorded', id)]).toEqual([[], []])
  })

  test('IMP-56 the third by one person within thirty days is brought to the manager, not the second', async () => {
    const avery = world.actor('Avery')
    const ids = [await open(avery), await open(avery)]
    await open(world.actor('Jamie'))
    await world.wakeAll()
    expect(await world.outbox({ card: 'emergency-frequent' })).toEqual([])
    ids.push(await open(avery))
    must(await emergencies().standDown(avery, { emergencyId: ids[2]!, reason: 'trial' }))
    await world.wakeAll()
    expect(await sent('emergency-frequent', ids[2]!)).toEqual(both(world.actor('Remy')))
    expect(await sent('emergency-opened', ids[2]!)).toEqual([])
  })

  test('LMU-35 opened by mistake it ends, with a reason; whoever was told has a card that says so', async () => {
    const avery = world.actor('Avery')
    const id = await open(avery)
    await world.wakeAll()
    const mistake = { emergencyId: id, reason: 'mistake' as const }
    expect(await emergencies().standDown(world.actor('Jamie'), mistake)).toEqual(refused('not-theirs'))
    must(await emergencies().standDown(avery, mistake))
    expect(must(await emergencies().standDown(avery, mistake)).repeated).toBe(true)
    expect(await stored(id)).toMatchObject({ state: 'stood-down', stoodDown: { reason: 'mistake' } })
    expect(await world.outbox({ card: 'emergency-opened', subject: id, by: 'card' })).toHaveLength(2)
    expect(await record(avery, id)).toEqual(refused('settled'))
    later(180)
    await world.wakeAll()
    expect([await sent('emergency-reminder', id), await sent('emergency-unrecorded', id)]).toEqual([[], []])
  })
})

describe('Care', () => {
  test('IMP-67 on the next working day, not before, whoever went through it is asked; it is ticked once', async () => {
    const avery = world.actor('Avery')
    const id = await open(avery)
    must(await record(avery, id))
    world.at(new Date('2021-04-15T07:59:00Z'))
    await world.wakeAll()
    expect(await sent('emergency-debrief', id)).toEqual([])
    world.at(new Date('2021-04-15T08:00:00Z'))
    await world.wakeAll()
    expect(await sent('emergency-debrief', id)).toEqual([`card ${avery.staffId}`])
    const done = { emergencyId: id, answer: 'declined' as const }
    expect(await emergencies().debrief(world.actor('Remy'), done)).toEqual(refused('not-theirs'))
    must(await emergencies().debrief(avery, done))
    expect(must(await emergencies().debrief(avery, { ...done, answer: 'done' })).repeated).toBe(true)
    expect(await stored(id)).toMatchObject({ debrief: { state: 'declined' } })
  })

  test('IMP-67 a Friday’s is asked on Monday', async () => {
    world.at(new Date('2021-04-16T15:00:00Z'))
    const avery = world.actor('Avery')
    const id = await open(avery)
    must(await record(avery, id))
    expect((await stored(id)).debrief!.dueAt).toEqual(new Date('2021-04-19T08:00:00Z'))
  })
})

describe('What waits for somebody', () => {
  const tasks = async (name: string) => {
    const { tasks } = await world.services.together(world.actor(name).orgId, {
      tasks: emergencies().tasksOf(world.actor(name), 5),
    })
    return tasks.map(({ task }) => task).filter((task) => task !== 'none')
  }

  test('LMU-35 IMP-55 IMP-67 one’s own to record, others’ to review, then the talk about it', async () => {
    const avery = world.actor('Avery')
    const id = await open(avery)
    expect([await tasks('Avery'), await tasks('Remy'), await tasks('Jamie')]).toEqual([['record'], [], []])
    must(await record(avery, id))
    expect([await tasks('Avery'), await tasks('Remy'), await tasks('Jamie')]).toEqual([[], ['review'], []])
    world.at(new Date('2021-04-15T08:00:00Z'))
    expect(await tasks('Avery')).toEqual(['debrief'])
  })
})
