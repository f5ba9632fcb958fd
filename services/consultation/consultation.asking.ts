import { type AccessRefusal, mayReadCase } from '../access/access.rules'
import type { CaseSteps } from '../cases/cases.service'
import type { CaseRecord } from '../cases/cases.types'
import type { Contacts } from '../contacts/contacts.service'
import type { KnownOfCase } from '../identifiers/known-of-case'
import type { People } from '../people/people.service'
import type { Actor } from '../people/people.types'
import { type Outcome, ok, refuse } from '../platform/outcome'
import type { Transaction, Tx } from '../platform/transaction'
import type { Policy } from '../policy/policy.schema'
import { createCircle } from './consultation.circle'
import { askedBy, mayBeAsked, present, readMoment, remindedAt } from './consultation.rules'
import { findConsultation, insertConsultation } from './consultation.store'
import { tell } from './consultation.tell'
import type { ConsultationRecord, Moment } from './consultation.types'
import { createWording, type TextRefusal, type Wording } from './consultation.wording'

type AskRefusal = AccessRefusal | TextRefusal | 'not-offered' | 'not-confirmed'

export interface Asking {
  /** Whom the person may ask about a case today, by name; the union may have no such questions: 'not-offered'. */
  colleagues(
    actor: Actor,
    input: { caseId: string },
  ): Promise<Outcome<{ colleagues: { staffId: string; name: string }[] }, AccessRefusal | 'not-offered'>>
  check: Wording['check']
  /**
   * Asks one colleague, or everybody in their role, without naming the client (CAM-03).
   *
   * @param input.id chosen by the form, so that the same question sent twice is one
   * @param input.to a colleague, or EVERYBODY
   * @param input.confirmed somebody has read it and says that nobody can be recognised
   */
  ask(
    actor: Actor,
    input: { id: string; caseId: string; reason: string; to: string; text: string; confirmed: boolean },
  ): Promise<Outcome<{ asked: number }, AskRefusal | 'reason-missing' | 'nobody-to-ask' | 'not-to-be-asked'>>
  /**
   * Keeps a concern, of which the client was warned first, and asks everybody at once whom the union consults about it
   * (WOR-15, WOR-19). It opens no request to breach confidentiality (AMB-29).
   */
  raiseConcern(
    actor: Actor,
    input: {
      id: string
      caseId: string
      concern: string
      said: boolean
      when: Moment
      text: string
      confirmed: boolean
    },
  ): Promise<Outcome<{ asked: number }, AskRefusal | 'warning-not-said' | 'not-a-time' | 'in-future'>>
}

export interface AskingParts {
  cases: CaseSteps
  contacts: Contacts
  knownOfCase: KnownOfCase
  people: People
  policyOf(orgId: string): Policy
  transaction: Transaction
}

export function createAsking({ cases, contacts, knownOfCase, people, policyOf, transaction }: AskingParts): Asking {
  const circle = createCircle({ people, policyOf })
  const wording = createWording({ cases, knownOfCase, transaction })

  /** The case, for somebody who may open it. */
  async function openable(tx: Tx, caseId: string): Promise<Outcome<{ found: CaseRecord }, AccessRefusal>> {
    const found = await cases.load(tx, caseId)
    const access = mayReadCase(tx.actor, found, tx.policy.access)
    return access.ok ? { ...ok, found: found! } : access
  }

  /** Keeps a question that stands in its case, and sends it to whoever is asked. */
  async function send(
    tx: Tx,
    found: CaseRecord,
    question: Pick<ConsultationRecord, '_id' | 'kind' | 'reason' | 'binding' | 'of' | 'remindMinutes' | 'asked'>,
  ): Promise<void> {
    const { _id, kind, binding, asked } = question
    const { staffId, displayName } = tx.actor
    const until = remindedAt(tx.now, question.remindMinutes, tx.policy.calendar)
    await insertConsultation(tx, {
      ...question,
      caseId: found._id,
      reference: found.reference,
      version: 1,
      by: staffId,
      byName: displayName,
      at: tx.now,
      until,
      replies: [],
      otherwise: null,
      ended: null,
      waitsFor: asked,
      newsFor: null,
      owedBy: binding ? staffId : null,
      profile: tx.policy.version,
    })
    tx.due({ kind: 'consultation-unanswered', subject: _id, owner: staffId, dueAt: until })
    tell(tx, question, asked, { urgent: binding })
    const whom = Object.fromEntries(asked.map((to, index) => [`asked-${index + 1}`, to]))
    const codes = { consultation: _id, kind, ...(question.reason ? { reason: question.reason } : {}), ...whom }
    tx.audit({ subject: `case:${found._id}`, event: 'consultation-asked', codes })
  }

  /** The same form sent again. */
  async function earlier(tx: Tx, id: string, caseId: string) {
    const known = await findConsultation(tx, id)
    if (!known) return null
    const same = known.caseId === caseId && known.by === tx.actor.staffId
    return same ? { ...ok, repeated: true, asked: known.asked.length } : refuse('unknown')
  }

  /** Sends a question about a case that the person may open, where the union has such questions; the same form once. */
  function asking<Staff, Reason extends string>(
    actor: Actor,
    event: 'consultation-asked' | 'concern-recorded',
    { id, caseId }: { id: string; caseId: string },
    staff: Staff | undefined,
    work: (tx: Tx, found: CaseRecord, staff: Staff) => Promise<Outcome<{ asked: number }, Reason>>,
  ) {
    const attempt = { event, permission: 'consultation.ask', about: caseId } as const
    return transaction<{ asked: number }, Reason | AccessRefusal | 'not-offered'>(actor, attempt, async (tx) => {
      const opened = await openable(tx, caseId)
      if (!opened.ok) return opened
      if (!staff) return refuse('not-offered')
      return (await earlier(tx, id, caseId)) ?? work(tx, opened.found, staff)
    })
  }

  return {
    colleagues: async (actor, { caseId }) => {
      const [kind] = policyOf(actor.orgId).consultation.kinds
      const staff = kind && (await circle.team(actor.orgId, kind.of))
      const attempt = { event: 'consultation-asked', permission: 'consultation.ask', about: caseId } as const
      return transaction(actor, attempt, async (tx) => {
        const opened = await openable(tx, caseId)
        if (!opened.ok) return opened
        if (!staff) return refuse('not-offered')
        const { found } = opened
        const others = mayBeAsked(await circle.candidates(tx, found, staff), actor.staffId)
        return { ...ok, repeated: true, colleagues: present(others).map(({ staffId, name }) => ({ staffId, name })) }
      })
    },

    check: wording.check,

    ask: async (actor, { id, caseId, reason, to, text, confirmed }) => {
      const [kind] = policyOf(actor.orgId).consultation.kinds
      const staff = kind && { kind, members: await circle.team(actor.orgId, kind.of) }
      return asking(actor, 'consultation-asked', { id, caseId }, staff, async (tx, found, { kind, members }) => {
        if (!kind.reasons.includes(reason)) return refuse('reason-missing')
        const question = await wording.anonymous(tx, found, text, confirmed)
        if (!question.ok) return question
        const chosen = askedBy(await circle.candidates(tx, found, members), actor.staffId, to)
        if (!chosen.ok) return chosen
        await contacts.add(tx, found, { id, kind: 'consultation', text: question.text })
        const { id: name, of, remindMinutes } = kind
        const { asked } = chosen
        await send(tx, found, { _id: id, kind: name, reason, binding: false, of, remindMinutes, asked })
        return { ...ok, asked: asked.length }
      })
    },

    raiseConcern: async (actor, { id, caseId, concern: name, said, when, text, confirmed }) => {
      const concern = policyOf(actor.orgId).concerns.find((each) => each.id === name)
      const staff = concern && { concern, members: await circle.team(actor.orgId, concern.consults) }
      return asking(actor, 'concern-recorded', { id, caseId }, staff, async (tx, found, { concern, members }) => {
        if (!said) return refuse('warning-not-said')
        const moment = readMoment(when, tx.now, tx.policy.calendar)
        if (!moment.ok) return moment
        const question = await wording.anonymous(tx, found, text, confirmed)
        if (!question.ok) return question
        const { version } = tx.policy.texts[concern.warning]!
        const warning = { text: concern.warning, version, at: moment.at }
        await contacts.add(tx, found, { id, kind: 'concern', text: question.text, warning })
        const codes = { consultation: id, concern: name, warning: concern.warning, version }
        tx.audit({ subject: `case:${caseId}`, event: 'concern-recorded', codes })
        const others = mayBeAsked(await circle.candidates(tx, found, members), actor.staffId)
        const asked = others.map(({ staffId }) => staffId)
        const { consults: of, remindMinutes } = concern
        await send(tx, found, { _id: id, kind: name, reason: null, binding: true, of, remindMinutes, asked })
        return { ...ok, asked: asked.length }
      })
    },
  }
}
