import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { createTurns } from '../../../services/platform/turns'

test('work of one name is done in the order in which it came, and other work need not wait for it', async () => {
  const inTurn = createTurns()
  const seen: string[] = []
  const piece = (name: string, label: string, ms: number) =>
    inTurn(name, async () => {
      seen.push(`${label} begins`)
      await pause(ms)
      seen.push(`${label} ends`)
      return label
    })
  const done = await Promise.all([piece('ada', 'first', 20), piece('ada', 'second', 1), piece('bo', 'other', 1)])
  expect(done).toEqual(['first', 'second', 'other'])
  expect(seen).toEqual(['first begins', 'other begins', 'other ends', 'first ends', 'second begins', 'second ends'])
})

test('work that fails tells whoever asked for it, and lets the next begin', async () => {
  const inTurn = createTurns()
  const failing = inTurn('ada', () => Promise.reject(new Error('refused')))
  const next = inTurn('ada', async () => 'done')
  await expect(failing).rejects.toThrow('refused')
  expect(await next).toBe('done')
})
