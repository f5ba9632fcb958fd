import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { claimDuty, closeClaimed, openDuties } from '../../../services/duties/duties.store'
import type { Duty } from '../../../services/duties/duties.types'
import { WEDNESDAY } from '../../support/records'
import { must, type ServicesWorld, startServices } from '../../support/services'

let world: ServicesWorld
beforeAll(async () => {
  world = await startServices('duties')
})
beforeEach(async () => {
  world.at(WEDNESDAY)
  await world.mongo.db.collection('duties').deleteMany({})
})
afterAll(() => world.stop())

const reminders = (caseId: string) => world.outbox({ card: 'first-contact', subject: caseId })
/** A lease by real time is over. */
const loseLeases = () =>
  world.mongo.db.collection('duties').updateMany({}, { $set: { 'lease.until': new Date(Date.now() - 60_000) } })

describe('What is due', () => {
  test('IMP-36 wakes once each, the earliest first, and not before its time', async () => {
    const { allocationId } = await world.offered(world.actor('Ada'))
    const { caseId } = await world.openedByMail()
    world.at(new Date(world.minutesLater(60).getTime() - 1))
    expect(await world.wakeAll()).toBe(0)
    world.at(world.minutesLater(60))
    expect(await world.wakeAll()).toBe(1)
    expect(await world.wakeAll()).toBe(0)
    expect(await reminders(caseId)).toHaveLength(1)
    // The next working day at nine, summer time.
    world.at(new Date('2021-04-15T08:00:00Z'))
    expect(await world.wakeAll()).toBe(1)
    expect(await world.outbox({ card: 'offer', subject: allocationId, by: 'card' })).toHaveLength(2)
  })

  test('IMP-36 after two hours down each reminder goes out once, however many were due', async () => {
    const cases = [await world.openedByMail(), await world.openedByMail(), await world.openedByMail()]
    world.at(world.minutesLater(180))
    const process = world.secondProcess()
    let woken = 0
    while (await process.duties.wakeNext()) woken += 1
    expect(woken).toBe(3)
    expect(await world.wakeAll()).toBe(0)
    for (const { caseId } of cases) expect(await reminders(caseId)).toHaveLength(1)
  })

  test('CAR-26 an offer that nobody answered for days is brought up once when the bot comes back, and then once a working day', async () => {
    const { allocationId } = await world.offered(world.actor('Ada'))
    const cards = async () => (await world.outbox({ card: 'offer', subject: allocationId, by: 'card' })).length
    // Wednesday to Monday, over a weekend.
    for (const [now, sent] of [
      ['2021-04-19T10:00:00Z', 2],
      ['2021-04-19T16:00:00Z', 2],
      ['2021-04-20T07:59:59Z', 2],
      ['2021-04-20T08:00:00Z', 3],
    ] as const) {
      world.at(new Date(now))
      await world.wakeAll()
      expect(await cards()).toBe(sent)
    }
  })

  test('IMP-36 two processes that look at the same moment wake each duty once', async () => {
    const cases = await Promise.all(Array.from({ length: 5 }, () => world.openedByMail()))
    world.at(world.minutesLater(60))
    const processes = [world.services, world.secondProcess(), world.secondProcess()]
    await Promise.all(
      processes.map(async ({ duties }) => {
        while (await duties.wakeNext());
      }),
    )
    for (const { caseId } of cases) expect(await reminders(caseId)).toHaveLength(1)
  })

  test('IMP-35 one that a process took and never finished is woken by another after its lease, and once', async () => {
    const { caseId } = await world.openedByMail()
    world.at(world.minutesLater(60))
    const lost = (await claimDuty(world.mongo.db, world.minutesLater(60)))!
    expect(await world.wakeAll()).toBe(0)
    await loseLeases()
    expect(await world.wakeAll()).toBe(1)
    // The first process was not dead after all.
    await world.services.contacts.onFirstContactMissing(lost)
    expect(await reminders(caseId)).toHaveLength(1)
    expect(await closeClaimed(world.mongo.forOrg('cardiff'), lost)).toBe(false)
  })

  test('IMP-35 while another has taken it over, the first process does nothing about it', async () => {
    const { caseId } = await world.openedByMail()
    const lost = (await claimDuty(world.mongo.db, world.minutesLater(60)))!
    await loseLeases()
    const present = (await claimDuty(world.mongo.db, world.minutesLater(60)))!
    await world.services.contacts.onFirstContactMissing(lost)
    expect(await reminders(caseId)).toEqual([])
    await world.services.contacts.onFirstContactMissing(present)
    expect(await reminders(caseId)).toHaveLength(1)
  })

  test('IMP-35 one that always fails is spoken of each time and holds up no other, and is done when it can be', async () => {
    const cases = [await world.openedByMail(), await world.openedByMail()]
    const [failing, fine] = cases
    const { db } = world.mongo
    // A file that the service cannot read: its record is of the wrong kind.
    await db.collection<{ _id: string }>('outbox').deleteMany({})
    const broken = { kind: 'allocation-unknown', subject: failing!.caseId }
    await db.collection('duties').updateOne({ subject: failing!.caseId }, { $set: broken })
    world.at(world.minutesLater(60))
    const troubles: unknown[] = []
    const wakeAll = async () => {
      while (await world.services.duties.wakeNext((trouble) => troubles.push(trouble)));
    }
    await wakeAll()
    expect(await reminders(fine!.caseId)).toHaveLength(1)
    for (let round = 0; round < 4; round++) {
      await loseLeases()
      await wakeAll()
    }
    const kind = broken.kind
    const attempts = (reason: unknown) =>
      (troubles as { reason: string; attempt: number }[])
        .filter((one) => one.reason === reason)
        .map((one) => one.attempt)
    expect(troubles[0]).toEqual({ orgId: 'cardiff', kind, reason: 'TypeError', attempt: 1 })
    expect(attempts('TypeError')).toEqual([1, 2, 3, 4, 5])
    expect(attempts('worker-lost')).toEqual([4])
    await db.collection('duties').updateOne({ subject: failing!.caseId }, { $set: { kind: 'first-contact-missing' } })
    await loseLeases()
    await wakeAll()
    expect(await reminders(failing!.caseId)).toHaveLength(1)
  })

  test('one that was settled while a worker had it is not brought up', async () => {
    const { allocationId, ...pressed } = await world.offered(world.actor('Ada'))
    const monday = new Date('2021-04-19T10:00:00Z')
    const claimed = (await claimDuty(world.mongo.db, monday))!
    expect(claimed).toMatchObject({ kind: 'allocation-unanswered', subject: allocationId })
    must(await world.services.allocation.accept(world.actor('Ada'), { allocationId, ...pressed }))
    expect(await closeClaimed(world.mongo.forOrg('cardiff'), claimed)).toBe(false)
    world.at(monday)
    await world.services.allocation.onUnanswered(claimed)
    expect(await world.entries({ subject: `case:${pressed.caseId}`, event: 'allocation-reminded' })).toEqual([])
  })
})

describe('A duty that is opened again', () => {
  test('is moved and not doubled', async () => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    for (const minutes of [0, 5, 9]) {
      world.at(world.minutesLater(minutes))
      must(await world.services.caseFile.open(world.actor('Ada'), { caseId, postedAs: 'card' }))
    }
    const moved = await world.duties({ kind: 'case-put-away' })
    expect(moved.map(({ dueAt, state }) => [dueAt, state])).toEqual([[world.minutesLater(24), 'open']])
  })

  test('after it was done is due again', async () => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    const open = async () => must(await world.services.caseFile.open(world.actor('Ada'), { caseId, postedAs: 'card' }))
    await open()
    world.at(world.minutesLater(15))
    expect(await world.wakeAll()).toBe(1)
    await open()
    world.at(world.minutesLater(30))
    expect(await world.wakeAll()).toBe(1)
  })
})

test("IMP-37 everybody's list has their own open duties, the next first, and none of another union", async () => {
  const robin = world.actor('Robin')
  const first = await world.openedByMail()
  world.at(world.minutesLater(1))
  const second = await world.openedByMail()
  await world.openedByMail(world.actor('Jules'))
  const subjects = (duties: Pick<Duty, 'subject'>[]) => duties.map(({ subject }) => subject)
  const { duties } = world.services
  expect(subjects(await duties.openOf('cardiff', robin.staffId))).toEqual([first.caseId, second.caseId])
  expect(await duties.openOf('cambridge', robin.staffId)).toEqual([])
  world.at(world.minutesLater(60))
  await world.wakeAll()
  expect(subjects(await duties.openOf('cardiff', robin.staffId))).toEqual([second.caseId])
  expect((await openDuties(world.mongo)).map(({ about }) => about)).toContain(second.caseId)
})
