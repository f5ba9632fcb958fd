import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { appendEntries, type ChainEnds, type NewEntry, verifyChains } from '../../../services/audit/audit.store'
import type { AuditEntry, AuditHead } from '../../../services/audit/audit.types'
import { anEntry } from '../../support/audit-world'
import { type TestMongo, testMongo } from '../../support/test-mongo'

let base: TestMongo

beforeAll(async () => {
  base = await testMongo('audit-store')
})

afterAll(() => base.close())

beforeEach(async () => {
  for (const name of ['audit', 'auditHeads']) await base.mongo.db.collection(name).deleteMany({})
})

/** Of one process, which goes on where it left each chain, also where somebody has cleared everything. */
const ends: ChainEnds = new Map()
const append = (orgId: string, ...added: NewEntry[]) =>
  appendEntries(base.mongo.forOrg(orgId), base.keyring, ends, added)
const verify = (orgId = 'cardiff') => verifyChains(base.mongo, base.keyring, orgId)
const entries = () => base.mongo.db.collection<AuditEntry>('audit')
const heads = () => base.mongo.db.collection<AuditHead>('auditHeads')

/** Two cases of five and three entries, and one in another organisation. */
async function someChains(): Promise<void> {
  for (let nth = 0; nth < 5; nth++) await append('cardiff', anEntry('case:one'))
  await append('cardiff', anEntry('case:two'), anEntry('case:two'), anEntry('case:two', { reason: 'walled' }))
  await append('south', anEntry('case:one'))
}

describe('IMP-19 The audit in the database', () => {
  test('is whole after everything that is written in the usual way', async () => {
    await someChains()
    expect(await verify()).toEqual({ entries: 8, chains: 2, broken: [] })
    expect(await verify('south')).toEqual({ entries: 1, chains: 1, broken: [] })
    expect(await verify('nowhere')).toEqual({ entries: 0, chains: 0, broken: [] })
  })

  test('numbers the entries of each chain on its own, also when they are written together', async () => {
    await append('cardiff', anEntry('case:one'), anEntry('staff:ada'), anEntry('case:one'))
    await append('cardiff', anEntry('case:one'))
    const found = await entries().find().sort({ _id: 1 }).toArray()
    expect(found.map(({ subject, seq }) => [subject, seq])).toEqual([
      ['case:one', 1],
      ['case:one', 2],
      ['case:one', 3],
      ['staff:ada', 1],
    ])
    expect((await verify()).broken).toEqual([])
  })

  test('goes on where another process left a chain, and where a transaction came to nothing', async () => {
    const elsewhere: ChainEnds = new Map()
    for (const by of [ends, elsewhere, ends, ends, elsewhere])
      await appendEntries(base.mongo.forOrg('cardiff'), base.keyring, by, [anEntry('case:one')])
    const session = base.mongo.startSession()
    session.startTransaction()
    await appendEntries(base.mongo.forOrg('cardiff', session), base.keyring, ends, [anEntry('case:one')])
    await session.abortTransaction()
    await session.endSession()
    await append('cardiff', anEntry('case:one'))
    expect(await verify()).toEqual({ entries: 6, chains: 1, broken: [] })
  })

  const deeds: [string, number, () => Promise<unknown>][] = [
    ['altered', 3, () => entries().updateOne({ _id: 'cardiff:case:one:3' }, { $set: { actor: 'ada' } })],
    ['removed', 2, () => entries().deleteOne({ _id: 'cardiff:case:one:2' })],
    ['removed at the end', 5, () => entries().deleteOne({ _id: 'cardiff:case:one:5' })],
    ['put in', 6, async () => entries().insertOne({ ...(await someEntry(5)), _id: 'forged', seq: 6 })],
    ['all removed', 1, () => entries().deleteMany({ orgId: 'cardiff', subject: 'case:one' } as never)],
    ['left without their head', 5, () => heads().deleteOne({ _id: 'cardiff:case:one' })],
    [
      'moved to another case',
      1,
      () => entries().updateMany({ subject: 'case:one' }, { $set: { subject: 'case:three' } }),
    ],
    [
      'given to another organisation',
      1,
      () => entries().updateMany({ subject: 'case:one' }, { $set: { orgId: 'south' } as never }),
    ],
  ]
  const someEntry = async (seq: number) => (await entries().findOne({ _id: `cardiff:case:one:${seq}` }))!

  test.each(deeds)('shows that entries were %s, and where first', async (_what, seq, deed) => {
    await someChains()
    await entries().deleteMany({ orgId: 'south' } as never)
    await heads().deleteMany({ orgId: 'south' } as never)
    await deed()
    const { broken } = await verify()
    expect(broken).toContainEqual({ subject: 'case:one', seq })
    expect(broken.filter(({ subject }) => subject === 'case:two')).toEqual([])
  })

  test('shows two entries that changed places', async () => {
    await someChains()
    const [second, fourth] = [await someEntry(2), await someEntry(4)]
    await entries().deleteMany({ _id: { $in: [second._id, fourth._id] } })
    await entries().insertMany([
      { ...second, seq: 4 },
      { ...fourth, seq: 2 },
    ])
    expect((await verify()).broken).toEqual([{ subject: 'case:one', seq: 2 }])
  })

  test('names every chain that was touched, by its first bad entry', async () => {
    await someChains()
    await entries().updateMany({ seq: { $gte: 2 } }, { $set: { profile: '2022-01.1' } })
    expect(await verify()).toMatchObject({
      broken: [
        { subject: 'case:one', seq: 2 },
        { subject: 'case:two', seq: 2 },
      ],
    })
  })

  test('does not show a tail that was cut off together with its head: that needs a checkpoint kept outside', async () => {
    await someChains()
    const { mac } = await someEntry(3)
    await entries().deleteMany({ subject: 'case:one', seq: { $gt: 3 } })
    await heads().updateOne({ _id: 'cardiff:case:one' }, { $set: { seq: 3, mac } })
    expect((await verify()).broken).toEqual([])
  })
})
