import { createHash, randomBytes, randomInt, randomUUID } from 'node:crypto'

/** Crockford's base 32: no I, L, O or U, so that a reference survives being read aloud. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A new record id: a random UUID, chosen before the write so that a repeated write is recognised. */
export const newId = (): string => randomUUID()

/** The same id every time for the same name within a namespace (UUID version 5). */
export function stableId(namespace: string, name: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest()
  hash[6] = (hash[6]! & 0x0f) | 0x50
  hash[8] = (hash[8]! & 0x3f) | 0x80
  const hex = hash.subarray(0, 16).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** Some random characters that can be read aloud, such as a code for the manager to look up. */
export const randomCode = (length: number): string =>
  Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')

const TOKEN_BYTES = 32

/** A secret that opens something once, as it stands in a link. Only its hash is ever kept. */
export const newToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url')

/** Under what a token is kept; anything that somebody sends instead of one has a hash too, which nothing is kept under. */
export const hashOfToken = (token: string): string => createHash('sha256').update(token).digest('hex')

/** A new case reference: seven random characters and a check character, stored without the dash. */
export function newReference(): string {
  const characters = randomCode(7)
  return characters + checkCharacter(characters)
}

/** How people see a reference: `ABCD-EFGH`. */
export const showReference = (reference: string): string => `${reference.slice(0, 4)}-${reference.slice(4)}`

/**
 * Reads what somebody typed as a reference: case, dashes and spaces do not matter, and O, I and L are read as the digits
 * they look like. Null when it is not one, which includes every single wrong character and every swap of two neighbours
 * that the check character finds.
 */
export function readReference(typed: string): string | null {
  const characters = typed
    .toUpperCase()
    .replaceAll(/[\s\p{Pd}]/gu, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1')
  if (!/^[0-9A-HJKMNP-TV-Z]{8}$/.test(characters)) return null
  return checkCharacter(characters.slice(0, 7)) === characters[7] ? characters : null
}

/** Luhn's check, modulo 32. */
function checkCharacter(characters: string): string {
  let sum = 0
  for (const [index, character] of [...characters].reverse().entries()) {
    const doubled = ALPHABET.indexOf(character) * (index % 2 === 0 ? 2 : 1)
    sum += Math.floor(doubled / ALPHABET.length) + (doubled % ALPHABET.length)
  }
  return ALPHABET[(ALPHABET.length - (sum % ALPHABET.length)) % ALPHABET.length]!
}
