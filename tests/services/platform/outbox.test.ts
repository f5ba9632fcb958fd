import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import {
  backOff,
  claimDelivery,
  type Delivery,
  hastenDeliveries,
  MAX_ATTEMPTS,
  type OutboxRow,
  postponeDelivery,
  queueDeliveries,
  settleDelivery,
} from '../../../services/platform/outbox'
import { WEDNESDAY } from '../../support/records'
import { type TestMongo, testMongo } from '../../support/test-mongo'

let base: TestMongo

beforeAll(async () => {
  base = await testMongo('outbox')
})

afterAll(() => base.close())

beforeEach(async () => {
  await base.mongo.db.collection('outbox').deleteMany({})
})

const CARD: Delivery = { to: 'ada', by: 'card', card: 'offer', subject: 'allocation-1' }
const north = () => base.mongo.forOrg('north')
const rows = () => base.mongo.db.collection<OutboxRow>('outbox')
const row = () => rows().findOne({})
const queue = (dueAt = WEDNESDAY, scope = north()) => queueDeliveries(scope, [{ delivery: CARD, dueAt }])
const next = (now = WEDNESDAY) => claimDelivery(base.mongo.db, now)
const claimed = async () => (await next())!
/** How many did not arrive, or may not have. */
const undelivered = (scope = north()) =>
  scope.collection<OutboxRow>('outbox').count({ state: { $in: ['uncertain', 'refused'] } })
/** As if the wait before the next try were over. */
const waited = () => rows().updateOne({}, { $set: { notBefore: new Date(Date.now() - 60_000) } })
const runOut = () => rows().updateOne({}, { $set: { 'lease.until': new Date(Date.now() - 60_000) } })

describe('IMP-35 What must be delivered', () => {
  test('IMP-22 is kept as ids only, and waits in the queue', async () => {
    await queue()
    expect(await row()).toEqual({
      ...CARD,
      _id: expect.any(String),
      orgId: 'north',
      state: 'queued',
      dueAt: WEDNESDAY,
      notBefore: new Date(0),
      attempts: 0,
      lease: { until: null, fence: 0 },
      createdAt: expect.any(Date),
    })
  })

  test('goes out when it is due and not a millisecond before, oldest first, of all organisations', async () => {
    await queue(WEDNESDAY)
    await queue(new Date(WEDNESDAY.getTime() - 1), base.mongo.forOrg('south'))
    expect(await next(new Date(WEDNESDAY.getTime() - 2))).toBeNull()
    expect([(await next())?.orgId, (await next())?.orgId, await next()]).toEqual(['south', 'north', null])
  })

  test('has one worker, and is not given out again once it has arrived', async () => {
    await queue()
    const taken = (await Promise.all([next(), next(), next(), next()])).filter((one) => one !== null)
    expect(taken).toHaveLength(1)
    expect(await settleDelivery(base.mongo.db, taken[0]!, 'sent')).toBe(true)
    await runOut()
    expect(await next()).toBeNull()
    expect(await undelivered()).toBe(0)
  })

  test('is taken over from a worker that died, and that worker’s late word does not count', async () => {
    await queue()
    const late = await claimed()
    await runOut()
    const second = await claimed()
    expect(await settleDelivery(base.mongo.db, late, 'refused', 'blocked')).toBe(false)
    await postponeDelivery(base.mongo.db, late, 600, 'throttled')
    expect(await row()).toMatchObject({ state: 'queued', attempts: 0, notBefore: new Date(0), lease: { fence: 2 } })
    expect(await settleDelivery(base.mongo.db, second, 'sent')).toBe(true)
    expect(await settleDelivery(base.mongo.db, late, 'refused', 'blocked')).toBe(false)
    expect(await row()).toMatchObject({ state: 'sent', sentAt: expect.any(Date) })
    expect(await row()).not.toHaveProperty('reason')
  })

  test.each(['uncertain', 'refused'] as const)('that ended as %s is counted and not tried again', async (state) => {
    await queue()
    expect(await settleDelivery(base.mongo.db, await claimed(), state, 'blocked')).toBe(true)
    await runOut()
    expect(await next()).toBeNull()
    expect(await row()).toMatchObject({ state, reason: 'blocked' })
    expect([await undelivered(), await undelivered(base.mongo.forOrg('south'))]).toEqual([1, 0])
  })
})

describe('IMP-35 What surely did not arrive', () => {
  test('is tried again after the wait that was asked for, and not before', async () => {
    await queue()
    await postponeDelivery(base.mongo.db, await claimed(), 600, 'throttled')
    const { notBefore, ...kept } = (await row())!
    expect(kept).toMatchObject({ state: 'queued', attempts: 1, reason: 'throttled', lease: { until: null, fence: 1 } })
    const minutes = (notBefore.getTime() - Date.now()) / 60_000
    expect(minutes).toBeGreaterThan(8)
    expect(minutes).toBeLessThanOrEqual(10.1)
    expect(await next()).toBeNull()
    await waited()
    expect(await next()).toMatchObject({ attempts: 1, lease: { fence: 2 } })
  })

  test('waits in real time, wherever the business clock stands', async () => {
    await queue()
    await postponeDelivery(base.mongo.db, await claimed(), 600, 'throttled')
    expect(await next(new Date('2121-04-14T10:00:00Z'))).toBeNull()
    await waited()
    expect(await next()).toMatchObject({ attempts: 1 })
  })

  test('keeps the reason as it was given, also one that looks like a field', async () => {
    await queue()
    await postponeDelivery(base.mongo.db, await claimed(), 1, '$to')
    expect(await row()).toMatchObject({ reason: '$to' })
  })

  test('is tried again soon at first, later every ten minutes, and for two days', () => {
    expect([0, 1, 2, 6, 7, 299].map(backOff)).toEqual([5, 10, 20, 320, 600, 600])
    const seconds = Array.from({ length: MAX_ATTEMPTS }, (_, attempt) => backOff(attempt))
    expect(seconds.reduce((sum, next) => sum + next) / 3600).toBeGreaterThan(48)
  })

  test('IMP-35 is tried at once when the person is there, and nobody else’s is', async () => {
    await queue()
    await postponeDelivery(base.mongo.db, await claimed(), 600, 'ECONNREFUSED')
    await hastenDeliveries(base.mongo.db, 'north', 'bo')
    expect(await next()).toBeNull()
    await hastenDeliveries(base.mongo.db, 'south', 'ada')
    expect(await next()).toBeNull()
    await hastenDeliveries(base.mongo.db, 'north', 'ada')
    expect(await next()).toMatchObject({ attempts: 1 })
  })

  test('is given up after so many tries, and then shown as not delivered', async () => {
    await queue()
    await rows().updateOne({}, { $set: { attempts: MAX_ATTEMPTS - 2 } })
    for (const attempts of [MAX_ATTEMPTS - 1, MAX_ATTEMPTS]) {
      expect(await undelivered()).toBe(0)
      await postponeDelivery(base.mongo.db, await claimed(), 0, 'graph-throttled')
      await waited()
      expect(await row()).toMatchObject({ attempts })
    }
    expect(await row()).toMatchObject({ state: 'refused', reason: 'graph-throttled' })
    expect(await next()).toBeNull()
    expect(await undelivered()).toBe(1)
  })
})
