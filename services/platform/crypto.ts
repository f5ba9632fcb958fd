import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { CaseworkError } from './errors'

/** A key that encrypts fields: 32 bytes, with the id and version under which its wrapped form is kept. */
export interface DataKey {
  id: string
  version: number
  bytes: Buffer
}

/** Where a sealed field lives. It is authenticated with the text, so a field moved elsewhere does not open. */
export interface Place {
  orgId: string
  collection: string
  id: string
  field: string
}

const FORMAT = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Encrypts one field with AES-256-GCM: format byte, nonce, tag, ciphertext. */
export function seal(key: DataKey, place: Place, text: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce).setAAD(associatedData(key, place))
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([Buffer.from([FORMAT]), nonce, cipher.getAuthTag(), ciphertext])
}

/**
 * Opens a sealed field.
 *
 * @throws CaseworkError 'sealed-field-unreadable' when the field was altered, moved, or sealed with another key
 */
export function unseal(key: DataKey, place: Place, sealed: Uint8Array): string {
  const bytes = Buffer.from(sealed)
  const nonce = bytes.subarray(1, 1 + NONCE_BYTES)
  const tag = bytes.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES)
  try {
    if (bytes[0] !== FORMAT) throw new Error('unknown format')
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, nonce, { authTagLength: TAG_BYTES })
    decipher.setAAD(associatedData(key, place)).setAuthTag(tag)
    const text = Buffer.concat([decipher.update(bytes.subarray(1 + NONCE_BYTES + TAG_BYTES)), decipher.final()])
    return text.toString('utf8')
  } catch {
    throw new CaseworkError('sealed-field-unreadable', { collection: place.collection, field: place.field })
  }
}

const associatedData = (key: DataKey, { orgId, collection, id, field }: Place): Buffer =>
  Buffer.from([orgId, collection, id, field, key.id, key.version].join('|'))
