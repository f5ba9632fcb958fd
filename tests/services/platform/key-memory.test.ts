import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { createKeyMemory } from '../../../services/platform/key-memory'

const LONG = 60_000

describe('What a process remembers of keys', () => {
  test('IMP-62 is asked for once while it lasts, also by many at the same moment', async () => {
    const memory = createKeyMemory<number>({ keepMs: LONG, limit: 10 })
    let asked = 0
    const find = async () => ++asked
    expect(await Promise.all([1, 2, 3].map(() => memory.of('a', find)))).toEqual([1, 1, 1])
    expect(await memory.of('a', find)).toBe(1)
  })

  test('IMP-62 leaves memory when its time is up, although nobody asks any more', async () => {
    const memory = createKeyMemory<string>({ keepMs: 300, limit: 10 })
    memory.keep('a', 'key')
    await wait(150)
    memory.keep('b', 'key')
    expect(memory.size()).toBe(2)
    while (memory.size() > 0) await wait(20)
  })

  test('IMP-62 is asked for anew when its time is up', async () => {
    const memory = createKeyMemory<number>({ keepMs: 50, limit: 10 })
    let asked = 0
    const find = async () => ++asked
    await memory.of('a', find)
    await wait(60)
    expect(await memory.of('a', find)).toBe(2)
  })

  test('IMP-62 never grows beyond its limit, and it is the oldest that goes', async () => {
    const memory = createKeyMemory<number>({ keepMs: LONG, limit: 100 })
    for (let index = 0; index < 1_000; index++) {
      memory.keep(`key-${index}`, index)
      expect(memory.size()).toBe(Math.min(index + 1, 100))
    }
    const missing = async () => -1
    expect(await memory.of('key-999', missing)).toBe(999)
    expect(await memory.of('key-900', missing)).toBe(900)
    expect(await memory.of('key-899', missing)).toBe(-1)
  })

  test('IMP-62 is nothing that could not be opened, and what was opened meanwhile stays', async () => {
    const memory = createKeyMemory<string>({ keepMs: LONG, limit: 10 })
    let fail!: (fault: Error) => void
    const failing = memory.of('a', () => new Promise((_, reject) => (fail = reject)))
    memory.forget('a')
    memory.keep('a', 'key')
    fail(new Error('away'))
    await expect(failing).rejects.toThrow('away')
    expect(await memory.of('a', async () => 'other')).toBe('key')
    await expect(memory.of('b', () => Promise.reject(new Error('away')))).rejects.toThrow('away')
    expect(await memory.of('b', async () => 'found')).toBe('found')
  })
})
