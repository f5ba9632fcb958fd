import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { verifyChains } from '../../../services/audit/audit.store'
import { createKeyring } from '../../../services/platform/keyring'
import { connectMongo, type Mongo } from '../../../services/platform/mongo'
import { transactionsOn } from '../../support/casework-transaction'
import { anActor } from '../../support/records'
import { type TestMongo, testMongo } from '../../support/test-mongo'

let base: TestMongo
let elsewhere: Mongo

beforeAll(async () => {
  base = await testMongo('audit-races')
  elsewhere = await connectMongo(base.uri)
})

afterAll(async () => {
  await elsewhere.close()
  await base.close()
})

beforeEach(async () => {
  for (const name of ['audit', 'auditHeads']) await base.mongo.db.collection(name).deleteMany({})
})

const verify = () => verifyChains(base.mongo, base.keyring, 'cardiff')

describe('IMP-19 Several who write at the same moment', () => {
  test('keep one chain, from two processes, without a gap', async () => {
    const other = { mongo: elsewhere, keyring: createKeyring(elsewhere, base.keyProvider) }
    const processes = [transactionsOn(base).transaction, transactionsOn(other).transaction]
    const view = (nth: number) =>
      processes[nth % 2]!(anActor({ staffId: `p-${nth}` }), { event: 'case-viewed', permission: null }, async (tx) => {
        tx.audit({ subject: 'case:one', event: 'case-viewed', codes: { nth } })
        return { ok: true }
      })
    for (let round = 0; round < 3; round++) await Promise.all([0, 1, 2, 3, 4, 5].map(view))
    expect(await verify()).toEqual({ entries: 18, chains: 1, broken: [] })
    const written = (await base.mongo.db.collection('audit').find().toArray()).map(({ codes }) => codes.nth)
    expect(written.sort()).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5])
  })

  test('do not make the check raise a false alarm while it runs', async () => {
    const { transaction } = transactionsOn({ mongo: elsewhere, keyring: createKeyring(elsewhere, base.keyProvider) })
    let going = true
    const writer = async (staffId: string) => {
      while (going)
        await transaction(anActor({ staffId }), { event: 'case-viewed', permission: null }, async (tx) => {
          tx.audit({ subject: `staff:${staffId}`, event: 'case-viewed' })
          return { ok: true }
        })
    }
    const writers = ['ada', 'bo', 'cleo'].map(writer)
    const alarms = []
    try {
      let grown = 0
      for (let checks = 0; grown < 30 || checks < 15; checks++) {
        const { entries: found, broken } = await verify()
        alarms.push(...broken)
        grown = found
      }
    } finally {
      going = false
      await Promise.all(writers)
    }
    expect(alarms).toEqual([])
    expect((await verify()).broken).toEqual([])
  })
})
