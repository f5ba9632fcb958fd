import { type Claimable, claim, freeLease, stillHeld } from '../platform/claim'
import type { Mongo, Scope } from '../platform/mongo'
import type { AuditHead, Checkpoint, Mark } from './audit.types'

/** How far an organisation's checkpoints have got, as the database knows it; the checkpoints themselves lie outside. */
export interface CheckpointState extends Claimable {
  number: number
  code: string
  /** By the server's time. */
  writtenAt: Date
  dueAt: Date
  /** What is to be written next. Kept first, so that whoever goes on after a crash writes the very same. */
  pending: Checkpoint | null
}

/** Checkpoints leave every 60 minutes at the latest: this, and the time until somebody looks. */
const EVERY_MINUTES = 55
const LATE_AFTER_MINUTES = 65

const states = (mongo: Mongo) => mongo.db.collection<CheckpointState>('checkpoints')
const minutesFrom = (start: unknown, amount: number) => ({ $dateAdd: { startDate: start, unit: 'minute', amount } })

/** Makes the first checkpoint of an organisation due, once. */
export async function beginCheckpoints(mongo: Mongo, orgId: string): Promise<void> {
  const start = { state: 'due', lease: freeLease(), number: 0, code: '', pending: null, dueAt: new Date(0) }
  await states(mongo).updateOne(
    { _id: orgId },
    { $setOnInsert: { orgId, ...start, writtenAt: new Date() } },
    {
      upsert: true,
    },
  )
}

export const readState = (mongo: Mongo, orgId: string): Promise<CheckpointState | null> =>
  states(mongo).findOne({ _id: orgId })

/** Takes one organisation whose next checkpoint is due. */
export const claimDue = (mongo: Mongo, orgIds: readonly string[]): Promise<CheckpointState | null> =>
  claim(states(mongo), { orgId: { $in: orgIds }, $expr: { $lte: ['$dueAt', '$$NOW'] } })

/** Organisations whose last checkpoint is longer ago than it may be, each with the time of it. */
export const findLate = (mongo: Mongo, orgIds: readonly string[]): Promise<CheckpointState[]> =>
  states(mongo)
    .find({
      orgId: { $in: [...orgIds] },
      $expr: { $lt: [minutesFrom('$writtenAt', LATE_AFTER_MINUTES), '$$NOW'] },
    })
    .toArray()

/** Keeps what is to be written; false when another process has claimed it since. */
export const keepPending = async (mongo: Mongo, state: CheckpointState, pending: Checkpoint): Promise<boolean> =>
  (await states(mongo).updateOne(stillHeld(state), { $set: { pending } })).matchedCount === 1

/** After it was written: the next is due in an hour, or at once where not all heads had room. */
export async function finishCheckpoint(mongo: Mongo, state: CheckpointState, written: Checkpoint): Promise<boolean> {
  const { number, code, more } = written
  const done = { number, code: { $literal: code }, pending: null, writtenAt: '$$NOW' }
  const dueAt = more ? '$$NOW' : minutesFrom('$$NOW', EVERY_MINUTES)
  const change = [{ $set: { ...done, dueAt, 'lease.until': null } }]
  return (await states(mongo).updateOne(stillHeld(state), change)).matchedCount === 1
}

/** Gives an organisation back after a fault, to be tried again soon. */
export async function letGo(mongo: Mongo, state: CheckpointState): Promise<void> {
  await states(mongo).updateOne(stillHeld(state), { $set: { 'lease.until': null } })
}

/** Heads that no checkpoint holds yet. */
export async function changedHeads(scope: Scope, limit: number): Promise<Mark[]> {
  const found = await scope.collection<AuditHead>('auditHeads').find({ changed: true }, { limit })
  return found.map(({ subject, seq, mac }): Mark => [subject, seq, mac])
}

/** These heads are under a checkpoint, unless they have moved on since. */
export async function settleHeads(mongo: Mongo, { orgId, heads }: Checkpoint): Promise<void> {
  if (heads.length === 0) return
  const settle = heads.map(([subject, seq]) => ({
    updateOne: { filter: { _id: `${orgId}:${subject}`, orgId, seq }, update: { $unset: { changed: true as const } } },
  }))
  await mongo.db.collection<AuditHead & { orgId: string }>('auditHeads').bulkWrite(settle, { ordered: false })
}
