import { offered } from '../../cards/offer'
import type { DialogDefinition } from '../card-dialog'
import { refused } from '../refused'
import { choiceField, chosen, oneCard, reference, typed } from './one-card'

/** Chooses who is asked; somebody else than the rota proposes needs a reason (CAR-14). */
export const choose: DialogDefinition = {
  id: 'choose',
  permission: 'allocation.offer',
  next: (acting, options, answers) => {
    const { look, policy } = acting
    const people = JSON.parse(String(options.choices)) as { staffId: string; title: string }[]
    const who = look.say('choose.who')
    const required = options.deviates === 'yes'
    const why = look.say('choose.why', { required: required ? 'yes' : 'no' })
    const reasons = policy.allocation.otherReasons
    return oneCard(acting, answers, {
      heading: look.say('choose.heading', { reference: reference(options) }),
      fields: [
        {
          kind: 'choice',
          id: 'to',
          label: who,
          style: 'compact',
          choices: people.map(({ staffId, title }) => ({ title, value: staffId })),
        },
        choiceField(look, 'because', why, reasons, 'other'),
        { kind: 'tick', id: 'urgent', label: look.say('proposal.urgent') },
      ],
      submit: look.say('button.confirm'),
      check: (inputs) => [
        ...chosen(
          look,
          inputs,
          'to',
          who,
          people.map(({ staffId }) => staffId),
        ),
        ...(required || inputs.because ? chosen(look, inputs, 'because', why, reasons) : []),
      ],
    })
  },
  finish: async (acting, _id, options, answers) => {
    const { actor, look, policy, services } = acting
    const outcome = await services.allocation.confirm(actor, {
      allocationId: String(options.allocationId),
      version: Number(options.version),
      to: typed(answers, 'to'),
      because: typed(answers, 'because') || undefined,
      urgent: typed(answers, 'urgent') === 'true',
    })
    if (outcome.ok) return { screen: offered(look, outcome.view, policy.allocation.mail) }
    if (outcome.reason === 'passed-over') return { problems: [look.say('refusal.passed-over')] }
    return refused(acting, outcome)
  },
}
