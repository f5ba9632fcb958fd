import type { DialogDefinition } from '../card-dialog'
import { refused } from '../refused'
import { chosen, done, missing, oneCard, typed } from './one-card'

const ANSWERS = ['yes', 'no']

/** What came of looking at an emergency, by somebody else than whoever opened it (IMP-55). */
export const emergencyReview: DialogDefinition = {
  id: 'emergency.review',
  permission: 'any-role',
  next: (acting, options, answers) => {
    const { look } = acting
    const within = look.say('emergency-form.within')
    const finding = look.say('emergency-form.finding')
    return oneCard(acting, answers, {
      heading: look.say('emergency-form.review', { when: String(options.when) }),
      fields: [
        {
          kind: 'choice',
          id: 'within',
          label: within,
          style: 'expanded',
          choices: ANSWERS.map((value) => ({ title: look.named('emergency-form.within', value), value })),
        },
        { kind: 'lines', id: 'finding', label: finding, max: 2000 },
      ],
      check: (inputs) => [
        ...chosen(look, inputs, 'within', within, ANSWERS),
        ...missing(look, inputs, 'finding', finding),
      ],
    })
  },
  finish: async (acting, _id, options, answers) => {
    const { actor, look, services } = acting
    const review = { within: typed(answers, 'within') === 'yes', finding: typed(answers, 'finding') }
    const outcome = await services.emergencies.review(actor, { emergencyId: String(options.emergencyId), ...review })
    if (outcome.ok) return done(look, look.say('emergency-done.review'))
    if (outcome.reason === 'missing' || outcome.reason === 'too-long')
      return {
        problems: [look.say(`problem.${outcome.reason}`, { field: look.say('emergency-form.finding'), max: 2000 })],
      }
    return refused(acting, outcome)
  },
}
