import { makeButton } from '../../cards/button'
import { notice } from '../../cards/notice'
import { home } from '../../cards/offer'
import { ADVICE_MAX_LENGTH } from '../../services/consultation/consultation.service'
import type { DialogDefinition } from '../card-dialog'
import { refused } from '../refused'
import { momentFields, momentOf, momentProblems } from './moment'
import { missing, oneCard, typed } from './one-card'

/** Somebody was consulted about a concern in another way, so nobody has to be reminded any more (WOR-19). */
export const otherwise: DialogDefinition = {
  id: 'otherwise',
  permission: 'consultation.ask',
  next: (acting, _options, answers) => {
    const { look } = acting
    const label = look.say('otherwise.with')
    return oneCard(acting, answers, {
      heading: look.say('otherwise.heading'),
      fields: [{ kind: 'text', id: 'with', label, max: 200 }, ...momentFields(look)],
      check: (inputs) => [...missing(look, inputs, 'with', label), ...momentProblems(acting, inputs)],
    })
  },
  finish: async (acting, id, options, answers) => {
    const { actor, look, services } = acting
    const consultationId = String(options.consultationId)
    const outcome = await services.consultations.noteOtherwise(actor, {
      id,
      consultationId,
      with: typed(answers, 'with'),
      when: momentOf(answers[0]!.answer),
    })
    if (outcome.ok) {
      const show = makeButton(look.say('button.show'), 'consultation.show', { consultationId }, { primary: true })
      const lines = [look.say('done.otherwise-next')]
      return { screen: notice(look, look.say('done.otherwise'), lines, [show, home(look)]) }
    }
    if (outcome.reason === 'missing' || outcome.reason === 'too-long')
      return {
        problems: [
          look.say(`problem.${outcome.reason}`, { field: look.say('otherwise.with'), max: ADVICE_MAX_LENGTH }),
        ],
      }
    if (outcome.reason === 'not-a-time' || outcome.reason === 'in-future')
      return { problems: [look.say(`problem.${outcome.reason}`)] }
    return refused(acting, outcome)
  },
}
