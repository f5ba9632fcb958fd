import type { BreachPolicy } from './breach.policy'

/** What somebody states with an act, by its code. */
export type Statements = Readonly<Record<string, string>>

/** The same as it is kept: sealed, with the number of the act in the history. */
export interface Statement {
  act: number
  code: string
  text: Buffer
}

/** A request to breach confidentiality in one case, and everything that was done about it. */
export interface BreachRecord {
  _id: string
  caseId: string
  version: number
  /** The chain under which it was raised, and under which it ends, whatever the union decides later (IMP-38). */
  chain: BreachPolicy
  history: BreachAct[]
  statements: Statement[]
  profile: string
}

/** One thing that somebody did about a request, in the order in which it happened. Texts are kept elsewhere, sealed. */
export type BreachAct = { at: Date; by: string } & Deed

export type Deed =
  | { act: 'raised'; ground: string; urgent: boolean; informed: boolean }
  /** A colleague advised for or against. */
  | { act: 'advised'; answer: Answer }
  /** Somebody is asked, and these were not, for these reasons. The bot itself does this. */
  | { act: 'asked'; stage: number; to: string; as: 'decider' | 'namer'; passedOver: PassedOver[] }
  /** Nobody is left to ask: the last resort is told. */
  | { act: 'exhausted'; stage: number; passedOver: PassedOver[] }
  /** Whoever decided before has not written what the next stage may be told: the last resort is told. */
  | { act: 'unbriefed'; stage: number }
  /** Somebody else is to decide at this stage. */
  | { act: 'named'; stage: number; to: string }
  /** The decider before wrote what may be told to the next stage. */
  | { act: 'briefed'; stage: number }
  /** The advice without which somebody may not act twice is on record. */
  | { act: 'took-advice'; stage: number }
  /** `untold`: they confirm that the client is not told of it. */
  | { act: 'decided'; stage: number; answer: Answer; untold: boolean }
  | { act: 'withdrawn' }
  | { act: 'facts-changed' }
  | { act: 'reconfirmed' }
  | { act: 'told-client' }
  /** Something was disclosed under it. */
  | { act: 'disclosed' }
  | { act: 'reported' }
  | { act: 'completed' }

export type Answer = 'yes' | 'no'

/** What people do, as opposed to the bot; at which stage follows from where the request stands. */
export type PersonalDeed =
  | { act: 'advised'; answer: Answer }
  | { act: 'named'; to: string }
  | { act: 'decided'; answer: Answer; untold: boolean }
  | {
      act:
        | 'briefed'
        | 'took-advice'
        | 'withdrawn'
        | 'facts-changed'
        | 'reconfirmed'
        | 'told-client'
        | 'disclosed'
        | 'reported'
        | 'completed'
    }

export type PassedOverReason =
  | 'requester'
  | 'acted-before'
  | 'absent'
  | 'walled'
  | 'conflicted'
  | 'investigator'
  | 'not-urgent'

export interface PassedOver {
  staffId: string
  reason: PassedOverReason
}

/** What the rules know of a person now. Whoever has left their role or the union is not among them. */
export interface Candidate {
  staffId: string
  roles: readonly string[]
  absent: boolean
  /** Behind a wall in this case (IMP-14). */
  walled: boolean
  /** Has said that they cannot be impartial in this case. */
  conflicted: boolean
}

/** Where a request stands. */
export type Position =
  | { at: 'consulting' }
  /** Waits for what the decider before may tell this stage. */
  | { at: 'briefing'; stage: number }
  | { at: 'deciding'; stage: number }
  | { at: 'authorised'; until: Date }
  /** Not acted on in time, or the facts have changed: to be confirmed anew. */
  | { at: 'expired' }
  /** Something was disclosed: what remains is the record. */
  | { at: 'acting' }
  | { at: 'refused'; final: boolean }
  | { at: 'withdrawn' }
  | { at: 'completed' }

/** What may stand on a posted card about a request: no client, no ground, no words of anybody. */
export interface AskedView {
  breachId: string
  reference: string
  urgent: boolean
  /** Whether they are to decide, or to name who does. */
  as: 'decider' | 'namer'
  /** When the next person is asked as well; null once somebody has answered. */
  until: Date | null
}
