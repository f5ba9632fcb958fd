import type { StatePropertyAccessor, TurnContext } from 'botbuilder'
import { DialogContextError, DialogSet, type DialogState, DialogTurnStatus } from 'botbuilder-dialogs'
import { notice } from '../cards/notice'
import { home } from '../cards/offer'
import type { Screen } from '../cards/render'
import { permissionsOf } from '../services/access/access.rules'
import { newId, stableId } from '../services/platform/ids'
import { CardDialog, type DialogDefinition, type DialogOptions, PROMPT, questionAt, stateBeneath } from './card-dialog'
import { CardPrompt } from './card-prompt'
import { type Acting, type QuestionPress, setTurn, turnOf } from './dialog-turn'

/** Ids of drafts are made from these, so that the same button or message begins the same form. */
const DRAFTS = '2f1c7a54-52f5-4d0d-8b5e-6a0c3f6f7f10'

/** How often a press that lost a race starts again from what the winner saved. */
const TRIES = 4

export interface DialogRunner {
  definitions: ReadonlyMap<string, DialogDefinition>
  /**
   * Begins a dialog, or shows the form again that the same button began earlier and that is still open.
   *
   * @param origin what began it: the activity for a typed command, so that a repeated delivery begins nothing new
   */
  begin(context: TurnContext, acting: Acting, dialog: string, options: DialogOptions, origin?: string): Promise<Screen>
  press(context: TurnContext, acting: Acting, draft: string, press: QuestionPress): Promise<Screen>
  cancel(acting: Acting, draft: string): Promise<Screen>
}

export function createDialogRunner(definitions: readonly DialogDefinition[]): DialogRunner {
  const byId = new Map(definitions.map((definition) => [definition.id, definition]))
  const prompt = () =>
    new CardPrompt(PROMPT, (dc) => {
      const { id, state } = stateBeneath(dc)
      return questionAt(byId.get(id)!, turnOf(dc.context), state)
    })

  /** One run over a draft: load, continue or begin, save. Null when another press was faster. */
  async function runOnce(
    context: TurnContext,
    acting: Acting,
    draftId: string,
    press: QuestionPress | null,
    begin: { dialog: string; options: DialogOptions } | null,
  ): Promise<Screen | null> {
    const { actor, services } = acting
    const loaded = await services.drafts.load(actor.orgId, actor.staffId, draftId)
    if (!loaded && !begin) return gone(acting)
    const dialog = loaded?.dialog ?? begin!.dialog
    const definition = byId.get(dialog)
    if (!definition || !allowed(acting, definition)) return gone(acting)
    const state = (loaded?.state as DialogState | undefined) ?? { dialogStack: [] }
    const dialogs = new DialogSet(held(state)).add(new CardDialog(definition)).add(prompt())
    const turn = { ...acting, draft: draftId, press, screen: null as Screen | null }
    setTurn(context, turn)
    const dc = await dialogs.createContext(context)
    const { status } = await (loaded ? dc.continueDialog() : dc.beginDialog(dialog, begin!.options)).catch(asItWas)
    if (status === DialogTurnStatus.complete) {
      await services.drafts.drop(actor.orgId, actor.staffId, draftId)
      return turn.screen
    }
    const startedAt = loaded?.startedAt ?? services.clock.now()
    const draft = { id: draftId, dialog, version: loaded?.version ?? 0, startedAt, state }
    return (await services.drafts.save(actor.orgId, actor.staffId, draft)) ? turn.screen : null
  }

  async function run(...parameters: Parameters<typeof runOnce>): Promise<Screen> {
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      const screen = await runOnce(...parameters)
      if (screen) return screen
    }
    return gone(parameters[1])
  }

  return {
    definitions: byId,
    begin: (context, acting, dialog, options, origin) => {
      const { orgId, staffId } = acting.actor
      const id = origin ? stableId(DRAFTS, [orgId, staffId, dialog, origin].join(' ')) : newId()
      return run(context, acting, id, null, { dialog, options })
    },
    press: (context, acting, draft, press) => run(context, acting, draft, press, null),
    cancel: async (acting, draft) => {
      await acting.services.drafts.drop(acting.actor.orgId, acting.actor.staffId, draft)
      return notice(acting.look, acting.look.say('done.cancelled'), [], [home(acting.look)])
    },
  }
}

function allowed({ actor, policy }: Acting, { permission }: DialogDefinition): boolean {
  const held = permissionsOf(actor, policy.access)
  if (permission === 'anybody') return true
  return permission === 'any-role' ? held.size > 0 : held.has(permission)
}

/** What goes wrong in a dialog, without the SDK's wrapping, which hides what it was. */
function asItWas(fault: unknown): never {
  throw fault instanceof DialogContextError ? fault.error : fault
}

/** A form that is finished, put aside, a day old, or was never this person's. */
const gone = ({ look }: Acting): Screen => notice(look, look.say('done.gone'), [], [home(look)])

/** Dialog state that lives in a draft instead of the SDK's own storage, which lets the last writer win. */
function held(state: DialogState): StatePropertyAccessor<DialogState> {
  return { get: async () => state, set: async () => undefined, delete: async () => undefined }
}
