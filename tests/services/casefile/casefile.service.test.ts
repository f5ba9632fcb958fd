import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { claimDuty } from '../../../services/duties/duties.store'
import type { Actor } from '../../../services/people/people.types'
import { newId } from '../../../services/platform/ids'
import { WEDNESDAY } from '../../support/records'
import { must, refused, type ServicesWorld, startServices } from '../../support/services'

let world: ServicesWorld
beforeAll(async () => {
  world = await startServices('casefile')
})
beforeEach(() => world.at(WEDNESDAY))
afterAll(() => world.stop())

const open = (by: string, caseId: string, postedAs: string | null = null) =>
  world.services.caseFile.open(world.actor(by), { caseId, postedAs })
const views = (caseId: string) => world.entries({ subject: `case:${caseId}`, event: 'case-viewed' })

describe('Opening a file', () => {
  test('CAR-22 CAR-29 gives everything in it, under its title', async () => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    const { view } = must(await open('Ada', caseId))
    expect(view).toMatchObject({
      title: 'Quinn Invented 1234567 OPEN',
      client: { name: 'Quinn Invented', number: '1234567' },
      channel: 'telephone',
      stage: 'accepted',
      holder: world.actor('Ada').staffId,
      entries: [{ kind: 'first-contact', text: 'A letter about a module mark' }],
      callBack: null,
      visibleMinutes: 15,
    })
  })

  test('CAR-28 CAR-24 says what its reader may do with it', async () => {
    const { caseId, ...pressed } = await world.offered(world.actor('Ada'))
    const mayOf = async (name: string) => {
      const { record, correct, breach } = must(await open(name, caseId)).view.may
      return { record, correct, breach }
    }
    expect(await mayOf('Robin')).toEqual({ record: true, correct: true, breach: false })
    for (const name of ['Ada', 'Bo', 'Sam', 'Morgan'])
      expect(await mayOf(name)).toMatchObject({ record: false, correct: false })
    must(await world.services.allocation.accept(world.actor('Ada'), pressed))
    expect(await mayOf('Ada')).toEqual({ record: true, correct: false, breach: true })
    expect(await mayOf('Bo')).toMatchObject({ record: false, correct: false })
  })

  test.each([
    ['CAR-05', 'Ada', false, null],
    ['CAM-03', 'Wren', true, null],
    ['WOR-19', 'Rowan', false, 'crime'],
    ['WOR-19', 'Marlowe', false, null],
  ])(
    '%s says whether %s may ask colleagues in it, and which concern they may raise',
    async (_id, name, consult, concern) => {
      const by = name === 'Marlowe' ? 'Rowan' : name
      const { caseId } = await world.accepted(world.actor(by), world.actor(by === 'Ada' ? 'Robin' : by))
      expect(must(await open(name, caseId)).view.may).toMatchObject({ consult, concern })
    },
  )

  test('CAR-07 IMP-19 the view is on record with who and when, before anything is shown', async () => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    world.at(world.minutesLater(3))
    must(await open('Sam', caseId))
    expect((await views(caseId)).at(-1)).toMatchObject({
      actor: world.actor('Sam').staffId,
      at: world.minutesLater(3),
      outcome: 'done',
      codes: { part: 'content' },
    })
  })

  test('CAR-07 IMP-19 where the view cannot be recorded nothing is shown', async () => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    const before = await views(caseId)
    const { db } = world.mongo
    const [audit] = await db.listCollections({ name: 'audit' }, { nameOnly: false }).toArray()
    await db.command({ collMod: 'audit', validator: { neverThere: { $exists: true } } })
    try {
      await expect(open('Ada', caseId, 'card-1')).rejects.toThrow()
      await expect(world.services.caseFile.titles(world.actor('Ada'))).rejects.toThrow()
      const { reference } = await world.caseRecord(caseId)
      await expect(world.services.cases.find(world.actor('Ada'), { reference })).rejects.toThrow()
    } finally {
      await db.command({ collMod: 'audit', validator: audit!.options!.validator })
    }
    expect(await views(caseId)).toEqual(before)
    expect(await world.duties({ subject: `${caseId} card-1` })).toEqual([])
    expect(await open('Ada', caseId)).toMatchObject({ ok: true })
  })

  test('IMP-19 a refused try is on record with the reader, and not with the case', async () => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    const before = await views(caseId)
    const outcome = await open('Robin', caseId)
    expect(outcome).toEqual(refused('no-longer-theirs'))
    const [entry] = (await world.entries({ actor: world.actor('Robin').staffId, outcome: 'refused' })).slice(-1)
    expect(entry).toMatchObject({ event: 'case-viewed', reason: 'no-longer-theirs', codes: { about: caseId } })
    expect(outcome).toMatchObject({ lookup: entry!.lookup })
    expect(await views(caseId)).toEqual(before)
  })

  test('IMP-62 a case whose key is destroyed shows nothing to anybody, and no view is recorded', async () => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    const { keyId } = await world.caseRecord(caseId)
    await world.mongo.keysDb.collection<{ _id: string }>('keys').deleteOne({ _id: keyId })
    const before = await views(caseId)
    // A process that has not used the key lately.
    const opened = world.secondProcess().caseFile.open(world.actor('Ada'), { caseId, postedAs: null })
    await expect(opened).rejects.toMatchObject({ code: 'key-destroyed' })
    expect(await views(caseId)).toEqual(before)
    // Nobody else's story: the lists of whoever held it would have to open it again.
    await world.mongo.db.collection<{ _id: string }>('cases').updateOne({ _id: caseId }, { $set: { status: 'closed' } })
  })
})

describe('Content on a screen', () => {
  const putAway = (caseId: string) =>
    world.mongo.db
      .collection('outbox')
      .find({ card: 'put-away', subject: new RegExp(`^${caseId} `) })
      .toArray()
  const FIFTEEN = 15 * 60_000

  test('IMP-22 is put away after 15 minutes, not a moment before, and once', async () => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    must(await open('Ada', caseId, 'card-1'))
    world.at(new Date(WEDNESDAY.getTime() + FIFTEEN - 1))
    await world.wakeAll()
    expect(await putAway(caseId)).toEqual([])
    for (const late of [0, 1, 7_200_000]) {
      world.at(new Date(WEDNESDAY.getTime() + FIFTEEN + late))
      await world.wakeAll()
    }
    const due = new Date(WEDNESDAY.getTime() + FIFTEEN)
    expect(await putAway(caseId)).toMatchObject([
      { to: world.actor('Ada').staffId, subject: `${caseId} card-1`, dueAt: due },
    ])
  })

  test('IMP-22 is put away at any hour, also when the service is closed', async () => {
    const midnight = new Date('2021-04-17T23:00:00Z')
    world.at(midnight)
    const { caseId } = await world.accepted(world.actor('Ada'))
    must(await open('Ada', caseId, 'card-1'))
    world.at(new Date(midnight.getTime() + FIFTEEN))
    await world.wakeAll()
    expect(await putAway(caseId)).toMatchObject([{ dueAt: new Date(midnight.getTime() + FIFTEEN) }])
  })

  test('IMP-22 that is opened again on the same card has its 15 minutes anew; another card has its own', async () => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    must(await open('Ada', caseId, 'card-1'))
    world.at(world.minutesLater(10))
    must(await open('Ada', caseId, 'card-1'))
    must(await open('Bo', caseId, 'card-2'))
    const due = (await world.duties({ kind: 'case-put-away' }))
      .filter(({ subject }) => subject.startsWith(caseId))
      .map(({ subject, owner, dueAt }) => [subject, owner, dueAt])
    expect(due).toEqual([
      [`${caseId} card-1`, world.actor('Ada').staffId, world.minutesLater(25)],
      [`${caseId} card-2`, world.actor('Bo').staffId, world.minutesLater(25)],
    ])
  })

  test('IMP-22 that is opened again while a worker is about to put it away is still put away later', async () => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    must(await open('Ada', caseId, 'card-1'))
    await world.wakeAll()
    world.at(world.minutesLater(15))
    const claimed = (await claimDuty(world.mongo.db, world.minutesLater(15)))!
    expect(claimed.subject).toBe(`${caseId} card-1`)
    must(await open('Ada', caseId, 'card-1'))
    await world.services.caseFile.onPutAway(claimed)
    expect(await putAway(caseId)).toEqual([])
    world.at(world.minutesLater(30))
    await world.wakeAll()
    expect(await putAway(caseId)).toHaveLength(1)
  })

  test('content that no card holds needs no putting away', async () => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    must(await open('Ada', caseId))
    const duties = await world.duties({ kind: 'case-put-away' })
    expect(duties.filter(({ subject }) => subject.startsWith(caseId))).toEqual([])
  })
})

async function waitingFor(actor: Actor, limit: number) {
  const { cases, together } = world.services
  return (await together(actor.orgId, { found: cases.waitingFor(actor, limit) })).found
}

describe('The cases somebody holds', () => {
  test('CAR-21 CAR-09 are listed newest first, under month and week of opening, without names', async () => {
    const cleo = world.actor('Cleo')
    const cases: string[] = []
    for (const day of ['2021-04-14T10:00:00Z', '2021-05-04T10:00:00Z', '2021-12-31T23:30:00Z']) {
      world.at(new Date(day))
      cases.push((await world.accepted(cleo)).caseId)
    }
    const held = await world.services.caseFile.held(cleo)
    expect(held.map(({ caseId }) => caseId)).toEqual(cases.toReversed())
    expect(held.map(({ listing }) => listing)).toEqual([
      { year: 2021, month: 12, week: 52 },
      { year: 2021, month: 5, week: 18 },
      { year: 2021, month: 4, week: 15 },
    ])
    expect(JSON.stringify(held)).not.toMatch(/Quinn|1234567|module/)
  })

  test('CAR-28 IMP-14 say which of them has no note yet, and which they are still asked to take', async () => {
    const bo = world.actor('Bo')
    const [one, other] = [await world.accepted(bo), await world.accepted(bo)]
    must(await world.services.contacts.record(bo, { id: newId(), caseId: one.caseId, text: 'Rang.' }))
    const held = await world.services.caseFile.held(bo)
    expect(held.find(({ caseId }) => caseId === one.caseId)!.noted).toBe(true)
    expect(held.find(({ caseId }) => caseId === other.caseId)!.noted).toBe(false)
    const waiting = async (limit: number) =>
      (await waitingFor(bo, limit)).map(({ caseId, offer }) => [caseId, offer?.allocationId])
    expect(await waiting(5)).toEqual([[other.caseId, undefined]])
    world.at(world.minutesLater(5))
    const later = await world.accepted(bo)
    const asked = await world.offered(bo)
    const offered = [asked.caseId, asked.allocationId]
    expect(await waiting(5)).toEqual([offered, [later.caseId, undefined], [other.caseId, undefined]])
    expect(await waiting(2)).toEqual([offered, [later.caseId, undefined]])
    await world.wall(later.caseId, bo.staffId)
    await world.wall(asked.caseId, bo.staffId)
    expect(await waiting(5)).toEqual([[other.caseId, undefined]])
    expect(await waitingFor({ ...bo, orgId: 'cambridge' }, 5)).toEqual([])
  })

  test('CAR-22 CAR-23 CAR-07 their titles carry the markers, and each is on record as seen', async () => {
    const ada = world.actor('Ada')
    const { caseId } = await world.accepted(ada)
    const consents = world.mongo.db.collection('consents')
    await consents.updateOne({ caseId, kind: 'share_aqs' }, { $set: { state: 'refused' } })
    world.at(world.minutesLater(5))
    const { titles } = must(await world.services.caseFile.titles(ada))
    expect(titles.get(caseId)).toBe('Quinn Invented 1234567 OPEN AQS CONSENT REFUSED')
    expect(titles.size).toBe((await world.services.caseFile.held(ada)).length)
    for (const seen of titles.keys())
      expect((await views(seen)).at(-1)).toMatchObject({ actor: ada.staffId, codes: { part: 'title' } })
    const [listed] = (await world.entries({ subject: `staff:${ada.staffId}`, event: 'case-listed' })).slice(-1)
    expect(listed!.codes).toEqual({ count: titles.size })
  })

  test('IMP-14 CAM-30 leave out one that its holder is walled off from, and its title', async () => {
    const winter = world.actor('Winter')
    const [open, walled] = [
      await world.accepted(winter, world.actor('Wren')),
      await world.accepted(winter, world.actor('Wren')),
    ]
    await world.wall(walled.caseId, winter.staffId)
    expect((await world.services.caseFile.held(winter)).map(({ caseId }) => caseId)).toEqual([open.caseId])
    expect([...must(await world.services.caseFile.titles(winter)).titles.keys()]).toEqual([open.caseId])
  })

  test('CAR-05 are shown to nobody whose role holds none', async () => {
    expect(await world.services.caseFile.titles(world.actor('Robin'))).toEqual(refused('no-permission'))
    expect(await world.services.caseFile.held(world.actor('Robin'))).toEqual([])
    expect(await world.services.caseFile.titles(world.actor('Lee'))).toEqual(refused('no-permission'))
  })
})

describe('Behind a wall', () => {
  test('IMP-14 nobody sees the case among those that wait, whatever their role', async () => {
    const { caseId } = await world.opened()
    const waits = async (name: string) =>
      (await world.services.allocation.waiting(world.actor(name))).some((view) => view.caseId === caseId)
    expect([await waits('Morgan'), await waits('Robin')]).toEqual([true, true])
    await world.wall(caseId, world.actor('Morgan').staffId)
    expect([await waits('Morgan'), await waits('Robin')]).toEqual([false, true])
  })

  test('IMP-14 nobody is still asked to take it, and nobody can accept or decline it', async () => {
    const { caseId, ...pressed } = await world.offered(world.actor('Ada'))
    await world.wall(caseId, world.actor('Ada').staffId)
    const { allocation } = world.services
    expect((await waitingFor(world.actor('Ada'), 100)).map((view) => view.caseId)).not.toContain(caseId)
    expect(await allocation.accept(world.actor('Ada'), pressed)).toEqual(refused('walled'))
    expect(await allocation.decline(world.actor('Ada'), { ...pressed, because: 'conflict' })).toEqual(refused('walled'))
    expect(await world.caseRecord(caseId)).toMatchObject({ holder: null })
  })
})
