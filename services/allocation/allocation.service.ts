import { type AccessRefusal, mayReadCase } from '../access/access.rules'
import { localDate, nextWorkingDayOpening } from '../calendar/calendar.rules'
import { changeCase, clientOf, findCase, findCases } from '../cases/cases.store'
import type { CaseRecord } from '../cases/cases.types'
import { closeClaimed } from '../duties/duties.store'
import type { Duty } from '../duties/duties.types'
import type { People } from '../people/people.service'
import { absentOn } from '../people/people.store'
import { type Actor, type Colleague, systemActor } from '../people/people.types'
import { newId } from '../platform/ids'
import type { Keyring } from '../platform/keyring'
import type { Mongo, Scope } from '../platform/mongo'
import { type Outcome, ok, refuse } from '../platform/outcome'
import type { Transaction, Tx } from '../platform/transaction'
import type { Policy } from '../policy/policy.schema'
import {
  type AllocationRefusal,
  type Choice,
  confirmOffer,
  mayAnswer,
  mayWithdraw,
  proposeNext,
  turns,
} from './allocation.rules'
import {
  addOpenCase,
  changeAllocation,
  findAllocation,
  findRota,
  insertAllocation,
  latestAllocation,
  offersTo,
  openCases,
  recentAllocations,
  saveTurn,
} from './allocation.store'
import type { AllocationRecord, OfferView, ProposalView, TeamMember } from './allocation.types'

type Refused = AllocationRefusal | AccessRefusal

/** A card names the record and the version that it showed. */
export interface Pressed {
  allocationId: string
  version: number
}

export interface Allocation {
  /** Part of opening a case: proposes the next on the rota, in the caller's transaction. */
  propose(tx: Tx, found: CaseRecord, team: readonly Colleague[]): Promise<AllocationRecord>
  /** Whoever may take cases; empty when the staff list cannot be had, so that opening a case never fails for it. */
  team(orgId: string): Promise<Colleague[]>
  /** The proposal with the client's details read back; the view is recorded. */
  proposal(
    actor: Actor,
    of: { allocationId: string } | { caseId: string },
  ): Promise<Outcome<{ view: ProposalView }, Refused>>
  /** Proposes anew, for instance after an absence ended or the staff list came back. */
  proposeAgain(actor: Actor, pressed: Pressed): Promise<Outcome<{ view: ProposalView }, Refused>>
  /** Offers the case (CAR-14, CAR-24, CAR-26): card, mail, reminder duty, and the rota moves on. */
  confirm(
    actor: Actor,
    input: { allocationId: string; urgent: boolean } & Choice,
  ): Promise<Outcome<{ view: OfferView }, Refused>>
  accept(actor: Actor, pressed: Pressed): Promise<Outcome<{ view: OfferView }, Refused>>
  /** Declines with a reason; the next on the rota is asked at once. */
  decline(actor: Actor, input: Pressed & { because: string }): Promise<Outcome<{ view: OfferView }, Refused>>
  /** Takes an unanswered offer back; a new proposal is the answer. */
  withdraw(actor: Actor, pressed: Pressed): Promise<Outcome<{ view: ProposalView }, Refused>>
  /** The offer as it stands, for the person asked, whoever gives cases out, and the card that is sent. */
  offer(orgId: string, allocationId: string): Promise<OfferView | null>
  /** What waits to be accepted, and what was answered since the day before. */
  waiting(actor: Actor): Promise<OfferView[]>
  offersTo(actor: Actor): Promise<OfferView[]>
  onUnanswered(duty: Duty): Promise<void>
}

export interface AllocationParts {
  mongo: Mongo
  keyring: Keyring
  people: People
  policyOf(orgId: string): Policy
  now(): Date
  transaction: Transaction
}

const DAY_MS = 24 * 60 * 60 * 1000

export function createAllocation(parts: AllocationParts): Allocation {
  const { mongo, keyring, people, policyOf, transaction } = parts

  const team = (orgId: string) => people.team(orgId, policyOf(orgId).allocation.to).catch(() => [])

  async function load(scope: Scope, allocationId: string) {
    const allocation = await findAllocation(scope, allocationId)
    const found = allocation && (await findCase(scope, allocation.caseId))
    return allocation && found ? { allocation, found } : null
  }

  async function proposalView(
    tx: Tx,
    allocation: AllocationRecord,
    found: CaseRecord,
    colleagues: readonly Colleague[],
  ) {
    const byId = new Map(colleagues.map((colleague) => [colleague.staffId, colleague]))
    const members = await membersInTurn(tx, found, allocation.declinedBy, colleagues)
    const proposed = allocation.proposed ? byId.get(allocation.proposed) : undefined
    const view: ProposalView = {
      allocationId: allocation._id,
      version: allocation.version,
      state: allocation.state,
      caseId: found._id,
      reference: found.reference,
      urgent: allocation.urgent,
      client: await clientOf(tx, keyring, found),
      firstContact: found.firstContact,
      reachable: colleagues.length > 0,
      proposed: proposed
        ? { staffId: proposed.staffId, name: proposed.displayName, phone: proposed.phone, presence: 'unknown' }
        : null,
      passedOver: allocation.passedOver.map(({ staffId, reason }) => ({
        name: byId.get(staffId)?.displayName ?? '',
        reason,
      })),
      choices: members
        .filter((member) => !member.walled)
        .map((member) => ({
          staffId: member.staffId,
          name: byId.get(member.staffId)?.displayName ?? '',
          openCases: member.openCases,
          absent: member.absent,
        })),
    }
    tx.audit({ subject: `case:${found._id}`, event: 'case-viewed', codes: { part: 'proposal' } })
    return view
  }

  /** Asks Graph, after the transaction, whether the person proposed can be reached. */
  async function withPresence<T extends Outcome<{ view: ProposalView }>>(orgId: string, outcome: T): Promise<T> {
    const proposed = outcome.ok ? outcome.view.proposed : null
    if (proposed) {
      const presences = await people.presences(orgId, [proposed.staffId])
      proposed.presence = presences.get(proposed.staffId) ?? 'unknown'
    }
    return outcome
  }

  async function membersInTurn(tx: Tx, found: CaseRecord, declinedBy: readonly string[], team: readonly Colleague[]) {
    const rota = await findRota(tx, tx.policy.allocation.to)
    const away = await absentOn(tx, localDate(tx.now, tx.policy.calendar.zone))
    const load = await openCases(tx)
    const order = turns(
      rota,
      team.map(({ staffId }) => staffId),
    )
    return order.map(
      (staffId): TeamMember => ({
        staffId,
        absent: away.has(staffId),
        openCases: load.get(staffId) ?? 0,
        walled: found.walled.includes(staffId),
        declined: declinedBy.includes(staffId),
      }),
    )
  }

  async function startProposal(tx: Tx, found: CaseRecord, declinedBy: string[], colleagues: readonly Colleague[]) {
    const members = await membersInTurn(tx, found, declinedBy, colleagues)
    const allocation: AllocationRecord = {
      _id: newId(),
      caseId: found._id,
      version: 1,
      state: 'proposed',
      ...proposeNext(members, tx.policy.allocation),
      declinedBy,
      offeredTo: null,
      offeredBy: null,
      offeredAt: null,
      because: null,
      declineReason: null,
      answeredAt: null,
      silentSince: null,
      urgent: found.urgent,
      createdAt: tx.now,
    }
    await insertAllocation(tx, allocation)
    const codes = { allocation: allocation._id, proposed: allocation.proposed ?? 'nobody' }
    tx.audit({ subject: `case:${found._id}`, event: 'allocation-proposed', codes })
    return { allocation, members }
  }

  /** Turns a proposal into an offer: load, rota, duty, card and mail. False when somebody was faster. */
  async function makeOffer(
    tx: Tx,
    allocation: AllocationRecord,
    found: CaseRecord,
    input: { to: string; urgent: boolean; because: string | null; inTurn: readonly TeamMember[] },
  ): Promise<AllocationRecord | null> {
    const { to, urgent, because, inTurn } = input
    const change = {
      state: 'offered' as const,
      offeredTo: to,
      offeredBy: tx.actor.staffId,
      offeredAt: tx.now,
      because,
      urgent,
    }
    if (!(await changeAllocation(tx, allocation, change))) return null
    if (!(await changeCase(tx, found, { offeredTo: to, urgent }))) return null
    await addOpenCase(tx, to, 1)
    if (to === allocation.proposed) {
      const order = inTurn.map((member) => member.staffId)
      await saveTurn(tx, tx.policy.allocation.to, { order, last: to })
    }
    await tx.send({ to, by: 'card', card: 'offer', subject: allocation._id, urgent })
    if (tx.policy.allocation.mail) await tx.send({ to, by: 'mail', card: 'offer', subject: allocation._id, urgent })
    await remindLater(tx, allocation._id, to)
    const codes = { allocation: allocation._id, to, because: because ?? 'proposed', urgent }
    tx.audit({ subject: `case:${found._id}`, event: 'allocation-confirmed', codes })
    return { ...allocation, ...change, version: allocation.version + 1 }
  }

  const remindLater = (tx: Tx, subject: string, owner: string) =>
    tx.due({ kind: 'allocation-unanswered', subject, owner, dueAt: nextWorkingDayOpening(tx.now, tx.policy.calendar) })

  /** Lets the cards that show this allocation be drawn anew wherever they are. */
  const redraw = (tx: Tx, allocation: AllocationRecord) =>
    tx.send({ to: allocation.offeredTo!, by: 'card', card: 'offer', subject: allocation._id, urgent: true })

  function offerView(
    policy: Policy,
    allocation: AllocationRecord,
    found: CaseRecord,
    colleagues: readonly Colleague[],
  ): OfferView {
    const asked = colleagues.find(({ staffId }) => staffId === allocation.offeredTo)
    const channel = policy.intake.channels.find(({ id }) => id === found.channel)
    return {
      allocationId: allocation._id,
      version: allocation.version,
      state: allocation.state,
      caseId: found._id,
      reference: found.reference,
      urgent: allocation.urgent,
      waitingSince: allocation.offeredAt ?? allocation.createdAt,
      offeredTo: allocation.offeredTo
        ? { staffId: allocation.offeredTo, name: asked?.displayName ?? '', phone: asked?.phone ?? null }
        : null,
      answeredAt: allocation.answeredAt,
      silentSince: allocation.silentSince,
      declineReason: allocation.declineReason,
      putThrough: channel?.putThrough ?? false,
    }
  }

  /** The same person pressed the same button again: the same card, and nothing recorded twice. */
  const answered = (allocation: AllocationRecord, actor: Actor, state: AllocationRecord['state']) =>
    allocation.state === state && allocation.offeredTo === actor.staffId

  const repeated = (...facts: Parameters<typeof offerView>) => ({
    ok: true as const,
    repeated: true,
    view: offerView(...facts),
  })

  async function offersOf(scope: Scope, allocations: readonly AllocationRecord[]): Promise<OfferView[]> {
    const found = await findCases(
      scope,
      allocations.map(({ caseId }) => caseId),
    )
    const byId = new Map(found.map((record) => [record._id, record]))
    const colleagues = await team(scope.orgId)
    return allocations.flatMap((allocation) => {
      const record = byId.get(allocation.caseId)
      return record ? [offerView(policyOf(scope.orgId), allocation, record, colleagues)] : []
    })
  }

  return {
    team,
    propose: async (tx, found, colleagues) => (await startProposal(tx, found, [], colleagues)).allocation,

    proposal: async (actor, of) => {
      const colleagues = await team(actor.orgId)
      const about = 'caseId' in of ? of.caseId : of.allocationId
      const outcome = await transaction(
        actor,
        { event: 'case-viewed', permission: 'allocation.offer', about },
        async (tx) => {
          const latest = 'caseId' in of ? await latestAllocation(tx, of.caseId) : null
          const loaded = await load(tx, 'caseId' in of ? (latest?._id ?? '') : of.allocationId)
          const access = mayReadCase(actor, loaded?.found ?? null, tx.policy.access)
          if (!access.ok) return access
          return { ok: true, view: await proposalView(tx, loaded!.allocation, loaded!.found, colleagues) }
        },
      )
      return withPresence(actor.orgId, outcome)
    },

    proposeAgain: async (actor, { allocationId, version }) => {
      const colleagues = await people.team(actor.orgId, policyOf(actor.orgId).allocation.to)
      const attempt = { event: 'allocation-proposed', permission: 'allocation.offer', about: allocationId } as const
      const outcome = await transaction(actor, attempt, async (tx) => {
        const loaded = await load(tx, allocationId)
        const access = mayReadCase(actor, loaded?.found ?? null, tx.policy.access)
        if (!access.ok) return access
        const { allocation, found } = loaded!
        if (allocation.state !== 'proposed') return refuse('settled')
        if (allocation.version !== version) return refuse('stale')
        const members = await membersInTurn(tx, found, allocation.declinedBy, colleagues)
        const proposal = proposeNext(members, tx.policy.allocation)
        if (!(await changeAllocation(tx, allocation, proposal))) return refuse('stale')
        const codes = { allocation: allocation._id, proposed: proposal.proposed ?? 'nobody' }
        tx.audit({ subject: `case:${found._id}`, event: 'allocation-proposed', codes })
        const renewed = { ...allocation, ...proposal, version: allocation.version + 1 }
        return { ok: true, view: await proposalView(tx, renewed, found, colleagues) }
      })
      return withPresence(actor.orgId, outcome)
    },

    confirm: async (actor, input) => {
      const colleagues = await people.team(actor.orgId, policyOf(actor.orgId).allocation.to)
      const attempt = {
        event: 'allocation-confirmed',
        permission: 'allocation.offer',
        about: input.allocationId,
      } as const
      return transaction(actor, attempt, async (tx) => {
        const loaded = await load(tx, input.allocationId)
        const access = mayReadCase(actor, loaded?.found ?? null, tx.policy.access)
        if (!access.ok) return access
        const { allocation, found } = loaded!
        const inTurn = await membersInTurn(tx, found, allocation.declinedBy, colleagues)
        const decision = confirmOffer(allocation, found, input, inTurn, tx.policy.allocation)
        if (!decision.ok) return decision
        const because = input.because ?? null
        const offered = await makeOffer(tx, allocation, found, {
          to: decision.to,
          urgent: input.urgent,
          because,
          inTurn,
        })
        return offered ? { ok: true, view: offerView(tx.policy, offered, found, colleagues) } : refuse('stale')
      })
    },

    accept: async (actor, { allocationId, version }) => {
      const attempt = { event: 'allocation-accepted', permission: 'allocation.answer', about: allocationId } as const
      const colleagues = await team(actor.orgId)
      return transaction(actor, attempt, async (tx) => {
        const loaded = await load(tx, allocationId)
        if (!loaded) return refuse('unknown')
        const { allocation, found } = loaded
        if (answered(allocation, actor, 'accepted')) return repeated(tx.policy, allocation, found, colleagues)
        const decision = mayAnswer(allocation, actor.staffId, version)
        if (!decision.ok) return decision
        const change = { state: 'accepted' as const, answeredAt: tx.now }
        if (!(await changeAllocation(tx, allocation, change))) return refuse('stale')
        if (!(await changeCase(tx, found, { holder: actor.staffId, offeredTo: null }))) return refuse('stale')
        await tx.settle('allocation-unanswered', allocation._id)
        await redraw(tx, allocation)
        tx.audit({ subject: `case:${found._id}`, event: 'allocation-accepted', codes: { allocation: allocation._id } })
        return {
          ok: true,
          view: offerView(tx.policy, { ...allocation, ...change, version: version + 1 }, found, colleagues),
        }
      })
    },

    decline: async (actor, { allocationId, version, because }) => {
      const attempt = { event: 'allocation-declined', permission: 'allocation.answer', about: allocationId } as const
      const colleagues = await team(actor.orgId)
      return transaction(actor, attempt, async (tx) => {
        const loaded = await load(tx, allocationId)
        if (!loaded) return refuse('unknown')
        const { allocation, found } = loaded
        if (answered(allocation, actor, 'declined')) return repeated(tx.policy, allocation, found, colleagues)
        const decision = mayAnswer(allocation, actor.staffId, version)
        if (!decision.ok) return decision
        if (!tx.policy.allocation.declineReasons.includes(because)) return refuse('reason-missing')
        const change = { state: 'declined' as const, answeredAt: tx.now, declineReason: because }
        if (!(await changeAllocation(tx, allocation, change))) return refuse('stale')
        if (!(await changeCase(tx, found, { offeredTo: null }))) return refuse('stale')
        await addOpenCase(tx, actor.staffId, -1)
        await tx.settle('allocation-unanswered', allocation._id)
        await redraw(tx, allocation)
        const codes = { allocation: allocation._id, because }
        tx.audit({ subject: `case:${found._id}`, event: 'allocation-declined', codes })
        await askNext(tx, { ...found, offeredTo: null, version: found.version + 1 }, allocation, colleagues)
        return {
          ok: true,
          view: offerView(tx.policy, { ...allocation, ...change, version: version + 1 }, found, colleagues),
        }
      })
    },

    withdraw: async (actor, { allocationId, version }) => {
      const colleagues = await team(actor.orgId)
      const attempt = { event: 'allocation-withdrawn', permission: 'allocation.offer', about: allocationId } as const
      const outcome = await transaction(actor, attempt, async (tx) => {
        const loaded = await load(tx, allocationId)
        const access = mayReadCase(actor, loaded?.found ?? null, tx.policy.access)
        if (!access.ok) return access
        const { allocation, found } = loaded!
        const decision = mayWithdraw(allocation, version)
        if (!decision.ok) return decision
        const change = { state: 'withdrawn' as const, answeredAt: tx.now }
        if (!(await changeAllocation(tx, allocation, change))) return refuse('stale')
        if (!(await changeCase(tx, found, { offeredTo: null }))) return refuse('stale')
        await addOpenCase(tx, allocation.offeredTo!, -1)
        await tx.settle('allocation-unanswered', allocation._id)
        await redraw(tx, allocation)
        tx.audit({ subject: `case:${found._id}`, event: 'allocation-withdrawn', codes: { allocation: allocation._id } })
        const open = { ...found, offeredTo: null, version: found.version + 1 }
        const next = await startProposal(tx, open, allocation.declinedBy, colleagues)
        return { ok: true, view: await proposalView(tx, next.allocation, open, colleagues) }
      })
      return withPresence(actor.orgId, outcome)
    },

    offer: async (orgId, allocationId) => {
      const loaded = await load(mongo.forOrg(orgId), allocationId)
      return loaded ? offerView(policyOf(orgId), loaded.allocation, loaded.found, await team(orgId)) : null
    },

    waiting: async (actor) => {
      const scope = mongo.forOrg(actor.orgId)
      return offersOf(scope, await recentAllocations(scope, new Date(parts.now().getTime() - DAY_MS)))
    },

    offersTo: async (actor) => {
      const scope = mongo.forOrg(actor.orgId)
      return offersOf(scope, await offersTo(scope, actor.staffId))
    },

    onUnanswered: async (duty) => {
      const actor = systemActor(duty.orgId)
      await transaction(
        actor,
        { event: 'allocation-reminded', permission: null, about: duty.subject },
        async (tx): Promise<Outcome> => {
          if (!(await closeClaimed(tx, duty))) return { ...ok, repeated: true }
          const loaded = await load(tx, duty.subject)
          if (loaded?.allocation.state !== 'offered') return { ...ok, repeated: true }
          const { allocation, found } = loaded
          await changeAllocation(tx, allocation, { silentSince: allocation.silentSince ?? tx.now })
          await tx.send({ to: allocation.offeredTo!, by: 'card', card: 'offer', subject: allocation._id, renew: true })
          await remindLater(tx, allocation._id, allocation.offeredTo!)
          tx.audit({
            subject: `case:${found._id}`,
            event: 'allocation-reminded',
            codes: { allocation: allocation._id },
          })
          return ok
        },
      )
    },
  }

  /** After a decline: offers to the next on the rota, or leaves an open proposal and tells whoever gave the case out. */
  async function askNext(tx: Tx, found: CaseRecord, declined: AllocationRecord, colleagues: readonly Colleague[]) {
    const declinedBy = [...declined.declinedBy, tx.actor.staffId]
    const { allocation, members } = await startProposal(tx, found, declinedBy, colleagues)
    if (allocation.proposed) {
      const next = { to: allocation.proposed, urgent: declined.urgent, because: null, inTurn: members }
      await makeOffer(tx, allocation, found, next)
    } else {
      await tx.send({ to: declined.offeredBy!, by: 'card', card: 'choose', subject: allocation._id, urgent: true })
    }
  }
}
