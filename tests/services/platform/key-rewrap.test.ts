import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { destroyDrill } from '../../../services/platform/key-drill'
import type { EncryptionKey, KeyProvider } from '../../../services/platform/key-encryption-key'
import { createKeyFile, rotateKeyFile } from '../../../services/platform/key-file'
import { keyProviderAt } from '../../../services/platform/key-provider'
import { allKeyRecords, keyStandings } from '../../../services/platform/key-records'
import { rewrapKeys } from '../../../services/platform/key-rewrap'
import { vaultKey } from '../../../services/platform/key-vault'
import { createKeyring } from '../../../services/platform/keyring'
import { connectMongo } from '../../../services/platform/mongo'
import { type KeyVaultSimulator, startKeyVault } from '../../support/key-vault-simulator'
import { type TestMongo, testMongo } from '../../support/test-mongo'

let base: TestMongo
let vault: KeyVaultSimulator
let folder: string

beforeAll(async () => {
  base = await testMongo('rewrap')
  vault = await startKeyVault()
  vault.rotate('casekeeper')
})
afterAll(async () => {
  vault.agent.destroy()
  await vault.goAway()
  await base.close()
})
beforeEach(async () => {
  await records().deleteMany({})
  folder = mkdtempSync(join(tmpdir(), 'casekeeper-rewrap-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const records = () => allKeyRecords(base.mongo)
const fileOf = (name: string) => join(folder, `${name}.json`)
const inFiles = () => keyProviderAt({ shared: `file:${fileOf('{orgId}')}` })
const inOneFile = () => {
  createKeyFile(fileOf('shared'))
  return keyProviderAt({ shared: `file:${fileOf('shared')}` })
}
const inVault = () => {
  const { agent, credential } = vault
  return vaultKey({ url: vault.keyUrl('casekeeper'), credential, agent })
}

/** Data keys of cases, and what they are when they are opened. */
async function made(provider: KeyProvider, orgId: string, count: number): Promise<Map<string, Buffer>> {
  const keyring = createKeyring(base.mongo, provider)
  const keys = await Promise.all(Array.from({ length: count }, () => keyring.create(base.mongo.forOrg(orgId))))
  return new Map(keys.map(({ id, bytes }) => [id, bytes]))
}

async function expectOpen(provider: KeyProvider, orgId: string, keys: Map<string, Buffer>): Promise<void> {
  const keyring = createKeyring(base.mongo, provider)
  for (const [id, bytes] of keys) expect((await keyring.open(base.mongo.forOrg(orgId), id)).bytes).toEqual(bytes)
}

const versions = async () =>
  (await records().distinct('kekVersion')).map((version) => (typeof version === 'string' ? 'vault' : version)).sort()

describe('IMP-62 After a rotation', () => {
  test('every data key of every organisation is wrapped anew, because the version counts and not the id alone', async () => {
    const provider = inOneFile()
    const north = await made(provider, 'north', 230)
    const south = await made(provider, 'south', 20)
    await createKeyring(base.mongo, provider).shared('south', 'audit')
    expect(await rewrapKeys({ mongo: base.mongo, provider })).toEqual({ rewrapped: 0, left: 0, faults: {} })
    const before = await records().find().toArray()
    rotateKeyFile(fileOf('shared'))
    expect((await keyStandings(base.mongo, provider, ['north'])).map(({ behind }) => behind)).toEqual([230, 21])
    const progress: number[] = []
    const onProgress = (rewrapped: number) => progress.push(rewrapped)
    expect(await rewrapKeys({ mongo: base.mongo, provider, onProgress })).toEqual({
      rewrapped: 251,
      left: 0,
      faults: {},
    })
    expect(progress.at(-1)).toBe(251)
    expect(await versions()).toEqual([2])
    const after = new Map((await records().find().toArray()).map((record) => [record._id, record]))
    for (const { _id, wrapped, purpose, version, orgId } of before) {
      expect(after.get(_id)).toMatchObject({ purpose, version, orgId, rewrappedAt: expect.any(Date) })
      expect(after.get(_id)!.wrapped).not.toEqual(wrapped)
    }
    await expectOpen(provider, 'north', north)
    await expectOpen(provider, 'south', south)
  })

  test('each union’s keys go by that union’s own key, and one without its key keeps only its own back', async () => {
    for (const orgId of ['north', 'south', 'west']) createKeyFile(fileOf(orgId))
    const north = await made(inFiles(), 'north', 10)
    await made(inFiles(), 'south', 10)
    await made(inFiles(), 'west', 3)
    rotateKeyFile(fileOf('north'))
    rmSync(fileOf('west'))
    const provider = inFiles()
    const standings = await keyStandings(base.mongo, provider, ['north', 'east'])
    expect(standings.map(({ orgId, behind }) => [orgId, behind])).toEqual([
      ['east', 0],
      ['north', 10],
      ['south', 0],
      ['west', 3],
    ])
    expect(standings.at(-1)).toMatchObject({ kind: 'unknown', current: { fault: 'key-file-missing' } })
    const outcome = { rewrapped: 10, left: 3, faults: { 'key-file-missing': 3 } }
    expect(await rewrapKeys({ mongo: base.mongo, provider })).toEqual(outcome)
    await expectOpen(provider, 'north', north)
  })

  test('a data key that does not open stays as it is and is counted, and the others are done', async () => {
    const provider = inOneFile()
    const keys = await made(provider, 'north', 12)
    const [broken] = keys.keys()
    await records().updateOne({ _id: broken! }, { $set: { wrapped: randomBytes(60) } })
    const before = await records().findOne({ _id: broken! })
    rotateKeyFile(fileOf('shared'))
    const outcome = { rewrapped: 11, left: 1, faults: { 'wrapped-key-unreadable': 1 } }
    expect(await rewrapKeys({ mongo: base.mongo, provider })).toEqual(outcome)
    expect(await records().findOne({ _id: broken! })).toEqual(before)
  })

  test('a data key is not replaced by one that its keeper cannot open again', async () => {
    const provider = inOneFile()
    const keys = await made(provider, 'north', 5)
    rotateKeyFile(fileOf('shared'))
    const real = provider.keyOf('north')
    const forgetful: EncryptionKey = {
      ...real,
      wrap: async () => ({ wrapped: randomBytes(60), under: await real.current() }),
    }
    expect(await rewrapKeys({ mongo: base.mongo, provider: { keyOf: () => forgetful } })).toMatchObject({
      rewrapped: 0,
      left: 5,
    })
    await expectOpen(provider, 'north', keys)
  })

  test('a case that is erased while its key is being wrapped anew stays erased', async () => {
    const provider = inOneFile()
    const keys = await made(provider, 'north', 40)
    const keyring = createKeyring(base.mongo, provider)
    const erased = [...keys.keys()].slice(0, 20)
    rotateKeyFile(fileOf('shared'))
    const real = provider.keyOf('north')
    const slow: EncryptionKey = {
      ...real,
      wrap: async (bytes) => {
        await Promise.all(erased.splice(0, 5).map((id) => keyring.destroy(base.mongo.forOrg('north'), id)))
        return real.wrap(bytes)
      },
    }
    const gone = [...erased]
    const { rewrapped, left } = await rewrapKeys({ mongo: base.mongo, provider: { keyOf: () => slow } })
    expect([rewrapped, left]).toEqual([20, 0])
    expect(await records().countDocuments({ _id: { $in: gone } })).toBe(0)
    expect(await records().countDocuments()).toBe(20)
  })

  test('two that rewrap at the same time do all of it, and each data key once', async () => {
    const provider = inOneFile()
    const keys = await made(provider, 'north', 600)
    rotateKeyFile(fileOf('shared'))
    const elsewhere = await connectMongo(base.uri)
    const both = await Promise.all([base.mongo, elsewhere].map((mongo) => rewrapKeys({ mongo, provider })))
    await elsewhere.close()
    expect(both.map(({ left }) => left)).toEqual([0, 0])
    expect(both[0]!.rewrapped + both[1]!.rewrapped).toBe(600)
    await expectOpen(provider, 'north', keys)
  })

  test('a vault rewraps too, and is waited for while it is away', async () => {
    const key = inVault()
    const provider = { keyOf: () => key }
    const keys = await made(provider, 'north', 40)
    vault.rotate('casekeeper')
    const started = inVault()
    const renewed = { keyOf: () => started }
    await started.current()
    vault.troubles = Array(6).fill({ status: 429, retryAfter: '60' })
    const outcome = await rewrapKeys({ mongo: base.mongo, provider: renewed, pauseMs: 50 })
    expect(outcome).toEqual({ rewrapped: 40, left: 0, faults: {} })
    await expectOpen(renewed, 'north', keys)
  })

  test('keys move from a file to a vault while both are held, and need the file no more', async () => {
    const before = inOneFile()
    const keys = await made(before, 'north', 30)
    const file = before.keyOf('north')
    const key = inVault()
    const both: EncryptionKey = {
      ...key,
      unwrap: (wrapped, under) => (key.holds(under.id) ? key : file).unwrap(wrapped, under),
    }
    await expectOpen({ keyOf: () => both }, 'north', keys)
    expect(await rewrapKeys({ mongo: base.mongo, provider: { keyOf: () => both } })).toMatchObject({ left: 0 })
    expect(await versions()).toEqual(['vault'])
    await expectOpen({ keyOf: () => key }, 'north', keys)
  })
})

describe('IMP-62 The operator', () => {
  test('sees which version wraps and how many data keys each has wrapped', async () => {
    const provider = inOneFile()
    await made(provider, 'north', 3)
    rotateKeyFile(fileOf('shared'))
    await made(provider, 'north', 2)
    const { id } = await provider.keyOf('north').current()
    expect(await keyStandings(base.mongo, provider, [])).toEqual([
      {
        orgId: 'north',
        kind: 'file',
        current: { id, version: 2 },
        wrapped: [
          { under: { id, version: 1 }, count: 3 },
          { under: { id, version: 2 }, count: 2 },
        ],
        behind: 3,
      },
    ])
  })

  test('IMP-40 rehearses the destruction of a key, and nothing of the rehearsal stays', async () => {
    const provider = inOneFile()
    const elsewhere = await connectMongo(base.uri)
    const ms = await destroyDrill([base.mongo, elsewhere], provider, 'north')
    await elsewhere.close()
    expect(ms).toBeGreaterThan(1_000)
    expect(ms).toBeLessThan(5_500)
    expect(await records().countDocuments()).toBe(0)
  })
})
