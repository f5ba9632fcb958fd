import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createKeyFile, fileKey, rotateKeyFile } from '../../../services/platform/key-file'
import { fileKeyProvider, keyProviderAt } from '../../../services/platform/key-provider'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'casekeeper-key-test-'))
  path = join(folder, 'keys', 'key.json')
})

afterEach(() => rmSync(folder, { recursive: true }))

const made = () => fileKeyProvider(path, { create: true }).keyOf('north')
const found = () => fileKeyProvider(path, { create: false }).keyOf('north')
const modeOf = (file: string) => statSync(file).mode & 0o777
const dataKey = randomBytes(32)

describe('IMP-62 The file with the key that encrypts all others', () => {
  test('is made on first use, for its owner alone to read, and says what it is for', async () => {
    const key = made()
    expect(key.kind).toBe('file')
    expect(modeOf(path)).toBe(0o600)
    expect(await key.current()).toEqual({ id: expect.stringMatching(/^file-[0-9a-f]{8}$/), version: 1 })
    const file = JSON.parse(readFileSync(path, 'utf8')) as { label: string; versions: { key: string }[] }
    expect(file.label).toContain('for development and small deployments')
    expect(file.versions.map(({ key }) => Buffer.from(key, 'base64').length)).toEqual([32])
  })

  test('is not made where it must be in its place already', () => {
    expect(found).toThrow(expect.objectContaining({ code: 'key-file-missing' }))
    expect(existsSync(path)).toBe(false)
  })

  test('is left as it is by every later start', async () => {
    const first = await made().current()
    const text = readFileSync(path, 'utf8')
    expect(await Promise.all([made().current(), found().current()])).toEqual([first, first])
    expect(createKeyFile(path)).toBe(false)
    expect(readFileSync(path, 'utf8')).toBe(text)
    expect(readdirSync(dirname(path))).toEqual(['key.json'])
  })

  test.each([0o640, 0o604, 0o660, 0o620, 0o644, 0o666, 0o610])(
    'that others may read or change (%o) is refused, and its owner has to close it',
    async (mode) => {
      const key = made()
      chmodSync(path, mode)
      const tooOpen = { code: 'key-file-too-open' }
      for (const start of [made, found]) expect(start).toThrow(expect.objectContaining(tooOpen))
      await expect(key.wrap(dataKey)).rejects.toMatchObject(tooOpen)
      expect(() => rotateKeyFile(path)).toThrow(expect.objectContaining(tooOpen))
      expect(modeOf(path)).toBe(mode)
      chmodSync(path, 0o400)
      expect((await found().current()).version).toBe(1)
    },
  )

  test('that was taken away while a process ran is missing, and serves again when it is back', async () => {
    const key = made()
    const { wrapped, under } = await key.wrap(dataKey)
    const text = readFileSync(path, 'utf8')
    rmSync(path)
    await expect(key.unwrap(wrapped, under)).rejects.toMatchObject({ code: 'key-file-missing' })
    writeFileSync(path, text, { mode: 0o600 })
    expect(await key.unwrap(wrapped, under)).toEqual(dataKey)
  })

  test('from before there were versions is one with one version', async () => {
    made()
    const single = { id: 'file-1', version: 1, key: randomBytes(32).toString('base64') }
    writeFileSync(path, JSON.stringify(single))
    expect(await found().current()).toEqual({ id: 'file-1', version: 1 })
    expect(rotateKeyFile(path)).toBe(2)
    const file = JSON.parse(readFileSync(path, 'utf8')) as { versions: { version: number; key: string }[] }
    expect(file.versions[0]).toEqual({ version: 1, key: single.key })
  })

  const key = randomBytes(32).toString('base64')
  const whole = { label: '', id: 'file-1', versions: [{ version: 1, key }] }
  const changed = (version: object) => JSON.stringify({ ...whole, versions: [{ version: 1, key, ...version }] })
  test.each<[string, string]>([
    ['is empty', ''],
    ['is cut off', JSON.stringify(whole).slice(0, 60)],
    ['is no JSON', key],
    ['has no key', changed({ key: undefined })],
    ['has an empty key', changed({ key: '' })],
    ['has half a key', changed({ key: randomBytes(16).toString('base64') })],
    ['has a key and a half', changed({ key: randomBytes(48).toString('base64') })],
    ['has a key in another spelling', changed({ key: randomBytes(32).toString('hex').slice(1) })],
    ['has no id', JSON.stringify({ ...whole, id: '' })],
    ['has no version', changed({ version: 0 })],
    ['has no versions', JSON.stringify({ ...whole, versions: [] })],
    ['has one version twice', JSON.stringify({ ...whole, versions: [...whole.versions, ...whole.versions] })],
    ['has something more', JSON.stringify({ ...whole, note: 'mine' })],
  ])('that %s is refused at the start, and nothing of it is told', (_what, text) => {
    made()
    const { label } = JSON.parse(readFileSync(path, 'utf8')) as { label: string }
    const labelled = text.replace('"label":""', `"label":${JSON.stringify(label)}`)
    writeFileSync(path, labelled)
    for (const start of [made, found]) {
      const told = caught(start)
      expect(told).toMatchObject({ code: 'key-file-broken' })
      expect(inspect(told, { depth: 10, showHidden: true })).not.toContain(key.slice(0, 6))
    }
    expect(readFileSync(path, 'utf8')).toBe(labelled)
  })
})

describe('IMP-62 A rotation of the key file', () => {
  test('is known at once to a process that was running before', async () => {
    const running = made()
    const old = await running.wrap(dataKey)
    expect(rotateKeyFile(path)).toBe(2)
    expect(modeOf(path)).toBe(0o600)
    const anew = await running.wrap(dataKey)
    expect([old.under.version, anew.under.version]).toEqual([1, 2])
    expect(await running.unwrap(old.wrapped, old.under)).toEqual(dataKey)
  })

  test('keeps every earlier key, however often', async () => {
    made()
    const before = [await fileKey(path).wrap(dataKey)]
    for (let version = 2; version <= 10; version++) {
      expect(rotateKeyFile(path)).toBe(version)
      before.push(await fileKey(path).wrap(dataKey))
    }
    for (const { wrapped, under } of before) expect(await fileKey(path).unwrap(wrapped, under)).toEqual(dataKey)
    expect(readdirSync(dirname(path))).toEqual(['key.json'])
  })

  test('that finds another one begun does nothing', () => {
    made()
    const text = readFileSync(path, 'utf8')
    writeFileSync(`${path}.new`, '')
    expect(() => rotateKeyFile(path)).toThrow(expect.objectContaining({ code: 'key-file-busy' }))
    expect(readFileSync(path, 'utf8')).toBe(text)
  })
})

describe('IMP-37 IMP-62 Keys of several unions', () => {
  const fileOf = (orgId: string) => join(folder, `${orgId}.json`)

  test('are different ones where the setting names the organisation, and open nothing for each other', async () => {
    for (const orgId of ['north', 'south']) createKeyFile(fileOf(orgId))
    const { keyOf } = keyProviderAt({ shared: `file:${fileOf('{orgId}')}` })
    const { wrapped, under } = await keyOf('north').wrap(dataKey)
    expect(await keyOf('north').unwrap(wrapped, under)).toEqual(dataKey)
    await expect(keyOf('south').unwrap(wrapped, under)).rejects.toMatchObject({ code: 'key-not-held' })
    expect(() => keyOf('west')).toThrow(expect.objectContaining({ code: 'key-file-missing' }))
  })

  test('are one union’s own and one for the rest where only that union names its own', async () => {
    for (const name of ['shared', 'own']) createKeyFile(fileOf(name))
    const own = new Map([['south', `file:${fileOf('own')}`]])
    const { keyOf } = keyProviderAt({ shared: `file:${fileOf('shared')}`, own })
    const idOf = async (orgId: string) => (await keyOf(orgId).current()).id
    expect(await idOf('north')).toBe(await idOf('west'))
    expect(await idOf('south')).not.toBe(await idOf('north'))
  })

  test('that were moved still open with the place they come from, which wraps nothing more', async () => {
    for (const name of ['before', 'after']) createKeyFile(fileOf(name))
    const old = await fileKey(fileOf('before')).wrap(dataKey)
    const key = keyProviderAt({ shared: `file:${fileOf('after')}`, previous: `file:${fileOf('before')}` }).keyOf(
      'north',
    )
    expect(await key.unwrap(old.wrapped, old.under)).toEqual(dataKey)
    const anew = await key.wrap(dataKey)
    expect(anew.under).toEqual(await fileKey(fileOf('after')).current())
    expect(await key.unwrap(anew.wrapped, anew.under)).toEqual(dataKey)
    expect([old, anew].map(({ under }) => key.holds(under.id))).toEqual([true, true])
  })

  test.each(['', 'secret', '/etc/key.json', 'vault:https://x', 'FILE:/etc/key.json'])(
    'at a place of no known kind (%s) are refused',
    (shared) => {
      expect(() => keyProviderAt({ shared }).keyOf('north')).toThrow(
        expect.objectContaining({ code: 'key-kind-unknown' }),
      )
    },
  )
})

function caught(start: () => unknown): unknown {
  try {
    return start()
  } catch (fault) {
    return fault
  }
}
