import { z } from 'zod'
import { makeButton } from '../cards/button'
import { caseCard, caseShell } from '../cards/case'
import { notice } from '../cards/notice'
import { home as homeButton, offer, offered } from '../cards/offer'
import { proposal } from '../cards/proposal'
import type { Screen } from '../cards/render'
import type { DialogOptions } from '../dialogs/card-dialog'
import type { Acting, QuestionPress } from '../dialogs/dialog-turn'
import { refusalScreen } from '../dialogs/refused'
import type { Permission } from '../services/access/access.policy'
import type { Freshness } from '../services/people/people.service'
import { showReference } from '../services/platform/ids'
import { callBacks, home, myCases, waiting } from './views'

/** What an action may do in its turn. */
export interface Press extends Acting {
  /** The activity that holds the pressed card, for putting content away again. */
  postedAs: string | null
  begin(dialog: string, options: DialogOptions): Promise<Screen>
  answer(draft: string, press: QuestionPress): Promise<Screen>
  cancel(draft: string): Promise<Screen>
}

/** One row of the table: what the card's data must look like, who may press, how fresh the roles must be, and what it does. */
export interface Action<Input extends z.ZodType = z.ZodType> {
  input: Input
  permission: Permission | 'any-role'
  roles: Freshness
  run(press: Press, input: z.infer<Input>): Promise<Screen>
}

const action = <Input extends z.ZodType>(row: Action<Input>): Action => row as unknown as Action

const id = z.uuid()
const version = z.coerce.number().int().positive()
const nothing = z.strictObject({})
const pressed = z.strictObject({ allocationId: id, version })
const ofCase = z.strictObject({ caseId: id })
const ofDraft = z.strictObject({ draft: id, nonce: z.uuid() })

/** The table: everything that a button can do, who may, and what must come with it. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  home: action({ input: nothing, permission: 'any-role', roles: 'cached', run: (press) => home(press) }),
  waiting: action({ input: nothing, permission: 'allocation.offer', roles: 'cached', run: (press) => waiting(press) }),
  cases: action({
    input: nothing,
    permission: 'case.read.held',
    roles: 'cached',
    run: (press) => myCases(press, false),
  }),
  'cases.titles': action({
    input: nothing,
    permission: 'case.read.held',
    roles: 'cached',
    run: (press) => myCases(press, true),
  }),
  callbacks: action({
    input: nothing,
    permission: 'callback.manage',
    roles: 'cached',
    run: (press) => callBacks(press),
  }),

  intake: action({
    input: nothing,
    permission: 'intake.take',
    roles: 'cached',
    run: (press) => press.begin('intake', {}),
  }),
  away: action({
    input: nothing,
    permission: 'absence.record',
    roles: 'cached',
    run: (press) => press.begin('away', {}),
  }),
  case: action({ input: nothing, permission: 'any-role', roles: 'cached', run: (press) => press.begin('case', {}) }),
  code: action({
    input: nothing,
    permission: 'refusal.lookup',
    roles: 'live',
    run: (press) => press.begin('code', {}),
  }),
  note: action({
    input: ofCase,
    permission: 'contact.record',
    roles: 'cached',
    run: (press, input) => beginOnCase(press, 'note', input.caseId),
  }),
  correct: action({
    input: ofCase,
    permission: 'case.correct',
    roles: 'cached',
    run: (press, input) => beginOnCase(press, 'correct', input.caseId),
  }),
  'call-back': action({
    input: ofCase,
    permission: 'callback.manage',
    roles: 'cached',
    run: (press, input) => beginOnCase(press, 'call-back', input.caseId),
  }),

  'dialog.answer': action({
    input: ofDraft.catchall(z.string().max(10_000)),
    permission: 'any-role',
    roles: 'cached',
    run: (press, { draft, nonce, ...inputs }) => press.answer(draft, { kind: 'answer', nonce, inputs }),
  }),
  'dialog.back': action({
    input: ofDraft.catchall(z.string().max(10_000)),
    permission: 'any-role',
    roles: 'cached',
    run: (press, { draft, nonce }) => press.answer(draft, { kind: 'back', nonce, inputs: {} }),
  }),
  'dialog.cancel': action({
    input: ofDraft.catchall(z.string().max(10_000)),
    permission: 'any-role',
    roles: 'cached',
    run: (press, { draft }) => press.cancel(draft),
  }),
  'dialog.continue': action({
    input: z.strictObject({ draft: id }),
    permission: 'any-role',
    roles: 'cached',
    run: (press, { draft }) => press.answer(draft, { kind: 'continue', nonce: '', inputs: {} }),
  }),

  proposal: action({
    input: ofCase,
    permission: 'allocation.offer',
    roles: 'cached',
    run: async (press, input) => {
      const outcome = await press.services.allocation.proposal(press.actor, input)
      return outcome.ok ? proposal(press.look, outcome.view, manual(press)) : refusalScreen(press, outcome)
    },
  }),
  'allocation.propose-again': action({
    input: pressed,
    permission: 'allocation.offer',
    roles: 'cached',
    run: async (press, input) => {
      const outcome = await press.services.allocation.proposeAgain(press.actor, input)
      return outcome.ok
        ? proposal(press.look, outcome.view, manual(press))
        : settledOr(press, outcome, input.allocationId)
    },
  }),
  'allocation.confirm': action({
    input: pressed.extend({ urgent: z.enum(['true', 'false']).default('false') }),
    permission: 'allocation.offer',
    roles: 'cached',
    run: async (press, { urgent, ...input }) => {
      const outcome = await press.services.allocation.confirm(press.actor, { ...input, urgent: urgent === 'true' })
      if (outcome.ok) return offered(press.look, outcome.view, press.policy.allocation.mail)
      return settledOr(press, outcome, input.allocationId)
    },
  }),
  choose: action({
    input: pressed,
    permission: 'allocation.offer',
    roles: 'cached',
    run: async (press, input) => {
      const { look, services } = press
      const shown = await services.allocation.proposal(press.actor, { allocationId: input.allocationId })
      if (!shown.ok) return refusalScreen(press, shown)
      const choices = shown.view.choices.map(({ staffId, name, openCases, absent }) => ({
        staffId,
        title: look.say('choose.person', { name, count: openCases, absent: absent ? 'yes' : 'no' }),
      }))
      if (shown.view.state !== 'proposed' || choices.length === 0) return proposal(look, shown.view, manual(press))
      return press.begin('choose', { ...input, reference: shown.view.reference, choices: JSON.stringify(choices) })
    },
  }),
  'allocation.show': action({
    input: z.strictObject({ allocationId: id }),
    permission: 'allocation.answer',
    roles: 'cached',
    run: (press, input) => showOffer(press, input.allocationId),
  }),
  'allocation.accept': action({
    input: pressed,
    permission: 'allocation.answer',
    roles: 'cached',
    run: async (press, input) => {
      const outcome = await press.services.allocation.accept(press.actor, input)
      return outcome.ok ? offer(press.look, outcome.view) : settledOr(press, outcome, input.allocationId)
    },
  }),
  decline: action({
    input: pressed,
    permission: 'allocation.answer',
    roles: 'cached',
    run: async (press, input) => {
      const view = await press.services.allocation.offer(press.actor.orgId, input.allocationId)
      const theirs = view?.offeredTo?.staffId === press.actor.staffId
      if (!theirs || view.state !== 'offered' || view.version !== input.version)
        return showOffer(press, input.allocationId)
      return press.begin('decline', { ...input, reference: view.reference })
    },
  }),
  withdraw: action({
    input: z.strictObject({ allocationId: id }),
    permission: 'allocation.offer',
    roles: 'cached',
    run: async (press, { allocationId }) => {
      const { look, services } = press
      const view = await services.allocation.offer(press.actor.orgId, allocationId)
      if (view?.state !== 'offered') return waiting(press)
      const heading = look.say('withdraw.heading', { reference: showReference(view.reference) })
      const withdraw = { allocationId, version: view.version }
      return notice(
        look,
        heading,
        [look.say('withdraw.detail', { name: view.offeredTo?.name ?? '' })],
        [
          makeButton(look.say('button.withdraw'), 'allocation.withdraw', withdraw),
          makeButton(look.say('button.keep'), 'waiting'),
        ],
      )
    },
  }),
  'allocation.withdraw': action({
    input: pressed,
    permission: 'allocation.offer',
    roles: 'cached',
    run: async (press, input) => {
      const outcome = await press.services.allocation.withdraw(press.actor, input)
      return outcome.ok
        ? proposal(press.look, outcome.view, manual(press))
        : settledOr(press, outcome, input.allocationId)
    },
  }),

  'case.show': action({
    input: ofCase,
    permission: 'any-role',
    roles: 'cached',
    run: (press, input) => showCase(press, input),
  }),
  'case.open': action({
    input: ofCase,
    permission: 'any-role',
    roles: 'live',
    run: async (press, { caseId }) => {
      const outcome = await press.services.caseFile.open(press.actor, { caseId, postedAs: press.postedAs })
      return outcome.ok ? caseCard(press.look, outcome.view) : refusalScreen(press, outcome)
    },
  }),
  'case.put-away': action({
    input: ofCase,
    permission: 'any-role',
    roles: 'cached',
    run: (press, input) => showCase(press, input),
  }),
  'call-back.done': action({
    input: z.strictObject({ id, caseId: id }),
    permission: 'callback.manage',
    roles: 'cached',
    run: async (press, input) => {
      const outcome = await press.services.callBacks.done(press.actor, input)
      return outcome.ok ? showCase(press, { caseId: input.caseId }) : refusalScreen(press, outcome)
    },
  }),
}

const manual = ({ policy }: Acting) => policy.allocation.mode === 'manual'

async function showCase(press: Press, named: { caseId: string }): Promise<Screen> {
  const outcome = await press.services.cases.find(press.actor, named)
  return outcome.ok ? caseShell(press.look, outcome.view) : refusalScreen(press, outcome)
}

async function beginOnCase(press: Press, dialog: string, caseId: string): Promise<Screen> {
  const outcome = await press.services.cases.find(press.actor, { caseId })
  if (!outcome.ok) return refusalScreen(press, outcome)
  const { reference, version: current } = outcome.view
  return press.begin(dialog, { caseId, reference, version: current })
}

/** The person asked sees the offer as it stands; anybody else hears that there is nothing for them. */
async function showOffer(press: Press, allocationId: string): Promise<Screen> {
  const view = await press.services.allocation.offer(press.actor.orgId, allocationId)
  if (view && view.offeredTo?.staffId === press.actor.staffId) return offer(press.look, view)
  const lookup = await press.services.audit.turnedAway(press.actor, 'not-offered-to-them')
  return refusalScreen(press, { ok: false, reason: 'not-offered-to-them', lookup })
}

/** A press that came too late gets the card as it stands now instead of an error. */
async function settledOr(
  press: Press,
  refusal: { ok: false; reason: string; lookup?: string },
  allocationId: string,
): Promise<Screen> {
  if (refusal.reason !== 'settled' && refusal.reason !== 'stale') return refusalScreen(press, refusal)
  const view = await press.services.allocation.offer(press.actor.orgId, allocationId)
  if (!view) return refusalScreen(press, refusal)
  if (view.offeredTo?.staffId === press.actor.staffId) return offer(press.look, view)
  if (view.state !== 'proposed') return waiting(press)
  const lines = [press.look.say(`refusal.${refusal.reason}`)]
  const again = makeButton(press.look.say('button.go'), 'proposal', { caseId: view.caseId }, { primary: true })
  return notice(press.look, press.look.say('refusal.heading'), lines, [again, homeButton(press.look)])
}
