import { caseShell } from '../../cards/case'
import { readReference } from '../../services/platform/ids'
import type { DialogDefinition } from '../card-dialog'
import { refused } from '../refused'
import { oneCard, typed } from './one-card'

/** Opens a case by its reference without typing it into the chat. */
export const openCase: DialogDefinition = {
  id: 'case',
  permission: 'any-role',
  next: (acting, _options, answers) => {
    const { look } = acting
    return oneCard(acting, answers, {
      heading: look.say('open.heading'),
      fields: [{ kind: 'text', id: 'reference', label: look.say('open.reference'), max: 20 }],
      submit: look.say('button.show'),
      check: (inputs) => (readReference(inputs.reference ?? '') ? [] : [look.say('problem.reference')]),
    })
  },
  finish: async (acting, _id, _options, answers) => {
    const found = await acting.services.cases.find(acting.actor, {
      reference: readReference(typed(answers, 'reference'))!,
    })
    return found.ok ? { screen: caseShell(acting.look, found.view) } : refused(acting, found)
  },
}
