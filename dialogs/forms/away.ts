import type { DialogDefinition } from '../card-dialog'
import { refused } from '../refused'
import { done, oneCard, typed } from './one-card'

/** One's own absence: passed over on the rota until the first day back. */
export const away: DialogDefinition = {
  id: 'away',
  permission: 'absence.record',
  next: (acting, _options, answers) => {
    const { look } = acting
    return oneCard(acting, answers, {
      heading: look.say('away.heading'),
      fields: [{ kind: 'date', id: 'until', label: look.say('away.until') }],
      choices: [{ title: look.say('button.back-again'), value: 'back' }],
      check: ({ choice, until = '' }) =>
        choice === 'back' || /^\d{4}-\d{2}-\d{2}$/.test(until) ? [] : [look.say('problem.date')],
    })
  },
  finish: async (acting, id, _options, answers) => {
    const { actor, look, services } = acting
    if (typed(answers, 'choice') === 'back') {
      const ended = await services.people.back(actor)
      return ended.ok ? done(look, look.say('done.back')) : refused(acting, ended)
    }
    const until = typed(answers, 'until')
    const outcome = await services.people.away(actor, { id, until })
    if (outcome.ok) return done(look, look.say('done.away', { until: look.day(until) }))
    return outcome.reason === 'not-in-future' ? { problems: [look.say('problem.date')] } : refused(acting, outcome)
  },
}
