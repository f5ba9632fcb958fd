import { makeButton } from '../../cards/button'
import { notice } from '../../cards/notice'
import { home } from '../../cards/offer'
import { EVERYBODY } from '../../services/consultation/consultation.service'
import { type Outcome, refuse } from '../../services/platform/outcome'
import type { Answered, DialogDefinition, DialogOptions, Finished } from '../card-dialog'
import type { Acting } from '../dialog-turn'
import type { AskedField, Question } from '../question'
import { refused } from '../refused'
import { answerOf, askAnonymous, askCase, caseAsked, confirmAnonymous, sayRefusal } from './anonymous'
import { choiceField, chosen } from './one-card'

/** Why a question cannot be sent that another text or another person may mend. */
const MENDABLE = ['missing', 'too-long', 'identifies', 'nobody-to-ask', 'not-to-be-asked']

/** Asks colleagues about a case without naming the client (CAM-03). */
export const consult: DialogDefinition = {
  id: 'consult',
  permission: 'consultation.ask',
  next: (acting, options, answers) => {
    const { look } = acting
    const about = caseAsked(options, answers)
    if (!about) return askCase(acting, look.say('consult.which'), (caseId) => whomToAsk(acting, caseId))
    const step = (number: number) => look.say('step.progress', { step: number, steps: 2 })
    if (!answerOf(answers, 'question')) return askColleagues(acting, options, answers, step(1))
    return answerOf(answers, 'confirmed') ? null : confirmAnonymous(acting, answers, step(2))
  },
  finish: async (acting, id, options, answers) => {
    const { actor, look, services } = acting
    const { caseId, reference } = caseAsked(options, answers)!
    const { reason, to, text } = answerOf(answers, 'question')!
    const question = { reason: String(reason), to: String(to), text: String(text) }
    const outcome = await services.consultations.ask(actor, { id, caseId, ...question, confirmed: true })
    if (outcome.ok) return sent(acting, id, reference, [look.say('done.consult-next', { count: outcome.asked })])
    if (MENDABLE.includes(outcome.reason))
      return { problems: [sayRefusal(look, outcome, look.say('consult.question'))] }
    return refused(acting, outcome)
  },
}

/** What was sent, and how to get back to it. It stays in the chat, so it says neither why nor what. */
export function sent({ look }: Acting, consultationId: string, reference: string, lines: string[]): Finished {
  const show = makeButton(look.say('button.show'), 'consultation.show', { consultationId }, { primary: true })
  return { screen: notice(look, look.say('done.consult', { reference }), lines, [show, home(look)]) }
}

/** Whoever may be asked today, as the next card offers them. */
export async function whomToAsk(
  { actor, services }: Acting,
  caseId: string,
): Promise<Outcome<{ known: { colleagues: string } }>> {
  const outcome = await services.consultations.colleagues(actor, { caseId })
  if (!outcome.ok) return outcome
  if (outcome.colleagues.length === 0) return refuse('nobody-to-ask')
  return { ok: true, known: { colleagues: JSON.stringify(outcome.colleagues) } }
}

function askColleagues(
  acting: Acting,
  options: DialogOptions,
  answers: readonly Answered[],
  progress: string,
): Question {
  const { look, policy } = acting
  const about = caseAsked(options, answers)!
  const { colleagues } = answerOf(answers, 'case') ?? options
  const people = JSON.parse(String(colleagues)) as { staffId: string; name: string }[]
  const why = look.say('consult.why')
  const whom = look.say('consult.whom')
  const reasons = policy.consultation.kinds[0]!.reasons
  const everybody = { title: look.say('consult.everybody', { count: people.length }), value: EVERYBODY }
  const choices = [...people.map(({ staffId, name }) => ({ title: name, value: staffId })), everybody]
  const fields: AskedField[] = [
    choiceField(look, 'reason', why, reasons, 'consult'),
    { kind: 'choice', id: 'to', label: whom, style: 'compact', choices },
  ]
  return askAnonymous(acting, about, {
    heading: look.say('consult.heading', { reference: about.reference }),
    progress,
    fields,
    check: (inputs) => [
      ...chosen(look, inputs, 'reason', why, reasons),
      ...chosen(
        look,
        inputs,
        'to',
        whom,
        choices.map(({ value }) => value),
      ),
    ],
  })
}
