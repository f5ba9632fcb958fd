import type { Keyring } from '../platform/keyring'
import { faultCode, type Logger } from '../platform/logger'
import type { Mongo } from '../platform/mongo'
import { CHAIN_START, checkpointCode } from './audit.chain'
import type { CheckpointStore } from './audit.checkpoint-file'
import {
  beginCheckpoints,
  type CheckpointState,
  changedHeads,
  claimDue,
  findLate,
  finishCheckpoint,
  keepPending,
  letGo,
  settleHeads,
} from './audit.checkpoints.store'
import type { Checkpoint } from './audit.types'

/** Hourly checkpoints over the heads that changed, in real time, written by one process of several. */
export interface Checkpoints {
  /** Writes every checkpoint that is due. A fault is logged, and another try is due at the next call. */
  keepUp(): Promise<void>
  /** Organisations that had missed an hour when it was last looked; each is logged as an alert, hourly. */
  late(): readonly string[]
}

export interface CheckpointParts {
  mongo: Mongo
  keyring: Keyring
  store: CheckpointStore
  orgIds: readonly string[]
  log: Logger
}

/** As many heads as make a line of a few hundred kilobytes. */
const HEADS_AT_ONCE = 2_000
const HOUR_MS = 3_600_000

export function createCheckpoints({ mongo, keyring, store, orgIds, log }: CheckpointParts): Checkpoints {
  const keyOf = async (orgId: string) => (await keyring.shared(orgId, 'checkpoints')).bytes
  const genuineTo = (key: Buffer) => (checkpoint: Checkpoint) => checkpointCode(key, checkpoint) === checkpoint.code

  /**
   * What to write next. It is kept in the database before it is written outside, so that a process that was paused can
   * only write the very line that another has written for it.
   */
  async function prepare(state: CheckpointState, key: Buffer, newest: Checkpoint | null): Promise<Checkpoint | null> {
    const { orgId, pending } = state
    const isGenuine = genuineTo(key)
    const written = newest?.number ?? 0
    if (pending && isGenuine(pending) && pending.number === state.number + 1) {
      if (written === state.number || newest?.code === pending.code) return pending
      if (written < state.number) log.error('checkpoints-cut', { orgId, count: state.number - written })
      if (written < state.number) return pending
    }
    const agree = written === state.number && (newest?.code ?? CHAIN_START) === state.code
    if (!agree)
      log.error(written > state.number ? 'database-rolled-back' : 'checkpoints-cut', {
        orgId,
        count: Math.abs(written - state.number),
      })
    // Whatever was cut or rolled back stays visible: what is next follows the later of both.
    const base = newest && written >= state.number ? newest : { number: state.number, code: state.code }
    const heads = await changedHeads(mongo.forOrg(orgId), HEADS_AT_ONCE)
    const next = {
      orgId,
      number: base.number + 1,
      at: new Date().toISOString(),
      previous: base.code,
      heads,
      more: heads.length === HEADS_AT_ONCE,
    }
    const checkpoint = { ...next, code: checkpointCode(key, next) }
    return (await keepPending(mongo, state, checkpoint)) ? checkpoint : null
  }

  async function write(state: CheckpointState): Promise<void> {
    const { orgId } = state
    const key = await keyOf(orgId)
    const newest = () => store.newest(orgId, genuineTo(key))
    const checkpoint = await prepare(state, key, await newest())
    if (!checkpoint) return
    // Whoever has been paused here may find that others have gone on.
    const now = await newest()
    if ((now?.number ?? 0) < checkpoint.number) await store.append(checkpoint)
    else if (now?.code !== checkpoint.code) return
    if (!(await finishCheckpoint(mongo, state, checkpoint))) return
    await settleHeads(mongo, checkpoint)
    log.info('checkpoint-written', { orgId, count: checkpoint.heads.length })
  }

  async function writeDue(): Promise<void> {
    const failed = new Set<string>()
    for (;;) {
      const left = orgIds.filter((orgId) => !failed.has(orgId))
      const state = await claimDue(mongo, left)
      if (!state) return
      await write(state).catch(async (fault: unknown) => {
        failed.add(state.orgId)
        log.error('checkpoint-failed', { orgId: state.orgId, code: faultCode(fault) })
        await letGo(mongo, state)
      })
    }
  }

  const told = new Map<string, number>()
  async function findThoseLate(): Promise<string[]> {
    const now = Date.now()
    const found = await findLate(mongo, orgIds)
    for (const { orgId, writtenAt } of found) {
      if (now - (told.get(orgId) ?? 0) < HOUR_MS) continue
      told.set(orgId, now)
      log.error('checkpoint-missed', { orgId, count: Math.floor((now - writtenAt.getTime()) / HOUR_MS) })
    }
    return found.map(({ orgId }) => orgId)
  }

  let behind: readonly string[] = []
  return {
    keepUp: async () => {
      for (const orgId of orgIds) await beginCheckpoints(mongo, orgId)
      behind = await findThoseLate()
      await writeDue()
      if (behind.length > 0) behind = await findThoseLate()
    },
    late: () => behind,
  }
}
