import { randomBytes } from 'node:crypto'
import type { DataKey } from './crypto'
import { CaseworkError } from './errors'
import { newId } from './ids'
import type { KeyProvider } from './key-provider'
import { isDuplicate, type Mongo, type Scope } from './mongo'

interface KeyRecord {
  _id: string
  purpose: KeyPurpose
  version: number
  wrapped: Buffer
  kekId: string
  kekVersion: number
  createdAt: Date
}

type SharedPurpose = 'drafts' | 'audit'
type KeyPurpose = 'subject' | SharedPurpose

/** How long an opened key may be used before it is looked up again, so that a destroyed key is forgotten everywhere. */
const REMEMBER_MS = 4000

/**
 * Data keys: one for each engagement and the case that grows out of it, so that one destroyed key forgets both, and one
 * per organisation for drafts and for the audit chain. All are kept wrapped, in a database of their own.
 */
export interface Keyring {
  /** Makes a data key for a new subject; it exists once the transaction behind `scope` commits. */
  create(scope: Scope): Promise<DataKey>
  /** @throws CaseworkError 'key-destroyed' when there is none any more */
  open(scope: Scope, keyId: string): Promise<DataKey>
  /** The organisation's own key for one purpose, made on first use. */
  shared(orgId: string, purpose: SharedPurpose): Promise<DataKey>
}

export function createKeyring(mongo: Mongo, provider: KeyProvider): Keyring {
  const remembered = new Map<string, { key: Promise<DataKey>; until: number }>()

  async function make(scope: Scope, id: string, purpose: KeyPurpose): Promise<DataKey> {
    const bytes = randomBytes(32)
    const { id: kekId, version: kekVersion } = provider.current
    const wrapped = await provider.wrap(bytes)
    const record: KeyRecord = { _id: id, purpose, version: 1, wrapped, kekId, kekVersion, createdAt: new Date() }
    await scope.keys<KeyRecord>().insert(record)
    return { id, version: 1, bytes }
  }

  async function read(scope: Scope, id: string): Promise<DataKey | null> {
    const record = await scope.keys<KeyRecord>().findOne({ _id: id })
    if (!record) return null
    const bytes = await provider.unwrap(record.wrapped, { id: record.kekId, version: record.kekVersion })
    return { id, version: record.version, bytes }
  }

  function remember(name: string, find: () => Promise<DataKey>): Promise<DataKey> {
    const known = remembered.get(name)
    if (known && known.until > Date.now()) return known.key
    const key = find()
    if (remembered.size > 1000) remembered.clear()
    remembered.set(name, { key, until: Date.now() + REMEMBER_MS })
    key.catch(() => remembered.delete(name))
    return key
  }

  return {
    create: (scope) => make(scope, newId(), 'subject'),
    open: (scope, keyId) =>
      remember(`${scope.orgId}:${keyId}`, async () => {
        const key = await read(scope, keyId)
        if (!key) throw new CaseworkError('key-destroyed', { keyId })
        return key
      }),
    shared: (orgId, purpose) =>
      remember(`${orgId}:${purpose}`, async () => {
        const scope = mongo.forOrg(orgId)
        const id = `${orgId}:${purpose}`
        try {
          return (await read(scope, id)) ?? (await make(scope, id, purpose))
        } catch (fault) {
          if (!isDuplicate(fault)) throw fault
          return (await read(scope, id))!
        }
      }),
  }
}
