import { randomBytes } from 'node:crypto'
import type { DataKey } from './crypto'
import { CaseworkError } from './errors'
import { newId } from './ids'
import type { KeyProvider } from './key-encryption-key'
import { createKeyMemory } from './key-memory'
import { type KeyPurpose, type KeyRecord, type SharedPurpose, wrappedUnder } from './key-records'
import { isDuplicate, type Mongo, type Scope } from './mongo'

/** How long an opened key may be used before it is looked up again, so that a destroyed key is forgotten everywhere. */
const REMEMBER_MS = 4000
/** A few megabytes, and more cases than a process shows in four seconds. */
const REMEMBER_AT_MOST = 10_000

/**
 * Data keys: one for each engagement and the case that grows out of it, so that one destroyed key forgets both, and one
 * per organisation for drafts, the audit chain and its checkpoints. All are kept wrapped, in a database of their own.
 */
export interface Keyring {
  /** Makes a data key for a new subject; it exists once the transaction behind `scope` commits. */
  create(scope: Scope): Promise<DataKey>
  /** @throws CaseworkError 'key-destroyed' when there is none any more */
  open(scope: Scope, keyId: string): Promise<DataKey>
  /** The organisation's own key for one purpose, made on first use. */
  shared(orgId: string, purpose: SharedPurpose): Promise<DataKey>
  /**
   * Destroys the data key of a subject for good, once the transaction behind `scope` commits: what it sealed can be read
   * nowhere any more, by this process at once and by every other one within five seconds.
   *
   * @returns false when this organisation has no such key (any more)
   */
  destroy(scope: Scope, keyId: string): Promise<boolean>
}

export function createKeyring(mongo: Mongo, provider: KeyProvider): Keyring {
  const memory = createKeyMemory<DataKey>({ keepMs: REMEMBER_MS, limit: REMEMBER_AT_MOST })

  async function make(scope: Scope, id: string, purpose: KeyPurpose): Promise<DataKey> {
    const bytes = randomBytes(32)
    const { wrapped, under } = await provider.keyOf(scope.orgId).wrap(bytes)
    const { id: kekId, version: kekVersion } = under
    const record: KeyRecord = { _id: id, purpose, version: 1, wrapped, kekId, kekVersion, createdAt: new Date() }
    await scope.keys<KeyRecord>().insert(record)
    return { id, version: 1, bytes }
  }

  async function read(orgId: string, id: string): Promise<DataKey | null> {
    const record = await mongo.forOrg(orgId).keys<KeyRecord>().findOne({ _id: id })
    if (!record) return null
    const bytes = await provider.keyOf(orgId).unwrap(record.wrapped, wrappedUnder(record))
    return { id, version: record.version, bytes }
  }

  return {
    create: async (scope) => {
      const key = await make(scope, newId(), 'subject')
      // The transaction that makes a key also seals with it, and reads below happen outside of it.
      memory.keep(`${scope.orgId}:${key.id}`, key)
      return key
    },
    open: ({ orgId }, keyId) =>
      memory.of(`${orgId}:${keyId}`, async () => {
        // Never by the transaction's snapshot, which still shows a key that was destroyed since it began.
        const key = await read(orgId, keyId)
        if (!key) throw new CaseworkError('key-destroyed', { keyId })
        return key
      }),
    shared: (orgId, purpose) =>
      memory.of(`${orgId}:${purpose}`, async () => {
        const id = `${orgId}:${purpose}`
        try {
          return (await read(orgId, id)) ?? (await make(mongo.forOrg(orgId), id, purpose))
        } catch (fault) {
          if (!isDuplicate(fault)) throw fault
          return (await read(orgId, id))!
        }
      }),
    destroy: async (scope, keyId) => {
      memory.forget(`${scope.orgId}:${keyId}`)
      return (await scope.keys<KeyRecord>().delete({ _id: keyId, purpose: 'subject' })) === 1
    },
  }
}
