import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { newId } from '../../../services/platform/ids'
import { migrate } from '../../../services/platform/migrations'
import { connectMongo, type Mongo } from '../../../services/platform/mongo'
import { type TestMongo, testMongo } from '../../support/test-mongo'

let base: TestMongo
let wanted: object
let fresh: Mongo
let elsewhere: Mongo

/** Every collection with its rule and its indexes. */
async function shapeOf({ db, keysDb }: Mongo): Promise<object> {
  const shapes = [db, keysDb].map(async (database) => {
    const found = await database.listCollections().toArray()
    const described = found.map(async (collection) => {
      const indexes = await database.collection(collection.name).indexes()
      const rule = 'options' in collection ? collection.options?.validator : null
      return [collection.name, { rule, indexes: indexes.map(({ v: _v, ...index }) => JSON.stringify(index)).sort() }]
    })
    return Object.fromEntries(await Promise.all(described))
  })
  return Promise.all(shapes)
}

const done = () => fresh.db.collection<{ _id: string; at: Date }>('migrations').find().toArray()

beforeAll(async () => {
  base = await testMongo('migrations')
  wanted = await shapeOf(base.mongo)
})

afterAll(() => base.close())

beforeEach(async () => {
  const address = new URL(base.uri)
  address.pathname = `/migrations-${newId().slice(0, 8)}`
  fresh = await connectMongo(address.toString())
  elsewhere = await connectMongo(address.toString())
})

afterEach(async () => {
  await fresh.db.dropDatabase()
  await fresh.keysDb.dropDatabase()
  await fresh.close()
  await elsewhere.close()
})

describe('The form of the database', () => {
  test('is made once, and a later start leaves it and every record as it finds them', async () => {
    await migrate(fresh)
    expect(await shapeOf(fresh)).toEqual(wanted)
    const first = await done()
    expect(first.map(({ _id }) => _id)).toEqual([
      '001-first-collections',
      '002-audit-checkpoints',
      '003-waiting-cases',
      '004-delivered-rows',
      '005-breaches',
      '006-breaches-waiting',
      '007-emergencies',
      '008-consultations',
      '009-print-links',
      '010-waiting-emergencies',
      '011-owed-consultations',
    ])
    expect(first[0]!.at).toBeInstanceOf(Date)
    await fresh
      .forOrg('north')
      .collection('cases')
      .insert({ _id: 'case-1', reference: 'ABCDEFGH' } as never)
    await fresh.db.collection('workloads').drop()
    const left = await shapeOf(fresh)
    await migrate(elsewhere)
    expect(await done()).toEqual(first)
    expect(await shapeOf(fresh)).toEqual(left)
    expect(await fresh.forOrg('north').collection('cases').count({})).toBe(1)
  })

  test('is the same when several processes start for the first time at the same moment', async () => {
    for (let round = 0; round < 3; round++) {
      await fresh.db.dropDatabase()
      await fresh.keysDb.dropDatabase()
      await Promise.all([migrate(fresh), migrate(elsewhere), migrate(fresh), migrate(elsewhere)])
      expect(await shapeOf(fresh)).toEqual(wanted)
      expect(await done()).toHaveLength(11)
    }
  })

  test('is completed by the next start when the first one was cut off, and nothing is lost', async () => {
    await migrate(fresh)
    await fresh
      .forOrg('north')
      .collection('cases')
      .insert({ _id: 'case-1', reference: 'ABCDEFGH' } as never)
    await fresh.db.collection('migrations').deleteMany({})
    for (const name of ['audit', 'workloads']) await fresh.db.dropCollection(name)
    await fresh.db.collection('cases').dropIndexes()
    await fresh.keysDb.dropDatabase()
    await migrate(elsewhere)
    expect(await shapeOf(fresh)).toEqual(wanted)
    expect(await fresh.forOrg('north').collection('cases').count({})).toBe(1)
  })

  test('CAR-28 knows from then on what of before waits for somebody', async () => {
    const named = (name: string) => fresh.db.collection<{ _id: string; orgId: string }>(name)
    const orgId = 'north'
    const held = { holder: 'bo', offeredTo: null }
    const offered = { holder: null, offeredTo: 'ada' }
    const before = { free: { holder: null, offeredTo: null }, noted: held, offered, opened: held }
    await named('cases').insertMany(
      Object.entries(before).map(([_id, who]) => ({ _id, orgId, reference: _id, ...who })),
    )
    const entries = [
      ['noted', 'intake'],
      ['noted', 'note'],
      ['opened', 'intake'],
    ]
    await named('contacts').insertMany(
      entries.map(([caseId, kind], index) => ({ _id: String(index), orgId, caseId, kind })),
    )
    const offeredAt = new Date('2026-11-24T10:00:00Z')
    await named('allocations').insertMany(
      ['declined', 'offered'].map((state) => ({ _id: state, orgId, caseId: 'offered', state, offeredAt })),
    )
    await migrate(fresh)
    const offer = { allocationId: 'offered', at: offeredAt }
    const after = await named('cases').find().sort({ _id: 1 }).toArray()
    expect(after).toEqual([
      expect.objectContaining({ _id: 'free', noted: false, offer: null, waitsFor: null }),
      expect.objectContaining({ _id: 'noted', noted: true, offer: null, waitsFor: null }),
      expect.objectContaining({ _id: 'offered', noted: false, offer, waitsFor: 'ada' }),
      expect.objectContaining({ _id: 'opened', noted: false, offer: null, waitsFor: 'bo' }),
    ])
  })

  test('AMB-54 knows from then on which consultation is still owed after an emergency, and by whom', async () => {
    await migrate(fresh)
    await fresh.db.collection<{ _id: string }>('migrations').deleteOne({ _id: '011-owed-consultations' })
    const emergencies = fresh.db.collection<{ _id: string }>('emergencies')
    const before = {
      done: [{ consult: 'done' }, ['reviewers']],
      none: [null, ['wren']],
      owed: [{ consult: 'owed' }, ['reviewers', 'emery']],
      twice: [{ consult: 'owed' }, ['wren']],
    } as const
    const records = Object.entries(before).map(([_id, [after, waitsFor]]) => ({ _id, after, waitsFor }))
    await emergencies.insertMany(records.map((record) => ({ ...record, orgId: 'north', openedBy: 'wren' }) as never))
    await migrate(elsewhere)
    await fresh.db.collection<{ _id: string }>('migrations').deleteOne({ _id: '011-owed-consultations' })
    await migrate(elsewhere)
    const after = await emergencies.find<{ _id: string; waitsFor: string[] }>({}).sort({ _id: 1 }).toArray()
    expect(after.map(({ _id, waitsFor }) => [_id, waitsFor.sort()])).toEqual([
      ['done', ['reviewers']],
      ['none', ['wren']],
      ['owed', ['emery', 'reviewers', 'wren']],
      ['twice', ['wren']],
    ])
    expect(after).toEqual(after.map((record) => ({ ...record, lateAdvice: null })))
  })

  test('is not called made when a step failed, and the start fails', async () => {
    await fresh.db.createCollection('cases')
    await fresh.db.collection('cases').insertMany([1, 2].map(() => ({ orgId: 'north', reference: 'TWICE' })))
    await expect(migrate(fresh)).rejects.toMatchObject({ code: 11000 })
    expect(await done()).toEqual([])
    await fresh.db.collection('cases').deleteMany({})
    await migrate(fresh)
    expect(await done()).toHaveLength(11)
  })
})

describe('What the database itself refuses', () => {
  test.each(['cases', 'audit', 'outbox', 'drafts'])('IMP-37 a record in %s without an organisation', async (name) => {
    const raw = base.mongo.db.collection<{ _id: unknown; orgId?: unknown }>(name)
    for (const record of [{ _id: 'a' }, { _id: 'a', orgId: null }, { _id: 'a', orgId: 7 }, { _id: 7, orgId: 'north' }])
      await expect(raw.insertOne(record as never)).rejects.toMatchObject({ code: 121 })
  })

  test('CAR-14 one case on offer to two people', async () => {
    const allocations = base.mongo
      .forOrg('north')
      .collection<{ _id: string; caseId: string; state: string }>('allocations')
    await allocations.insert({ _id: 'a', caseId: 'case-1', state: 'offered' })
    await allocations.insert({ _id: 'b', caseId: 'case-1', state: 'declined' })
    await expect(allocations.insert({ _id: 'c', caseId: 'case-1', state: 'offered' })).rejects.toMatchObject({
      code: 11000,
    })
    await expect(allocations.update({ _id: 'b' }, { $set: { state: 'offered' } })).rejects.toMatchObject({
      code: 11000,
    })
  })

  test('IMP-19 two audit entries in one place of a chain', async () => {
    const audit = base.mongo.forOrg('north').collection<{ _id: string; subject: string; seq: number }>('audit')
    await audit.insert({ _id: 'a', subject: 'case:1', seq: 1 })
    await expect(audit.insert({ _id: 'b', subject: 'case:1', seq: 1 })).rejects.toMatchObject({ code: 11000 })
  })
})
