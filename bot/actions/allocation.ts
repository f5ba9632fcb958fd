import { z } from 'zod'
import { makeButton } from '../../cards/button'
import { notice } from '../../cards/notice'
import { home as homeButton, offer, offered } from '../../cards/offer'
import { proposal } from '../../cards/proposal'
import type { Screen } from '../../cards/render'
import type { Acting } from '../../dialogs/dialog-turn'
import { refusalScreen } from '../../dialogs/refused'
import { showReference } from '../../services/platform/ids'
import { waiting } from '../views'
import type { Action, Press } from './action'
import { action, id, ofCase, pressed } from './action'

/** Proposing, offering, answering and taking back. */
export const allocation = {
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
      const { reference, proposed } = shown.view
      const deviates = proposed ? 'yes' : 'no'
      return press.begin('choose', { ...input, reference, deviates, choices: JSON.stringify(choices) })
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
} satisfies Readonly<Record<string, Action>>

const manual = ({ policy }: Acting) => policy.allocation.mode === 'manual'

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
