import { offer } from '../../cards/offer'
import type { DialogDefinition } from '../card-dialog'
import { refused } from '../refused'
import { choiceField, chosen, oneCard, reference, typed } from './one-card'

/** Says why an offer is declined; the next on the rota is asked at once. */
export const decline: DialogDefinition = {
  id: 'decline',
  permission: 'allocation.answer',
  next: (acting, options, answers) => {
    const { look, policy } = acting
    const label = look.say('decline.why')
    const reasons = policy.allocation.declineReasons
    return oneCard(acting, answers, {
      heading: look.say('decline.heading', { reference: reference(options) }),
      hint: look.say('decline.hint'),
      fields: [choiceField(look, 'because', label, reasons, 'decline')],
      submit: look.say('button.decline'),
      check: (inputs) => chosen(look, inputs, 'because', label, reasons),
    })
  },
  finish: async (acting, _id, options, answers) => {
    const pressed = { allocationId: String(options.allocationId), version: Number(options.version) }
    const outcome = await acting.services.allocation.decline(acting.actor, {
      ...pressed,
      because: typed(answers, 'because'),
    })
    return outcome.ok ? { screen: offer(acting.look, outcome.view) } : refused(acting, outcome)
  },
}
