import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { verifyChains } from '../../../services/audit/audit.store'
import { newId } from '../../../services/platform/ids'
import { createKeyring } from '../../../services/platform/keyring'
import { connectMongo, isDuplicate, type Mongo } from '../../../services/platform/mongo'
import { type Outcome, refuse } from '../../../services/platform/outcome'
import type { Transaction, Tx } from '../../../services/platform/transaction'
import { transactionsOn } from '../../support/casework-transaction'
import { anActor } from '../../support/records'
import { type TestMongo, testMongo } from '../../support/test-mongo'

interface Counted {
  _id: string
  reference: string
  count: number
  version: number
}

let base: TestMongo
let elsewhere: Mongo
let processes: Transaction[]

beforeAll(async () => {
  base = await testMongo('transaction-races')
  elsewhere = await connectMongo(base.uri)
})

afterAll(async () => {
  await elsewhere.close()
  await base.close()
})

beforeEach(async () => {
  for (const name of ['cases', 'audit', 'auditHeads']) await base.mongo.db.collection(name).deleteMany({})
  const other = { mongo: elsewhere, keyring: createKeyring(elsewhere, base.keyProvider) }
  processes = [transactionsOn(base).transaction, transactionsOn(other).transaction]
})

const change = { event: 'case-corrected', permission: null } as const
const cases = (tx: Pick<Tx, 'collection'>) => tx.collection<Counted>('cases')
const counted = () => cases(base.mongo.forOrg('cardiff')).findOne({ _id: 'case-1' })
const entries = () => base.mongo.db.collection('audit').countDocuments({ subject: 'case:case-1', outcome: 'done' })
const begin = () => cases(base.mongo.forOrg('cardiff')).insert({ _id: 'case-1', reference: 'A', count: 0, version: 1 })

/** The same work at the same moment, by several people in two processes. */
const atOnce = (people: number, work: (tx: Tx) => Promise<Outcome>) =>
  Promise.all(
    Array.from({ length: people }, (_, index) =>
      processes[index % 2]!(anActor({ staffId: `p-${index}` }), change, work),
    ),
  )

describe('Several people at the same moment', () => {
  test('IMP-08 who read the same record each count, once, and are recorded in one whole chain', async () => {
    await begin()
    let runs = 0
    const outcomes = await atOnce(8, async (tx) => {
      runs += 1
      const found = await cases(tx).findOne({ _id: 'case-1' })
      await cases(tx).update({ _id: 'case-1' }, { $set: { count: found!.count + 1 } })
      tx.audit({ subject: 'case:case-1', event: 'case-corrected', codes: { count: found!.count + 1 } })
      return { ok: true }
    })
    expect(outcomes).toEqual(Array(8).fill({ ok: true }))
    expect(runs).toBeGreaterThan(8)
    expect([(await counted())!.count, await entries()]).toEqual([8, 8])
    expect((await verifyChains(base.mongo, base.keyring, 'cardiff')).broken).toEqual([])
  })

  test('IMP-08 IMP-10 who press on the same version: one decides, the others are told and nothing of theirs stays', async () => {
    await begin()
    const outcomes = await atOnce(8, async (tx) => {
      const decided = await cases(tx).update({ _id: 'case-1', version: 1 }, { $inc: { version: 1, count: 1 } })
      if (!decided) return refuse('stale')
      tx.audit({ subject: 'case:case-1', event: 'case-corrected' })
      return { ok: true }
    })
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1)
    expect(outcomes.filter((outcome) => !outcome.ok && outcome.reason === 'stale')).toHaveLength(7)
    expect([await counted(), await entries()]).toEqual([expect.objectContaining({ count: 1, version: 2 }), 1])
    const verified = await verifyChains(base.mongo, base.keyring, 'cardiff')
    expect(verified).toEqual({ entries: 8, chains: 8, broken: [] })
  })

  test('IMP-34 who make the same record: one makes it, the others find it made', async () => {
    const outcomes = await atOnce(8, async (tx) => {
      if (await cases(tx).findOne({ _id: 'case-1' })) return { ok: true, repeated: true }
      await cases(tx).insert({ _id: 'case-1', reference: 'A', count: 1, version: 1 })
      tx.audit({ subject: 'case:case-1', event: 'case-opened' })
      return { ok: true }
    })
    expect(outcomes.filter((outcome) => outcome.ok && !outcome.repeated)).toHaveLength(1)
    expect(outcomes.every(({ ok }) => ok)).toBe(true)
    expect(await entries()).toBe(1)
  })
})

describe('Work that finds somebody faster', () => {
  test('IMP-34 begins anew and sees what the other one made', async () => {
    const seen: (number | undefined)[] = []
    const outcome = await processes[0]!(anActor(), change, async (tx): Promise<Outcome> => {
      const found = await cases(tx).findOne({ _id: 'case-1' })
      seen.push(found?.count)
      if (found) return { ok: true, repeated: true }
      await cases(elsewhere.forOrg('cardiff')).insert({ _id: 'case-1', reference: 'A', count: 7, version: 1 })
      await cases(tx).insert({ _id: 'case-1', reference: 'A', count: 1, version: 1 })
      return { ok: true }
    })
    expect(outcome).toEqual({ ok: true, repeated: true })
    expect(seen).toEqual([undefined, 7])
  })

  test('is given up when it makes what is there already every time, and leaves nothing', async () => {
    await begin()
    let runs = 0
    const stubborn = processes[0]!(anActor(), change, async (tx) => {
      runs += 1
      await cases(tx).update({ _id: 'case-1' }, { $inc: { count: 1 } })
      await cases(tx).insert({ _id: 'other', reference: 'A', count: 1, version: 1 })
      return { ok: true }
    })
    expect(await stubborn.catch(isDuplicate)).toBe(true)
    expect([runs, (await counted())!.count]).toEqual([5, 0])
  })

  test('is given up after ten seconds, whether it is slow or beaten every time, and leaves nothing', async () => {
    await begin()
    const press = (work: (tx: Tx) => Promise<unknown>) =>
      processes[0]!(anActor(), change, async (tx) => {
        await cases(tx).insert({ _id: newId(), reference: newId(), count: 1, version: 1 })
        await work(tx)
        tx.audit({ subject: 'case:case-1', event: 'case-corrected' })
        return { ok: true }
      })
    const slow = press(() => wait(10_500))
    const beaten = press(async (tx) => {
      await cases(elsewhere.forOrg('cardiff')).update({ _id: 'case-1' }, { $inc: { count: 1 } })
      await cases(tx).update({ _id: 'case-1' }, { $inc: { count: 1 } })
    })
    for (const given of await Promise.allSettled([slow, beaten]))
      expect(given).toMatchObject({ status: 'rejected', reason: { code: 'took-too-long' } })
    expect([await base.mongo.db.collection('cases').countDocuments(), await entries()]).toEqual([1, 0])
  })
})
