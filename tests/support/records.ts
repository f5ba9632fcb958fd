import type { AllocationRecord, TeamMember } from '../../services/allocation/allocation.types'
import type { CaseRecord } from '../../services/cases/cases.types'
import type { Actor } from '../../services/people/people.types'

/** A Wednesday morning in term, while the service is open. */
export const WEDNESDAY = new Date('2021-04-14T10:00:00Z')

/** Somebody who acts; without a role unless one is given. */
export const anActor = (changes: Partial<Actor> = {}): Actor => ({
  orgId: 'cardiff',
  staffId: 'robin',
  displayName: 'Robin Sample',
  roles: [],
  ...changes,
})

/** A case that has just been opened by telephone and that nobody has yet. */
export const aCase = (changes: Partial<CaseRecord> = {}): CaseRecord => ({
  _id: 'case-1',
  reference: 'ABCDEFGH',
  version: 1,
  status: 'open',
  engagementId: 'case-1',
  keyId: 'key-1',
  client: { name: Buffer.from('sealed name'), number: Buffer.from('sealed number') },
  channel: 'telephone',
  urgent: false,
  firstContact: true,
  noted: false,
  holder: null,
  offeredTo: null,
  offer: null,
  waitsFor: null,
  walled: [],
  openedBy: 'robin',
  openedAt: WEDNESDAY,
  listing: { year: 2021, month: 4, week: 15 },
  profile: '2021-04.1',
  ...changes,
})

/** A proposal to Ada that nobody has confirmed yet. */
export const anAllocation = (changes: Partial<AllocationRecord> = {}): AllocationRecord => ({
  _id: 'allocation-1',
  caseId: 'case-1',
  version: 1,
  state: 'proposed',
  proposed: 'ada',
  passedOver: [],
  declinedBy: [],
  offeredTo: null,
  offeredBy: null,
  offeredAt: null,
  because: null,
  declineReason: null,
  answeredAt: null,
  silentSince: null,
  urgent: false,
  createdAt: WEDNESDAY,
  ...changes,
})

/** Somebody on the team whom nothing keeps from taking a case. */
export const aMember = (staffId: string, changes: Partial<TeamMember> = {}): TeamMember => ({
  staffId,
  absent: false,
  openCases: 0,
  walled: false,
  declined: false,
  ...changes,
})
