import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { connectMongo, isDuplicate, type Scope } from '../../../services/platform/mongo'
import { type TestMongo, testMongo } from '../../support/test-mongo'

interface Note {
  _id: string
  reference: string
}

let base: TestMongo

beforeAll(async () => {
  base = await testMongo('mongo')
  await notes('north').insert(aNote('north-1'))
})

afterAll(() => base.close())

const notes = (orgId: string) => base.mongo.forOrg(orgId).collection<Note>('cases')
const aNote = (id: string, reference = id): Note => ({ _id: id, reference })

describe('A record that is there already', () => {
  const twice: [string, (scope: Scope) => Promise<void>][] = [
    ['alone', (scope) => scope.collection<Note>('cases').insert(aNote('north-1'))],
    ['among others', (scope) => scope.collection<Note>('cases').insert(aNote('a'), aNote('north-1'), aNote('b'))],
    ['by its reference', (scope) => scope.collection<Note>('cases').insert(aNote('c', 'north-1'))],
  ]
  test.each(twice)('IMP-34 is recognised when it is made again %s', async (_way, make) => {
    expect(await make(base.mongo.forOrg('north')).catch(isDuplicate)).toBe(true)
  })

  test('IMP-37 may have the same reference in another organisation', async () => {
    await notes('south').insert(aNote('south-2', 'north-1'))
    expect(await notes('south').findOne({ reference: 'north-1' })).toMatchObject({ _id: 'south-2' })
  })

  test('is not what any other fault means', async () => {
    const fault = await base.mongo.db
      .collection('cases')
      .insertOne({ reference: 'no organisation' })
      .catch((caught) => caught)
    expect(fault).toMatchObject({ code: 121 })
    for (const other of [fault, new Error('E11000 duplicate key'), { code: '11000' }, null, 11000])
      expect(isDuplicate(other)).toBe(false)
  })
})

describe('The database of a deployment', () => {
  test.each([
    ['/', 'casekeeper'],
    ['/advice', 'advice'],
  ])('named as %p is %s, and its keys lie beside it', async (pathname, name) => {
    const address = new URL(base.uri)
    address.pathname = pathname
    const mongo = await connectMongo(address.toString())
    await mongo.ping()
    expect([mongo.db.databaseName, mongo.keysDb.databaseName]).toEqual([name, `${name}_keys`])
    await mongo.close()
  })

  test('acknowledges a write only when a majority has it, and reads only such writes', () => {
    const { writeConcern, readConcern } = base.mongo.db
    expect([writeConcern?.w, writeConcern?.journal, readConcern?.level]).toEqual(['majority', true, 'majority'])
    expect(base.mongo.keysDb.writeConcern?.w).toBe('majority')
  })
})
