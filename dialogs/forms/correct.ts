import { makeButton } from '../../cards/button'
import { notice } from '../../cards/notice'
import { home } from '../../cards/offer'
import type { DialogDefinition } from '../card-dialog'
import { refused } from '../refused'
import { missing, oneCard, reference, typed } from './one-card'

/** Puts a mistyped name or number right until the case is accepted. */
export const correct: DialogDefinition = {
  id: 'correct',
  permission: 'case.correct',
  next: (acting, options, answers) => {
    const { look, policy } = acting
    const { required } = policy.intake.studentNumber
    const name = look.say('intake.name')
    const number = look.say('intake.number', { required: required ? 'yes' : 'no' })
    return oneCard(acting, answers, {
      heading: look.say('correct.heading', { reference: reference(options) }),
      fields: [
        { kind: 'text', id: 'name', label: name, max: 100 },
        { kind: 'text', id: 'number', label: number, max: 20 },
      ],
      check: (inputs) => missing(look, inputs, 'name', name),
    })
  },
  finish: async (acting, _id, options, answers) => {
    const { actor, look, policy, services } = acting
    const caseId = String(options.caseId)
    const details = { name: typed(answers, 'name'), number: typed(answers, 'number') }
    const outcome = await services.cases.correct(actor, { caseId, version: Number(options.version), ...details })
    if (outcome.ok) {
      const proposalButton = makeButton(look.say('button.go'), 'proposal', { caseId }, { primary: true })
      const heading = look.say('done.correct', { reference: reference(options) })
      return { screen: notice(look, heading, [], [proposalButton, home(look)]) }
    }
    if (outcome.reason === 'missing' || outcome.reason === 'not-a-student-number' || outcome.reason === 'too-long') {
      const { example } = policy.intake.studentNumber
      const field = look.say('intake.number', { required: 'yes' })
      return { problems: [look.say(`problem.${outcome.reason}`, { field, example, max: 100 })] }
    }
    return refused(acting, outcome)
  },
}
