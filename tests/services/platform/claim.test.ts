import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type Claimable, claim, freeLease, stillHeld } from '../../../services/platform/claim'
import { connectMongo, type Mongo } from '../../../services/platform/mongo'
import { type TestMongo, testMongo } from '../../support/test-mongo'

interface Work extends Claimable {
  dueAt: Date
  done?: string
}

let base: TestMongo
let elsewhere: Mongo

beforeAll(async () => {
  base = await testMongo('claim')
  elsewhere = await connectMongo(base.uri)
})

afterAll(async () => {
  await elsewhere.close()
  await base.close()
})

beforeEach(async () => {
  await base.mongo.db.collection('work').deleteMany({})
})

const work = (mongo = base.mongo) => mongo.db.collection<Work>('work')
const next = (mongo = base.mongo) => claim(work(mongo), { state: 'ready' })
const someWork = (id: string, changes: Partial<Work> = {}): Work => ({
  _id: id,
  orgId: 'north',
  state: 'ready',
  dueAt: new Date('2021-04-14T10:00:00Z'),
  lease: freeLease(),
  ...changes,
})
const add = (...added: Work[]) => work().insertMany(added)
/** As if the worker that holds it had been silent for longer than its lease. */
const runOut = (id: string) => work().updateOne({ _id: id }, { $set: { 'lease.until': new Date(Date.now() - 60_000) } })
/** What a worker does when it is finished. */
const finish = async (claimed: Work, by: string) =>
  (await work().updateOne(stillHeld(claimed), { $set: { state: 'done', done: by } })).matchedCount === 1

describe('IMP-35 Work that one worker at a time may do', () => {
  test('is given out oldest first, and only what is ready', async () => {
    const at = (hour: number) => new Date(Date.UTC(2021, 3, 14, hour))
    await add(someWork('second', { dueAt: at(9) }), someWork('first', { dueAt: at(8) }))
    await add(someWork('over', { dueAt: at(7), state: 'done' }))
    expect([(await next())?._id, (await next())?._id, await next()]).toEqual(['first', 'second', null])
  })

  test('is held by one worker only, however many of two processes reach for it', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `work-${index}`)
    await add(...ids.map((id) => someWork(id)))
    const worker = async (mongo: Mongo) => {
      const held: string[] = []
      for (let claimed = await next(mongo); claimed; claimed = await next(mongo)) held.push(claimed._id)
      return held
    }
    const workers = [base.mongo, elsewhere, base.mongo, elsewhere, base.mongo, elsewhere]
    const held = (await Promise.all(workers.map(worker))).flat()
    expect(held.sort()).toEqual(ids.sort())
    expect(await work().countDocuments({ 'lease.fence': 1 })).toBe(40)
  })

  test('stays with its worker for half a minute by the server’s clock', async () => {
    await add(someWork('a'))
    const { lease } = (await next())!
    const [server] = await work()
      .aggregate<{ left: number }>([{ $project: { left: { $subtract: ['$lease.until', '$$NOW'] } } }])
      .toArray()
    expect(lease.until).toBeInstanceOf(Date)
    expect(server!.left).toBeLessThanOrEqual(30_000)
    expect(server!.left).toBeGreaterThan(0)
    expect(await next()).toBeNull()
  })

  test('is taken over when its worker has been silent for longer', async () => {
    await add(someWork('a'))
    const first = (await next())!
    await runOut('a')
    const [second, third] = [await next(elsewhere), await next()]
    expect([first.lease.fence, second?.lease.fence, third]).toEqual([1, 2, null])
  })

  test('is not ended by the worker that comes back late, whose place was taken', async () => {
    await add(someWork('a'))
    const late = (await next())!
    await runOut('a')
    const second = (await next())!
    expect(await finish(late, 'late')).toBe(false)
    expect(await finish(second, 'second')).toBe(true)
    expect(await finish(late, 'late')).toBe(false)
    expect(await work().findOne({ _id: 'a' })).toMatchObject({ state: 'done', done: 'second' })
  })

  test('may still be ended by a late worker while nobody has taken its place', async () => {
    await add(someWork('a'))
    const late = (await next())!
    await runOut('a')
    expect(await finish(late, 'late')).toBe(true)
    expect(await next()).toBeNull()
  })

  test('goes to one only, when two workers take over at the same moment, a hundred times', async () => {
    await add(someWork('a'))
    for (let round = 1; round <= 100; round++) {
      const taken = await Promise.all([next(), next(elsewhere), next(), next(elsewhere)])
      expect(taken.filter(Boolean).map((claimed) => claimed!.lease.fence)).toEqual([round])
      await runOut('a')
    }
  })

  test('that its workers never come back from is given out ever more seldom, and says how often it happened', async () => {
    await add(someWork('a'))
    const seconds: number[] = []
    const lost: (number | undefined)[] = []
    for (let round = 0; round < 12; round++) {
      const { lease } = (await next())!
      seconds.push(Math.round((lease.until!.getTime() - Date.now()) / 30_000) * 30)
      lost.push(lease.lost)
      await runOut('a')
    }
    expect(lost).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    expect(seconds).toEqual([30, 30, 30, 30, 60, 120, 240, 480, 960, 1920, 1920, 1920])
  })

  test('that was put back by its worker counts anew', async () => {
    await add(someWork('a'))
    await next()
    await runOut('a')
    expect((await next())!.lease.lost).toBe(1)
    await work().updateOne({ _id: 'a' }, { $set: { 'lease.until': null } })
    expect((await next())!.lease.lost).toBe(0)
  })

  test('that was never given out before needs no time of its own to be free', async () => {
    await add(someWork('a', { lease: { fence: 0 } as Work['lease'] }))
    expect(await next()).toMatchObject({ _id: 'a', lease: { fence: 1 } })
  })
})
