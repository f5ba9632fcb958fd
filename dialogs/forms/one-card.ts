import { makeButton } from '../../cards/button'
import type { Look } from '../../cards/look'
import { notice } from '../../cards/notice'
import { home } from '../../cards/offer'
import type { WordKey } from '../../cards/words'
import { readReference, showReference } from '../../services/platform/ids'
import type { Answered, Finished } from '../card-dialog'
import type { Acting } from '../dialog-turn'
import type { AskedField, Inputs, Question } from '../question'

/** What an answer lacks, in words; nothing where all is well. */
type Check = (inputs: Inputs) => string[]

/** A form of one card. */
export function oneCard(
  { look }: Pick<Acting, 'look'>,
  answers: readonly Answered[],
  question: Omit<Question, 'key' | 'read' | 'submit'> & { submit?: string; check?: Check },
): Question | null {
  if (answers.length > 0) return null
  const { check = () => [], ...asked } = question
  return {
    key: 'form',
    submit: look.say('button.save'),
    ...asked,
    read: (inputs) => {
      const problems = check(inputs)
      return problems.length > 0 ? { problems } : { answer: { ...inputs } }
    },
  }
}

/** Where the reference of a case is typed. */
export const referenceField = (look: Look): AskedField => ({
  kind: 'text',
  id: 'reference',
  label: look.say('open.reference'),
  max: 20,
})

/** A form of one card that asks which case is meant, so that no reference is typed into the chat. */
export const askReference = (look: Look, answers: readonly Answered[], heading: WordKey, submit: WordKey) =>
  oneCard({ look }, answers, {
    heading: look.say(heading),
    fields: [referenceField(look)],
    submit: look.say(submit),
    check: ({ reference: given = '' }) => (readReference(given) ? [] : [look.say('problem.reference')]),
  })

/** The reference that such a form was answered with. */
export const typedReference = (answers: readonly Answered[]): string => readReference(typed(answers, 'reference'))!

export const typed = (answers: readonly Answered[], field: string): string => String(answers[0]?.answer[field] ?? '')

export const done = (look: Look, heading: string, caseId?: string): Finished => {
  const open = caseId ? [makeButton(look.say('button.open-case'), 'case.open', { caseId })] : []
  return { screen: notice(look, heading, [], [...open, home(look)]) }
}

export const missing = (look: Look, inputs: Inputs, id: string, label: string): string[] =>
  (inputs[id] ?? '').trim() === '' ? [look.say('problem.missing', { field: label })] : []

export const chosen = (look: Look, inputs: Inputs, id: string, label: string, options: readonly string[]): string[] =>
  options.includes(inputs[id] ?? '') ? [] : [look.say('problem.choose', { field: label })]

export const reference = (options: Readonly<Record<string, string | number>>) =>
  showReference(String(options.reference))

export function choiceField(
  look: Look,
  id: string,
  label: string,
  codes: readonly string[],
  group: 'decline' | 'other' | 'consult',
): AskedField {
  const choices = codes.map((value) => ({ title: look.label(`${group}.${value}`), value }))
  return { kind: 'choice', id, label, style: 'expanded', choices }
}
