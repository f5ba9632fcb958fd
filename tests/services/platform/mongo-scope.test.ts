import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { isDuplicate } from '../../../services/platform/mongo'
import { type TestMongo, testMongo } from '../../support/test-mongo'

interface Note {
  _id: string
  orgId: string
  reference: string
  text: string
}

let base: TestMongo

beforeAll(async () => {
  base = await testMongo('mongo-scope')
})

afterAll(() => base.close())

const notes = (orgId: string) => base.mongo.forOrg(orgId).collection<Omit<Note, 'orgId'>>('cases')
const keys = (orgId: string) => base.mongo.forOrg(orgId).keys<{ _id: string; purpose?: string }>()
const everything = () => base.mongo.db.collection<Note>('cases').find().sort({ _id: 1 }).toArray()
const aNote = (id: string, text = 'x') => ({ _id: id, reference: id, text })
const belongsTo = (orgId: string, ...ids: string[]) => ids.map((id) => ({ ...aNote(id), orgId }))

beforeEach(async () => {
  await base.mongo.db.collection('cases').deleteMany({})
  await notes('north').insert(aNote('north-1'), aNote('north-2'))
  await notes('south').insert(aNote('south-1'))
})

const REACHING = [
  ['by its id', { _id: 'south-1' }],
  ['by naming the other organisation', { orgId: 'south' }],
  ['by asking for any organisation', { orgId: { $exists: true }, _id: 'south-1' }],
  ['by an alternative', { $or: [{ orgId: 'south' }, { _id: 'south-1' }] }],
  ['by what it is not', { orgId: { $ne: 'north' } }],
  ['by another "and"', { $and: [{ orgId: 'south' }] }],
] as [string, object][]

const ORDER = { sort: { reference: 1 }, limit: 10 } as const
const idOf = ({ _id }: { _id: string }) => _id

describe('What is read together', () => {
  test('comes by its name, in its order, no more than was asked for', async () => {
    const scope = base.mongo.forOrg('north')
    await scope.collection('drafts').insert({ _id: 'draft-1' })
    expect(
      await scope.together({
        last: notes('north').reading({}, { sort: { reference: -1 }, limit: 1 }, idOf),
        all: notes('north').reading({}, ORDER, ({ text }) => text),
        drafts: scope.collection('drafts').reading({}, { sort: { _id: 1 }, limit: 5 }, idOf),
        none: notes('north').reading({ _id: 'nobody' }, ORDER, idOf),
      }),
    ).toEqual({ last: ['north-2'], all: ['x', 'x'], drafts: ['draft-1'], none: [] })
    await scope.collection('drafts').delete({})
  })

  test('fails as a whole when one part cannot be read', async () => {
    const wrong = notes('north').reading({ $where: 'no such thing(' } as never, ORDER, idOf)
    const right = notes('north').reading({}, ORDER, idOf)
    await expect(base.mongo.forOrg('north').together({ right, wrong })).rejects.toThrow()
  })
})

describe('IMP-37 One organisation', () => {
  test.each(REACHING)('never reads a record of another together with its own, %s', async (_way, filter) => {
    const reading = notes('north').reading(filter, ORDER, idOf)
    const { found } = await base.mongo.forOrg('north').together({ found: reading })
    expect(found.filter((id) => id.startsWith('south'))).toEqual([])
  })

  test.each(REACHING)('never finds a record of another, %s', async (_way, filter) => {
    expect(await notes('north').findOne(filter)).toBeNull()
    expect(await notes('north').find(filter, { sort: { _id: 1 }, limit: 10 })).toEqual([])
    expect(await notes('north').count(filter)).toBe(0)
  })

  test.each(REACHING)('never changes or removes a record of another, %s', async (_way, filter) => {
    const before = await everything()
    expect(await notes('north').update(filter, { $set: { text: 'changed' } })).toBe(false)
    expect(await notes('north').update(filter, [{ $set: { text: 'changed' } }])).toBe(false)
    expect(await notes('north').findOneAndUpdate(filter, { $set: { text: 'changed' } })).toBeNull()
    expect(await notes('north').findOneAndUpdate(filter, [{ $set: { text: 'changed' } }])).toBeNull()
    expect(await notes('north').delete(filter)).toBe(0)
    expect(await everything()).toEqual(before)
  })

  test('never makes a record over one of another', async () => {
    const before = await everything()
    const change = { $set: { text: 'changed' } }
    expect(await notes('north').upsert({ _id: 'south-1' }, change).catch(isDuplicate)).toBe(true)
    expect(await notes('north').insert(aNote('south-1', 'changed')).catch(isDuplicate)).toBe(true)
    expect(await everything()).toEqual(before)
  })

  test('sees all of its own, and nothing else, when it asks for everything', async () => {
    expect(await notes('north').find({})).toEqual(belongsTo('north', 'north-1', 'north-2'))
    expect([await notes('north').count({}), await notes('south').count({})]).toEqual([2, 1])
    expect(await notes('north').delete({})).toBe(2)
    expect(await everything()).toEqual(belongsTo('south', 'south-1'))
  })

  test('is written into every new record, whatever the record says', async () => {
    await notes('north').insert({ ...aNote('a'), orgId: 'south' } as never)
    await notes('north').insert({ ...aNote('b'), orgId: 'south' } as never, { ...aNote('c'), orgId: 'east' } as never)
    await notes('north').upsert(
      { _id: 'd' },
      { $set: { text: 'x' }, $setOnInsert: { reference: 'd', orgId: 'south' } as never },
    )
    expect(await notes('north').find({ _id: { $lt: 'n' } })).toEqual(belongsTo('north', 'a', 'b', 'c', 'd'))
  })

  test.each<[string, object]>([
    ['setting it', { $set: { orgId: 'south' } }],
    ['removing it', { $unset: { orgId: '' } }],
    ['renaming another field', { $rename: { text: 'orgId' } }],
  ])('cannot give its record away by %s', async (_way, change) => {
    const before = await everything()
    await expect(notes('north').update({ _id: 'north-1' }, change)).rejects.toThrow()
    await expect(notes('north').findOneAndUpdate({ _id: 'north-1' }, change)).rejects.toThrow()
    await expect(notes('north').upsert({ _id: 'north-1' }, change)).rejects.toThrow()
    expect(await everything()).toEqual(before)
  })

  test('cannot give its record away by computing the change either', async () => {
    for (const stage of [
      { $set: { orgId: 'south' } },
      { $unset: 'orgId' },
      { $replaceWith: { _id: '$_id', text: 'x' } },
    ]) {
      expect(await notes('north').update({ _id: 'north-1' }, [stage])).toBe(true)
      expect(await notes('north').findOneAndUpdate({ _id: 'north-1' }, [stage])).toMatchObject({ orgId: 'north' })
    }
  })

  test('has data keys of its own', async () => {
    await keys('north').insert({ _id: 'key-1' })
    expect(await keys('south').findOne({ _id: 'key-1' })).toBeNull()
    expect(await keys('south').delete({ _id: 'key-1' })).toBe(0)
    expect(await keys('north').find({})).toEqual([{ _id: 'key-1', orgId: 'north' }])
  })

  test.each([undefined, null, ''])('that is %p is none, and gets no view of the database', (orgId) => {
    expect(() => base.mongo.forOrg(orgId as never)).toThrow('organisation-missing')
  })

  test('asks for nothing by a value that is missing, which would match every record', async () => {
    const filter = { _id: 'north-1', text: undefined as never }
    const asked = { findOne: [], find: [], count: [], delete: [], update: [{ $set: { text: 'y' } }] } as const
    for (const [method, more] of Object.entries(asked)) {
      const call = notes('north')[method as 'update'](filter, ...(more as [object]))
      await expect(call).rejects.toMatchObject({ code: 'filter-incomplete', info: { field: 'text' } })
    }
  })
})
