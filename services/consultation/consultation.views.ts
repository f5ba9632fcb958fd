import { isConsulted } from './consultation.rules'
import type {
  AskedView,
  ConsultationContent,
  ConsultationRecord,
  ConsultationSummary,
  NewsView,
} from './consultation.types'

/** The card of somebody who was asked; null for anybody who was not. */
export function askedView(record: ConsultationRecord, staffId: string): AskedView | null {
  if (!record.asked.includes(staffId)) return null
  return { consultationId: record._id, state: stateFor(record, staffId), until: record.until }
}

function stateFor(record: ConsultationRecord, staffId: string): AskedView['state'] {
  if (record.replies.some(({ by }) => by === staffId)) return 'replied'
  if (record.ended) return isConsulted(record) ? 'closed' : 'withdrawn'
  return isConsulted(record) ? 'answered' : 'waiting'
}

/** The card of whoever asked. */
export const newsView = ({ _id, reference, ended, replies, owedBy }: ConsultationRecord): NewsView => ({
  consultationId: _id,
  reference,
  state: ended ? 'ended' : replies.length > 0 ? 'replied' : 'silent',
  owed: owedBy !== null,
})

/** The row that it is on the home of somebody for whom it waits. */
export const summaryFor =
  (staffId: string) =>
  ({ _id, caseId, reference, at, waitsFor, newsFor }: ConsultationRecord): ConsultationSummary => ({
    consultationId: _id,
    caseId,
    reference,
    at,
    what: waitsFor.includes(staffId) ? 'asked' : newsFor === staffId ? 'news' : 'owed',
  })

/**
 * A question with its words; with the replies for whoever asked it.
 *
 * @param texts the entries of the case that it is made of, by their ids
 */
export function contentView(
  record: ConsultationRecord,
  texts: ReadonlyMap<string, { byName: string; text: string }>,
  isOwn: boolean,
): ConsultationContent {
  const { _id, caseId, reference, kind, reason, byName, at, asked, owedBy, ended } = record
  const replies = record.replies.map(({ id, at: when }) => {
    const { byName: name, text } = texts.get(id)!
    return { name, at: when, text }
  })
  const own = { caseId, reference, asked: asked.length, replies, owed: owedBy !== null, ended: ended !== null }
  const { text: question } = texts.get(_id)!
  return { consultationId: _id, kind, reason, byName, at, question, own: isOwn ? own : null }
}
