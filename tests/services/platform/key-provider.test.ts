import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { fileKeyProvider } from '../../../services/platform/key-provider'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'casekeeper-key-test-'))
  path = join(folder, 'keys', 'key.json')
})

afterEach(() => rmSync(folder, { recursive: true }))

const made = () => fileKeyProvider(path, { create: true })
const found = () => fileKeyProvider(path, { create: false })
const modeOf = (file: string) => statSync(file).mode & 0o777

describe('IMP-62 The file with the key that encrypts all others', () => {
  test('is made on first use, for its owner alone to read', () => {
    const { current } = made()
    expect(modeOf(path)).toBe(0o600)
    expect(current).toEqual({ id: expect.stringMatching(/^file-[0-9a-f]{8}$/), version: 1 })
    expect(Buffer.from(JSON.parse(readFileSync(path, 'utf8')).key, 'base64')).toHaveLength(32)
  })

  test('is not made where it must be in its place already', () => {
    expect(found).toThrow(expect.objectContaining({ code: 'key-file-missing' }))
    expect(existsSync(path)).toBe(false)
  })

  test('is left as it is by every later start', () => {
    const first = made()
    const text = readFileSync(path, 'utf8')
    expect([made().current, found().current]).toEqual([first.current, first.current])
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  test('that others may read is closed to them', () => {
    made()
    chmodSync(path, 0o644)
    found()
    expect(modeOf(path)).toBe(0o600)
  })

  const whole = { id: 'file-1', version: 1, key: randomBytes(32).toString('base64') }
  test.each<[string, string]>([
    ['is empty', ''],
    ['is cut off', JSON.stringify(whole).slice(0, 60)],
    ['is no JSON', whole.key],
    ['has no key', JSON.stringify({ ...whole, key: undefined })],
    ['has an empty key', JSON.stringify({ ...whole, key: '' })],
    ['has half a key', JSON.stringify({ ...whole, key: randomBytes(16).toString('base64') })],
    ['has a key and a half', JSON.stringify({ ...whole, key: randomBytes(48).toString('base64') })],
    ['has a key in another spelling', JSON.stringify({ ...whole, key: randomBytes(32).toString('hex').slice(1) })],
    ['has no id', JSON.stringify({ ...whole, id: '' })],
    ['has no version', JSON.stringify({ ...whole, version: 0 })],
    ['has something more', JSON.stringify({ ...whole, note: 'mine' })],
  ])('that %s is refused at the start, and nothing of it is told', (_what, text) => {
    made()
    writeFileSync(path, text)
    for (const start of [made, found]) {
      const told = caught(start)
      expect(told).toMatchObject({ code: 'key-file-broken' })
      expect(inspect(told, { depth: 10, showHidden: true })).not.toContain(whole.key.slice(0, 6))
    }
    expect(readFileSync(path, 'utf8')).toBe(text)
  })
})

describe('IMP-62 A wrapped data key', () => {
  const dataKey = randomBytes(32)

  test('comes back whole, also after a restart', async () => {
    const provider = made()
    const wrapped = await provider.wrap(dataKey)
    expect(await provider.unwrap(wrapped, provider.current)).toEqual(dataKey)
    expect(await found().unwrap(wrapped, provider.current)).toEqual(dataKey)
  })

  test('does not show the key, and is wrapped differently each time', async () => {
    const { wrap } = made()
    const wrapped = await Promise.all(Array.from({ length: 100 }, () => wrap(dataKey)))
    for (const bytes of wrapped) expect(bytes.includes(dataKey.subarray(0, 8))).toBe(false)
    expect(new Set(wrapped.map((bytes) => bytes.toString('hex'))).size).toBe(100)
  })

  test('of another key or of another version of it is not tried at all', async () => {
    const { wrap, unwrap, current } = made()
    const wrapped = await wrap(dataKey)
    for (const under of [
      { ...current, version: 2 },
      { ...current, id: 'file-other' },
    ])
      await expect(unwrap(wrapped, under)).rejects.toMatchObject({ code: 'key-not-held', info: under })
  })

  test('does not open with another file’s key, even under the same name', async () => {
    const { wrap, current } = made()
    const wrapped = await wrap(dataKey)
    writeFileSync(path, JSON.stringify({ ...current, key: randomBytes(32).toString('base64') }))
    await expect(found().unwrap(wrapped, current)).rejects.toThrow()
  })

  test('does not open when any byte of it was changed or it was cut', async () => {
    const { wrap, unwrap, current } = made()
    const wrapped = await wrap(dataKey)
    for (let place = 0; place < wrapped.length; place++) {
      const altered = Buffer.from(wrapped)
      altered[place] = altered[place]! ^ 1
      await expect(unwrap(altered, current)).rejects.toThrow()
      await expect(unwrap(wrapped.subarray(0, place), current)).rejects.toThrow()
    }
  })
})

function caught(start: () => unknown): unknown {
  try {
    return start()
  } catch (fault) {
    return fault
  }
}
