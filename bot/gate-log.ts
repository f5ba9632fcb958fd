import type { Logger } from '../services/platform/logger'

const SUMMARY_EVERY_MS = 60_000

export type RefusalLog = (reason: string, status: number, orgId: string | undefined) => void

/**
 * Logs what the gate refuses, never more than the reason. Whoever had a valid token of an organisation gets a line for
 * each refusal; of strangers only the first in a minute and reason gets one, with the count of those before it that
 * got none, because a flood of requests must not become a flood of lines.
 */
export function createRefusalLog(log: Logger, summaryEveryMs = SUMMARY_EVERY_MS): RefusalLog {
  const silent = new Map<string, { until: number; count: number }>()
  return (reason, status, orgId) => {
    if (orgId !== undefined) return log.warn('activity-refused', { reason, status, orgId })
    const before = silent.get(reason)
    if (before && Date.now() < before.until) {
      before.count += 1
      return
    }
    silent.set(reason, { until: Date.now() + summaryEveryMs, count: 0 })
    log.warn('activity-refused', { reason, status, count: (before?.count ?? 0) + 1 })
  }
}
