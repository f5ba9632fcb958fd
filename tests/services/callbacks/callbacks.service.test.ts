import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { CallBackRecord } from '../../../services/callbacks/callbacks.types'
import { newId } from '../../../services/platform/ids'
import { WEDNESDAY } from '../../support/records'
import { must, refused, type ServicesWorld, startServices } from '../../support/services'

let world: ServicesWorld
beforeAll(async () => {
  world = await startServices('callbacks')
})
beforeEach(() => world.at(WEDNESDAY))
afterAll(() => world.stop())

const AGREED = { consent: true, number: '+44 (0)29 2000 0000', when: 'after four' }

const agree = (by: string, caseId: string, changes: Partial<typeof AGREED & { id: string }> = {}) =>
  world.services.callBacks.agree(world.actor(by), { id: newId(), caseId, ...AGREED, ...changes })
const done = (by: string, caseId: string, id: string) => world.services.callBacks.done(world.actor(by), { id, caseId })
const records = (caseId: string) => world.mongo.db.collection<CallBackRecord>('callbacks').find({ caseId }).toArray()

async function content(caseId: string, by = 'Morgan') {
  return must(await world.services.caseFile.open(world.actor(by), { caseId, postedAs: null })).view
}

describe('A call that a client agrees to', () => {
  test('CAR-46 needs their consent, which then stands in the file', async () => {
    const { caseId } = await world.opened()
    expect(await agree('Robin', caseId, { consent: false })).toEqual(refused('consent-missing'))
    expect((await content(caseId)).consents).not.toHaveProperty('callback')
    must(await agree('Robin', caseId))
    expect((await content(caseId)).consents.callback).toBe('granted_express')
  })

  test('CAR-46 waits in the file with its number and times, which the database holds sealed', async () => {
    const { caseId } = await world.opened()
    const id = newId()
    must(await agree('Robin', caseId, { id, number: ' +44 (0)29\n2000 0000 ', when: ' after  four ' }))
    expect((await content(caseId)).callBack).toEqual({ id, number: AGREED.number, when: AGREED.when })
    const text =
      JSON.stringify(await records(caseId)) + JSON.stringify(await world.entries({ subject: `case:${caseId}` }))
    for (const word of ['2000', 'four', Buffer.from('2000 0000').toString('base64').slice(0, 8)])
      expect(text).not.toContain(word)
  })

  test.each([
    ['', 'not-a-number'],
    ['     ', 'not-a-number'],
    ['1234', 'not-a-number'],
    ['12345', null],
    ['02920 000 000', null],
    ['12345678901234567890', null],
    ['123456789012345678901', 'not-a-number'],
    ['-----', 'not-a-number'],
    ['(  -  )', 'not-a-number'],
    ['1 2 3 4 -', 'not-a-number'],
    ['020 7946 0000 ext 5', 'not-a-number'],
    ['++4412345', 'not-a-number'],
    ['٠١٢٣٤٥٦', 'not-a-number'],
  ])('CAR-46 needs a number of five to twenty digits: "%s"', async (number, reason) => {
    const { caseId } = await world.opened()
    expect(await agree('Robin', caseId, { number })).toEqual(reason ? refused(reason) : { ok: true })
    expect(await records(caseId)).toHaveLength(reason ? 0 : 1)
  })

  test.each([
    [100, { ok: true }],
    [101, { ok: false, reason: 'too-long' }],
  ])('its times take %i characters', async (length, outcome) => {
    const { caseId } = await world.opened()
    expect(await agree('Robin', caseId, { when: 'x'.repeat(length) })).toMatchObject(outcome)
  })

  test('IMP-34 and is sent ten times at once is one call', async () => {
    const { caseId } = await world.opened()
    const id = newId()
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => agree('Robin', caseId, { id })))
    expect(outcomes.filter((outcome) => outcome.ok && !outcome.repeated)).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome.ok && outcome.repeated)).toHaveLength(9)
    expect(await records(caseId)).toHaveLength(1)
    expect(await world.entries({ subject: `case:${caseId}`, event: 'call-back-agreed' })).toHaveLength(1)
  })

  test('IMP-34 is not said to be noted because one with its id is in another case', async () => {
    const [one, other] = [await world.opened(), await world.opened()]
    const id = newId()
    must(await agree('Robin', one.caseId, { id }))
    expect(await agree('Robin', other.caseId, { id })).toEqual(refused('unknown'))
  })

  test('CAR-03 IMP-14 IMP-37 is noted by nobody who may not open the case', async () => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    await world.wall(caseId, world.actor('Cleo').staffId)
    for (const [name, reason] of [
      ['Robin', 'no-longer-theirs'],
      ['Cleo', 'walled'],
      ['Wren', 'unknown'],
      ['Sam', 'no-permission'],
      ['Lee', 'no-permission'],
    ] as const) {
      expect(await agree(name, caseId)).toEqual(refused(reason))
      expect(await done(name, caseId, newId())).toEqual(refused(reason))
    }
    expect(await records(caseId)).toEqual([])
  })
})

describe('A call that was made', () => {
  test('CAR-46 is done, waits no more, and is not brought up', async () => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    const id = newId()
    must(await agree('Ada', caseId, { id }))
    must(await done('Ada', caseId, id))
    expect((await content(caseId)).callBack).toBeNull()
    expect((await world.services.callBacks.open(world.actor('Ada'))).map((call) => call.caseId)).not.toContain(caseId)
    expect(await world.duties({ kind: 'call-back', subject: id })).toMatchObject([{ state: 'done' }])
    world.at(world.minutesLater(600))
    await world.wakeAll()
    expect(await world.outbox({ card: 'call-back', subject: caseId })).toEqual([])
  })

  test('IMP-08 when two say so at the same moment it is recorded once, and both are told that it is done', async () => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    const id = newId()
    must(await agree('Ada', caseId, { id }))
    const outcomes = await Promise.all(['Ada', 'Bo', 'Cleo', 'Ada'].map((name) => done(name, caseId, id)))
    expect(outcomes.every(({ ok }) => ok)).toBe(true)
    expect(outcomes.filter((outcome) => outcome.ok && !outcome.repeated)).toHaveLength(1)
    expect(await world.entries({ subject: `case:${caseId}`, event: 'call-back-done' })).toHaveLength(1)
  })

  test('cannot be a call of another case, or one that nobody agreed to', async () => {
    const [one, other] = [await world.opened(), await world.opened()]
    const id = newId()
    must(await agree('Robin', one.caseId, { id }))
    expect(await done('Robin', other.caseId, id)).toEqual(refused('unknown'))
    expect(await done('Robin', one.caseId, newId())).toEqual(refused('unknown'))
    expect((await content(one.caseId)).callBack).toMatchObject({ id })
  })
})

describe('A call that nobody has made', () => {
  const broughtUp = (caseId: string) => world.outbox({ card: 'call-back', subject: caseId })

  test('IMP-36 is brought up after an open hour, and once', async () => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    must(await agree('Bo', caseId))
    world.at(new Date(world.minutesLater(60).getTime() - 1))
    await world.wakeAll()
    expect(await broughtUp(caseId)).toEqual([])
    for (const minutes of [60, 61, 600]) {
      world.at(world.minutesLater(minutes))
      await world.wakeAll()
    }
    expect(await broughtUp(caseId)).toMatchObject([{ to: world.actor('Ada').staffId, by: 'card' }])
  })

  test('CAR-46 agreed shortly before closing it is brought up the next working day', async () => {
    world.at(new Date('2021-04-16T15:30:00Z'))
    const { caseId } = await world.opened()
    const id = newId()
    must(await agree('Robin', caseId, { id }))
    expect((await world.duties({ kind: 'call-back', subject: id }))[0]!.dueAt).toEqual(new Date('2021-04-19T08:30:00Z'))
  })

  test('IMP-52 is brought up to whoever the case has gone to meanwhile', async () => {
    const { services } = world
    const { caseId, ...pressed } = await world.offered(world.actor('Ada'))
    must(await agree('Robin', caseId))
    must(await services.allocation.decline(world.actor('Ada'), { ...pressed, because: 'caseload' }))
    const { offeredTo } = await world.caseRecord(caseId)
    expect(offeredTo).not.toBe(world.actor('Ada').staffId)
    world.at(world.minutesLater(60))
    await world.wakeAll()
    expect((await broughtUp(caseId)).map(({ to }) => to)).toEqual([offeredTo])
  })

  test('IMP-52 in a case that nobody has it is brought up to whoever agreed it', async () => {
    const { caseId, ...pressed } = await world.offered(world.actor('Ada'))
    must(await agree('Jules', caseId))
    must(await world.services.allocation.withdraw(world.actor('Robin'), pressed))
    world.at(world.minutesLater(60))
    await world.wakeAll()
    expect((await broughtUp(caseId)).map(({ to }) => to)).toEqual([world.actor('Jules').staffId])
  })
})

test('CAR-46 the list of calls has the oldest first, and only those in cases that one may open', async () => {
  const cambridge = world.actor('Wren')
  const cases = [await world.opened(cambridge), await world.opened(cambridge), await world.opened(cambridge)]
  const [first, second, third] = cases.map(({ caseId }) => caseId) as [string, string, string]
  for (const [minutes, caseId] of [
    [1, second],
    [2, third],
    [3, first],
  ] as const) {
    world.at(world.minutesLater(minutes))
    must(await agree('Wren', caseId))
  }
  const listed = async (name: string) =>
    (await world.services.callBacks.open(world.actor(name))).map(({ caseId }) => caseId)
  expect(await listed('Emery')).toEqual([second, third, first])
  await world.wall(third, world.actor('Emery').staffId)
  expect(await listed('Emery')).toEqual([second, first])
  expect(await listed('Wren')).toEqual([second, third, first])
  for (const name of ['Ada', 'Robin']) expect(await listed(name)).not.toContain(first)
  expect(await listed('Gale')).toEqual([])
})
