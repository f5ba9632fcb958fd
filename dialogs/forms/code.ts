import { notice } from '../../cards/notice'
import { home } from '../../cards/offer'
import type { DialogDefinition } from '../card-dialog'
import { refused } from '../refused'
import { missing, oneCard, typed } from './one-card'

/** What stands behind the code that somebody was shown with a refusal. */
export const code: DialogDefinition = {
  id: 'code',
  permission: 'refusal.lookup',
  next: (acting, _options, answers) => {
    const { look } = acting
    const label = look.say('code.code')
    return oneCard(acting, answers, {
      heading: look.say('code.heading'),
      fields: [{ kind: 'text', id: 'code', label, max: 10 }],
      submit: look.say('button.show'),
      check: (inputs) => missing(look, inputs, 'code', label),
    })
  },
  finish: async (acting, _id, _options, answers) => {
    const { actor, look, services } = acting
    const outcome = await services.audit.lookUp(actor, typed(answers, 'code').trim().toUpperCase())
    if (!outcome.ok) return refused(acting, outcome)
    const { actor: person, at, event, lookup = '', reason = '' } = outcome.entry
    const detail = look.say('code.detail', { event, when: look.when(at), actor: person })
    return { screen: notice(look, look.say('code.found', { code: lookup, reason }), [detail], [home(look)]) }
  },
}
