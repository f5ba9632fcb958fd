import type { ClientDetails } from '../cases/cases.types'
import type { Presence } from '../platform/graph'

/** proposed -> offered -> accepted | declined | withdrawn; a proposal with nobody in it waits for a choice. */
export type AllocationState = 'proposed' | 'offered' | 'accepted' | 'declined' | 'withdrawn'

/** Why somebody whose turn it was is not asked. */
export type PassedOverReason = 'absent' | 'caseload' | 'declined' | 'walled'

export interface PassedOver {
  staffId: string
  reason: PassedOverReason
}

export interface AllocationRecord {
  _id: string
  caseId: string
  version: number
  state: AllocationState
  proposed: string | null
  passedOver: PassedOver[]
  /** Everybody who has declined this case so far. */
  declinedBy: string[]
  offeredTo: string | null
  offeredBy: string | null
  offeredAt: Date | null
  /** Why somebody else than the proposed person was chosen. */
  because: string | null
  declineReason: string | null
  answeredAt: Date | null
  /** When the first reminder went out unanswered. */
  silentSince: Date | null
  urgent: boolean
  createdAt: Date
}

/** What decides about one person on the team. */
export interface TeamMember {
  staffId: string
  absent: boolean
  openCases: number
  walled: boolean
  declined: boolean
}

/** The order in which a team takes turns, and who had the last one. */
export interface RotaRecord {
  _id: string
  order: string[]
  last: string | null
}

/** What the person who gives the case out sees: content, for the answer to a press only. */
export interface ProposalView {
  allocationId: string
  version: number
  state: AllocationState
  caseId: string
  reference: string
  urgent: boolean
  client: ClientDetails
  firstContact: boolean
  reachable: boolean
  proposed: { staffId: string; name: string; phone: string | null; presence: Presence } | null
  passedOver: { name: string; reason: PassedOverReason }[]
  choices: { staffId: string; name: string; openCases: number; absent: boolean }[]
}

/** What is on the card that everybody concerned may see: no client. */
export interface OfferView {
  allocationId: string
  version: number
  state: AllocationState
  caseId: string
  reference: string
  urgent: boolean
  waitingSince: Date
  offeredTo: { staffId: string; name: string; phone: string | null } | null
  answeredAt: Date | null
  silentSince: Date | null
  declineReason: string | null
  putThrough: boolean
}
