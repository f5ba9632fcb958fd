import { z } from 'zod'
import { makeButton } from '../../cards/button'
import { emergencyConsulted, emergencyDebrief } from '../../cards/emergency'
import { emergencyFile } from '../../cards/emergency-file'
import type { Look } from '../../cards/look'
import { notice } from '../../cards/notice'
import type { Screen } from '../../cards/render'
import { refusalScreen } from '../../dialogs/refused'
import { showReference } from '../../services/platform/ids'
import { EMERGENCY } from '../emergency'
import type { Action, Press } from './action'
import { action, id } from './action'

const ofEmergency = z.strictObject({ emergencyId: id })

/** What comes after the numbers, which have a way of their own (bot/emergency.ts): the record, its review, and care. */
export const emergency = {
  'emergency.record': action({
    input: ofEmergency,
    permission: 'anybody',
    roles: 'cached',
    run: (press, { emergencyId }) => beginOnOwn(press, 'emergency.record', emergencyId),
  }),
  'emergency.stand-down': action({
    input: ofEmergency,
    permission: 'anybody',
    roles: 'cached',
    run: (press, { emergencyId }) => beginOnOwn(press, 'emergency.stand-down', emergencyId),
  }),
  'emergency.consulted': action({
    input: ofEmergency,
    permission: 'anybody',
    roles: 'cached',
    run: async (press, { emergencyId }) => {
      const outcome = await press.services.emergencies.own(press.actor, emergencyId)
      if (!outcome.ok) return refusalScreen(press, outcome)
      const { consult, openedAt } = outcome.view
      if (consult === 'done') return emergencyConsulted(press.look, true)
      if (consult === null) return refusalScreen(press, { ok: false, reason: 'not-owed' })
      return press.begin('emergency.consulted', { emergencyId, when: press.look.when(openedAt) })
    },
  }),
  'emergency.show': action({
    input: ofEmergency,
    permission: 'any-role',
    roles: 'live',
    run: async (press, { emergencyId }) => {
      const outcome = await press.services.emergencies.view(press.actor, emergencyId)
      return outcome.ok ? emergencyFile(press.look, outcome.view) : refusalScreen(press, outcome)
    },
  }),
  'emergency.review': action({
    input: ofEmergency,
    permission: 'any-role',
    roles: 'live',
    run: async (press, { emergencyId }) => {
      const outcome = await press.services.emergencies.view(press.actor, emergencyId)
      if (!outcome.ok) return refusalScreen(press, outcome)
      if (!outcome.view.mayReview) return emergencyFile(press.look, outcome.view)
      return press.begin('emergency.review', { emergencyId, when: press.look.when(outcome.view.openedAt) })
    },
  }),
  'emergency.debrief': action({
    input: ofEmergency.extend({ answer: z.enum(['ask', 'done', 'declined']).default('ask') }),
    permission: 'anybody',
    roles: 'cached',
    run: async (press, { emergencyId, answer }) => {
      const { emergencies } = press.services
      const outcome = answer === 'ask' ? null : await emergencies.debrief(press.actor, { emergencyId, answer })
      if (outcome && !outcome.ok) return refusalScreen(press, outcome)
      const own = await emergencies.own(press.actor, emergencyId)
      return own.ok ? emergencyDebrief(press.look, own.view) : refusalScreen(press, own)
    },
  }),
} satisfies Readonly<Record<string, Action>>

/** The numbers were shown, and what was asked is not recorded yet. */
const notYet = (look: Look, emergencyId: string): Screen =>
  notice(
    look,
    look.say('emergency.not-yet'),
    [look.say('emergency.not-yet-detail')],
    [makeButton(look.say('button.emergency.again'), EMERGENCY.verb, { emergencyId }, { primary: true })],
  )

/** A form about one's own emergency; what is settled already is said. */
async function beginOnOwn(press: Press, dialog: string, emergencyId: string): Promise<Screen> {
  const outcome = await press.services.emergencies.own(press.actor, emergencyId)
  if (!outcome.ok && outcome.reason === 'unknown') return notYet(press.look, emergencyId)
  if (!outcome.ok) return refusalScreen(press, outcome)
  const { openedAt, state, date, time, reference } = outcome.view
  if (state !== 'opened') return refusalScreen(press, { ok: false, reason: 'settled' })
  const when = press.look.when(openedAt)
  return press.begin(dialog, {
    emergencyId,
    when,
    date,
    time,
    reference: reference ? showReference(reference) : 'none',
  })
}
