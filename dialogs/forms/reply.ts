import { notice } from '../../cards/notice'
import { home } from '../../cards/offer'
import { ADVICE_MAX_LENGTH } from '../../services/consultation/consultation.service'
import type { DialogDefinition } from '../card-dialog'
import { refused } from '../refused'
import { missing, oneCard, typed } from './one-card'

/** A colleague's advice on a question that names nobody. The question stands above it. */
export const reply: DialogDefinition = {
  id: 'reply',
  permission: 'consultation.answer',
  next: (acting, options, answers) => {
    const { look } = acting
    const label = look.say('reply.text')
    return oneCard(acting, answers, {
      heading: look.say('consultation.asked'),
      quoted: String(options.question),
      content: true,
      fields: [{ kind: 'lines', id: 'text', label, max: ADVICE_MAX_LENGTH }],
      submit: look.say('button.send'),
      check: (inputs) => missing(look, inputs, 'text', label),
    })
  },
  finish: async (acting, id, options, answers) => {
    const { actor, look, services } = acting
    const said = { id, consultationId: String(options.consultationId), text: typed(answers, 'text') }
    const outcome = await services.consultations.reply(actor, said)
    if (outcome.ok)
      return {
        screen: notice(
          look,
          look.say('consultation.settled', { state: 'replied' }),
          [look.say('done.reply')],
          [home(look)],
        ),
      }
    if (outcome.reason === 'settled') return { problems: [look.say('problem.closed')] }
    if (outcome.reason === 'missing' || outcome.reason === 'too-long')
      return {
        problems: [look.say(`problem.${outcome.reason}`, { field: look.say('reply.text'), max: ADVICE_MAX_LENGTH })],
      }
    return refused(acting, outcome)
  },
}
