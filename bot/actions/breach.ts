import { z } from 'zod'
import { breachShell, requestCard } from '../../cards/breach'
import type { Screen } from '../../cards/render'
import { refusalScreen } from '../../dialogs/refused'
import { DEEDS } from '../../services/breach/breach.types'
import type { Action, Press } from './action'
import { action, id, nothing, ofCase } from './action'

const ofRequest = z.strictObject({ breachId: id })

/** Asking for confidentiality to be breached, and everything that is done about it. What somebody may is the chain's to say. */
export const breach = {
  breach: action({
    input: ofCase,
    permission: 'breach.request',
    roles: 'live',
    run: async (press, { caseId }) => {
      const { actor, services } = press
      const found = await services.cases.find(actor, { caseId })
      if (!found.ok) return refusalScreen(press, found)
      const form = JSON.stringify(await services.breaches.beginning(actor, caseId))
      return press.begin('breach', { caseId, reference: found.view.reference, form })
    },
  }),
  'breach.case': action({
    input: nothing,
    permission: 'breach.request',
    roles: 'cached',
    run: (press) => press.begin('breach-case', {}),
  }),
  'breach.open': action({
    input: ofRequest,
    permission: 'any-role',
    roles: 'live',
    run: async (press, { breachId }) => {
      const outcome = await press.services.breaches.open(press.actor, { breachId, postedAs: press.postedAs })
      return outcome.ok ? requestCard(press.look, outcome.view) : refusalScreen(press, outcome)
    },
  }),
  'breach.reveal': action({
    input: ofRequest,
    permission: 'any-role',
    roles: 'live',
    run: async (press, input) => {
      const outcome = await press.services.breaches.reveal(press.actor, input)
      return outcome.ok ? requestCard(press.look, outcome.view) : refusalScreen(press, outcome)
    },
  }),
  'breach.do': action({
    input: ofRequest.extend({ act: z.enum(DEEDS) }),
    permission: 'any-role',
    roles: 'live',
    run: async (press, input) => {
      const outcome = await press.services.breaches.form(press.actor, input)
      if (outcome.ok) return press.begin('breach-deed', { form: JSON.stringify(outcome.form) })
      return outcome.reason === 'settled' ? shell(press, input.breachId) : refusalScreen(press, outcome)
    },
  }),
  'breach.put-away': action({
    input: ofRequest,
    permission: 'any-role',
    roles: 'cached',
    run: (press, { breachId }) => shell(press, breachId),
  }),
} satisfies Readonly<Record<string, Action>>

/** What anybody with a part in it may have in their chat; somebody else hears that there is nothing for them. */
async function shell(press: Press, breachId: string): Promise<Screen> {
  const { actor, look, services } = press
  const view = await services.breaches.asked(actor.orgId, breachId, actor.staffId)
  if (view) return breachShell(look, breachId, view.reference)
  const lookup = await services.audit.turnedAway(actor, 'not-theirs')
  return refusalScreen(press, { ok: false, reason: 'not-theirs', lookup })
}
