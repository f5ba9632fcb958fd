import type { ConsentKind, ConsentState } from './consent.policy'

/** One answer or notice. The history is only ever added to; the latest of a kind counts. */
export interface ConsentRecord {
  _id: string
  /** The engagement, and the case if one was opened from it. */
  engagementId: string
  caseId: string | null
  kind: ConsentKind
  state: ConsentState
  channel: string
  /** The text that the client heard or read, and its version. */
  text: string | null
  textVersion: number | null
  askedBy: string
  at: Date
}

export type ConsentStates = Partial<Record<ConsentKind, ConsentState>>

/** One consent as it was given, refused, or rests on a notice. */
export interface ConsentTaken {
  kind: ConsentKind
  state: ConsentState
  /** The text that the client heard or read; null where there is none. */
  text: string | null
}
