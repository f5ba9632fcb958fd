import type { Db } from 'mongodb'
import { type Claimable, claim, freeLease, stillHeld } from './claim'
import { newId } from './ids'
import type { Scope } from './mongo'

/** What may be sent to somebody who did not ask for it. */
export type CardKind =
  | 'offer'
  | 'choose'
  | 'storage-refused'
  | 'first-contact'
  | 'call-back'
  | 'put-away'
  | 'breach-asked'
  | 'breach-unanswered'
  | 'emergency-opened'
  | 'emergency-reminder'
  | 'emergency-unrecorded'
  | 'emergency-frequent'
  | 'emergency-review'
  | 'emergency-debrief'
  | 'consultation'
  | 'consultation-news'

/** Something to deliver to one person: a card in Teams, or a mail. Rows hold ids only. */
export interface Delivery {
  card: CardKind
  /** What it is about. The view is loaded by it when the card is sent, never stored in the row. */
  subject: string
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
  /** Tries so far, those included whose worker died. */
  attempts: number
  reason?: string
  /** Somebody was told another way, and whoever gives cases out sees it; it is tried on. */
  escalated?: boolean
  /** What was delivered goes by itself after a month; what was not stays to be seen. */
  sentAt?: Date
  createdAt: Date
}

/** After so many tries that surely sent nothing, two days of them, a row is refused and shown. */
export const MAX_ATTEMPTS = 300

/** After so many workers in a row that never came back from it, a row is refused, before it ends more of them. */
export const MAX_LOST = 5

/** The other side asked for a pause, which nobody's presence ends. */
export const THROTTLED = 'status-429'

/** Reasons for which a chat takes nothing now; it may again when the person is there. */
export const NO_CHAT: readonly string[] = ['no-conversation', 'service-url-not-allowed', 'status-403', 'status-404']

/** Whoever comes back within this time gets what could not reach them. */
const REVIVED_DAYS = 14

/** Seconds until the next try: soon at first, then every ten minutes. */
export const backOff = (attempts: number): number => Math.min(5 * 2 ** attempts, 600)

/** Rows that wait for one thing: a person's chat with the bot, or the mailbox of an organisation. */
type Lane = Pick<OutboxRow, 'orgId' | 'to' | 'by'>

/** Two messages of one lane are never under way at once. */
const laneOf = ({ orgId, to, by }: Lane) => (by === 'mail' ? { orgId, by } : { orgId, by, to })

/** Workers that took the row, one after the other, and never said what became of it. */
export const lostTries = ({ lease }: OutboxRow): number => lease.lost ?? 0

export const queueDeliveries = (
  scope: Scope,
  deliveries: readonly { delivery: Delivery; dueAt: Date }[],
): Promise<void> =>
  scope.collection<OutboxRow>('outbox').insert(
    ...deliveries.map(({ delivery, dueAt }) => ({
      _id: newId(),
      orgId: scope.orgId,
      ...delivery,
      state: 'queued' as const,
      dueAt,
      notBefore: new Date(0),
      attempts: 0,
      lease: freeLease(),
      createdAt: new Date(),
    })),
  )

/**
 * Takes the next row that is due, over all organisations.
 *
 * @param busy rows under way, whose lanes have to wait
 */
export const claimDelivery = (db: Db, now: Date, busy: readonly Lane[] = []): Promise<OutboxRow | null> =>
  claim(db.collection<OutboxRow>('outbox'), {
    state: 'queued',
    dueAt: { $lte: now },
    $expr: { $lte: ['$notBefore', '$$NOW'] },
    ...(busy.length > 0 ? { $nor: busy.map(laneOf) } : {}),
  })

/** Marks how a delivery ended; false when another worker has claimed it since, whose word counts. */
export async function settleDelivery(
  db: Db,
  row: OutboxRow,
  state: Exclude<DeliveryState, 'queued'>,
  reason?: string,
): Promise<boolean> {
  const change = { $set: { state, ...(reason ? { reason } : {}), ...(state === 'sent' ? { sentAt: new Date() } : {}) } }
  return (await db.collection<OutboxRow>('outbox').updateOne(stillHeld(row), change)).matchedCount === 1
}

/**
 * Puts back a row that surely was not delivered, to be tried again after a while.
 *
 * @returns what became of it; null when another worker has claimed it since
 */
export async function postponeDelivery(
  db: Db,
  row: OutboxRow,
  seconds: number,
  reason: string,
): Promise<'queued' | 'refused' | null> {
  const attempts = row.attempts + lostTries(row) + 1
  const state = attempts >= MAX_ATTEMPTS ? 'refused' : 'queued'
  const { matchedCount } = await db
    .collection<OutboxRow>('outbox')
    .updateOne(stillHeld(row), [
      { $set: { state, attempts, reason: { $literal: reason }, notBefore: inSeconds(seconds), 'lease.until': null } },
    ])
  return matchedCount === 1 ? state : null
}

/** Lets everything else that waits for the same chat or mailbox wait as long, because it asked for it. */
export async function holdBack(db: Db, row: Lane, seconds: number, reason: string): Promise<void> {
  await db
    .collection<OutboxRow>('outbox')
    .updateMany({ ...laneOf(row), state: 'queued' }, [
      { $set: { notBefore: { $max: ['$notBefore', inSeconds(seconds)] }, reason: { $literal: reason } } },
    ])
}

const inSeconds = (seconds: number) => ({
  $dateAdd: { startDate: '$$NOW', unit: 'millisecond', amount: Math.round(seconds * 1000) },
})

/** Has what waits for a person's chat, or was given up for want of one, tried again now, because they are there. */
export async function hastenDeliveries(db: Db, orgId: string, to: string): Promise<void> {
  const theirs = { orgId, to, by: 'card' as const }
  const rows = db.collection<OutboxRow>('outbox')
  const now = { notBefore: new Date(0) }
  await rows.updateMany({ ...theirs, state: 'queued', reason: { $ne: THROTTLED } }, { $set: now })
  const createdAt = { $gte: new Date(Date.now() - REVIVED_DAYS * 86_400_000) }
  const givenUp = { ...theirs, state: 'refused' as const, reason: { $in: [...NO_CHAT] }, createdAt }
  await rows.updateMany(givenUp, { $set: { ...now, state: 'queued', 'lease.until': null } })
}

/** Cards that did not arrive, or may not have, and those that are still tried after somebody was told another way. */
export const doubtfulCards = (scope: Scope, card: CardKind): Promise<OutboxRow[]> =>
  scope.collection<OutboxRow>('outbox').find({
    by: 'card',
    card,
    $or: [{ state: { $in: ['uncertain', 'refused'] } }, { state: 'queued', escalated: true }],
  })
