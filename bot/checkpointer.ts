import type { Checkpoints } from '../services/audit/audit.checkpoints'
import { faultCode, type Logger } from '../services/platform/logger'

export interface Checkpointer {
  /** Whether an hour was missed when it was last looked. */
  late(): boolean
  stop(): Promise<void>
}

const LOOK_EVERY_MS = 60_000

/** Looks each minute whether a checkpoint of the audit is due, by real time; of several processes one writes it. */
export function startCheckpointer(checkpoints: Checkpoints | null, log: Logger): Checkpointer {
  let looking: Promise<void> | null = null
  const look = () => {
    looking ??= (checkpoints?.keepUp() ?? Promise.resolve())
      .catch((fault: unknown) => log.error('checkpoints-not-looked-at', { code: faultCode(fault) }))
      .finally(() => {
        looking = null
      })
  }
  const timer = setInterval(look, LOOK_EVERY_MS)
  look()
  return {
    late: () => (checkpoints?.late() ?? []).length > 0,
    stop: async () => {
      clearInterval(timer)
      await looking
    },
  }
}
