import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { newId } from '../../../services/platform/ids'
import { WEDNESDAY } from '../../support/records'
import { must, refused, type ServicesWorld, startServices } from '../../support/services'

let world: ServicesWorld
beforeAll(async () => {
  world = await startServices('people-absence')
})
beforeEach(async () => {
  world.at(WEDNESDAY)
  await world.mongo.db.collection('absences').deleteMany({})
})
afterAll(() => world.stop())

const away = (name: string, until: string, id = newId()) => world.services.people.away(world.actor(name), { id, until })
const back = (name: string) => world.services.people.back(world.actor(name))

/** Who would be passed over on the rota now for being away. */
async function absent(by = 'Robin'): Promise<string[]> {
  const { allocationId } = await world.opened(world.actor(by))
  const { view } = must(await world.services.allocation.proposal(world.actor(by), { allocationId }))
  return view.choices.filter((choice) => choice.absent).map(({ name }) => name)
}

describe('Being away', () => {
  test('CAR-14 lasts from today until the first day back, which begins at local midnight', async () => {
    must(await away('Ada', '2021-04-16'))
    expect(await absent()).toEqual(['Ada Sample'])
    // Midnight in summer time.
    world.at(new Date('2021-04-15T22:59:59Z'))
    expect(await absent()).toEqual(['Ada Sample'])
    world.at(new Date('2021-04-15T23:00:00Z'))
    expect(await absent()).toEqual([])
  })

  test.each([
    '2021-04-14',
    '2021-04-13',
    '2020-12-31',
    '',
    'tomorrow',
    '2021-13-01',
    '2021-02-30',
    '9999',
    '2021-4-20',
  ])('CAR-14 until "%s" is refused: the first day back is a day after today', async (until) => {
    expect(await away('Ada', until)).toEqual(refused('not-in-future'))
    expect(await absent()).toEqual([])
  })

  test('CAR-14 today is the local day: at half past midnight the day that has begun is not after today', async () => {
    world.at(new Date('2021-04-14T23:30:00Z'))
    expect(await away('Ada', '2021-04-15')).toEqual(refused('not-in-future'))
    expect(await away('Ada', '2021-04-16')).toMatchObject({ ok: true })
  })

  test('CAR-14 ends when somebody says that they are back, whatever they said before', async () => {
    must(await away('Ada', '2021-04-20'))
    must(await away('Ada', '2021-05-20'))
    must(await away('Bo', '2021-04-20'))
    must(await back('Ada'))
    expect(await absent()).toEqual(['Bo Specimen'])
    expect(await back('Ada')).toMatchObject({ ok: true })
  })

  test.each([
    ['earlier', '2021-04-16', '2021-04-17'],
    ['later', '2021-04-20', '2021-04-19'],
  ])('CAR-14 may be said anew, with an %s day back: the last word counts', async (_what, second, stillOrNot) => {
    must(await away('Ada', '2021-04-18'))
    must(await away('Ada', second))
    world.at(new Date(`${stillOrNot}T10:00:00Z`))
    expect(await absent()).toEqual(second > stillOrNot ? ['Ada Sample'] : [])
  })

  test('IMP-34 the same form sent ten times at once is one absence', async () => {
    const id = newId()
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => away('Ada', '2021-04-20', id)))
    expect(outcomes.every(({ ok }) => ok)).toBe(true)
    expect(await world.mongo.db.collection('absences').countDocuments({})).toBe(1)
  })

  test('IMP-37 counts in the own union alone', async () => {
    must(await away('Ada', '2021-04-20'))
    must(await away('Emery', '2021-04-20'))
    expect(await absent()).toEqual(['Ada Sample'])
    expect(await absent('Wren')).toEqual(['Emery Sample'])
  })

  test('CAR-05 is recorded for people of the circle only, and in their own chain', async () => {
    expect(await away('Lee', '2021-04-20')).toEqual(refused('no-permission'))
    expect(await back('Lee')).toEqual(refused('no-permission'))
    const { staffId } = world.actor('Sam')
    must(await away('Sam', '2021-04-20'))
    must(await back('Sam'))
    expect((await world.entries({ subject: `staff:${staffId}` })).map(({ event, codes }) => [event, codes])).toEqual([
      ['absence-recorded', { from: '2021-04-14', until: '2021-04-20' }],
      ['absence-ended', { ended: 1 }],
    ])
  })
})

describe('The rota', () => {
  test('CAR-14 passes over who is away and says why, and comes back to them', async () => {
    const proposal = async () => {
      const { allocationId } = await world.opened()
      return must(await world.services.allocation.proposal(world.actor('Robin'), { allocationId })).view
    }
    const first = (await proposal()).proposed!.name
    const [name] = first.split(' ')
    must(await away(name!, '2021-04-20'))
    const next = await proposal()
    expect(next.proposed!.name).not.toBe(first)
    expect(next.passedOver).toEqual([{ name: first, reason: 'absent' }])
    must(await back(name!))
    expect(await proposal()).toMatchObject({ proposed: { name: first }, passedOver: [] })
  })

  test('CAR-14 when everybody is away the case is safe, and nobody is proposed', async () => {
    for (const name of ['Ada', 'Bo', 'Cleo']) must(await away(name, '2021-04-20'))
    const { allocationId } = await world.opened()
    const { view } = must(await world.services.allocation.proposal(world.actor('Robin'), { allocationId }))
    expect(view).toMatchObject({ proposed: null, reachable: true })
    expect(view.passedOver.map(({ reason }) => reason)).toEqual(['absent', 'absent', 'absent'])
  })
})
