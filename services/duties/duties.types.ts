import type { Claimable } from '../platform/claim'

/** What may have to be done later. Each kind belongs to one capability, which is asked again when it is due. */
export type DutyKind =
  | 'allocation-unanswered'
  | 'breach-unanswered'
  | 'breach-watch'
  | 'call-back'
  | 'case-put-away'
  | 'consultation-unanswered'
  | 'emergency-debrief'
  | 'emergency-reminder'
  | 'emergency-tell'
  | 'emergency-unrecorded'
  | 'first-contact-missing'

export interface Duty extends Claimable {
  kind: DutyKind
  /** The record it is about. */
  subject: string
  /** Whose task it is, for their list. */
  owner: string
  /** Business time. */
  dueAt: Date
  state: 'open' | 'done'
}
