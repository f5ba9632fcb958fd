import { randomUUID } from 'node:crypto'
import { Dialog, type DialogContext, type DialogTurnResult } from 'botbuilder-dialogs'
import { turnOf } from './dialog-turn'
import { type Answer, drawQuestion, type Inputs, type Question } from './question'

interface PromptState {
  nonce: string
  typed: Inputs
  problems: string[]
}

/** What a prompt is begun with: what stood in its fields before, and what was wrong with it. */
export interface PromptOptions {
  typed: Inputs
  problems: string[]
}

/** How a prompt ends. */
export type PromptResult = { kind: 'answer'; answer: Answer; typed: Inputs } | { kind: 'back' }

/**
 * Asks one question by a card. A press counts when it carries the nonce of the card that is open now; any other gets the
 * present card, so that nothing is answered twice and a late press does no harm.
 */
export class CardPrompt extends Dialog {
  constructor(
    id: string,
    private readonly questionOf: (dc: DialogContext) => { question: Question; back: boolean },
  ) {
    super(id)
  }

  override async beginDialog(dc: DialogContext, options?: Partial<PromptOptions>): Promise<DialogTurnResult> {
    this.keep(dc, { nonce: randomUUID(), typed: options?.typed ?? {}, problems: options?.problems ?? [] })
    return this.show(dc)
  }

  override async continueDialog(dc: DialogContext): Promise<DialogTurnResult> {
    const { press } = turnOf(dc.context)
    const state = dc.activeDialog!.state as PromptState
    if (!press || press.kind === 'continue' || press.nonce !== state.nonce) return this.show(dc)
    if (press.kind === 'back') return dc.endDialog({ kind: 'back' } satisfies PromptResult)
    const { question } = this.questionOf(dc)
    const read = await question.read(press.inputs)
    const typed = Object.fromEntries(question.fields.map(({ id }) => [id, press.inputs[id] ?? '']))
    if ('answer' in read) return dc.endDialog({ kind: 'answer', answer: read.answer, typed } satisfies PromptResult)
    this.keep(dc, { nonce: randomUUID(), typed, problems: read.problems })
    return this.show(dc)
  }

  private keep(dc: DialogContext, state: PromptState): void {
    dc.activeDialog!.state = state
  }

  private async show(dc: DialogContext): Promise<DialogTurnResult> {
    const turn = turnOf(dc.context)
    const { nonce, typed, problems } = dc.activeDialog!.state as PromptState
    const { question, back } = this.questionOf(dc)
    turn.screen = drawQuestion(turn.look, question, { draft: turn.draft, nonce, typed, problems, back })
    return Dialog.EndOfTurn
  }
}
