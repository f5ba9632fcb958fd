import { z } from 'zod'
import { breachCounts, breachShell, requestCard } from '../../cards/breach'
import { makeButton } from '../../cards/button'
import { dossierLink } from '../../cards/dossier'
import { notice } from '../../cards/notice'
import { home } from '../../cards/offer'
import type { Screen } from '../../cards/render'
import { refusalScreen } from '../../dialogs/refused'
import { DEEDS } from '../../services/breach/breach.types'
import { showReference } from '../../services/platform/ids'
import { dossierUrl } from '../dossier-fetch'
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
  'breach.print': action({
    input: ofRequest,
    permission: 'any-role',
    roles: 'live',
    run: async (press, { breachId }) => {
      const outcome = await press.services.breaches.askForPrint(press.actor, { breachId })
      if (!outcome.ok) return refusalScreen(press, outcome)
      const { minutes, reference, token } = outcome
      return dossierLink(press.look, { breachId, reference, minutes, url: dossierUrl(press.publicUrl, token) })
    },
  }),
  'breach.put-away': action({
    input: ofRequest,
    permission: 'any-role',
    roles: 'cached',
    run: (press, { breachId }) => shell(press, breachId),
  }),
  'breach.counts': action({
    input: nothing,
    permission: 'breach.count',
    roles: 'live',
    run: async (press) => {
      const outcome = await press.services.breaches.counts(press.actor)
      return outcome.ok ? breachCounts(press.look, outcome.years) : refusalScreen(press, outcome)
    },
  }),
  disclose: action({ input: nothing, permission: 'breach.request', roles: 'live', run: (press) => disclose(press) }),
} satisfies Readonly<Record<string, Action>>

/** The one door for what leaves: it opens under an authorised request alone. */
async function disclose(press: Press): Promise<Screen> {
  const { actor, look, services } = press
  const open = await services.breaches.openDoors(actor)
  if (open.length === 0) {
    const code = await services.audit.turnedAway(actor, 'no-basis')
    const ask = makeButton(look.say('button.breach'), 'breach.case', {}, { primary: true })
    return notice(look, look.say('disclose.none'), [look.say('disclose.none-detail', { code })], [ask, home(look)])
  }
  const buttons = open.slice(0, DOORS).map(({ breachId, reference }) => {
    const title = look.say('breach.stands', { reference: showReference(reference) })
    return makeButton(title, 'breach.do', { breachId, act: 'disclosed' })
  })
  return notice(look, look.say('disclose.which'), [], buttons)
}

/** More than anybody acts on at a time. */
const DOORS = 5

/** What anybody with a part in it may have in their chat; somebody else hears that there is nothing for them. */
async function shell(press: Press, breachId: string): Promise<Screen> {
  const { actor, look, services } = press
  const view = await services.breaches.asked(actor.orgId, breachId, actor.staffId)
  if (view) return breachShell(look, breachId, view.reference)
  const lookup = await services.audit.turnedAway(actor, 'not-theirs')
  return refusalScreen(press, { ok: false, reason: 'not-theirs', lookup })
}
