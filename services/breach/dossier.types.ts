import type { ClientDetails } from '../cases/cases.types'
import type { BreachPolicy } from './breach.policy'
import type { Answer, BreachAct, PassedOverReason, Position } from './breach.types'

/** A link to the dossier of one request, for one person. Kept under the hash of its token, never with the token. */
export interface PrintLink {
  _id: string
  staffId: string
  /** What that person is called on the print. */
  name: string
  breachId: string
  /** Real time, whatever the clock of the casework says. */
  createdAt: Date
}

/** One act, with everything that stands on record about it. People are named, by their id where no name is known. */
export interface DossierAct {
  at: Date
  by: string
  /** Whether the bot itself did it. */
  byBot: boolean
  act: BreachAct['act']
  answer: Answer | null
  /** Who was asked or named; empty where nobody was. */
  to: string
  /** Whether whoever decided confirmed that the client was not told. */
  untold: boolean
  passedOver: readonly { name: string; reason: PassedOverReason }[]
  statements: readonly { code: string; text: string }[]
}

/** Everything about one request (ledger row R9), in the order in which it happened. */
export interface Dossier {
  breachId: string
  reference: string
  urgent: boolean
  ground: string
  /** Whether the client knew of it when it was raised. */
  informed: boolean
  client: ClientDetails
  requester: string
  raisedAt: Date
  source: BreachPolicy['source']
  at: Position
  acts: readonly DossierAct[]
  /** What was agreed to be done, and when and by whom it was recorded as done. */
  actions: readonly { text: string; done: { at: Date; by: string } | null }[]
  printedBy: string
  printedAt: Date
}
