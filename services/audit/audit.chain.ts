import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import type { AuditEntry, Checkpoint } from './audit.types'

export type ChainKey = Buffer | KeyObject

/** The same key, made ready once for many entries. */
export const readyKey = (bytes: Buffer): ChainKey => createSecretKey(bytes)

/** What stands before the first entry of every chain, and before the first checkpoint. */
export const CHAIN_START = ''

/** The code that binds an entry to its content and to the entry before it (HMAC-SHA256, under the organisation's key). */
export function macOf(key: ChainKey, orgId: string, entry: Omit<AuditEntry, 'mac' | '_id'>): string {
  const { subject, seq, at, recordedAt, actor, event, outcome, reason, lookup, codes, profile, previous } = entry
  const listed = Object.keys(codes)
    .sort()
    .map((name) => [name, codes[name]])
  const content = [orgId, subject, seq, at.toISOString(), recordedAt.toISOString(), actor, event, outcome]
  const line = JSON.stringify([...content, reason ?? null, lookup ?? null, listed, profile, previous])
  return createHmac('sha256', key).update(line).digest('base64url')
}

/** The code that binds a checkpoint to its content and to the one before it, under a key of its own. */
export function checkpointCode(key: ChainKey, checkpoint: Omit<Checkpoint, 'code'>): string {
  const { orgId, number, at, previous, heads, more } = checkpoint
  const line = JSON.stringify([orgId, number, at, previous, heads, more])
  return createHmac('sha256', key).update(line).digest('base64url')
}

/** What a checkpoint says of one chain: its code at a place, and when (milliseconds) the checkpoint was made. */
export interface ChainMark {
  seq: number
  mac: string
  at: number
}

/** What the checkpoints say of a chain. */
export interface SealedChain {
  marks: readonly ChainMark[]
  /** Entries recorded before this instant (milliseconds) are under a checkpoint, or it was kept from them. */
  through: number
}

const UNSEALED: SealedChain = { marks: [], through: 0 }

const FIELDS: ReadonlySet<string> = new Set([
  ...['_id', 'orgId', 'subject', 'seq', 'at', 'recordedAt', 'actor', 'event', 'outcome', 'reason', 'lookup', 'codes'],
  ...['profile', 'previous', 'mac'],
])

/** Takes the entries of one chain in their order, and says in the end which of them is the first that is wrong. */
export interface ChainCheck {
  add(entry: AuditEntry): void
  /**
   * @param head the recorded end of the chain; null when it is missing
   * @returns null when nothing was changed, else the number of the first entry that is wrong or missing
   */
  end(head: { seq: number; mac: string } | null): number | null
}

export function chainCheck(key: ChainKey, orgId: string, { marks, through } = UNSEALED): ChainCheck {
  const waiting = [...marks].sort((one, other) => one.seq - other.seq)
  const recorded: number[] = []
  let previous = CHAIN_START
  let broken: number | null = null

  /** Entries that were not there when the checkpoint was made show where others took their place. */
  const sinceThen = ({ seq, at }: ChainMark): number | null => {
    const index = recorded.findIndex((time, place) => place < seq && time > at)
    return index < 0 ? null : index + 1
  }

  return {
    add: (entry) => {
      if (broken !== null) return
      const wanted = recorded.length + 1
      if (entry.seq !== wanted || entry.previous !== previous || !isGenuine(key, orgId, entry)) {
        broken = wanted
        return
      }
      recorded.push(entry.recordedAt.getTime())
      previous = entry.mac
      for (; waiting[0]?.seq === wanted; waiting.shift())
        if (waiting[0].mac !== entry.mac) broken ??= sinceThen(waiting[0]) ?? wanted
    },
    end: (head) => {
      if (broken !== null) return broken
      const length = recorded.length
      const [missing] = waiting
      if (missing) return sinceThen(missing) ?? length + 1
      const sealed = Math.max(0, ...marks.map(({ seq }) => seq))
      const kept = through === 0 ? -1 : recorded.findIndex((time, place) => place >= sealed && time < through)
      if (kept >= 0) return kept + 1
      if (!head) return length === 0 ? null : length
      if (head.seq > length) return length + 1
      return head.seq === length && head.mac === previous ? null : head.seq
    },
  }
}

/** Whatever stands in the database, of whichever shape. */
function isGenuine(key: ChainKey, orgId: string, entry: AuditEntry): boolean {
  try {
    for (const field in entry) if (!FIELDS.has(field)) return false
    return entry.mac === macOf(key, orgId, entry)
  } catch {
    return false
  }
}

/** Checks one chain against its head, given all its entries by `seq`. Answers as `ChainCheck.end` does. */
export function firstBroken(
  key: ChainKey,
  orgId: string,
  entries: readonly AuditEntry[],
  head: { seq: number; mac: string } | null,
  sealed?: SealedChain,
): number | null {
  const check = chainCheck(key, orgId, sealed)
  for (const entry of entries) check.add(entry)
  return check.end(head)
}
