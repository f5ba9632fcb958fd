import type { PersonalDeed } from './breach.types'

/** What a new request is asked beside its ground and its statements. */
export interface BreachBeginning {
  /** Whether it needs something new, because the same was refused for good (WOR-28). */
  newFacts: boolean
  /** The codes of what must not give the client away. */
  anonymous: readonly string[]
}

/** What somebody is asked when they are about to do something. */
export interface DeedForm {
  breachId: string
  reference: string
  act: PersonalDeed['act']
  /** What they have to state; beside that, where they decide, with a yes and with a no. */
  states: readonly string[]
  yes: readonly string[]
  no: readonly string[]
  /** Those of them that must not give the client away. */
  anonymous: readonly string[]
  /** Whether a no is for good. */
  final: boolean
  /** Whether a yes confirms that the client was not told (AMB-19). */
  untold: boolean
  /** Whether they have to say why the client has not been told before this. */
  untoldBecause: boolean
  /** What was stated before and belongs here again. */
  known: Readonly<Record<string, string>>
  /** What there is to choose from: whom to name, whom to tell, which action is done. */
  choices: readonly { title: string; value: string }[]
}

/** A part of a text that gives the client away, or may. */
export interface Giveaway {
  code: string
  text: string
  certain: boolean
}
