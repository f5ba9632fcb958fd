import type { TurnContext } from 'botbuilder'
import type { Look } from '../cards/look'
import type { Screen } from '../cards/render'
import type { Services } from '../services'
import type { Actor } from '../services/people/people.types'
import type { Policy } from '../services/policy/policy.schema'
import type { Inputs } from './question'

/** Who acts, for whom, and with what. */
export interface Acting {
  actor: Actor
  look: Look
  policy: Policy
  services: Services
}

/** A press on the card of a question. */
export interface QuestionPress {
  kind: 'answer' | 'back' | 'continue'
  nonce: string
  inputs: Inputs
}

/** What the steps of one turn share: handed over by the runner, never stored. */
export interface DialogTurn extends Acting {
  draft: string
  press: QuestionPress | null
  /** The card that answers this turn. */
  screen: Screen | null
}

const TURN = Symbol('dialog turn')

export const setTurn = (context: TurnContext, turn: DialogTurn): void => {
  context.turnState.set(TURN, turn)
}

export const turnOf = (context: TurnContext): DialogTurn => context.turnState.get(TURN) as DialogTurn
