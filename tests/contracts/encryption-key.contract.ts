import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { EncryptionKey, WrappedKey } from '../../services/platform/key-encryption-key'

/** A keeper of keys with one key, and what its operator can do. */
export interface KeyWorld {
  /** The same key, as another process that starts now has it. */
  open(): EncryptionKey
  /** Adds a version. */
  rotate(): Promise<void>
  /** Takes the oldest version out of use. */
  withdrawOldest(): Promise<void>
  close(): Promise<void>
}

/** What the keyring relies on, whoever keeps the key. */
export function encryptionKeyContract(keeper: string, start: () => Promise<KeyWorld>): void {
  describe(`IMP-62 A key kept ${keeper}`, () => {
    const dataKey = randomBytes(32)
    let world: KeyWorld
    let key: EncryptionKey
    let first: WrappedKey

    beforeAll(async () => {
      world = await start()
      key = world.open()
      first = await key.wrap(dataKey)
    })
    afterAll(() => world.close())

    const unwrapping = (wrapped: Buffer, under: { id: string; version: number | string }) =>
      key.unwrap(wrapped, under).then(
        () => 'opened',
        (fault: unknown) => fault,
      )

    test('opens what it has wrapped, also for another process, and says under which version', async () => {
      const { wrapped, under } = await key.wrap(dataKey)
      expect(under).toEqual(await key.current())
      expect(await key.unwrap(wrapped, under)).toEqual(dataKey)
      expect(await world.open().unwrap(wrapped, under)).toEqual(dataKey)
      expect([key.holds(under.id), key.holds('another')]).toEqual([true, false])
    })

    test('opens for twenty that ask at the same moment, from the first on', async () => {
      const { wrapped, under } = await key.wrap(dataKey)
      const another = world.open()
      const opened = await Promise.all(Array.from({ length: 20 }, () => another.unwrap(wrapped, under)))
      for (const bytes of opened) expect(bytes).toEqual(dataKey)
    })

    test('shows nothing of what it wraps, and wraps it differently each time', async () => {
      const all = await Promise.all(Array.from({ length: 20 }, () => key.wrap(dataKey)))
      for (const { wrapped } of all) expect(wrapped.includes(dataKey.subarray(0, 8))).toBe(false)
      expect(new Set(all.map(({ wrapped }) => wrapped.toString('hex'))).size).toBe(20)
    })

    test('after a rotation wraps with the new version, and opens with exactly the version that wrapped', async () => {
      const old = await key.wrap(dataKey)
      await world.rotate()
      const started = world.open()
      const anew = await started.wrap(dataKey)
      expect(anew.under).toEqual(await started.current())
      expect(anew.under.id).toBe(old.under.id)
      expect(anew.under.version).not.toBe(old.under.version)
      for (const process of [key, started]) {
        expect(await process.unwrap(old.wrapped, old.under)).toEqual(dataKey)
        expect(await process.unwrap(anew.wrapped, anew.under)).toEqual(dataKey)
      }
      const unreadable = { code: 'wrapped-key-unreadable' }
      expect(await unwrapping(old.wrapped, anew.under)).toMatchObject(unreadable)
      expect(await unwrapping(anew.wrapped, old.under)).toMatchObject(unreadable)
    })

    test('does not try what another key or an unknown version wrapped', async () => {
      const { wrapped, under } = await key.wrap(dataKey)
      for (const other of [
        { ...under, id: 'another' },
        { ...under, version: 99 },
        { ...under, version: 'ffffffffffffffffffffffffffffffff' },
        { ...under, version: '../../secrets/other' },
      ])
        expect(await unwrapping(wrapped, other)).toMatchObject({ code: 'key-not-held' })
    })

    test('opens nothing that was changed or cut, and tells nothing of it', async () => {
      const { wrapped, under } = await key.wrap(dataKey)
      for (let place = 0; place < wrapped.length; place += 7) {
        const altered = Buffer.from(wrapped)
        altered[place] = altered[place]! ^ 1
        for (const wrong of [altered, wrapped.subarray(0, place)]) {
          const told = await unwrapping(wrong, under)
          expect(told).toMatchObject({ code: 'wrapped-key-unreadable' })
          expect(inspect(told, { depth: 10, showHidden: true })).not.toContain(wrapped.toString('base64').slice(0, 8))
        }
      }
    })

    test('no longer opens with a version that was taken out of use, and does with the newer ones', async () => {
      const anew = world.open()
      const kept = await anew.wrap(dataKey)
      await world.withdrawOldest()
      for (const process of [key, world.open()]) {
        const told = await process.unwrap(first.wrapped, first.under).catch((fault: unknown) => fault)
        expect(['key-not-held', 'key-disabled']).toContain((told as { code: string }).code)
      }
      expect(await anew.unwrap(kept.wrapped, kept.under)).toEqual(dataKey)
    })
  })
}
