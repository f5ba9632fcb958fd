import type { Db } from 'mongodb'
import { type Claimable, claim, freeLease, stillHeld } from './claim'
import { newId } from './ids'
import type { Scope } from './mongo'

/** What a posted card is about. The view is loaded by these two when the card is sent, never stored in the row. */
export interface CardSubject {
  card: string
  subject: string
}

/** Something to deliver to one person: a card in Teams, or a mail. Rows hold ids only. */
export interface Delivery extends CardSubject {
  /** Who gets it: their Entra object id. */
  to: string
  by: 'card' | 'mail'
  /** Post it anew, so that it notifies, and let the earlier card point to the new one. */
  renew?: boolean
  /** Deliver at once, also outside the service's hours. */
  urgent?: boolean
}

export type DeliveryState = 'queued' | 'sent' | 'uncertain' | 'refused'

export interface OutboxRow extends Claimable, Delivery {
  state: DeliveryState
  /** Business time from which it may go out. */
  dueAt: Date
  /** Real time before which it is not tried again. */
  notBefore: Date
  attempts: number
  reason?: string
  createdAt: Date
}

/** After so many tries that surely sent nothing, two days of them, a row is refused and shown. */
export const MAX_ATTEMPTS = 300

/** Seconds until the next try: soon at first, then every ten minutes. */
export const backOff = (attempts: number): number => Math.min(5 * 2 ** attempts, 600)

export const queueDelivery = (scope: Scope, delivery: Delivery, dueAt: Date): Promise<void> =>
  scope.collection<OutboxRow>('outbox').insert({
    _id: newId(),
    orgId: scope.orgId,
    ...delivery,
    state: 'queued',
    dueAt,
    notBefore: new Date(0),
    attempts: 0,
    lease: freeLease(),
    createdAt: new Date(),
  })

/** Takes the next row that is due, over all organisations. */
export const claimDelivery = (db: Db, now: Date): Promise<OutboxRow | null> =>
  claim(db.collection<OutboxRow>('outbox'), {
    state: 'queued',
    dueAt: { $lte: now },
    $expr: { $lte: ['$notBefore', '$$NOW'] },
  })

/** Marks how a delivery ended; false when another worker has claimed it since, whose word counts. */
export async function settleDelivery(
  db: Db,
  row: OutboxRow,
  state: Exclude<DeliveryState, 'queued'>,
  reason?: string,
): Promise<boolean> {
  const change = { $set: { state, ...(reason ? { reason } : {}) } }
  return (await db.collection<OutboxRow>('outbox').updateOne(stillHeld(row), change)).matchedCount === 1
}

/** Puts back a row that surely was not delivered, to be tried again after a while. */
export async function postponeDelivery(db: Db, row: OutboxRow, seconds: number, reason: string): Promise<void> {
  const tired = row.attempts + 1 >= MAX_ATTEMPTS
  await db.collection<OutboxRow>('outbox').updateOne(stillHeld(row), [
    {
      $set: {
        state: tired ? 'refused' : 'queued',
        attempts: row.attempts + 1,
        reason: { $literal: reason },
        notBefore: { $dateAdd: { startDate: '$$NOW', unit: 'second', amount: seconds } },
        'lease.until': null,
      },
    },
  ])
}

/** Has what waits for a person's chat tried again now, because they are there. */
export async function hastenDeliveries(db: Db, orgId: string, to: string): Promise<void> {
  const waiting = { orgId, to, by: 'card' as const, state: 'queued' as const }
  await db.collection<OutboxRow>('outbox').updateMany(waiting, { $set: { notBefore: new Date(0) } })
}

/** How many deliveries of an organisation did not arrive, or may not have. */
export const countUndelivered = (scope: Scope): Promise<number> =>
  scope.collection<OutboxRow>('outbox').count({ state: { $in: ['uncertain', 'refused'] } })
