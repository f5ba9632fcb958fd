import type { Services } from '../services'
import { faultCode, type Logger } from '../services/platform/logger'
import type { OutboxRow } from '../services/platform/outbox'
import { within } from '../services/platform/time-limit'
import type { EmergencyDesk } from './emergency'
import type { Homes } from './homes'

export interface Worker {
  /** Looks for messages to send now instead of at the next tick. */
  nudge(): void
  /** Works until nothing is due; for tests and for a clean end. */
  drain(): Promise<void>
  stop(): Promise<void>
}

const TICK_MS = 1000

/** How many messages are under way at once; those of one chat, or of one organisation's mailbox, never are. */
const LANES = 8

/** As long as a claim lasts: after it the row is another's, and all others have waited long enough. */
const SEND_LIMIT_MS = 30_000

export interface WorkerParts {
  services: Services
  send(row: OutboxRow): Promise<void>
  homes: Homes
  emergencies: Pick<EmergencyDesk, 'retry'>
  log: Logger
}

/** Claims due work and hands it to the sender or to the capability that asked for it. */
export function startWorker({ services, send, homes, emergencies, log }: WorkerParts): Worker {
  let running: Promise<void> | null = null
  let again = false
  /** Duties are due by the minute: nobody waits for one at the moment that something else happens. */
  let lookForDuties = true
  let stopped = false
  const underWay = new Map<OutboxRow, Promise<void>>()
  let renewing: Promise<void> = Promise.resolve()

  /** Not waited for, since one slow chat may take its time. */
  async function renewHomes(): Promise<void> {
    renewing = Promise.all([renewing, homes.renew()]).then(() => undefined)
  }

  async function wakeDuties(): Promise<void> {
    if (!lookForDuties) return
    lookForDuties = false
    const wake = () => services.duties.wakeNext((trouble) => log.error('duty-failed', { ...trouble }))
    while (await wake()) if (stopped) return
  }

  async function sendDeliveries(): Promise<void> {
    while (!stopped) {
      const rows = [...underWay.keys()]
      if (rows.length >= LANES) await Promise.race(underWay.values())
      const row = rows.length < LANES ? await services.deliveries.next(rows) : undefined
      if (row === null) return
      if (row) start(row, inTime(row))
    }
  }

  function start(row: OutboxRow, sent: Promise<void>): void {
    const done = sent.then(() => {
      underWay.delete(row)
      // What waited for the same chat or mailbox may go now, and somebody's home may have changed.
      nudge()
    })
    underWay.set(row, done)
  }

  /** One delivery that fails or hangs does not hold up the next; it stays claimed, and is due again after its lease. */
  async function inTime(row: OutboxRow): Promise<void> {
    const { orgId, card, attempts } = row
    await within(SEND_LIMIT_MS, send(row)).catch((fault: unknown) =>
      log.error('delivery-stuck', { orgId, kind: card, reason: faultCode(fault), attempt: attempts + 1 }),
    )
  }

  async function round(): Promise<void> {
    for (const part of [emergencies.retry, wakeDuties, sendDeliveries, renewHomes]) {
      if (stopped) return
      // What ails one part, such as a duty that always fails, is no reason to leave the others undone.
      await part().catch((fault: unknown) => log.error('worker-round-failed', { code: faultCode(fault) }))
    }
  }

  async function work(): Promise<void> {
    do {
      again = false
      await round()
    } while (again && !stopped)
    running = null
  }

  function nudge(): void {
    if (stopped) return
    if (running) again = true
    else running = work()
  }

  function look(): void {
    lookForDuties = true
    nudge()
  }

  const timer = setInterval(look, TICK_MS)
  return {
    nudge,
    drain: async () => {
      look()
      while (running || underWay.size > 0) await (running ?? Promise.race(underWay.values()))
      await renewing
    },
    stop: async () => {
      stopped = true
      clearInterval(timer)
      await running
      await Promise.all([...underWay.values(), renewing])
    },
  }
}
