import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { CaseworkError } from './errors'

/** Keeps the key that encrypts the data keys, outside the database. */
export interface KeyProvider {
  /** Names the key and its version; both are stored with every wrapped data key. */
  current: { id: string; version: number }
  wrap(key: Buffer): Promise<Buffer>
  /** @throws CaseworkError 'key-not-held' when the data key was wrapped under another key or version */
  unwrap(wrapped: Buffer, under: { id: string; version: number }): Promise<Buffer>
}

const KEY_BYTES = 32

const keyFile = z.strictObject({
  id: z.string().min(1),
  version: z.int().positive(),
  key: z.base64().refine((key) => Buffer.from(key, 'base64').length === KEY_BYTES),
})

/**
 * A key in a file that only its owner may read (mode 0600): for laptops and small deployments. The file is made on
 * first use where `create` says so; production must find it in its place.
 *
 * @throws CaseworkError 'key-file-missing'; 'key-file-broken' when it holds anything but one whole key
 */
export function fileKeyProvider(path: string, { create }: { create: boolean }): KeyProvider {
  if (!existsSync(path)) {
    if (!create) throw new CaseworkError('key-file-missing')
    mkdirSync(dirname(path), { recursive: true })
    const key = {
      id: `file-${randomBytes(4).toString('hex')}`,
      version: 1,
      key: randomBytes(KEY_BYTES).toString('base64'),
    }
    writeFileSync(path, `${JSON.stringify(key)}\n`, { mode: 0o600, flag: 'wx' })
  }
  chmodSync(path, 0o600)
  const { id, version, key } = parseKey(readFileSync(path, 'utf8'))
  const bytes = Buffer.from(key, 'base64')
  return {
    current: { id, version },
    wrap: async (dataKey) => {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', bytes, nonce)
      return Buffer.concat([nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()])
    },
    unwrap: async (wrapped, under) => {
      if (under.id !== id || under.version !== version) throw new CaseworkError('key-not-held', under)
      const decipher = createDecipheriv('aes-256-gcm', bytes, wrapped.subarray(0, 12), { authTagLength: 16 })
      decipher.setAuthTag(wrapped.subarray(-16))
      return Buffer.concat([decipher.update(wrapped.subarray(12, -16)), decipher.final()])
    },
  }
}

function parseKey(text: string): z.infer<typeof keyFile> {
  try {
    return keyFile.parse(JSON.parse(text))
  } catch {
    // Without its cause: a parser quotes what it could not read, which may be the key.
    throw new CaseworkError('key-file-broken')
  }
}
