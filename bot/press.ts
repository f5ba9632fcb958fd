import type { Conversation } from '../services/delivery/delivery.service'
import type { VerifiedActivity } from './gate'

/** A pressed button. */
export interface CardPress {
  verb: string
  data: Record<string, unknown>
}

/** A button's verb and data: from Action.Execute, or from Action.Submit in clients that know nothing newer. */
export function pressOf(activity: VerifiedActivity): CardPress | null {
  const value = activity.value as { action?: { verb?: unknown; data?: unknown }; verb?: unknown } | undefined
  if (activity.type === 'invoke')
    return activity.name === 'adaptiveCard/action'
      ? { verb: String(value?.action?.verb), data: record(value?.action?.data) }
      : null
  if (activity.type !== 'message' || typeof value !== 'object' || value === null) return null
  const { verb, ...data } = record(value)
  return { verb: String(verb), data }
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

/** Where the person who sent an activity can be reached. */
export const conversationOf = ({ conversation, from, recipient, serviceUrl }: VerifiedActivity): Conversation => ({
  staffId: from.aadObjectId,
  serviceUrl,
  conversationId: conversation.id,
  botId: recipient.id,
  userId: from.id,
  tenantId: conversation.tenantId ?? '',
})
