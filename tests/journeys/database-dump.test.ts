import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { fileKey } from '../../services/platform/key-file'
import { allKeyRecords, wrappedUnder } from '../../services/platform/key-records'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'
import { storyOf } from '../support/story'

let casekeeper: Casekeeper
beforeAll(async () => {
  casekeeper = await startCasekeeper()
})
afterAll(() => casekeeper.stop())

const { offer } = storyOf(() => casekeeper)
const CLIENT = { name: 'Peregrine Canarybird', number: '8675309', reason: 'Heronsong about Kestrelgate' }

/** Both databases byte for byte, as a backup holds them. */
async function dump(): Promise<Buffer> {
  const { db, keysDb } = casekeeper.mongo
  const parts: Buffer[] = []
  for (const database of [db, keysDb])
    for (const { name } of await database.listCollections().toArray())
      for (const bytes of await database.collection(name).find({}, { raw: true }).toArray())
        parts.push(bytes as unknown as Buffer)
  return Buffer.concat(parts)
}

/** In every spelling in which it could lie in a record: as it is, as text of two bytes a letter, in hex, in base64. */
function spellings(secret: Buffer): Buffer[] {
  const inBase64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), secret])
      .toString('base64')
      .slice(4, -4),
  )
  // Too short a piece is found anywhere.
  const texts = [secret.toString('hex'), secret.toString('hex').toUpperCase(), ...inBase64.filter((t) => t.length > 5)]
  return [secret, Buffer.from(secret.toString('utf8'), 'utf16le'), ...texts.map((text) => Buffer.from(text))]
}

test('IMP-62 a dump of the database shows no client’s name, number or words, and no key that opens anything', async () => {
  const { asked } = await offer(CLIENT)
  expect(asked).not.toBe('')
  const dumped = await dump()
  expect(dumped.includes('allocation')).toBe(true)

  for (const text of Object.values(CLIENT).flatMap((value) => [
    value,
    ...value.split(' ').filter((word) => word.length > 4),
  ]))
    for (const letters of [text, text.toLowerCase(), text.toUpperCase()])
      for (const spelling of spellings(Buffer.from(letters)))
        expect({ text, found: dumped.includes(spelling) }).toEqual({ text, found: false })

  const kek = fileKey(casekeeper.keyFile)
  const records = await allKeyRecords(casekeeper.mongo).find().toArray()
  expect(records.filter(({ purpose }) => purpose === 'subject').length).toBeGreaterThan(0)
  const { versions } = JSON.parse(readFileSync(casekeeper.keyFile, 'utf8')) as { versions: { key: string }[] }
  const keys = await Promise.all(records.map((record) => kek.unwrap(record.wrapped, wrappedUnder(record))))
  for (const key of [...keys, ...versions.map((version) => Buffer.from(version.key, 'base64'))])
    for (const spelling of spellings(key)) expect(dumped.includes(spelling)).toBe(false)
  // The search finds what is there: the wrapped form of each key.
  for (const { wrapped } of records) expect(dumped.includes(wrapped)).toBe(true)
})
