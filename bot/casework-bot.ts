import type { TurnContext } from 'botbuilder'
import { makeButton } from '../cards/button'
import { caseShell } from '../cards/case'
import { emergencyButton } from '../cards/emergency'
import type { Look } from '../cards/look'
import { notice } from '../cards/notice'
import { home as homeButton } from '../cards/offer'
import type { Screen, Shell } from '../cards/render'
import { isWordKey, type WordKey } from '../cards/words'
import type { Acting, QuestionPress } from '../dialogs/dialog-turn'
import { refusalScreen } from '../dialogs/refused'
import type { DialogRunner } from '../dialogs/run'
import type { Services } from '../services'
import { may, permissionsOf } from '../services/access/access.rules'
import type { Freshness } from '../services/people/people.service'
import type { Actor } from '../services/people/people.types'
import { CaseworkError } from '../services/platform/errors'
import { readReference } from '../services/platform/ids'
import { faultCode, type Logger } from '../services/platform/logger'
import { within } from '../services/platform/time-limit'
import { ACTIONS, type Action, type Press } from './actions'
import { actorOf } from './actor'
import { readCommand } from './commands'
import type { EmergencyDesk } from './emergency'
import type { VerifiedActivity } from './gate'
import type { Homes } from './homes'
import { type CardPress, conversationOf, pressOf } from './press'
import { limitRequests } from './reach'
import { post, respond, update } from './reply'
import { home } from './views'

/** The answer itself must not wait long for this. */
const KEEP_LIMIT_MS = 1_000

export interface CaseworkBotParts {
  services: Services
  dialogs: DialogRunner
  lookOf(orgId: string): Look
  /** Where people find this server with a browser. */
  publicUrl(): string
  log: Logger
  homes: Homes
  emergencies: EmergencyDesk
  /** Called when somebody can be reached again, so that what waits for them goes out. */
  onReachable(): void
}

export interface CaseworkBot {
  turn(context: TurnContext, orgId: string, activity: VerifiedActivity): Promise<void>
}

/** Turns a verified activity into a command, an action or nothing, and answers it. Decides nothing about casework. */
export function createCaseworkBot({
  services,
  dialogs,
  homes,
  emergencies,
  lookOf,
  publicUrl,
  log,
  onReachable,
}: CaseworkBotParts): CaseworkBot {
  return {
    turn: async (context, orgId, activity) => {
      const look = lookOf(orgId)
      const press = pressOf(activity)
      const invoked = activity.type === 'invoke'
      limitRequests(context, { repeat: !invoked })
      if (activity.conversation.conversationType !== 'personal') return elsewhere(context, orgId, activity, look)
      // Before anything that could fail: nobody in danger waits for a database.
      if (await emergencies.answers(context, orgId, activity, press)) return
      if (!press && activity.type !== 'message' && activity.type !== 'installationUpdate') return
      const screen = await remember(orgId, activity)
        .then(() => answer(context, orgId, activity, look, press))
        .catch((fault: unknown) => faulty(look, fault))
      let shownAs: string | undefined = activity.replyToId ?? undefined
      if (invoked) {
        if (screen.kind === 'shell' && shownAs) await keep(context, shownAs, screen as Shell)
        await respond(context, screen)
      } else if (press && shownAs) await update(context, shownAs, shellOf(look, screen))
      else shownAs = await post(context, shellOf(look, screen))
      if (shownAs) keepHome(orgId, activity, look, screen, shownAs)
      if (press) homes.changed(orgId, activity.from.aadObjectId)
      if (activity.type !== 'installationUpdate') return
      await services.deliveries.hasten(orgId, activity.from.aadObjectId)
      onReachable()
    },
  }

  /** A client forgets the answer to a press when it loads the chat again, and the person's other devices never see it. */
  async function keep(context: TurnContext, id: string, shell: Shell): Promise<void> {
    await within(KEEP_LIMIT_MS, update(context, id, shell)).catch((fault: unknown) => {
      log.warn('answer-not-kept', { code: faultCode(fault) })
    })
  }

  function keepHome(orgId: string, { from }: VerifiedActivity, look: Look, screen: Screen, shownAs: string): void {
    const actor: Actor = { orgId, staffId: from.aadObjectId, displayName: from.name ?? '', roles: [] }
    if (screen.summary === look.say('summary.home')) homes.shown(actor, shownAs, screen)
    else homes.left(actor, shownAs)
  }

  async function answer(
    context: TurnContext,
    orgId: string,
    activity: VerifiedActivity,
    look: Look,
    press: CardPress | null,
  ): Promise<Screen> {
    const row = press && Object.hasOwn(ACTIONS, press.verb) ? ACTIONS[press.verb] : undefined
    const acting = await actingOf(orgId, activity, look, row?.roles ?? 'cached')
    const open = row?.permission === 'anybody'
    if (!open && permissionsOf(acting.actor, acting.policy.access).size === 0) return noAccess(acting)
    if (press) return run(context, acting, activity, press, row)
    if (activity.type === 'installationUpdate') return home(acting)
    return typed(context, acting, activity)
  }

  async function actingOf(orgId: string, activity: VerifiedActivity, look: Look, fresh: Freshness): Promise<Acting> {
    const actor = await actorOf(services, orgId, activity, fresh)
    return { actor, look, policy: services.policyOf(orgId), services }
  }

  async function run(
    context: TurnContext,
    acting: Acting,
    activity: VerifiedActivity,
    { verb, data }: CardPress,
    row: Action | undefined,
  ): Promise<Screen> {
    const { actor, look, policy } = acting
    if (!row) {
      await services.audit.turnedAway(actor, 'unknown-verb')
      return notice(look, look.say('refusal.heading'), [look.say('refusal.unknown-button')], [homeButton(look)])
    }
    const { permission } = row
    const allowed = permission === 'anybody' || permission === 'any-role' || may(actor, permission, policy.access).ok
    if (!allowed) return turnedAway(acting, 'no-permission')
    const input = row.input.safeParse(data)
    if (!input.success) {
      await services.audit.turnedAway(actor, 'input-unreadable')
      return notice(look, look.say('refusal.heading'), [look.say('refusal.input')], [homeButton(look)])
    }
    const origin = verb === 'intake' && activity.type === 'message' ? activity.id : undefined
    const press: Press = {
      ...acting,
      postedAs: activity.replyToId ?? null,
      publicUrl: publicUrl(),
      begin: (dialog, options) => dialogs.begin(context, acting, dialog, options, origin),
      answer: (draft: string, given: QuestionPress) => dialogs.press(context, acting, draft, given),
      cancel: (draft) => dialogs.cancel(acting, draft),
    }
    log.info('action', { orgId: actor.orgId, staffId: actor.staffId, verb })
    return row.run(press, input.data)
  }

  async function typed(context: TurnContext, acting: Acting, activity: VerifiedActivity): Promise<Screen> {
    const { actor, look } = acting
    const command = readCommand(activity.text ?? '')
    if ('verb' in command)
      return run(context, acting, activity, { verb: command.verb, data: {} }, ACTIONS[command.verb])
    if ('identifier' in command) return notice(look, look.say('identifier.warning'), [], [homeButton(look)])
    if ('nearest' in command) {
      const buttons = command.nearest.map((verb) => makeButton(commandTitle(look, verb), verb))
      return notice(look, look.say('unknown.heading'), [look.say('unknown.detail')], buttons)
    }
    const reference = readReference(command.reference)
    const found = await services.cases.find(actor, { reference: reference ?? '' })
    return found.ok ? caseShell(look, found.view, command.offers) : refusalScreen(acting, found)
  }

  async function turnedAway(acting: Acting, reason: string): Promise<Shell> {
    const lookup = await services.audit.turnedAway(acting.actor, reason)
    return refusalScreen(acting, { ok: false, reason, lookup })
  }

  async function noAccess({ actor, look }: Acting): Promise<Shell> {
    const code = await services.audit.turnedAway(actor, 'no-role')
    return notice(look, look.say('refusal.heading'), [look.say('refusal.no-access', { code })])
  }

  /** In a channel, a group or a meeting nothing is answered and nothing repeated (IMP-24). */
  async function elsewhere(context: TurnContext, orgId: string, activity: VerifiedActivity, look: Look) {
    const actor: Actor = { orgId, staffId: activity.from.aadObjectId, displayName: '', roles: [] }
    if (activity.type !== 'message' && activity.type !== 'invoke') return
    await services.audit.turnedAway(actor, 'not-a-personal-chat')
    const screen = notice(look, look.say('refusal.not-here'))
    if (activity.type === 'invoke') await respond(context, screen)
    else await post(context, screen)
  }

  async function remember(orgId: string, activity: VerifiedActivity) {
    await services.deliveries.remember(orgId, conversationOf(activity))
  }

  function faulty(look: Look, fault: unknown): Shell {
    log.error('turn-failed', { code: faultCode(fault) })
    return notice(
      look,
      look.say('refusal.heading'),
      [look.say(faultWord(fault))],
      [homeButton(look), emergencyButton(look)],
    )
  }
}

/** What may be posted: the screen itself, or a shell that asks for it, since content never stays in a chat. */
function shellOf(look: Look, screen: Screen): Shell {
  if (screen.kind === 'shell') return screen as Shell
  return notice(look, look.say('summary.general'), [look.say('fallback')], [homeButton(look)])
}

function faultWord(fault: unknown): WordKey {
  const code = fault instanceof CaseworkError ? fault.code : null
  if (code === 'roles-unavailable') return 'refusal.roles'
  return code === 'staff-unavailable' ? 'refusal.staff' : 'refusal.fault'
}

function commandTitle(look: Look, verb: string): string {
  const key = `button.${verb}`
  return isWordKey(key) ? look.say(key) : verb
}
