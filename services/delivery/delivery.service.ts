import type { Clock } from '../platform/clock'
import type { Mongo, Stored } from '../platform/mongo'
import {
  claimDelivery,
  countUndelivered,
  type Delivery,
  hastenDeliveries,
  type OutboxRow,
  postponeDelivery,
  settleDelivery,
} from '../platform/outbox'

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
}

/** A card that was posted and can be drawn anew. */
interface PostRecord extends Stored {
  to: string
  card: string
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
  /** Marks a conversation that no longer takes messages; the next verified activity revives it. */
  bury(orgId: string, staffId: string): Promise<void>
  next(): Promise<OutboxRow | null>
  postOf(orgId: string, delivery: Pick<Delivery, 'to' | 'card' | 'subject'>): Promise<string | null>
  /** Records that a row was delivered, and as which activity. */
  delivered(row: OutboxRow, activityId: string | null): Promise<void>
  /** Records that a row was refused for good, or may have arrived although nobody confirmed it. */
  failed(row: OutboxRow, state: 'refused' | 'uncertain', reason: string): Promise<void>
  postpone(row: OutboxRow, seconds: number, reason: string): Promise<void>
  undelivered(orgId: string): Promise<number>
}

export function createDeliveries(mongo: Mongo, clock: Clock): Deliveries {
  const conversations = (orgId: string) => mongo.forOrg(orgId).collection<ConversationRecord>('conversations')
  const posts = (orgId: string) => mongo.forOrg(orgId).collection<PostRecord>('posts')

  return {
    remember: async (orgId, conversation) => {
      const _id = `${orgId}:${conversation.staffId}`
      // Asked each time: another process may have buried it since.
      const record = await conversations(orgId).findOne({ _id, ...conversation, dead: false })
      if (record) return
      await conversations(orgId).upsert({ _id }, { $set: { ...conversation, dead: false } })
      await hastenDeliveries(mongo.db, orgId, conversation.staffId)
    },
    hasten: (orgId, staffId) => hastenDeliveries(mongo.db, orgId, staffId),
    conversationOf: (orgId, staffId) => conversations(orgId).findOne({ _id: `${orgId}:${staffId}`, dead: false }),
    bury: async (orgId, staffId) => {
      await conversations(orgId).update({ _id: `${orgId}:${staffId}` }, { $set: { dead: true } })
    },
    next: () => claimDelivery(mongo.db, clock.now()),
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
    failed: async (row, state, reason) => {
      await settleDelivery(mongo.db, row, state, reason)
    },
    postpone: (row, seconds, reason) => postponeDelivery(mongo.db, row, seconds, reason),
    undelivered: (orgId) => countUndelivered(mongo.forOrg(orgId)),
  }
}
