import type { Look } from '../../cards/look'
import { readMoment } from '../../services/consultation/consultation.service'
import type { Acting } from '../dialog-turn'
import type { Answer, AskedField, Inputs } from '../question'

/** Fields for when something was: a time, and a day unless it was today. */
export const momentFields = (look: Look): AskedField[] => [
  { kind: 'text', id: 'time', label: look.say('moment.time'), max: 5 },
  { kind: 'date', id: 'day', label: look.say('moment.day') },
]

export const momentOf = ({ day = '', time = '' }: Answer | Inputs) => ({ day: String(day), time: String(time) })

/** What is wrong with what was typed there, in words; nothing where it is over or now. */
export function momentProblems({ look, policy, services }: Acting, inputs: Inputs): string[] {
  const moment = readMoment(momentOf(inputs), services.clock.now(), policy.calendar)
  return moment.ok ? [] : [look.say(`problem.${moment.reason}`)]
}
