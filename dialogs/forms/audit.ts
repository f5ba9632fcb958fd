import { auditPage } from '../../cards/audit'
import type { DialogDefinition } from '../card-dialog'
import { refused } from '../refused'
import { askReference, typedReference } from './one-card'

/** The audit of the case that a reference names, without typing it into the chat. */
export const audit: DialogDefinition = {
  id: 'audit',
  permission: 'audit.read',
  next: ({ look }, _options, answers) => askReference(look, answers, 'audit.case', 'button.show'),
  finish: async (acting, _id, _options, answers) => {
    const { actor, look, services } = acting
    const found = await services.cases.find(actor, { reference: typedReference(answers) })
    if (!found.ok) return refused(acting, found)
    const outcome = await services.audit.read(actor, { subject: `case:${found.view.caseId}` })
    return outcome.ok ? { screen: auditPage(look, outcome.page) } : refused(acting, outcome)
  },
}
