import type { Services } from '../services'
import { faultCode, type Logger } from '../services/platform/logger'
import type { OutboxRow } from '../services/platform/outbox'
import type { Homes } from './homes'

export interface Worker {
  /** Looks for due work now instead of at the next tick. */
  nudge(): void
  /** Works until nothing is due; for tests and for a clean end. */
  drain(): Promise<void>
  stop(): Promise<void>
}

const TICK_MS = 1000

export interface WorkerParts {
  services: Services
  send(row: OutboxRow): Promise<void>
  homes: Homes
  log: Logger
}

/** Claims due work, one piece at a time, and hands it to the sender or to the capability that asked for it. */
export function startWorker({ services, send, homes, log }: WorkerParts): Worker {
  let running: Promise<void> | null = null
  let again = false
  let stopped = false

  async function round(): Promise<void> {
    while (await services.duties.wakeNext()) if (stopped) return
    for (let row = await services.deliveries.next(); row; row = await services.deliveries.next()) {
      await send(row)
      if (stopped) return
    }
    await homes.renew()
  }

  async function work(): Promise<void> {
    do {
      again = false
      await round().catch((fault: unknown) => log.error('worker-round-failed', { code: faultCode(fault) }))
    } while (again && !stopped)
    running = null
  }

  function nudge(): void {
    if (stopped) return
    if (running) again = true
    else running = work()
  }

  const timer = setInterval(nudge, TICK_MS)
  return {
    nudge,
    drain: async () => {
      nudge()
      while (running) await running
    },
    stop: async () => {
      stopped = true
      clearInterval(timer)
      await running
    },
  }
}
