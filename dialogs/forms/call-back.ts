import type { DialogDefinition } from '../card-dialog'
import { refused } from '../refused'
import { done, oneCard, reference, typed } from './one-card'

/** The caller cannot be put through and agrees to be called back: consent first, then the number. */
export const callBack: DialogDefinition = {
  id: 'call-back',
  permission: 'callback.manage',
  next: (acting, options, answers) => {
    const { look } = acting
    return oneCard(acting, answers, {
      heading: look.say('call-back.heading', { reference: reference(options) }),
      fields: [
        { kind: 'tick', id: 'consent', label: look.say('call-back.consent') },
        { kind: 'text', id: 'number', label: look.say('call-back.number'), max: 20 },
        { kind: 'text', id: 'when', label: look.say('call-back.when'), max: 100 },
      ],
      check: (inputs) => (inputs.consent === 'true' ? [] : [look.say('problem.consent')]),
    })
  },
  finish: async (acting, id, options, answers) => {
    const { actor, look, services } = acting
    const caseId = String(options.caseId)
    const agreed = { consent: true, number: typed(answers, 'number'), when: typed(answers, 'when') }
    const outcome = await services.callBacks.agree(actor, { id, caseId, ...agreed })
    if (outcome.ok) return done(look, look.say('done.call-back', { reference: reference(options) }))
    if (outcome.reason === 'not-a-number' || outcome.reason === 'too-long')
      return { problems: [look.say('problem.phone')] }
    return refused(acting, outcome)
  },
}
