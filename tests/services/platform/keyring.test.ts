import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { seal, unseal } from '../../../services/platform/crypto'
import { newId } from '../../../services/platform/ids'
import type { KeyRecord } from '../../../services/platform/key-records'
import { createKeyring } from '../../../services/platform/keyring'
import { connectMongo, type Mongo } from '../../../services/platform/mongo'
import { type Outcome, refuse } from '../../../services/platform/outcome'
import { transactionsOn } from '../../support/casework-transaction'
import { startOpening } from '../../support/key-opening'
import { anActor } from '../../support/records'
import { type TestMongo, testMongo } from '../../support/test-mongo'

let base: TestMongo
let elsewhere: Mongo

beforeAll(async () => {
  base = await testMongo('keyring')
  elsewhere = await connectMongo(base.uri)
})

afterAll(async () => {
  await elsewhere.close()
  await base.close()
})

const north = () => base.mongo.forOrg('north')
const keyRecords = () => base.mongo.keysDb.collection<{ _id: string }>('keys')
const anotherProcess = () => createKeyring(elsewhere, base.keyProvider)

/** Longer than any process may remember a key, and no longer than the five seconds within which it must be forgotten. */
const FORGOTTEN_MS = 4_800

describe('The key of a case', () => {
  test('IMP-62 is opened by its own process and by another one on the same database', async () => {
    const made = await base.keyring.create(north())
    expect(made).toMatchObject({ version: 1, bytes: expect.any(Buffer) })
    expect(await base.keyring.open(north(), made.id)).toEqual(made)
    expect(await anotherProcess().open(elsewhere.forOrg('north'), made.id)).toEqual(made)
  })

  test('IMP-62 is another one for each case', async () => {
    const made = await Promise.all(Array.from({ length: 50 }, () => base.keyring.create(north())))
    expect(new Set(made.map(({ id }) => id)).size).toBe(50)
    expect(new Set(made.map(({ bytes }) => bytes.toString('hex'))).size).toBe(50)
  })

  test('IMP-62 lies in no database unwrapped, and not at all beside the records', async () => {
    const { id, bytes } = await base.keyring.create(north())
    const record = await keyRecords().findOne({ _id: id })
    const { id: kekId } = await base.keyProvider.keyOf('north').current()
    expect(record).toMatchObject({ orgId: 'north', purpose: 'subject', kekId, kekVersion: 1 })
    const dump = JSON.stringify(await keyRecords().find().toArray())
    for (const shown of [bytes.toString('base64').slice(0, 20), bytes.toString('hex')])
      expect(dump).not.toContain(shown)
    expect((await base.mongo.db.listCollections().toArray()).map(({ name }) => name)).not.toContain('keys')
  })

  test('IMP-37 IMP-62 opens nothing for another organisation', async () => {
    const { id } = await base.keyring.create(north())
    await base.keyring.open(north(), id)
    const south = base.keyring.open(base.mongo.forOrg('south'), id)
    await expect(south).rejects.toMatchObject({ code: 'key-destroyed', info: { keyId: id } })
  })

  test('IMP-08 is left only once when a case is opened by eight presses at the same moment', async () => {
    const caseId = newId()
    const { transaction } = transactionsOn(base)
    const open = () =>
      transaction(
        anActor({ orgId: 'races' }),
        { event: 'case-opened', permission: null },
        async (tx): Promise<Outcome> => {
          const cases = tx.collection<{ _id: string; reference: string; keyId: string }>('cases')
          if (await cases.findOne({ _id: caseId })) return { ok: true, repeated: true }
          const { id } = await base.keyring.create(tx)
          await cases.insert({ _id: caseId, reference: caseId, keyId: id })
          tx.audit({ subject: `case:${caseId}`, event: 'case-opened' })
          return { ok: true }
        },
      )
    const outcomes = await Promise.all(Array.from({ length: 8 }, open))
    expect(outcomes.filter((outcome) => outcome.ok && !outcome.repeated)).toHaveLength(1)
    expect(outcomes.every(({ ok }) => ok)).toBe(true)
    const found = await base.mongo
      .forOrg('races')
      .collection<{ _id: string; keyId: string }>('cases')
      .findOne({ _id: caseId })
    const left = await keyRecords().find({ orgId: 'races', purpose: 'subject' }).toArray()
    expect(left.map(({ _id }) => _id)).toEqual([found!.keyId])
  })

  test('IMP-62 leaves nothing when what it was made for was refused', async () => {
    const before = await keyRecords().countDocuments({ purpose: 'subject' })
    const { transaction } = transactionsOn(base)
    await transaction(anActor(), { event: 'case-opened', permission: null }, async (tx) => {
      await base.keyring.create(tx)
      return refuse('missing')
    })
    expect(await keyRecords().countDocuments({ purpose: 'subject' })).toBe(before)
  })

  test('IMP-40 IMP-62 once removed it is forgotten in every process within five seconds, and the case stays shut', async () => {
    const key = await base.keyring.create(north())
    const place = { orgId: 'north', collection: 'cases', id: 'case-1', field: 'client.name' }
    const sealed = seal(key, place, 'Quinn Invented')
    const keyrings = [base.keyring, anotherProcess()]
    for (const keyring of keyrings)
      expect(unseal(await keyring.open(north(), key.id), place, sealed)).toBe('Quinn Invented')
    expect(await base.keyring.destroy(north(), key.id)).toBe(true)
    await expect(base.keyring.open(north(), key.id)).rejects.toMatchObject({ code: 'key-destroyed' })
    await wait(FORGOTTEN_MS)
    for (const keyring of [...keyrings, anotherProcess()])
      await expect(keyring.open(north(), key.id)).rejects.toMatchObject({ code: 'key-destroyed' })
    expect(await base.keyring.destroy(north(), key.id)).toBe(false)
  })

  test('IMP-40 IMP-62 that was destroyed is forgotten by another process of the bot within five seconds, whenever that was', async () => {
    const opening = await startOpening(base)
    try {
      const keys = await Promise.all(Array.from({ length: 5 }, () => base.keyring.create(north())))
      for (const { id } of keys) expect(await opening.until('open', id)).toBe('open')
      const destroyedAt: number[] = []
      for (const { id } of keys) {
        // Each at another moment of what that process remembers.
        await wait(700)
        await base.keyring.destroy(north(), id)
        destroyedAt.push(Date.now())
      }
      for (const [index, { id }] of keys.entries()) {
        await opening.until('key-destroyed', id)
        // By the other process's own note of when it opened the key for the last time, however late this one reads it.
        expect(opening.lastOpenedAt(id) - destroyedAt[index]!).toBeLessThan(5_000)
      }
    } finally {
      opening.stop()
    }
  })

  test('IMP-40 IMP-62 that was destroyed is not opened again by a transaction that began before', async () => {
    const { id } = await base.keyring.create(north())
    const session = elsewhere.startSession()
    try {
      await session.withTransaction(async () => {
        const early = elsewhere.forOrg('north', session)
        expect(await early.keys<KeyRecord>().count({ _id: id })).toBe(1)
        await base.keyring.destroy(north(), id)
        // Its snapshot still shows the key.
        expect(await early.keys<KeyRecord>().count({ _id: id })).toBe(1)
        await expect(anotherProcess().open(early, id)).rejects.toMatchObject({ code: 'key-destroyed' })
      })
    } finally {
      await session.endSession()
    }
  })

  test('IMP-62 that was to be destroyed stays when what it was destroyed for was refused', async () => {
    const { id } = await base.keyring.create(north())
    const { transaction } = transactionsOn(base)
    await transaction(anActor({ orgId: 'north' }), { event: 'case-opened', permission: null }, async (tx) => {
      expect(await base.keyring.destroy(tx, id)).toBe(true)
      return refuse('missing')
    })
    expect((await base.keyring.open(north(), id)).id).toBe(id)
  })

  test('IMP-62 is open to the transaction that makes it', async () => {
    const { transaction } = transactionsOn(base)
    const outcome = await transaction(
      anActor({ orgId: 'north' }),
      { event: 'case-opened', permission: null },
      async (tx): Promise<Outcome> => {
        const made = await base.keyring.create(tx)
        expect(await base.keyring.open(tx, made.id)).toEqual(made)
        tx.audit({ subject: `case:${made.id}`, event: 'case-opened' })
        return { ok: true }
      },
    )
    expect(outcome.ok).toBe(true)
  })

  test('IMP-37 IMP-62 is not destroyed by another organisation, and no key of an organisation is destroyed so', async () => {
    const { id } = await base.keyring.create(north())
    expect(await base.keyring.destroy(base.mongo.forOrg('south'), id)).toBe(false)
    const { id: shared } = await base.keyring.shared('north', 'audit')
    expect(await base.keyring.destroy(north(), shared)).toBe(false)
    expect((await anotherProcess().open(elsewhere.forOrg('north'), id)).id).toBe(id)
    expect((await anotherProcess().shared('north', 'audit')).id).toBe(shared)
  })

  test('IMP-62 that does not open is asked for anew the next time, not remembered as missing', async () => {
    const { id } = await base.keyring.create(north())
    const keyring = anotherProcess()
    const record = await keyRecords().findOne({ _id: id })
    await keyRecords().deleteOne({ _id: id })
    await expect(keyring.open(north(), id)).rejects.toMatchObject({ code: 'key-destroyed' })
    await keyRecords().insertOne(record!)
    expect((await keyring.open(north(), id)).id).toBe(id)
  })
})

describe('The keys of an organisation', () => {
  test('IMP-62 are made once each, however many processes ask for one first', async () => {
    for (let round = 0; round < 20; round++) {
      const orgId = `north-${'abcdefghijklmnopqrst'[round]}`
      const keyrings = [0, 1, 2, 3].map((index) => createKeyring(index % 2 ? base.mongo : elsewhere, base.keyProvider))
      const found = await Promise.all(keyrings.map((keyring) => keyring.shared(orgId, 'audit')))
      expect(new Set(found.map(({ bytes }) => bytes.toString('hex'))).size).toBe(1)
      expect(await keyRecords().countDocuments({ orgId })).toBe(1)
    }
  })

  test('IMP-37 IMP-62 differ between organisations and between purposes', async () => {
    const asked = ['east', 'west'].flatMap((orgId) => [
      base.keyring.shared(orgId, 'audit'),
      base.keyring.shared(orgId, 'drafts'),
    ])
    const found = await Promise.all(asked)
    expect(new Set(found.map(({ bytes }) => bytes.toString('hex'))).size).toBe(4)
    expect(found.map(({ id }) => id)).toEqual(['east:audit', 'east:drafts', 'west:audit', 'west:drafts'])
  })
})
