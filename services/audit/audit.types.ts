/** Everything that is recorded. An event's codes are ids, numbers and state names; free text has no way in. */
const AUDIT_EVENTS = [
  'access-refused',
  'absence-recorded',
  'absence-ended',
  'allocation-accepted',
  'allocation-changed',
  'allocation-confirmed',
  'allocation-declined',
  'allocation-proposed',
  'allocation-reminded',
  'allocation-withdrawn',
  'audit-read',
  'breach-action-done',
  'breach-advised',
  'breach-asked',
  'breach-briefed',
  'breach-completed',
  'breach-counted',
  'breach-decided',
  'breach-disclosed',
  'breach-exhausted',
  'breach-facts-changed',
  'breach-named',
  'breach-print-asked',
  'breach-printed',
  'breach-raised',
  'breach-reconfirmed',
  'breach-reported',
  'breach-told-client',
  'breach-took-advice',
  'breach-unbriefed',
  'breach-revealed',
  'breach-viewed',
  'breach-withdrawn',
  'call-back-agreed',
  'call-back-done',
  'case-corrected',
  'case-listed',
  'case-opened',
  'case-viewed',
  'concern-recorded',
  'consent-recorded',
  'consultation-asked',
  'consultation-closed',
  'consultation-otherwise',
  'consultation-reminded',
  'consultation-replied',
  'consultation-viewed',
  'contact-recorded',
  'delivery-failed',
  'emergency-alerted',
  'emergency-consulted',
  'emergency-debriefed',
  'emergency-opened',
  'emergency-recorded',
  'emergency-reviewed',
  'emergency-stood-down',
  'emergency-told',
  'emergency-viewed',
  'enquiry-recorded',
  'refusal-looked-up',
  'storage-refusal-noted',
] as const

export type AuditEvent = (typeof AUDIT_EVENTS)[number]

/** Whose chain an entry belongs to: a case, an engagement without one, or a person whose attempt was refused. */
export type AuditSubject = `case:${string}` | `engagement:${string}` | `staff:${string}`

export type AuditCodes = Record<string, string | number | boolean>

/** What a use case says about itself. */
export interface AuditNote {
  subject: AuditSubject
  event: AuditEvent
  codes?: AuditCodes
}

export interface AuditEntry {
  _id: string
  subject: AuditSubject
  /** 1 for the first entry of its chain, then one more for each. */
  seq: number
  /** Business time and real time: they differ only where the clock may be moved. */
  at: Date
  recordedAt: Date
  /** The person's Entra object id, or `system`. */
  actor: string
  event: AuditEvent
  outcome: 'done' | 'refused'
  /** Why it was refused. */
  reason?: string
  /** The code that was shown with a refusal, for the manager to look up. */
  lookup?: string
  codes: AuditCodes
  /** The profile version in force. */
  profile: string
  /** The code of the entry before it, and its own. */
  previous: string
  mac: string
}

/** The last entry of a chain. */
export interface AuditHead {
  _id: string
  subject: AuditSubject
  seq: number
  mac: string
  /** Set until a checkpoint holds this head. */
  changed?: true
}

/** Where a chain stood when a checkpoint was made. */
export type Mark = readonly [subject: AuditSubject, seq: number, mac: string]

/** Where the chains of an organisation stood that had changed since the checkpoint before it. Ids and codes only. */
export interface Checkpoint {
  orgId: string
  /** 1 for the first of its organisation, then one more for each. */
  number: number
  /** Real time, ISO 8601, UTC. */
  at: string
  /** The code of the checkpoint before it, and its own. */
  previous: string
  code: string
  heads: readonly Mark[]
  /** Whether more chains had changed than one checkpoint holds; the next follows at once. */
  more: boolean
}

/** Some entries, newest first; `older` says where the next page begins, from a place in the chain or after an entry. */
export interface AuditPage {
  /** Null where the refusals of everybody are shown. */
  subject: AuditSubject | null
  entries: readonly AuditEntry[]
  older: { upTo: number; before: string } | null
}
