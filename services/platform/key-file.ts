import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { CaseworkError } from './errors'
import type { EncryptionKey } from './key-encryption-key'
import {
  KEY_BYTES,
  type KeyFile,
  LABEL,
  newestOf,
  readKeyFile,
  stateOf,
  syncFolderOf,
  writeDurably,
} from './key-file-format'

const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * A key in a file that its owner alone may read. The file is read again when it has changed, so that a process which was
 * running before a rotation wraps with the new version at once.
 *
 * @throws CaseworkError, also later, when the file was taken away or changed: 'key-file-missing'; 'key-file-too-open'
 * when anybody but its owner may read or change it, which is for its owner to put right; 'key-file-broken' when it holds
 * anything but whole keys
 */
export function fileKey(path: string): EncryptionKey {
  let read: { seen: string; file: KeyFile } | undefined
  const load = (): KeyFile => {
    const seen = stateOf(path)
    if (read?.seen !== seen) read = { seen, file: readKeyFile(path) }
    return read.file
  }
  load()
  return {
    kind: 'file',
    holds: (id) => id === load().id,
    current: async () => ({ id: load().id, version: newestOf(load()).version }),
    wrap: async (dataKey) => {
      const file = load()
      const { version, key } = newestOf(file)
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', Buffer.from(key, 'base64'), nonce)
      const wrapped = Buffer.concat([nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()])
      return { wrapped, under: { id: file.id, version } }
    },
    unwrap: async (wrapped, under) => {
      const { id, versions } = load()
      const found = versions.find(({ version }) => version === under.version)
      if (under.id !== id || !found) throw new CaseworkError('key-not-held', { ...under })
      try {
        const nonce = wrapped.subarray(0, NONCE_BYTES)
        const key = Buffer.from(found.key, 'base64')
        const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
        decipher.setAuthTag(wrapped.subarray(-TAG_BYTES))
        return Buffer.concat([decipher.update(wrapped.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()])
      } catch {
        throw new CaseworkError('wrapped-key-unreadable', { ...under })
      }
    },
  }
}

/**
 * Makes a file with one new key, for its owner alone to read.
 *
 * @returns false when there is a file already, which stays as it is
 */
export function createKeyFile(path: string): boolean {
  mkdirSync(dirname(path), { recursive: true })
  const file: KeyFile = { label: LABEL, id: `file-${randomBytes(4).toString('hex')}`, versions: [newVersion(1)] }
  const draft = `${path}.${randomBytes(4).toString('hex')}`
  writeDurably(draft, file)
  try {
    // A link never replaces what another process has made meanwhile, and never shows half a file.
    linkSync(draft, path)
    return true
  } catch (fault) {
    if (codeOf(fault) === 'EEXIST') return false
    throw fault
  } finally {
    rmSync(draft)
    syncFolderOf(path)
  }
}

/**
 * Adds a version, which wraps from now on in every process that uses this file; the earlier ones still open.
 *
 * @returns the new version
 * @throws CaseworkError as `fileKey`; 'key-file-busy' while another rotation of it has begun and not ended
 */
export function rotateKeyFile(path: string): number {
  const draft = `${path}.new`
  const file = readKeyFile(path)
  const version = newestOf(file).version + 1
  try {
    writeDurably(draft, { ...file, versions: [...file.versions, newVersion(version)] })
  } catch (fault) {
    // Two rotations at once would leave one of two new keys in no file, and what it had wrapped closed for ever.
    if (codeOf(fault) === 'EEXIST') throw new CaseworkError('key-file-busy')
    throw fault
  }
  renameSync(draft, path)
  syncFolderOf(path)
  return version
}

const newVersion = (version: number) => ({ version, key: randomBytes(KEY_BYTES).toString('base64') })

const codeOf = (fault: unknown): unknown => (fault as { code?: unknown } | null)?.code
