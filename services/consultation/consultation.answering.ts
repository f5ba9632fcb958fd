import { type AccessRefusal, isWalled, may } from '../access/access.rules'
import type { CaseSteps } from '../cases/cases.service'
import type { Contacts } from '../contacts/contacts.service'
import type { Actor } from '../people/people.types'
import { type Outcome, ok, refuse } from '../platform/outcome'
import type { Transaction, Tx } from '../platform/transaction'
import { isConsulted, isOwn, mayClose, mayNoteOtherwise, mayReply, readAdvice, readMoment } from './consultation.rules'
import { changeConsultation, findConsultation } from './consultation.store'
import { tell, tellOwn } from './consultation.tell'
import type { ConsultationContent, ConsultationRecord, Moment } from './consultation.types'
import { contentView } from './consultation.views'

/** `stale` where somebody was faster; the card is pressed again. */
type Refused = AccessRefusal | 'stale'

/** What is done with a question once it is asked. */
export interface Answering {
  /** The question with its words, for whoever asked it or was asked; that they looked is recorded before. */
  show(
    actor: Actor,
    input: { consultationId: string },
  ): Promise<Outcome<{ view: ConsultationContent }, Refused | 'settled'>>
  /**
   * Adds the reply of somebody who was asked to the case, and tells whoever asked.
   *
   * @param input.id chosen by the form, so that the same reply sent twice is one
   */
  reply(
    actor: Actor,
    input: { id: string; consultationId: string; text: string },
  ): Promise<Outcome<object, Refused | 'settled' | 'replied-already' | 'missing' | 'too-long'>>
  /** Closes one's own question: nobody needs to reply any more. A concern stays open until somebody was consulted. */
  close(actor: Actor, input: { consultationId: string }): Promise<Outcome<object, Refused | 'not-consulted'>>
  /** Notes that somebody was consulted about a concern in another way: with whom, and when. */
  noteOtherwise(
    actor: Actor,
    input: { id: string; consultationId: string; with: string; when: Moment },
  ): Promise<Outcome<object, Refused | 'settled' | 'missing' | 'too-long' | 'not-a-time' | 'in-future'>>
}

export interface AnsweringParts {
  cases: CaseSteps
  contacts: Contacts
  transaction: Transaction
}

export function createAnswering({ cases, contacts, transaction }: AnsweringParts): Answering {
  /** A question with its case, unless a wall keeps the person from it. */
  async function load(tx: Tx, consultationId: string, { staffId }: Actor) {
    const record = await findConsultation(tx, consultationId)
    const found = record && (await cases.load(tx, record.caseId))
    if (!record || !found) return refuse('unknown')
    return isWalled(found, staffId) ? refuse('walled') : { ...ok, record, found }
  }

  /** The same as one's own question. */
  async function loadOwn(tx: Tx, consultationId: string, actor: Actor) {
    const loaded = await load(tx, consultationId, actor)
    if (!loaded.ok) return loaded
    return isOwn(loaded.record, loaded.found.holder, actor.staffId) ? loaded : refuse('not-theirs')
  }

  /** Whether somebody who was asked may still take part: not once they may have to investigate a complaint (LAN-26). */
  const takesPart = ({ asked }: ConsultationRecord, actor: Actor, { access, breach }: Tx['policy']): boolean =>
    asked.includes(actor.staffId) &&
    may(actor, 'consultation.answer', access).ok &&
    !(breach.investigators && actor.roles.includes(breach.investigators))

  return {
    show: (actor, { consultationId }) =>
      transaction(
        actor,
        { event: 'consultation-viewed', permission: null, about: consultationId },
        async (tx): Promise<Outcome<{ view: ConsultationContent }, Refused | 'settled'>> => {
          const loaded = await load(tx, consultationId, actor)
          if (!loaded.ok) return loaded
          const { record, found } = loaded
          const own = isOwn(record, found.holder, actor.staffId) && may(actor, 'consultation.ask', tx.policy.access).ok
          if (!own && !takesPart(record, actor, tx.policy)) return refuse('not-theirs')
          if (!own && record.ended) return refuse('settled')
          if (record.newsFor === actor.staffId && !(await changeConsultation(tx, record, { newsFor: null })))
            return refuse('stale')
          const codes = { consultation: consultationId, as: own ? 'asker' : 'asked' }
          tx.audit({ subject: `case:${found._id}`, event: 'consultation-viewed', codes })
          const texts = await contacts.texts(tx, found, [consultationId, ...record.replies.map(({ id }) => id)])
          return { ...ok, view: contentView(record, texts, own) }
        },
      ),

    reply: (actor, { id, consultationId, text }) => {
      const attempt = {
        event: 'consultation-replied',
        permission: 'consultation.answer',
        about: consultationId,
      } as const
      return transaction(actor, attempt, async (tx) => {
        const loaded = await load(tx, consultationId, actor)
        if (!loaded.ok) return loaded
        const { record, found } = loaded
        if (!takesPart(record, actor, tx.policy)) return refuse('not-theirs')
        const mine = record.replies.find(({ by }) => by === actor.staffId)
        if (mine?.id === id) return { ...ok, repeated: true }
        const allowed = mayReply(record, actor.staffId)
        if (!allowed.ok) return allowed
        const advice = readAdvice(text)
        if (!advice.ok) return advice
        await contacts.add(tx, found, { id, kind: 'reply', text: advice.text })
        const replies = [...record.replies, { id, by: actor.staffId, at: tx.now }]
        const waitsFor = record.waitsFor.filter((staffId) => staffId !== actor.staffId)
        const change = { replies, waitsFor, newsFor: record.by, owedBy: null }
        if (!(await changeConsultation(tx, record, change))) return refuse('stale')
        tx.settle('consultation-unanswered', consultationId)
        tx.audit({
          subject: `case:${found._id}`,
          event: 'consultation-replied',
          codes: { consultation: consultationId, contact: id },
        })
        tellOwn(tx, record, found, true)
        tell(tx, record, isConsulted(record) ? [actor.staffId] : record.asked)
        return ok
      })
    },

    close: (actor, { consultationId }) => {
      const attempt = { event: 'consultation-closed', permission: 'consultation.ask', about: consultationId } as const
      return transaction(actor, attempt, async (tx) => {
        const loaded = await loadOwn(tx, consultationId, actor)
        if (!loaded.ok) return loaded
        const { record, found } = loaded
        if (record.ended) return { ...ok, repeated: true }
        const allowed = mayClose(record)
        if (!allowed.ok) return allowed
        const ended = { at: tx.now, by: actor.staffId }
        const change = { ended, waitsFor: [], newsFor: null, owedBy: null }
        if (!(await changeConsultation(tx, record, change))) return refuse('stale')
        tx.settle('consultation-unanswered', consultationId)
        const codes = { consultation: consultationId, as: isConsulted(record) ? 'closed' : 'withdrawn' }
        tx.audit({ subject: `case:${found._id}`, event: 'consultation-closed', codes })
        tell(tx, record, record.asked)
        tellOwn(tx, record, found, false)
        return ok
      })
    },

    noteOtherwise: (actor, { id, consultationId, with: whom, when }) => {
      const attempt = {
        event: 'consultation-otherwise',
        permission: 'consultation.ask',
        about: consultationId,
      } as const
      return transaction(actor, attempt, async (tx) => {
        const loaded = await loadOwn(tx, consultationId, actor)
        if (!loaded.ok) return loaded
        const { record, found } = loaded
        if (record.otherwise === id) return { ...ok, repeated: true }
        const allowed = mayNoteOtherwise(record)
        if (!allowed.ok) return allowed
        const consulted = readAdvice(whom)
        if (!consulted.ok) return consulted
        const moment = readMoment(when, tx.now, tx.policy.calendar)
        if (!moment.ok) return moment
        await contacts.add(tx, found, { id, kind: 'consulted', text: consulted.text, at: moment.at })
        if (!(await changeConsultation(tx, record, { otherwise: id, owedBy: null }))) return refuse('stale')
        tx.settle('consultation-unanswered', consultationId)
        tx.audit({
          subject: `case:${found._id}`,
          event: 'consultation-otherwise',
          codes: { consultation: consultationId, contact: id },
        })
        tell(tx, record, record.asked)
        return ok
      })
    },
  }
}
