import type { DialogDefinition } from '../card-dialog'
import { refused } from '../refused'
import { done, missing, oneCard, reference, typed } from './one-card'

/** Adds a note to a case; the first one of a file that lacks its first contact is that (CAR-24). */
export const note: DialogDefinition = {
  id: 'note',
  permission: 'contact.record',
  next: (acting, options, answers) => {
    const { look } = acting
    const label = look.say('note.text')
    return oneCard(acting, answers, {
      heading: look.say('note.heading', { reference: reference(options) }),
      fields: [{ kind: 'lines', id: 'text', label, max: 8000 }],
      check: (inputs) => missing(look, inputs, 'text', label),
    })
  },
  finish: async (acting, id, options, answers) => {
    const { actor, look, services } = acting
    const caseId = String(options.caseId)
    const outcome = await services.contacts.record(actor, { id, caseId, text: typed(answers, 'text') })
    if (outcome.ok) return done(look, look.say('done.note', { reference: reference(options) }), caseId)
    if (outcome.reason === 'missing' || outcome.reason === 'too-long')
      return { problems: [look.say(`problem.${outcome.reason}`, { field: look.say('note.text'), max: 8000 })] }
    return refused(acting, outcome)
  },
}
