import type { AccessRefusal } from '../access/access.rules'
import type { Allocation } from '../allocation/allocation.service'
import { latestAllocation } from '../allocation/allocation.store'
import { addWorkingMinutes, isoWeek, nextOpening } from '../calendar/calendar.rules'
import { insertCase, sealClient } from '../cases/cases.store'
import type { CaseRecord } from '../cases/cases.types'
import { addConsents } from '../consent/consent.store'
import { addContact } from '../contacts/contacts.store'
import type { People } from '../people/people.service'
import type { Actor } from '../people/people.types'
import { newId, newReference } from '../platform/ids'
import type { Keyring } from '../platform/keyring'
import { type Outcome, ok, refuse } from '../platform/outcome'
import type { Transaction, Tx } from '../platform/transaction'
import type { Policy } from '../policy/policy.schema'
import type { ChannelId } from './intake.policy'
import {
  type ConsentTaken,
  consentsFrom,
  type DetailsProblem,
  detailsProblems,
  type IntakeRefusal,
  tidyDetails,
} from './intake.rules'
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
  keyring: Keyring
  people: People
  policyOf(orgId: string): Policy
  transaction: Transaction
}

export function createIntake({ allocation, keyring, people, policyOf, transaction }: IntakeParts): Intake {
  /** The same intake sent twice has the same id and is written once. */
  async function record(tx: Tx, engagement: Omit<EngagementRecord, 'by' | 'at'>): Promise<boolean> {
    if (await findEngagement(tx, engagement._id)) return false
    await insertEngagement(tx, { ...engagement, by: tx.actor.staffId, at: tx.now })
    return true
  }

  async function storeConsents(tx: Tx, found: CaseRecord, consents: readonly ConsentTaken[]) {
    const records = consents.map(({ kind, state, step }) => {
      const text = step ? tx.policy.intake.steps[step]!.text : null
      return {
        _id: newId(),
        engagementId: found.engagementId,
        caseId: found._id,
        kind,
        state,
        channel: found.channel,
        text,
        textVersion: text ? tx.policy.texts[text]!.version : null,
        askedBy: tx.actor.staffId,
        at: tx.now,
      }
    })
    await addConsents(tx, ...records)
    for (const { kind, state, textVersion } of records) {
      const codes = { kind, state, textVersion: textVersion ?? 0 }
      tx.audit({ subject: `case:${found._id}`, event: 'consent-recorded', codes })
    }
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
        for (const { staffId } of told) await tx.send({ to: staffId, by: 'card', card: 'storage-refused', subject: id })
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
          const proposed = earlier.by === actor.staffId ? await latestAllocation(tx, id) : null
          return proposed ? { ok: true, repeated: true, caseId: id, allocationId: proposed._id } : refuse('unknown')
        }
        const consents = consentsFrom(channel, steps, intake, consent.kinds)
        if (!consents.ok) return consents
        if (Object.keys(detailsProblems(details, intake)).length > 0) return refuse('details-wrong')
        const { name, number, reason } = tidyDetails(details)
        const attach = intake.channels.find((known) => known.id === channel)?.firstContact === 'attach'
        const key = await keyring.create(tx)
        // The intake has become the case: one id for both makes a repeated press find what the first one made.
        const found: CaseRecord = {
          _id: id,
          reference: newReference(),
          version: 1,
          status: 'open',
          engagementId: id,
          keyId: key.id,
          client: sealClient(tx, key, id, { name, number: number || null }),
          channel,
          urgent: false,
          firstContact: !attach,
          holder: null,
          offeredTo: null,
          walled: [],
          openedBy: actor.staffId,
          openedAt: tx.now,
          listing: isoWeek(tx.now, calendar),
          profile: tx.policy.version,
        }
        await record(tx, { _id: id, channel, outcome: 'case', kind: null, caseId: id })
        await insertCase(tx, found)
        tx.audit({ subject: `case:${id}`, event: 'case-opened', codes: { channel, reference: found.reference } })
        await storeConsents(tx, found, consents.consents)
        const by = { by: actor.staffId, byName: actor.displayName, at: tx.now }
        await addContact(
          tx,
          key,
          { _id: id, caseId: id, kind: attach ? 'intake' : 'first-contact', channel, ...by },
          reason,
        )
        if (attach) {
          const dueAt = nextOpening(addWorkingMinutes(tx.now, intake.firstContactMinutes, calendar), calendar)
          await tx.due({ kind: 'first-contact-missing', subject: id, owner: actor.staffId, dueAt })
        }
        const { _id: allocationId } = await allocation.propose(tx, found, colleagues)
        return { ok: true, caseId: id, allocationId }
      })
    },
  }
}
