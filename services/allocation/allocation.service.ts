import { type AccessRefusal, isWalled, mayReadCase } from '../access/access.rules'
import type { CaseSteps } from '../cases/cases.service'
import type { CaseRecord } from '../cases/cases.types'
import type { Duty } from '../duties/duties.types'
import type { People } from '../people/people.service'
import { type Actor, type Colleague, systemActor } from '../people/people.types'
import type { Clock } from '../platform/clock'
import type { Mongo, Scope } from '../platform/mongo'
import { type Outcome, ok, refuse } from '../platform/outcome'
import type { Attempt, Transaction, Tx } from '../platform/transaction'
import type { Policy } from '../policy/policy.schema'
import { type AllocationLists, allocationLists } from './allocation.lists'
import {
  type AllocationRefusal,
  type Choice,
  confirmOffer,
  mayAnswer,
  mayWithdraw,
  proposeNext,
} from './allocation.rules'
import { allocationSteps } from './allocation.steps'
import { changeAllocation, findAllocation, findWithCase, latestAllocation } from './allocation.store'
import type { AllocationRecord, OfferView, ProposalView } from './allocation.types'
import { offerView, proposalView } from './allocation.views'

type Refused = AllocationRefusal | AccessRefusal

/** A card names the record and the version that it showed. */
export interface Pressed {
  allocationId: string
  version: number
}

export interface Allocation extends AllocationLists {
  /** Part of opening a case: proposes the next on the rota, in the caller's transaction. */
  propose(tx: Tx, found: CaseRecord, team: readonly Colleague[]): Promise<AllocationRecord>
  /** The newest allocation of a case. */
  latestOf(scope: Scope, caseId: string): Promise<AllocationRecord | null>
  /** Whoever may take cases; empty when the staff list cannot be had, so that opening a case never fails for it. */
  team(orgId: string): Promise<Colleague[]>
  /** The proposal with the client's details read back; the view is recorded. */
  proposal(
    actor: Actor,
    of: { allocationId: string } | { caseId: string },
  ): Promise<Outcome<{ view: ProposalView }, Refused>>
  /** Proposes anew, for instance after the staff list came back. @throws CaseworkError 'staff-unavailable' */
  proposeAgain(actor: Actor, pressed: Pressed): Promise<Outcome<{ view: ProposalView }, Refused>>
  /** Offers the case (CAR-14, CAR-24, CAR-26). @throws CaseworkError 'staff-unavailable' */
  confirm(
    actor: Actor,
    input: { allocationId: string; urgent: boolean } & Choice,
  ): Promise<Outcome<{ view: OfferView }, Refused>>
  accept(actor: Actor, pressed: Pressed): Promise<Outcome<{ view: OfferView }, Refused>>
  /** Declines with a reason; the next on the rota is asked at once. */
  decline(actor: Actor, input: Pressed & { because: string }): Promise<Outcome<{ view: OfferView }, Refused>>
  /** Takes an unanswered offer back; a new proposal is the answer. */
  withdraw(actor: Actor, pressed: Pressed): Promise<Outcome<{ view: ProposalView }, Refused>>
  /** Nobody has answered by the next working day: reminds, once a working day. */
  onUnanswered(duty: Duty): Promise<void>
}

export interface AllocationParts {
  mongo: Mongo
  cases: CaseSteps
  people: People
  policyOf(orgId: string): Policy
  clock: Clock
  transaction: Transaction
}

/** An allocation with its case, as far as the person may see it. */
interface Loaded {
  allocation: AllocationRecord
  found: CaseRecord
}

export function createAllocation({ mongo, cases, people, policyOf, clock, transaction }: AllocationParts): Allocation {
  const steps = allocationSteps(cases, people)
  const teamOrFault = (orgId: string) => people.team(orgId, policyOf(orgId).allocation.to)
  const team = (orgId: string) => teamOrFault(orgId).catch(() => [])

  const load = (scope: Scope, allocationId: string): Promise<Loaded | null> =>
    findWithCase(scope, allocationId, cases.of(scope))

  /** A use case of whoever gives cases out: on a case that they may open. */
  function giving<View extends { view: ProposalView | OfferView }>(
    actor: Actor,
    event: Attempt['event'],
    of: { allocationId: string } | { caseId: string },
    work: (tx: Tx, loaded: Loaded) => Promise<Outcome<View, Refused>>,
  ): Promise<Outcome<View, Refused>> {
    const about = 'caseId' in of ? of.caseId : of.allocationId
    return transaction(actor, { event, permission: 'allocation.offer', about }, async (tx) => {
      const named = 'caseId' in of ? (await latestAllocation(tx, of.caseId))?._id : of.allocationId
      const loaded = named ? await load(tx, named) : null
      const access = mayReadCase(actor, loaded?.found ?? null, tx.policy.access)
      return access.ok ? work(tx, loaded!) : access
    })
  }

  /** A use case of the person asked. The same press again finds its own answer, and nothing is recorded twice. */
  function answering(
    actor: Actor,
    { allocationId, version }: Pressed,
    as: { event: Attempt['event']; state: AllocationRecord['state']; team: readonly Colleague[] },
    work: (tx: Tx, loaded: Loaded) => Promise<Outcome<{ answered: AllocationRecord }, Refused>>,
  ): Promise<Outcome<{ view: OfferView }, Refused>> {
    const attempt = { event: as.event, permission: 'allocation.answer', about: allocationId } as const
    return transaction(actor, attempt, async (tx) => {
      const loaded = await load(tx, allocationId)
      if (!loaded) return refuse('unknown')
      const { allocation, found } = loaded
      if (isWalled(found, actor.staffId)) return refuse('walled')
      const repeated = allocation.state === as.state && allocation.offeredTo === actor.staffId
      if (repeated) return { ...ok, repeated, view: offerView(tx.policy, allocation, found, as.team) }
      const decision = mayAnswer(allocation, actor.staffId, version)
      if (!decision.ok) return decision
      const outcome = await work(tx, loaded)
      return outcome.ok ? { ...ok, view: offerView(tx.policy, outcome.answered, found, as.team) } : outcome
    })
  }

  async function show(tx: Tx, { allocation, found }: Loaded, colleagues: readonly Colleague[]) {
    const members = await steps.inTurn(tx, found, allocation.declinedBy, colleagues)
    tx.audit({ subject: `case:${found._id}`, event: 'case-viewed', codes: { part: 'proposal' } })
    return { ...ok, view: proposalView(allocation, found, await cases.client(tx, found), members, colleagues) }
  }

  /** Asks Graph, after the transaction, whether the person proposed can be reached. */
  async function withPresence<T extends Outcome<{ view: ProposalView }>>(orgId: string, outcome: T): Promise<T> {
    const proposed = outcome.ok ? outcome.view.proposed : null
    if (proposed)
      proposed.presence = (await people.presences(orgId, [proposed.staffId])).get(proposed.staffId) ?? 'unknown'
    return outcome
  }

  return {
    ...allocationLists({ mongo, cases, team, policyOf, clock }),
    team,
    latestOf: latestAllocation,
    propose: async (tx, found, colleagues) => (await steps.propose(tx, found, [], colleagues)).allocation,

    proposal: async (actor, of) => {
      const colleagues = await team(actor.orgId)
      const outcome = await giving(actor, 'case-viewed', of, (tx, loaded) => show(tx, loaded, colleagues))
      return withPresence(actor.orgId, outcome)
    },

    proposeAgain: async (actor, { allocationId, version }) => {
      const colleagues = await teamOrFault(actor.orgId)
      const outcome = await giving(
        actor,
        'allocation-proposed',
        { allocationId },
        async (tx, { allocation, found }) => {
          if (allocation.state !== 'proposed') return refuse('settled')
          if (allocation.version !== version) return refuse('stale')
          const members = await steps.inTurn(tx, found, allocation.declinedBy, colleagues)
          const proposal = proposeNext(members, tx.policy.allocation)
          if (!(await changeAllocation(tx, allocation, proposal))) return refuse('stale')
          const codes = { allocation: allocation._id, proposed: proposal.proposed ?? 'nobody' }
          tx.audit({ subject: `case:${found._id}`, event: 'allocation-proposed', codes })
          const renewed = { ...allocation, ...proposal, version: version + 1 }
          return show(tx, { allocation: renewed, found }, colleagues)
        },
      )
      return withPresence(actor.orgId, outcome)
    },

    confirm: async (actor, input) => {
      const colleagues = await teamOrFault(actor.orgId)
      return giving(actor, 'allocation-confirmed', input, async (tx, { allocation, found }) => {
        const members = await steps.inTurn(tx, found, allocation.declinedBy, colleagues)
        const decision = confirmOffer(allocation, found, input, members, tx.policy.allocation)
        if (!decision.ok) return decision
        const { urgent, because = null } = input
        const offer = { to: decision.to, by: actor.staffId, urgent, because, members }
        const offered = await steps.offer(tx, allocation, found, offer)
        return offered ? { ...ok, view: offerView(tx.policy, offered, found, colleagues) } : refuse('stale')
      })
    },

    accept: async (actor, pressed) => {
      const as = { event: 'allocation-accepted', state: 'accepted', team: await team(actor.orgId) } as const
      return answering(actor, pressed, as, async (tx, { allocation, found }) => {
        const change = { state: as.state, answeredAt: tx.now }
        if (!(await changeAllocation(tx, allocation, change))) return refuse('stale')
        if (!(await cases.hold(tx, found))) return refuse('stale')
        steps.settle(tx, allocation)
        tx.audit({ subject: `case:${found._id}`, event: as.event, codes: { allocation: allocation._id } })
        return { ...ok, answered: { ...allocation, ...change, version: allocation.version + 1 } }
      })
    },

    decline: async (actor, { because, ...pressed }) => {
      const as = { event: 'allocation-declined', state: 'declined', team: await team(actor.orgId) } as const
      return answering(actor, pressed, as, async (tx, { allocation, found }) => {
        if (!tx.policy.allocation.declineReasons.includes(because)) return refuse('reason-missing')
        const change = { state: as.state, declineReason: because }
        const free = await steps.end(tx, allocation, found, change)
        if (!free) return refuse('stale')
        tx.audit({ subject: `case:${found._id}`, event: as.event, codes: { allocation: allocation._id, because } })
        await steps.askNext(tx, free, allocation, as.team)
        return { ...ok, answered: { ...allocation, ...change, answeredAt: tx.now, version: allocation.version + 1 } }
      })
    },

    withdraw: async (actor, { allocationId, version }) => {
      const colleagues = await team(actor.orgId)
      const outcome = await giving(
        actor,
        'allocation-withdrawn',
        { allocationId },
        async (tx, { allocation, found }) => {
          const decision = mayWithdraw(allocation, version)
          if (!decision.ok) return decision
          const free = await steps.end(tx, allocation, found, { state: 'withdrawn' })
          if (!free) return refuse('stale')
          tx.audit({
            subject: `case:${found._id}`,
            event: 'allocation-withdrawn',
            codes: { allocation: allocation._id },
          })
          const next = await steps.propose(tx, free, allocation.declinedBy, colleagues)
          return show(tx, { allocation: next.allocation, found: free }, colleagues)
        },
      )
      return withPresence(actor.orgId, outcome)
    },

    onUnanswered: async (duty) => {
      const attempt = { event: 'allocation-reminded', permission: null, about: duty.subject } as const
      await transaction(systemActor(duty.orgId), attempt, async (tx): Promise<Outcome> => {
        const due = (await tx.finish(duty)) ? await findAllocation(tx, duty.subject) : null
        if (due?.state !== 'offered') return { ...ok, repeated: true }
        await changeAllocation(tx, due, { silentSince: due.silentSince ?? tx.now })
        tx.send({ to: due.offeredTo!, by: 'card', card: 'offer', subject: due._id, renew: true })
        steps.remindLater(tx, due._id, due.offeredTo!)
        tx.audit({ subject: `case:${due.caseId}`, event: 'allocation-reminded', codes: { allocation: due._id } })
        return ok
      })
    },
  }
}
