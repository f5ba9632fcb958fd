import { makeButton } from '../../cards/button'
import { notice } from '../../cards/notice'
import { home } from '../../cards/offer'
import { showReference } from '../../services/platform/ids'
import type { DialogDefinition } from '../card-dialog'
import { refused } from '../refused'
import { askReference, typedReference } from './one-card'

/** Names the case in which somebody asks to share without consent, where no button did. */
export const breachCase: DialogDefinition = {
  id: 'breach-case',
  permission: 'breach.request',
  next: ({ look }, _options, answers) => askReference(look, answers, 'breach.which', 'button.go'),
  finish: async (acting, _id, _options, answers) => {
    const { actor, look, services } = acting
    const found = await services.cases.find(actor, { reference: typedReference(answers) })
    if (!found.ok) return refused(acting, found)
    const { caseId, reference } = found.view
    const go = makeButton(look.say('button.go'), 'breach', { caseId }, { primary: true })
    const heading = look.say('breach.found', { reference: showReference(reference) })
    return { screen: notice(look, heading, [], [go, home(look)]) }
  },
}
