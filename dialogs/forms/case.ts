import { caseShell } from '../../cards/case'
import type { DialogDefinition } from '../card-dialog'
import { refused } from '../refused'
import { askReference, typedReference } from './one-card'

/** Opens a case by its reference without typing it into the chat. */
export const openCase: DialogDefinition = {
  id: 'case',
  permission: 'any-role',
  next: ({ look }, _options, answers) => askReference(look, answers, 'open.heading', 'button.show'),
  finish: async (acting, _id, _options, answers) => {
    const found = await acting.services.cases.find(acting.actor, { reference: typedReference(answers) })
    return found.ok ? { screen: caseShell(acting.look, found.view) } : refused(acting, found)
  },
}
