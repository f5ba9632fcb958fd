import { isWalled } from '../access/access.rules'
import type { CaseRecord } from '../cases/cases.types'
import type { Duty } from '../duties/duties.types'
import { type Actor, systemActor } from '../people/people.types'
import type { Mongo, Reading } from '../platform/mongo'
import { ok } from '../platform/outcome'
import { type Answering, createAnswering } from './consultation.answering'
import { type Asking, type AskingParts, createAsking } from './consultation.asking'
import { isOwn, remindedAt } from './consultation.rules'
import { changeConsultation, consultationsFor, findConsultation } from './consultation.store'
import { tell, tellOwn } from './consultation.tell'
import type { AskedView, ConsultationRecord, ConsultationSummary, NewsView } from './consultation.types'
import { askedView, newsView, summaryFor } from './consultation.views'

export { ADVICE_MAX_LENGTH, EVERYBODY, readMoment } from './consultation.rules'

export interface Consultations extends Asking, Answering {
  /** What may be posted to somebody who was asked, as it stands now; null for anybody else, and behind a wall. */
  asked(orgId: string, consultationId: string, staffId: string): Promise<AskedView | null>
  /** The same for whoever asked. */
  news(orgId: string, consultationId: string, staffId: string): Promise<NewsView | null>
  /** So many of the questions that wait for somebody, oldest first. */
  waitingFor(actor: Actor, limit: number): Reading<ConsultationSummary>
  /** Nobody has replied in time: whoever can is reminded. */
  onUnanswered(duty: Duty): Promise<void>
}

export function createConsultations(parts: AskingParts & { mongo: Mongo }): Consultations {
  const { mongo, cases, people, transaction } = parts

  /** A question with its case as it stands now; null for somebody behind a wall. */
  async function look(
    orgId: string,
    consultationId: string,
    staffId: string,
  ): Promise<{ record: ConsultationRecord; found: CaseRecord } | null> {
    const scope = mongo.forOrg(orgId)
    const record = await findConsultation(scope, consultationId)
    const found = record && (await cases.load(scope, record.caseId))
    return record && found && !isWalled(found, staffId) ? { record, found } : null
  }

  return {
    ...createAsking(parts),
    ...createAnswering(parts),

    asked: async (orgId, consultationId, staffId) => {
      const seen = await look(orgId, consultationId, staffId)
      return seen && askedView(seen.record, staffId)
    },

    news: async (orgId, consultationId, staffId) => {
      const seen = await look(orgId, consultationId, staffId)
      return seen && isOwn(seen.record, seen.found.holder, staffId) ? newsView(seen.record) : null
    },

    waitingFor: ({ orgId, staffId }, limit) =>
      consultationsFor(mongo.forOrg(orgId), staffId, limit, summaryFor(staffId)),

    onUnanswered: async (duty) => {
      const known = await findConsultation(mongo.forOrg(duty.orgId), duty.subject)
      const team = known ? await people.team(duty.orgId, known.of) : []
      const attempt = { event: 'consultation-reminded', permission: null, about: duty.subject } as const
      await transaction(systemActor(duty.orgId), attempt, async (tx) => {
        const record = (await tx.finish(duty)) ? await findConsultation(tx, duty.subject) : null
        const found = record && (await cases.load(tx, record.caseId))
        // A reply, a closing and a note each settle the duty, so whatever it finds open waits.
        if (!record || !found) return { ...ok, repeated: true }
        const absent = await people.absentToday(tx)
        const reminded = record.waitsFor.filter(
          (staffId) =>
            team.some((member) => member.staffId === staffId) && !absent.has(staffId) && !isWalled(found, staffId),
        )
        const { _id, binding, remindMinutes, by } = record
        if (binding) {
          const until = remindedAt(tx.now, remindMinutes, tx.policy.calendar)
          tx.due({ kind: 'consultation-unanswered', subject: _id, owner: by, dueAt: until })
          await changeConsultation(tx, record, { until })
        }
        tell(tx, record, reminded, { renew: true })
        if (reminded.length === 0) tellOwn(tx, record, found, true)
        const codes = { consultation: _id, people: reminded.length }
        tx.audit({ subject: `case:${found._id}`, event: 'consultation-reminded', codes })
        return ok
      })
    },
  }
}
