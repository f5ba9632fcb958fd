import type { ClientDetails } from '../cases/cases.types'
import type { BreachPolicy } from './breach.policy'

/** What somebody states with an act, by its code. */
export type Statements = Readonly<Record<string, string>>

/** A statement as it was written, with the number of its act in the history. */
export interface Said {
  act: number
  code: string
  text: string
}

/** The same as it is kept: sealed. */
export type Statement = Omit<Said, 'text'> & { text: Buffer }

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
  /** The case's, which never changes. */
  reference: string
  /** What those who have a part in it were called when they had it. */
  names: Readonly<Record<string, string>>
  /** Who has to do something about it now. */
  waitsFor: readonly string[]
  /** Who was ever asked for something, and has a card about it. */
  told: readonly string[]
  /** When those for whom it waits last heard of it. */
  remindedAt: Date
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
  /** One of the actions that were agreed, by its place among them, was carried out. */
  | { act: 'action-done'; action: number }
  | { act: 'reported' }
  | { act: 'completed' }

export type Answer = 'yes' | 'no'

/** What people do, as opposed to the bot; at which stage follows from where the request stands. */
export type PersonalDeed =
  | { act: 'advised'; answer: Answer }
  | { act: 'named'; to: string }
  | { act: 'decided'; answer: Answer; untold: boolean }
  | { act: 'action-done'; action: number }
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

/** Everything that people do about a request, in the order in which it is offered. */
export const DEEDS = [
  'advised',
  'named',
  'briefed',
  'took-advice',
  'decided',
  'told-client',
  'disclosed',
  'action-done',
  'reported',
  'completed',
  'facts-changed',
  'reconfirmed',
  'withdrawn',
] as const satisfies readonly PersonalDeed['act'][]

export type PassedOverReason =
  | 'requester'
  | 'acted-before'
  | 'absent'
  | 'walled'
  | 'conflicted'
  | 'investigator'
  | 'not-urgent'
  | 'nobody-to-name'

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

/** What somebody is to a request now. */
export type BreachPart = 'decider' | 'namer' | 'adviser' | 'briefer' | 'requester'

/** What may stand on a posted card about a request: no client, no ground, no words of anybody. */
export interface AskedView {
  breachId: string
  reference: string
  urgent: boolean
  as: BreachPart
  /** Whether they raised it themselves. */
  own: boolean
  /** Whether something is for them to do now. */
  open: boolean
  /** When the next person is asked as well, or when an authorisation runs out; null where neither is so. */
  until: Date | null
  at: Position
}

/** What the last resort and whoever asked are told when nobody answers. It names no client. */
export interface BreachAlarm {
  reference: string
  /** Whether still nobody has. */
  open: boolean
  /** Who could, by their names. */
  waitsFor: string[]
}

/**
 * How much of a request somebody sees: `whole` for whoever may open the case; `named` and `revealed` as a stage says;
 * `brief` and `question` nothing but the text that was written for them; `own` what they said themselves.
 */
export type Sight = 'whole' | 'named' | 'revealed' | 'brief' | 'question' | 'own'

/** Something that somebody may do now, and what they have to state with it. */
export interface OpenDeed {
  act: PersonalDeed['act']
  states: readonly string[]
}

/** One act as people read it. */
export interface SeenAct {
  at: Date
  by: string
  act: BreachAct['act']
  answer: Answer | null
  /** Whom it concerned: who was asked or named. */
  to: string
  statements: readonly { code: string; text: string }[]
}

/** A request with its content, for the answer to a press and nothing else. */
export interface BreachContent extends AskedView {
  ground: string
  raisedAt: Date
  requester: string
  /** Null where the person does not see it, or not yet. */
  client: ClientDetails | null
  /** Whether the client's identity is shown at a further, recorded step. */
  mayReveal: boolean
  /** Where the procedure stands, and whether that is provisional. */
  source: BreachPolicy['source']
  /** What was done and said, as far as the person may know, oldest first. */
  acts: readonly SeenAct[]
  deeds: readonly OpenDeed[]
  /** Whether they may have the whole of it on paper. */
  mayPrint: boolean
  visibleMinutes: number
}

/** How the requests of a year ended: numbers alone. */
export interface BreachCounts {
  year: number
  raised: number
  authorised: number
  refused: number
  withdrawn: number
  shared: number
  untold: number
}
