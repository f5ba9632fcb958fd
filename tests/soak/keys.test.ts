import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { seal, unseal } from '../../services/platform/crypto'
import { newId } from '../../services/platform/ids'
import { rotateKeyFile } from '../../services/platform/key-file'
import { allKeyRecords } from '../../services/platform/key-records'
import { createKeyring } from '../../services/platform/keyring'
import { keysSettings, startKeysCommand } from '../support/keys-command'
import { type TestMongo, testMongo } from '../support/test-mongo'
import { times } from './counts'

const KEYS = times(2_000, 100_000)
const KILLS = times(3, 20)
const ORGANISATIONS = ['north', 'south', 'west']
/** A keyring remembers for seconds; a new one as often as this makes most reads go to the key. */
const READS_A_KEYRING = 50

let base: TestMongo
let folder: string
let settings: Record<string, string>

beforeAll(async () => {
  base = await testMongo('soak-keys')
  folder = mkdtempSync(join(tmpdir(), 'casekeeper-soak-keys-'))
  settings = keysSettings(base, folder)
})
afterAll(async () => {
  await base.close()
  rmSync(folder, { recursive: true })
})

interface Sealed {
  orgId: string
  keyId: string
  name: Buffer
}

const placeOf = ({ orgId, keyId }: Pick<Sealed, 'orgId' | 'keyId'>) => ({
  orgId,
  collection: 'cases',
  id: keyId,
  field: 'client.name',
})

/** Cases as far as keys are concerned: each with a key of its own and a name that it has sealed. */
async function seed(): Promise<Sealed[]> {
  const sealed: Sealed[] = []
  while (sealed.length < KEYS) {
    const batch = await Promise.all(
      Array.from({ length: Math.min(1_000, KEYS - sealed.length) }, async (_, index) => {
        const orgId = ORGANISATIONS[index % ORGANISATIONS.length]!
        const key = { id: newId(), version: 1, bytes: Buffer.from(newId() + newId()).subarray(0, 32) }
        const { wrapped, under } = await base.keyProvider.keyOf(orgId).wrap(key.bytes)
        const record = {
          _id: key.id,
          orgId,
          purpose: 'subject' as const,
          version: 1,
          wrapped,
          kekId: under.id,
          kekVersion: under.version,
          createdAt: new Date(),
        }
        const place = placeOf({ orgId, keyId: key.id })
        return { record, sealed: { orgId, keyId: key.id, name: seal(key, place, `Name ${key.id}`) } }
      }),
    )
    await allKeyRecords(base.mongo).insertMany(batch.map(({ record }) => record))
    sealed.push(...batch.map((one) => one.sealed))
  }
  return sealed
}

/** Reads one case after the other, as a bot does that serves people meanwhile. */
function startReading(cases: Sealed[]) {
  let reading = true
  const figures = { reads: 0, failed: 0, slowestMs: 0 }
  const done = (async () => {
    let keyring = createKeyring(base.mongo, base.keyProvider)
    while (reading) {
      if (figures.reads % READS_A_KEYRING === 0) keyring = createKeyring(base.mongo, base.keyProvider)
      const one = cases[randomInt(cases.length)]!
      const begun = performance.now()
      try {
        const key = await keyring.open(base.mongo.forOrg(one.orgId), one.keyId)
        if (unseal(key, placeOf(one), one.name) !== `Name ${one.keyId}`) figures.failed += 1
      } catch {
        figures.failed += 1
      }
      figures.reads += 1
      figures.slowestMs = Math.max(figures.slowestMs, performance.now() - begun)
      await wait(2)
    }
  })()
  return {
    stop: async () => {
      reading = false
      await done
      return figures
    },
  }
}

/** Lets it rewrap some, and kills it in the middle. */
async function startAndKill(): Promise<number | NodeJS.Signals> {
  const { child, output, ended } = startKeysCommand(settings, 'rewrap')
  while (child.exitCode === null && !output().includes('rewrapped')) await wait(1)
  await wait(randomInt(times(5, 300)))
  child.kill('SIGKILL')
  const end = await ended
  if (end !== 'SIGKILL' && end !== 0) throw new Error(output())
  return end
}

const behind = (version: number) => allKeyRecords(base.mongo).countDocuments({ kekVersion: { $ne: version } })

test(`IMP-62 ${KEYS} keys are rewrapped while cases are read, though the processes that do it are killed ${KILLS} times in between`, async () => {
  const cases = await seed()
  const readers = [startReading(cases), startReading(cases)]
  const begun = performance.now()
  let version = rotateKeyFile(base.keyFile)
  let kills = 0
  let rotations = 1
  while (kills < KILLS) {
    if ((await behind(version)) === 0) {
      version = rotateKeyFile(base.keyFile)
      rotations += 1
    }
    const together = kills % 4 === 3 ? 2 : 1
    const rounds = await Promise.all(Array.from({ length: together }, () => startAndKill()))
    kills += rounds.filter((end) => end === 'SIGKILL').length
  }
  const last = [startKeysCommand(settings, 'rewrap'), startKeysCommand(settings, 'rewrap')]
  for (const { ended, output } of last) expect([await ended, output()]).toEqual([0, expect.stringContaining(' 0 left')])
  const seconds = (performance.now() - begun) / 1_000
  const [one, other] = await Promise.all(readers.map((reader) => reader.stop()))
  const figures = {
    keys: KEYS,
    kills,
    rotations,
    left: await behind(version),
    reads: one!.reads + other!.reads,
    failed: one!.failed + other!.failed,
    slowestReadMs: Math.round(Math.max(one!.slowestMs, other!.slowestMs)),
    seconds: Math.round(seconds),
  }
  process.stdout.write(`rewrapping: ${JSON.stringify(figures)}\n`)
  expect(figures).toMatchObject({ left: 0, failed: 0 })
  expect(figures.reads).toBeGreaterThan(KILLS * 10)
  const keyring = createKeyring(base.mongo, base.keyProvider)
  for (const each of cases) {
    const key = await keyring.open(base.mongo.forOrg(each.orgId), each.keyId)
    if (unseal(key, placeOf(each), each.name) !== `Name ${each.keyId}`) throw new Error('another key')
  }
}, 3_600_000)
