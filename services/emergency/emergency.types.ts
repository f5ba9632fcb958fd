/** Opened; then recorded and reviewed, or stood down where it was none. */
export type EmergencyState = 'opened' | 'recorded' | 'reviewed' | 'stood-down'

/** Why an emergency was none. */
export const STAND_DOWN_REASONS = ['mistake', 'trial', 'no-danger'] as const
export type StandDownReason = (typeof STAND_DOWN_REASONS)[number]

export const TOLD_CLIENT = ['yes', 'no', 'not-possible'] as const
export const IN_DANGER = ['client', 'others', 'both', 'unknown'] as const

/** One call to the emergency services or somebody like them. */
export interface EmergencyCall {
  /** An id of `emergency.numbers`, or null where somebody else was called, whom `other` names. */
  service: string | null
  other: string
  at: Date
  /** What they were told. */
  told: string
}

/** The same as it is typed: the local day and time of the call. */
export type TypedCall = Omit<EmergencyCall, 'at'> & { date: string; time: string }

/** What was done, as whoever opened it says afterwards (LMU-35). Sealed in the store, all of it. */
export interface AfterRecord {
  calls: readonly EmergencyCall[]
  toldClient: (typeof TOLD_CLIENT)[number]
  danger: (typeof IN_DANGER)[number]
  /** Who got information about the client; empty where nobody did. */
  shared: string
  /** Why somebody was contacted whom the client asked not to be contacted; empty where nobody was (AMB-62). */
  excluded: string
  /** Which colleagues advised afterwards, where the union wants that; empty where it is still owed (AMB-54). */
  consulted: string
}

export type TypedRecord = Omit<AfterRecord, 'calls'> & { calls: readonly TypedCall[] }

/** What a record lacks. */
export type RecordProblem = 'no-call' | 'service-missing' | 'call-time' | 'told-missing' | 'too-long'

/** What colleagues advised once it was over, where that was still owed (AMB-54). Sealed in the store, all of it. */
export interface LateAdvice {
  /** Who advised, in words. */
  advisers: string
  advice: string
}

/** What late advice lacks. */
export type AdviceProblem = 'advisers-missing' | 'advisers-too-long' | 'advice-missing' | 'advice-too-long'

/** Whether colleagues were consulted about what was given out; null where nothing was, or nobody has to be (AMB-54). */
export type Consult = 'done' | 'owed' | null

/** Where whoever went through it stands with talking it over (IMP-67). */
interface Debrief {
  state: 'waiting' | 'done' | 'declined'
  /** From when they are asked. */
  dueAt: Date
}

export interface EmergencyRecord {
  _id: string
  version: number
  state: EmergencyState
  openedBy: string
  openedByName: string
  /** Business time at which the numbers were asked for, which may be before it could be recorded. */
  openedAt: Date
  /** The card or message that it was opened from: pressed twice, it is one emergency. */
  origin: string
  caseId: string | null
  /** Who was told, and who is to review it. */
  told: readonly string[]
  reviewers: readonly string[]
  stoodDown: { reason: StandDownReason; at: Date } | null
  after: {
    at: Date
    /** The case's key, or one of its own where there is no case. */
    keyId: string
    sealed: Buffer
    /** Something was told to somebody that the written procedure would have had others decide on (AMB-23). */
    outside: boolean
    shared: boolean
    consult: Consult
  } | null
  /** Who advised after the record was made, and what. */
  lateAdvice: { at: Date; sealed: Buffer } | null
  review: { by: string; at: Date; within: boolean; sealed: Buffer } | null
  debrief: Debrief | null
  profile: string
}

/** What may be posted: times and a reference. */
export interface EmergencySummary {
  emergencyId: string
  state: EmergencyState
  openedAt: Date
  reference: string | null
  consult: Consult
}

/** The same for whoever opened it. */
export interface OwnEmergency {
  emergencyId: string
  openedAt: Date
  state: EmergencyState
  consult: Consult
  debrief: Debrief['state'] | null
}

/** What waits for somebody. */
export interface EmergencyTask {
  emergencyId: string
  openedAt: Date
  /** `none` where it is not due yet. */
  task: 'record' | 'review' | 'debrief' | 'none'
  /** Whether a colleague still has to advise whoever opened it, whatever else they have to do. */
  owed: boolean
  caseId: string | null
}

/** Everything about it, for the answer to a press. */
export interface EmergencyContent extends EmergencySummary {
  openedByName: string
  /** Null for people who were told and have no part in the review, and until it is recorded. */
  after: AfterRecord | null
  /** The same for what was advised later. */
  lateAdvice: (LateAdvice & { at: Date }) | null
  outside: boolean
  review: { within: boolean; finding: string; at: Date } | null
  stoodDown: StandDownReason | null
  mayReview: boolean
}
