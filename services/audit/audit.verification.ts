import type { Keyring } from '../platform/keyring'
import type { Mongo } from '../platform/mongo'
import { CHAIN_START, type ChainMark, checkpointCode } from './audit.chain'
import type { CheckpointStore } from './audit.checkpoint-file'
import { readState } from './audit.checkpoints.store'
import { type ChainsVerification, type Sealed, verifyChains } from './audit.store'

export interface Verification extends ChainsVerification {
  checkpoints: number
  /** The number of the first checkpoint that was altered, removed or moved; null when all are in their places. */
  brokenCheckpoint: number | null
  /** The database is older than what was written outside it. */
  rolledBack: boolean
  /** When the last checkpoint was made. */
  sealedAt: Date | null
}

/** Whether nothing was found. */
export const isWhole = ({ broken, brokenCheckpoint, rolledBack }: Verification): boolean =>
  broken.length === 0 && brokenCheckpoint === null && !rolledBack

/**
 * Recomputes all chains and checkpoints of an organisation, while others write. What was written since the last
 * checkpoint is checked against itself alone: its tail could have been cut off.
 *
 * @param store null where none is kept: then chains are checked against themselves alone
 */
export async function verifyAudit(
  mongo: Mongo,
  keyring: Keyring,
  store: CheckpointStore | null,
  orgId: string,
): Promise<Verification> {
  const read = store ? await readCheckpoints(mongo, keyring, store, orgId) : NONE
  const { sealed, ...seals } = read
  return { ...(await verifyChains(mongo, keyring, orgId, sealed)), ...seals }
}

type Seals = Omit<Verification, keyof ChainsVerification> & { sealed: Sealed }

const NONE: Seals = {
  checkpoints: 0,
  brokenCheckpoint: null,
  rolledBack: false,
  sealedAt: null,
  sealed: { marks: new Map(), through: 0 },
}

/** An entry may be in its transaction, and processes' clocks may differ, for no longer than this. */
const UNDER_WAY_MS = 3_600_000

async function readCheckpoints(mongo: Mongo, keyring: Keyring, store: CheckpointStore, orgId: string): Promise<Seals> {
  const key = (await keyring.shared(orgId, 'checkpoints')).bytes
  const before = await readState(mongo, orgId)
  const marks = new Map<string, ChainMark[]>()
  const seen = new Set<string>()
  let [number, code] = [0, CHAIN_START]
  let broken: number | null = null
  let [madeAt, through] = [0, 0]
  for await (const checkpoint of store.read(orgId)) {
    if (checkpointCode(key, checkpoint) !== checkpoint.code) {
      broken ??= number + 1
      continue
    }
    // The same line once more comes from a process that was paused while it wrote.
    if (seen.has(checkpoint.code)) continue
    seen.add(checkpoint.code)
    if (checkpoint.number !== number + 1 || checkpoint.previous !== code) broken ??= number + 1
    number = checkpoint.number
    code = checkpoint.code
    madeAt = Date.parse(checkpoint.at)
    if (!checkpoint.more) through = Math.max(through, madeAt - UNDER_WAY_MS)
    for (const [subject, seq, mac] of checkpoint.heads) {
      const known = marks.get(subject)
      if (known) known.push({ seq, mac, at: madeAt })
      else marks.set(subject, [{ seq, mac, at: madeAt }])
    }
  }
  const after = await readState(mongo, orgId)
  if ((before?.number ?? 0) > number) broken ??= number + 1
  else if (before?.number === number && before.code !== code) broken ??= number
  const rolledBack = number > (after?.number ?? 0) + 1
  const sealedAt = seen.size === 0 ? null : new Date(madeAt)
  return { checkpoints: seen.size, brokenCheckpoint: broken, rolledBack, sealedAt, sealed: { marks, through } }
}
