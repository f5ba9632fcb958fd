import { createHmac } from 'node:crypto'
import type { AuditEntry } from './audit.types'

/** What stands before the first entry of every chain. */
export const CHAIN_START = ''

/** The code that binds an entry to its content and to the entry before it (HMAC-SHA256, under the organisation's key). */
export function macOf(key: Buffer, orgId: string, entry: Omit<AuditEntry, 'mac' | '_id'>): string {
  const { subject, seq, at, recordedAt, actor, event, outcome, reason, lookup, codes, profile, previous } = entry
  const listed = Object.keys(codes)
    .sort()
    .map((name) => [name, codes[name]])
  const content = [orgId, subject, seq, at.toISOString(), recordedAt.toISOString(), actor, event, outcome]
  const line = JSON.stringify([...content, reason ?? null, lookup ?? null, listed, profile, previous])
  return createHmac('sha256', key).update(line).digest('base64url')
}

/**
 * Checks one chain against its head.
 *
 * @param entries all entries of the subject, by `seq`
 * @param head the recorded end of the chain; null when it is missing
 * @returns null when nothing was changed, else the number of the first entry that is wrong or missing
 */
export function firstBroken(
  key: Buffer,
  orgId: string,
  entries: readonly AuditEntry[],
  head: { seq: number; mac: string } | null,
): number | null {
  let previous = CHAIN_START
  for (const [index, entry] of entries.entries()) {
    const wanted = index + 1
    if (entry.seq !== wanted || entry.previous !== previous || entry.mac !== macOf(key, orgId, entry)) return wanted
    previous = entry.mac
  }
  if (!head) return entries.length === 0 ? null : entries.length
  if (head.seq > entries.length) return entries.length + 1
  return head.seq === entries.length && head.mac === previous ? null : head.seq
}
