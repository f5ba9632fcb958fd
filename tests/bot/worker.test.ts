import { afterEach, describe, expect, test } from '@jest/globals'
import { startWorker, type Worker, type WorkerParts } from '../../bot/worker'
import type { LogFields } from '../../services/platform/logger'
import type { OutboxRow } from '../../services/platform/outbox'

let worker: Worker | null = null
afterEach(async () => {
  await worker?.stop()
})

const row = (id: string, to: string): OutboxRow => ({
  _id: id,
  orgId: 'cardiff',
  state: 'queued',
  to,
  by: 'card',
  card: 'offer',
  subject: id,
  dueAt: new Date(0),
  notBefore: new Date(0),
  attempts: 0,
  lease: { until: null, fence: 1 },
  createdAt: new Date(0),
})

/** A worker whose duties and deliveries do what a test says; what was sent, and what was logged. */
function workerWith(parts: { wake?: () => Promise<boolean>; rows?: OutboxRow[]; send?: WorkerParts['send'] }) {
  const { wake = async () => false, rows = [], send = async () => undefined } = parts
  const logged: (LogFields & { event: string })[] = []
  const sent: string[] = []
  const homes = { renewed: 0 }
  const keep = (event: string, fields: LogFields = {}) => void logged.push({ event, ...fields })
  worker = startWorker({
    emergencies: { retry: async () => undefined },
    services: { duties: { wakeNext: wake }, deliveries: { next: async () => rows.shift() ?? null } } as never,
    send: async (one) => {
      await send(one)
      sent.push(one._id)
    },
    homes: {
      renew: async () => {
        homes.renewed += 1
      },
    } as never,
    log: { info: keep, warn: keep, error: keep },
  })
  return { worker, logged, sent, homes }
}

describe('IMP-35 The worker', () => {
  test('sends what is to be sent, and renews homes, also while the duties cannot be had', async () => {
    const wake = async () => {
      throw Object.assign(new Error('down'), { code: 'down' })
    }
    const { worker, logged, sent, homes } = workerWith({ wake, rows: [row('one', 'ada'), row('two', 'bo')] })
    await worker.drain()
    expect(sent.sort()).toEqual(['one', 'two'])
    expect(homes.renewed).toBeGreaterThan(0)
    expect(logged).toContainEqual({ event: 'worker-round-failed', code: 'down' })
  })

  test('goes on after a delivery whose end could not be written down, and says so', async () => {
    const send = async ({ _id }: OutboxRow) => {
      if (_id === 'one') throw Object.assign(new Error('down'), { code: 'down' })
    }
    const { worker, logged, sent } = workerWith({ rows: [row('one', 'ada'), row('two', 'bo')], send })
    await worker.drain()
    expect(sent).toEqual(['two'])
    expect(logged).toContainEqual({
      event: 'delivery-stuck',
      orgId: 'cardiff',
      kind: 'offer',
      reason: 'down',
      attempt: 1,
    })
  })
})
