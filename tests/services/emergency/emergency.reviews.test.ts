import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { emergenciesOn } from '../../support/emergency-world'
import { must, refused, type ServicesWorld, startServices } from '../../support/services'

let world: ServicesWorld
const { afresh, emergencies, open, record, sent, stored } = emergenciesOn(() => world)
beforeAll(async () => {
  world = await startServices('emergency-reviews')
})
beforeEach(afresh)
afterAll(() => world.stop())

describe('The review', () => {
  async function recorded(by = world.actor('Avery')): Promise<string> {
    const id = await open(by)
    await world.wakeAll()
    must(await record(by, id))
    return id
  }
  const finding = { within: true, finding: 'Quinn Invented was well looked after' }

  test('IMP-55 waits for the manager, who reads the record, which is noted first, and says what came of it', async () => {
    const id = await recorded()
    const remy = world.actor('Remy')
    expect(await sent('emergency-review', id)).toEqual([`card ${remy.staffId}`])
    const { view } = must(await emergencies().view(remy, id))
    expect(view).toMatchObject({ mayReview: true, after: { shared: 'The warden, Quinn Invented' } })
    expect(view.after!.calls[0]!.at).toEqual(new Date('2021-04-14T09:58:00Z'))
    expect(await world.entries({ subject: `engagement:${id}`, event: 'emergency-viewed' })).toMatchObject([
      { actor: remy.staffId, codes: { part: 'content' } },
    ])
    expect(await emergencies().review(remy, { emergencyId: id, ...finding, finding: ' ' })).toEqual(refused('missing'))
    must(await emergencies().review(remy, { emergencyId: id, ...finding }))
    expect(must(await emergencies().review(remy, { emergencyId: id, ...finding })).repeated).toBe(true)
    expect(JSON.stringify(await stored(id))).not.toMatch(/Quinn|looked/)
    expect(must(await emergencies().view(remy, id)).view).toMatchObject({
      state: 'reviewed',
      mayReview: false,
      review: finding,
    })
  })

  test('IMP-55 the director was told, and sees when and by whom, not what was done', async () => {
    const id = await recorded()
    const { view } = must(await emergencies().view(world.actor('Sutton'), id))
    expect(view).toMatchObject({ openedByName: 'Avery Example', after: null, review: null, mayReview: false })
    expect(await emergencies().review(world.actor('Sutton'), { emergencyId: id, ...finding })).toEqual(
      refused('unknown'),
    )
  })

  test('IMP-55 nobody else, and nobody their own', async () => {
    const id = await recorded()
    for (const name of ['Jamie', 'Ariel', 'Linden'])
      expect(await emergencies().view(world.actor(name), id)).toEqual(refused('unknown'))
    expect(await emergencies().view(world.actor('Morgan'), id)).toEqual(refused('unknown'))
    const own = await recorded(world.actor('Remy'))
    expect(await emergencies().review(world.actor('Remy'), { emergencyId: own, ...finding })).toEqual(refused('own'))
  })

  test('IMP-55 whoever was told reviews what the only manager opened', async () => {
    const id = await recorded(world.actor('Reese'))
    const darcy = world.actor('Darcy')
    expect(await sent('emergency-review', id)).toEqual([`card ${darcy.staffId}`])
    must(await emergencies().review(darcy, { emergencyId: id, ...finding }))
  })

  test('LAN-26 whoever may have to investigate sees nothing of it, whatever else they are', async () => {
    const id = await recorded(world.actor('Kit'))
    const harper = { ...world.actor('Harper'), roles: ['manager', 'complaint-investigator'] }
    expect(await emergencies().view(harper, id)).toEqual(refused('investigator'))
    expect(await emergencies().review(harper, { emergencyId: id, ...finding })).toEqual(refused('investigator'))
  })

  test('IMP-55 no review before the record', async () => {
    const id = await open(world.actor('Avery'))
    expect(await emergencies().review(world.actor('Remy'), { emergencyId: id, ...finding })).toEqual(refused('settled'))
  })
})
