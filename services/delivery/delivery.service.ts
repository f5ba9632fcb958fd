import { systemActor } from '../people/people.types'
import { stillHeld } from '../platform/claim'
import type { Clock } from '../platform/clock'
import type { Mongo, Stored } from '../platform/mongo'
import {
  type CardKind,
  claimDelivery,
  type Delivery,
  doubtfulCards,
  hastenDeliveries,
  holdBack,
  lostTries,
  MAX_LOST,
  type OutboxRow,
  postponeDelivery,
  settleDelivery,
} from '../platform/outbox'
import { type Outcome, ok } from '../platform/outcome'
import type { Transaction } from '../platform/transaction'

/** Where one person can be reached in Teams, as their last verified activity said. */
export interface Conversation {
  staffId: string
  serviceUrl: string
  conversationId: string
  botId: string
  userId: string
  tenantId: string
}

interface ConversationRecord extends Stored, Conversation {
  dead: boolean
  buriedAt?: Date
}

/** A card that was posted and can be drawn anew. */
interface PostRecord extends Stored {
  to: string
  card: CardKind
  subject: string
  activityId: string
  at: Date
}

export interface Deliveries {
  /** Keeps the person's conversation, and hastens what waits for it; nothing is written when it is known already. */
  remember(orgId: string, conversation: Conversation): Promise<void>
  /** Has what could not reach a person tried again now. */
  hasten(orgId: string, staffId: string): Promise<void>
  conversationOf(orgId: string, staffId: string): Promise<Conversation | null>
  /** Marks a conversation that takes no messages; the next verified activity revives it, and it is tried once an hour. */
  bury(orgId: string, staffId: string): Promise<void>
  /** @param busy rows under way: nothing for the same chat or mailbox is taken beside them */
  next(busy?: readonly OutboxRow[]): Promise<OutboxRow | null>
  postOf(orgId: string, delivery: Pick<Delivery, 'to' | 'card' | 'subject'>): Promise<string | null>
  /** Records that a row was delivered, and as which activity. */
  delivered(row: OutboxRow, activityId: string | null): Promise<void>
  /** Records that a row was refused for good, or may have arrived although nobody confirmed it; see `escalate`. */
  failed(row: OutboxRow, state: 'refused' | 'uncertain', reason: string): Promise<void>
  /** Puts a row back; one that was tried for the last time is refused, as by `failed`. */
  postpone(row: OutboxRow, seconds: number, reason: string): Promise<void>
  /** Lets everything for the same chat or mailbox wait. */
  holdBack(row: OutboxRow, seconds: number, reason: string): Promise<void>
  /**
   * Says, once for a row, that it does not arrive: in the audit, by mail where a card is meant to be answered, and on
   * the home of whoever gives cases out. It is tried on.
   */
  escalate(row: OutboxRow, reason: string): Promise<void>
  /** Which cards of a kind may not have arrived, and were not posted later: `SUBJECT PERSON`. */
  inDoubt(orgId: string, card: CardKind): Promise<Set<string>>
}

/** A chat that was closed may have been opened again by somebody else than the person. */
const BURIED_MS = 60 * 60 * 1000

/**
 * So long a conversation that was found alive is taken to be so. Another process may bury it meanwhile; then the first
 * activity after that time revives it.
 */
const SEEN_MS = 10_000
const SEEN_AT_MOST = 10_000

/** Drawn for tidiness alone: nobody waits for it. */
const TIDY = ['put-away']

export interface DeliveriesParts {
  mongo: Mongo
  clock: Clock
  transaction: Transaction
}

export function createDeliveries({ mongo, clock, transaction }: DeliveriesParts): Deliveries {
  const conversations = (orgId: string) => mongo.forOrg(orgId).collection<ConversationRecord>('conversations')
  const posts = (orgId: string) => mongo.forOrg(orgId).collection<PostRecord>('posts')
  const seen = new Map<string, { told: string; at: number }>()

  /** The row's new state, its entry in the audit and the mail in its stead, together; nothing when it is so already. */
  async function tell(
    row: OutboxRow,
    change: Partial<Pick<OutboxRow, 'state' | 'escalated'>>,
    reason: string,
    mail: boolean,
  ): Promise<void> {
    const { orgId, to, by, card, subject, urgent = false } = row
    const state = change.state ?? 'escalated'
    const attempt = { event: 'delivery-failed', permission: null, about: row._id } as const
    await transaction(systemActor(orgId), attempt, async (tx): Promise<Outcome> => {
      const rows = tx.collection<OutboxRow>('outbox')
      const told = change.escalated ? { escalated: { $ne: true } } : {}
      if (!(await rows.update({ ...stillHeld(row), ...told }, { $set: { ...change, reason } })))
        return { ...ok, repeated: true }
      tx.audit({ subject: `staff:${to}`, event: attempt.event, codes: { about: subject, card, by, state, reason } })
      if (!mail || by === 'mail' || TIDY.includes(card)) return ok
      const earlier = { to, by: 'mail' as const, card, subject, createdAt: { $gte: row.createdAt } }
      const sent = await rows.findOne(earlier)
      if (!sent) tx.send({ to, by: 'mail', card, subject, urgent })
      return ok
    })
  }

  return {
    remember: async (orgId, conversation) => {
      const _id = `${orgId}:${conversation.staffId}`
      const told = JSON.stringify(conversation)
      const last = seen.get(_id)
      if (last?.told === told && performance.now() - last.at < SEEN_MS) return
      if (!(await conversations(orgId).findOne({ _id, ...conversation, dead: false }))) {
        await conversations(orgId).upsert({ _id }, { $set: { ...conversation, dead: false } })
        await hastenDeliveries(mongo.db, orgId, conversation.staffId)
      }
      if (seen.size >= SEEN_AT_MOST) seen.clear()
      seen.set(_id, { told, at: performance.now() })
    },
    hasten: (orgId, staffId) => hastenDeliveries(mongo.db, orgId, staffId),
    conversationOf: (orgId, staffId) => {
      const open = [{ dead: false }, { buriedAt: { $lt: new Date(Date.now() - BURIED_MS) } }]
      return conversations(orgId).findOne({ _id: `${orgId}:${staffId}`, $or: open })
    },
    bury: async (orgId, staffId) => {
      seen.delete(`${orgId}:${staffId}`)
      await conversations(orgId).update({ _id: `${orgId}:${staffId}` }, { $set: { dead: true, buriedAt: new Date() } })
    },
    next: async (busy) => {
      for (;;) {
        const row = await claimDelivery(mongo.db, clock.now(), busy)
        if (!row || lostTries(row) < MAX_LOST) return row
        await tell(row, { state: 'refused' }, 'worker-lost', true)
      }
    },
    postOf: async (orgId, { to, card, subject }) =>
      (await posts(orgId).findOne({ to, card, subject }))?.activityId ?? null,
    delivered: async (row, activityId) => {
      const { orgId, to, card, subject } = row
      if (activityId) {
        const _id = `${orgId}:${to}:${card}:${subject}`
        await posts(orgId).upsert({ _id }, { $set: { to, card, subject, activityId, at: new Date() } })
      }
      await settleDelivery(mongo.db, row, 'sent')
    },
    failed: (row, state, reason) => tell(row, { state }, reason, state === 'refused'),
    postpone: async (row, seconds, reason) => {
      const state = await postponeDelivery(mongo.db, row, seconds, reason)
      if (state === 'refused') await tell(row, { state }, reason, !row.escalated)
    },
    holdBack: (row, seconds, reason) => holdBack(mongo.db, row, seconds, reason),
    escalate: (row, reason) => (row.escalated ? Promise.resolve() : tell(row, { escalated: true }, reason, true)),
    inDoubt: async (orgId, card) => {
      const rows = await doubtfulCards(mongo.forOrg(orgId), card)
      const subject = { $in: [...new Set(rows.map((row) => row.subject))] }
      const posted = rows.length > 0 ? await posts(orgId).find({ card, subject }) : []
      const later = (row: OutboxRow) =>
        posted.some((post) => post.to === row.to && post.subject === row.subject && post.at > row.createdAt)
      return new Set(rows.filter((row) => !later(row)).map((row) => `${row.subject} ${row.to}`))
    },
  }
}
