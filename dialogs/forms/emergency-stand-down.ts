import { STAND_DOWN_REASONS, type StandDownReason } from '../../services/emergency/emergency.types'
import type { DialogDefinition } from '../card-dialog'
import { refused } from '../refused'
import { chosen, done, oneCard, typed } from './one-card'

/** It was no emergency: a reason, and whoever was told hears it too. */
export const emergencyStandDown: DialogDefinition = {
  id: 'emergency.stand-down',
  permission: 'anybody',
  next: (acting, _options, answers) => {
    const { look } = acting
    const label = look.say('emergency-form.why')
    return oneCard(acting, answers, {
      heading: look.say('emergency-form.stand-down'),
      fields: [
        {
          kind: 'choice',
          id: 'reason',
          label,
          style: 'expanded',
          choices: STAND_DOWN_REASONS.map((value) => ({ title: look.named('emergency.stand-down', value), value })),
        },
      ],
      check: (inputs) => chosen(look, inputs, 'reason', label, STAND_DOWN_REASONS),
    })
  },
  finish: async (acting, _id, options, answers) => {
    const { actor, look, services } = acting
    const reason = typed(answers, 'reason') as StandDownReason
    const outcome = await services.emergencies.standDown(actor, { emergencyId: String(options.emergencyId), reason })
    return outcome.ok ? done(look, look.say('emergency-done.stand-down')) : refused(acting, outcome)
  },
}
