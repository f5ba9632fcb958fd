import type { DialogDefinition } from '../card-dialog'
import type { Acting } from '../dialog-turn'
import type { Question } from '../question'
import { refused } from '../refused'
import { type AboutCase, answerOf, askAnonymous, askCase, caseAsked, confirmAnonymous, sayRefusal } from './anonymous'
import { sent } from './consult'
import { momentFields, momentOf, momentProblems } from './moment'

/** Why a concern cannot be kept yet; the form goes on with what was typed. */
const MENDABLE = ['missing', 'too-long', 'identifies']

/**
 * A client says something of which the service warns them first: the words to say, then a question to whom the union
 * consults about it (WOR-15, WOR-19).
 */
export const concern: DialogDefinition = {
  id: 'concern',
  permission: 'consultation.ask',
  next: (acting, options, answers) => {
    const { look } = acting
    const about = caseAsked(options, answers)
    if (!about) return askCase(acting, look.say('consult.which'), async () => ({ ok: true, known: {} }))
    const step = (number: number) => look.say('step.progress', { step: number, steps: 3 })
    if (!answerOf(answers, 'warning')) return askWarning(acting, about, step(1))
    const heading = look.say('concern.question', { reference: about.reference })
    if (!answerOf(answers, 'question')) return askAnonymous(acting, about, { heading, progress: step(2), fields: [] })
    return answerOf(answers, 'confirmed') ? null : confirmAnonymous(acting, answers, step(3))
  },
  finish: async (acting, id, options, answers) => {
    const { actor, look, policy, services } = acting
    const { caseId, reference } = caseAsked(options, answers)!
    const warning = answerOf(answers, 'warning')!
    const outcome = await services.consultations.raiseConcern(actor, {
      id,
      caseId,
      concern: policy.concerns[0]!.id,
      said: warning.said === 'true',
      when: momentOf(warning),
      text: String(answerOf(answers, 'question')!.text),
      confirmed: true,
    })
    if (outcome.ok) {
      const next = look.say('done.concern-next', { count: outcome.asked })
      return sent(acting, id, reference, [next, look.say('done.concern-apart')])
    }
    if (MENDABLE.includes(outcome.reason))
      return { problems: [sayRefusal(look, outcome, look.say('consult.question'))] }
    return refused(acting, outcome)
  },
}

/** The words to say, alone and large; nothing goes on before they have been said. */
function askWarning(acting: Acting, { reference }: AboutCase, progress: string): Question {
  const { look, policy } = acting
  const { id, warning } = policy.concerns[0]!
  return {
    key: 'warning',
    heading: look.say('concern.heading', { concern: look.label(`concern.${id}`), reference }),
    progress,
    spoken: policy.texts[warning]!.text,
    content: true,
    fields: [{ kind: 'tick', id: 'said', label: look.say('step.said') }, ...momentFields(look)],
    submit: look.say('button.go'),
    read: (inputs) => {
      const unsaid = inputs.said === 'true' ? [] : [look.say('problem.said')]
      const problems = [...unsaid, ...momentProblems(acting, inputs)]
      return problems.length > 0 ? { problems } : { answer: { ...inputs } }
    },
  }
}
