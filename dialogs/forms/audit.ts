import { auditPage } from '../../cards/audit'
import { readReference } from '../../services/platform/ids'
import type { DialogDefinition } from '../card-dialog'
import { refused } from '../refused'
import { oneCard, typed } from './one-card'

/** The audit of the case that a reference names, without typing it into the chat. */
export const audit: DialogDefinition = {
  id: 'audit',
  permission: 'audit.read',
  next: (acting, _options, answers) => {
    const { look } = acting
    return oneCard(acting, answers, {
      heading: look.say('audit.case'),
      fields: [{ kind: 'text', id: 'reference', label: look.say('open.reference'), max: 20 }],
      submit: look.say('button.show'),
      check: (inputs) => (readReference(inputs.reference ?? '') ? [] : [look.say('problem.reference')]),
    })
  },
  finish: async (acting, _id, _options, answers) => {
    const { actor, look, services } = acting
    const found = await services.cases.find(actor, { reference: readReference(typed(answers, 'reference'))! })
    if (!found.ok) return refused(acting, found)
    const outcome = await services.audit.read(actor, { subject: `case:${found.view.caseId}` })
    return outcome.ok ? { screen: auditPage(look, outcome.page) } : refused(acting, outcome)
  },
}
