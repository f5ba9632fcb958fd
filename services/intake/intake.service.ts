import type { AccessRefusal } from '../access/access.rules'
import type { Allocation } from '../allocation/allocation.service'
import { addWorkingMinutes, nextOpening } from '../calendar/calendar.rules'
import type { CaseSteps } from '../cases/cases.service'
import type { Consents } from '../consent/consent.service'
import type { Contacts } from '../contacts/contacts.service'
import type { People } from '../people/people.service'
import type { Actor } from '../people/people.types'
import { type Outcome, ok, refuse } from '../platform/outcome'
import type { Transaction, Tx } from '../platform/transaction'
import type { Policy } from '../policy/policy.schema'
import type { ChannelId } from './intake.policy'
import { consentsFrom, type DetailsProblem, detailsProblems, type IntakeRefusal, tidyDetails } from './intake.rules'
import { findEngagement, insertEngagement } from './intake.store'
import type { EngagementRecord, IntakeDetails, StepTaken } from './intake.types'

export { type DetailsProblem, detailsProblems }

type Refused = IntakeRefusal | AccessRefusal

export interface Intake {
  /** Records a query that needed no advice: channel, kind and time, and nothing about the person (CAR-12). */
  recordEnquiry(
    actor: Actor,
    input: { id: string; channel: ChannelId; kind: string },
  ): Promise<Outcome<object, Refused>>
  /** Records that the contact ended before the details, or that the client wants nothing kept; then the named role is told. */
  recordWithoutDetails(
    actor: Actor,
    input: { id: string; channel: ChannelId; outcome: 'storage-refused' | 'ended-early' },
  ): Promise<Outcome<object, Refused>>
  /** Opens a case with its first contact, its consents and a proposal (CAR-13, CAR-21, CAR-24). */
  openCase(
    actor: Actor,
    input: { id: string; channel: ChannelId; steps: readonly StepTaken[]; details: IntakeDetails },
  ): Promise<Outcome<{ caseId: string; allocationId: string }, Refused>>
}

export interface IntakeParts {
  allocation: Allocation
  cases: CaseSteps
  consents: Consents
  contacts: Contacts
  people: People
  policyOf(orgId: string): Policy
  transaction: Transaction
}

export function createIntake(parts: IntakeParts): Intake {
  const { allocation, cases, consents, contacts, people, policyOf, transaction } = parts

  /** The same intake sent twice has the same id and is written once. */
  async function record(tx: Tx, engagement: Omit<EngagementRecord, 'by' | 'at'>): Promise<boolean> {
    if (await findEngagement(tx, engagement._id)) return false
    await insertEngagement(tx, { ...engagement, by: tx.actor.staffId, at: tx.now })
    return true
  }

  return {
    recordEnquiry: (actor, { id, channel, kind }) =>
      transaction(actor, { event: 'enquiry-recorded', permission: 'intake.take' }, async (tx) => {
        if (!tx.policy.intake.channels.some((known) => known.id === channel)) return refuse('unknown-channel')
        if (!tx.policy.intake.enquiryKinds.includes(kind)) return refuse('unknown-kind')
        if (!(await record(tx, { _id: id, channel, outcome: 'enquiry', kind, caseId: null })))
          return { ok: true, repeated: true }
        tx.audit({ subject: `engagement:${id}`, event: 'enquiry-recorded', codes: { channel, kind } })
        return ok
      }),

    recordWithoutDetails: async (actor, { id, channel, outcome }) => {
      const { inform } = policyOf(actor.orgId).consent.storeRefused
      const told = outcome === 'storage-refused' && inform ? await people.team(actor.orgId, inform).catch(() => []) : []
      return transaction(actor, { event: 'storage-refusal-noted', permission: 'intake.take' }, async (tx) => {
        if (!tx.policy.intake.channels.some((known) => known.id === channel)) return refuse('unknown-channel')
        if (!(await record(tx, { _id: id, channel, outcome, kind: null, caseId: null })))
          return { ok: true, repeated: true }
        for (const { staffId } of told) tx.send({ to: staffId, by: 'card', card: 'storage-refused', subject: id })
        const event = outcome === 'storage-refused' ? 'storage-refusal-noted' : 'enquiry-recorded'
        tx.audit({ subject: `engagement:${id}`, event, codes: { channel, outcome } })
        return ok
      })
    },

    openCase: async (actor, { id, channel, steps, details }) => {
      const colleagues = await allocation.team(actor.orgId)
      return transaction(actor, { event: 'case-opened', permission: 'intake.take' }, async (tx) => {
        const { intake, calendar, consent } = tx.policy
        const earlier = await findEngagement(tx, id)
        if (earlier) {
          const latest = earlier.by === actor.staffId ? await allocation.latestOf(tx, id) : null
          return latest ? { ok: true, repeated: true, caseId: id, allocationId: latest._id } : refuse('unknown')
        }
        const taken = consentsFrom(channel, steps, intake, consent.kinds)
        if (!taken.ok) return taken
        if (Object.keys(detailsProblems(details, intake)).length > 0) return refuse('details-wrong')
        const { name, number, reason } = tidyDetails(details)
        const attach = intake.channels.find((known) => known.id === channel)?.firstContact === 'attach'
        // The intake becomes the case: one id for both makes a repeated press find what the first one made.
        await record(tx, { _id: id, channel, outcome: 'case', kind: null, caseId: id })
        const client = { name, number: number || null }
        const found = await cases.create(tx, { id, channel, firstContact: !attach, client })
        await consents.record(tx, { caseId: id, engagementId: id, channel }, taken.consents)
        await contacts.add(tx, found, { id, kind: attach ? 'intake' : 'first-contact', text: reason })
        if (attach) {
          const dueAt = nextOpening(addWorkingMinutes(tx.now, intake.firstContactMinutes, calendar), calendar)
          tx.due({ kind: 'first-contact-missing', subject: id, owner: actor.staffId, dueAt })
        }
        const { _id: allocationId } = await allocation.propose(tx, found, colleagues)
        return { ok: true, caseId: id, allocationId }
      })
    },
  }
}
