import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startWorker, type Worker } from '../../bot/worker'
import { createLogger } from '../../services/platform/logger'
import type { OutboxRow } from '../../services/platform/outbox'
import { type ServicesWorld, startServices } from '../support/services'

let world: ServicesWorld
let worker: Worker
beforeAll(async () => {
  world = await startServices('worker-lanes')
})
afterAll(async () => {
  await worker.stop()
  await world.stop()
})

test('IMP-35 a slow chat holds up nobody else’s, and its own messages go one after the other', async () => {
  const [ada, bo] = [world.actor('Ada'), world.actor('Bo')]
  const begun: OutboxRow[] = []
  const slow: (() => void)[] = []
  const send = async (row: OutboxRow) => {
    begun.push(row)
    if (row.to === ada.staffId && row.by === 'card') await new Promise<void>((resolve) => slow.push(resolve))
    await world.services.deliveries.delivered(row, null)
  }
  const idle = { shown() {}, left() {}, changed() {}, changedForAll() {}, renew: async () => undefined }
  for (const to of [ada, ada, bo]) await world.offered(to)
  worker = startWorker({
    services: world.services,
    send,
    homes: idle,
    emergencies: { retry: async () => undefined },
    log: createLogger('silent'),
  })
  worker.nudge()

  const cards = (to: { staffId: string }) => begun.filter((row) => row.to === to.staffId && row.by === 'card').length
  const until = async (what: () => boolean) => {
    while (!what()) await pause(20)
  }
  await until(() => cards(bo) === 1 && begun.filter(({ by }) => by === 'mail').length === 3)
  expect([cards(ada), slow.length]).toEqual([1, 1])
  slow[0]!()
  await until(() => slow.length === 2)
  expect(cards(ada)).toBe(2)
  slow[1]!()
  await worker.drain()
  expect((await world.outbox({})).map(({ state }) => state)).toEqual(Array(6).fill('sent'))
  expect(begun).toHaveLength(6)
})
