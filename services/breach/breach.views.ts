import type { AskedView, BreachRecord } from './breach.types'
import { actsOf, position, waitsUntil } from './position.rules'

/** The card of somebody who was asked; null for anybody who was not. */
export function askedView(
  { _id, chain, history }: BreachRecord,
  reference: string,
  staffId: string,
  now: Date,
): AskedView | null {
  const asked = actsOf(history, 'asked').findLast(({ to }) => to === staffId)
  if (!asked) return null
  const where = position(chain, history, now)
  const open = where.at === 'deciding' && where.stage === asked.stage
  const until = waitsUntil(chain, asked.stage, asked.at)
  const { urgent } = actsOf(history, 'raised')[0]!
  return { breachId: _id, reference, urgent, as: asked.as, until: open ? until : null }
}
