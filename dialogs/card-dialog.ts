import { Dialog, type DialogContext, type DialogReason, type DialogTurnResult } from 'botbuilder-dialogs'
import type { Screen } from '../cards/render'
import type { Permission } from '../services/access/access.policy'
import type { PromptResult } from './card-prompt'
import { type Acting, turnOf } from './dialog-turn'
import type { Answer, Inputs, Question } from './question'

/** What a dialog is about, such as a case and its version: ids and numbers from the button that began it. */
export type DialogOptions = Readonly<Record<string, string | number>>

export interface Answered {
  key: string
  answer: Answer
}

/** What a dialog ends with: a card, or what has to be put right at its last question. */
export type Finished = { screen: Screen } | { problems: string[] }

/**
 * A conversation as data and two functions: the next question follows from the answers so far, and in the end one use
 * case is called. It decides nothing itself.
 */
export interface DialogDefinition {
  id: string
  /** `anybody`: whoever has signed in, with a role or without. */
  permission: Permission | 'any-role' | 'anybody'
  next(acting: Acting, options: DialogOptions, answers: readonly Answered[]): Question | null
  /** @param id the record's id; a dialog finished twice finds what it made the first time */
  finish(acting: Acting, id: string, options: DialogOptions, answers: readonly Answered[]): Promise<Finished>
}

interface CardDialogState {
  options: DialogOptions
  answers: Answered[]
  typed: Record<string, Inputs>
}

export const PROMPT = 'question'

/**
 * Asks the questions of a definition one after the other. Not a waterfall: how many steps there are is the union's
 * policy, and every step can go back.
 */
export class CardDialog extends Dialog {
  constructor(readonly definition: DialogDefinition) {
    super(definition.id)
  }

  override async beginDialog(dc: DialogContext, options?: object): Promise<DialogTurnResult> {
    const state: CardDialogState = { options: (options ?? {}) as DialogOptions, answers: [], typed: {} }
    dc.activeDialog!.state = state
    return this.ask(dc)
  }

  override async continueDialog(dc: DialogContext): Promise<DialogTurnResult> {
    return this.ask(dc)
  }

  override async resumeDialog(
    dc: DialogContext,
    _reason: DialogReason,
    result: PromptResult,
  ): Promise<DialogTurnResult> {
    const state = dc.activeDialog!.state as CardDialogState
    if (result.kind === 'back') {
      state.answers.pop()
      return this.ask(dc)
    }
    const { question } = questionAt(this.definition, turnOf(dc.context), state)
    state.answers.push({ key: question.key, answer: result.answer })
    state.typed[question.key] = result.typed
    return this.ask(dc)
  }

  private async ask(dc: DialogContext, problems: string[] = []): Promise<DialogTurnResult> {
    const turn = turnOf(dc.context)
    const state = dc.activeDialog!.state as CardDialogState
    const question = this.definition.next(turn, state.options, state.answers)
    if (question) return dc.beginDialog(PROMPT, { typed: state.typed[question.key] ?? {}, problems })
    const finished = await this.definition.finish(turn, turn.draft, state.options, state.answers)
    if ('problems' in finished) {
      state.answers.pop()
      return this.ask(dc, finished.problems)
    }
    turn.screen = finished.screen
    return dc.endDialog()
  }
}

/** The question that a dialog is at. */
export function questionAt(
  definition: DialogDefinition,
  acting: Acting,
  { options, answers }: CardDialogState,
): { question: Question; back: boolean } {
  const question = definition.next(acting, options, answers)
  if (!question) throw new Error('no question is open')
  return { question, back: answers.length > 0 }
}

/** The state of the dialog beneath a prompt. */
export const stateBeneath = (dc: DialogContext): { id: string; state: CardDialogState } => {
  const beneath = dc.stack.at(-2)!
  return { id: beneath.id, state: beneath.state as CardDialogState }
}
