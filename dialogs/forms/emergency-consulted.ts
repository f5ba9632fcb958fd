import { emergencyConsulted as consultedScreen } from '../../cards/emergency'
import { adviceInWords } from '../../cards/emergency-file'
import type { Look } from '../../cards/look'
import { ADVICE_MAX_LENGTH } from '../../services/consultation/consultation.service'
import { NAME_MAX_LENGTH, readLateAdvice } from '../../services/emergency/emergency.service'
import type { AdviceProblem } from '../../services/emergency/emergency.types'
import type { Answered, DialogDefinition } from '../card-dialog'
import type { AskedField } from '../question'
import { refused } from '../refused'
import { missing, oneCard, typed } from './one-card'

/** Who advised after an emergency in which something was given out before a colleague did, and what (AMB-54). */
export const emergencyConsulted: DialogDefinition = {
  id: 'emergency.consulted',
  permission: 'anybody',
  next: (acting, options, answers) => {
    const { look } = acting
    const [advisers, advice] = fieldsOf(look)
    return oneCard(acting, answers, {
      heading: look.say('emergency-form.advice-heading', { when: String(options.when) }),
      hint: look.say('emergency-form.advice-hint'),
      fields: [advisers, advice],
      check: (inputs) => [advisers, advice].flatMap(({ id, label }) => missing(look, inputs, id, label)),
    })
  },
  finish: async (acting, id, options, answers) => {
    const { actor, look, services } = acting
    const read = readLateAdvice(saidIn(answers))
    if (!read.ok) return { problems: [problemOf(look, read.reason)] }
    const emergencyId = String(options.emergencyId)
    const told = adviceInWords(look, read.said)
    const outcome = await services.emergencies.consulted(actor, { ...read.said, id, emergencyId, told })
    if (!outcome.ok) return refused(acting, outcome)
    return { screen: consultedScreen(look, outcome.repeated ?? false) }
  },
}

const fieldsOf = (look: Look) =>
  [
    { kind: 'text', id: 'advisers', label: look.say('emergency-form.advisers'), max: NAME_MAX_LENGTH },
    { kind: 'lines', id: 'advice', label: look.say('emergency-form.advice'), max: ADVICE_MAX_LENGTH },
  ] as const satisfies AskedField[]

const saidIn = (answers: readonly Answered[]) => ({
  advisers: typed(answers, 'advisers'),
  advice: typed(answers, 'advice'),
})

function problemOf(look: Look, reason: AdviceProblem): string {
  const { label: field, max } = fieldsOf(look)[reason.startsWith('advisers') ? 0 : 1]
  return reason.endsWith('missing')
    ? look.say('problem.missing', { field })
    : look.say('problem.too-long', { field, max })
}
