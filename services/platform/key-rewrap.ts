import { setTimeout as wait } from 'node:timers/promises'
import type { Filter, WithId } from 'mongodb'
import { CaseworkError } from './errors'
import { newId } from './ids'
import type { KeyProvider, KeyVersion } from './key-encryption-key'
import { allKeyRecords, type KeyRecord, wrappedUnder } from './key-records'
import type { Mongo } from './mongo'

type OwnedRecord = KeyRecord & { orgId: string }

export interface Rewrapping {
  /** Data keys wrapped anew by this run. */
  rewrapped: number
  /** Data keys that are still not under the present version of their organisation's key. */
  left: number
  /** Why some were left: how many data keys each fault kept back; for an unknown key of an organisation, all of its own. */
  faults: Record<string, number>
}

export interface RewrapSettings {
  mongo: Mongo
  provider: KeyProvider
  /** Called after each batch, with what this run has done so far. */
  onProgress?(rewrapped: number): void
  /** Between two tries while a vault is away or too busy. */
  pauseMs?: number
}

const BATCH = 100
/** So many at once keep a vault well under what it allows in ten seconds, and a file as busy as it can be. */
const AT_ONCE = 16
const PAUSE_MS = 5_000
const TRIES = 12

/**
 * Wraps every data key of every organisation anew that is not under the present version of its key, while everything
 * else goes on. It keeps no notes of its own: what is left to do is asked of the records, so that it may be killed and
 * started again at any moment, and several may run at once. A data key is replaced only where it still is what was read,
 * and only by what has been opened again before.
 *
 * @throws CaseworkError when a vault stayed away: as `askVault`. What was done stays done.
 */
export async function rewrapKeys(settings: RewrapSettings): Promise<Rewrapping> {
  const { mongo } = settings
  const records = allKeyRecords(mongo)
  let rewrapped = 0
  for (let leftBefore = Number.POSITIVE_INFINITY; ; ) {
    const faults: Record<string, number> = {}
    const { behind, unreachable } = await whatIsBehind(settings, faults)
    const before = rewrapped
    // From somewhere in the middle and round, so that two runs at once meet seldom.
    const start = newId()
    for (const range of [{ $gte: start }, { $lt: start }]) {
      for await (const batch of batches(mongo, { $and: [behind, { _id: range }] })) {
        rewrapped += await rewrapBatch(settings, batch, faults)
        settings.onProgress?.(rewrapped)
      }
    }
    const left = await records.countDocuments({ $or: [behind, { orgId: { $in: unreachable } }] })
    // As long as it gets less, by this run or by another one, it may yet be none.
    if (left === 0 || (rewrapped === before && left >= leftBefore)) return { rewrapped, left, faults }
    leftBefore = left
  }
}

/** What is not under the present version, asked anew each round because somebody may rotate meanwhile. */
async function whatIsBehind({ mongo, provider }: RewrapSettings, faults: Record<string, number>) {
  const records = allKeyRecords(mongo)
  const present: Filter<OwnedRecord>[] = []
  const unreachable: string[] = []
  for (const orgId of await records.distinct('orgId')) {
    try {
      const { id, version } = await provider.keyOf(orgId).current()
      present.push({ orgId, kekId: id, kekVersion: version })
    } catch (fault) {
      count(faults, fault, await records.countDocuments({ orgId }))
      unreachable.push(orgId)
    }
  }
  const behind: Filter<OwnedRecord> = { orgId: { $nin: unreachable }, ...(present.length > 0 ? { $nor: present } : {}) }
  return { behind, unreachable }
}

async function* batches(mongo: Mongo, filter: Filter<OwnedRecord>): AsyncGenerator<WithId<OwnedRecord>[]> {
  for (let after = ''; ; ) {
    const batch = await allKeyRecords(mongo)
      .find({ $and: [filter, { _id: { $gt: after } }] })
      .sort({ _id: 1 })
      .limit(BATCH)
      .toArray()
    const last = batch.at(-1)
    if (!last) return
    yield batch
    after = last._id
  }
}

async function rewrapBatch(settings: RewrapSettings, batch: OwnedRecord[], faults: Record<string, number>) {
  const changes: { record: OwnedRecord; wrapped: Buffer; under: KeyVersion }[] = []
  for (let from = 0; from < batch.length; from += AT_ONCE) {
    const some = batch.slice(from, from + AT_ONCE)
    await Promise.all(
      some.map(async (record) => {
        try {
          changes.push({ record, ...(await patiently(settings, () => wrappedAnew(settings.provider, record))) })
        } catch (fault) {
          if (isAway(fault)) throw fault
          count(faults, fault, 1)
        }
      }),
    )
  }
  if (changes.length === 0) return 0
  const { modifiedCount } = await allKeyRecords(settings.mongo).bulkWrite(
    changes.map(({ record, wrapped, under }) => {
      const { _id, orgId, kekId, kekVersion, wrapped: before } = record
      const change = { wrapped, kekId: under.id, kekVersion: under.version, rewrappedAt: new Date() }
      return { updateOne: { filter: { _id, orgId, kekId, kekVersion, wrapped: before }, update: { $set: change } } }
    }),
    { ordered: false },
  )
  return modifiedCount
}

async function wrappedAnew(provider: KeyProvider, record: OwnedRecord) {
  const key = provider.keyOf(record.orgId)
  const bytes = await key.unwrap(record.wrapped, wrappedUnder(record))
  const anew = await key.wrap(bytes)
  // There is no second copy: what cannot be opened must not take the place of what can.
  if (!(await key.unwrap(anew.wrapped, anew.under)).equals(bytes)) throw new CaseworkError('wrapped-key-unreadable')
  return anew
}

const isAway = (fault: unknown): boolean => fault instanceof CaseworkError && fault.code === 'key-vault-away'

async function patiently<Result>({ pauseMs = PAUSE_MS }: RewrapSettings, work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (fault) {
      if (!isAway(fault) || attempt === TRIES) throw fault
      await wait(pauseMs)
    }
  }
}

function count(faults: Record<string, number>, fault: unknown, keys: number): void {
  if (!(fault instanceof CaseworkError)) throw fault
  faults[fault.code] = (faults[fault.code] ?? 0) + keys
}
