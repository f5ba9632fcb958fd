import type { CaseRecord, ClientDetails } from '../cases/cases.types'
import type { Colleague } from '../people/people.types'
import type { Policy } from '../policy/policy.schema'
import type { AllocationRecord, OfferView, ProposalView, TeamMember } from './allocation.types'

/** What may stand on a posted card about an allocation: no client. */
export function offerView(
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

/** The proposal with the client's details read back. Whether the person can be reached is asked afterwards. */
export function proposalView(
  allocation: AllocationRecord,
  found: CaseRecord,
  client: ClientDetails,
  inTurn: readonly TeamMember[],
  colleagues: readonly Colleague[],
): ProposalView {
  const colleague = (staffId: string | null) => colleagues.find((candidate) => candidate.staffId === staffId)
  const nameOf = (staffId: string) => colleague(staffId)?.displayName ?? ''
  const proposed = colleague(allocation.proposed)
  return {
    allocationId: allocation._id,
    version: allocation.version,
    state: allocation.state,
    caseId: found._id,
    reference: found.reference,
    urgent: allocation.urgent,
    client,
    firstContact: found.firstContact,
    reachable: colleagues.length > 0,
    proposed: proposed
      ? { staffId: proposed.staffId, name: proposed.displayName, phone: proposed.phone, presence: 'unknown' }
      : null,
    passedOver: allocation.passedOver.map(({ staffId, reason }) => ({ name: nameOf(staffId), reason })),
    choices: inTurn
      .filter((member) => !member.walled)
      .map(({ staffId, openCases, absent }) => ({ staffId, name: nameOf(staffId), openCases, absent })),
  }
}
