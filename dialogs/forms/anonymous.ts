import type { Look } from '../../cards/look'
import { ADVICE_MAX_LENGTH } from '../../services/consultation/consultation.service'
import { readReference, showReference } from '../../services/platform/ids'
import type { Outcome, Refusal } from '../../services/platform/outcome'
import type { Answered, DialogOptions } from '../card-dialog'
import type { Acting } from '../dialog-turn'
import type { Answer, AskedField, Inputs, Question, Read } from '../question'
import { missing, referenceField } from './one-card'

/** How many of the things found in a text are named at once. */
const SHOWN_HITS = 8

/** The case that a form is about: from the button that began it, or from its first question. */
export interface AboutCase {
  caseId: string
  reference: string
}

export const answerOf = (answers: readonly Answered[], key: string): Answer | undefined =>
  answers.find((answered) => answered.key === key)?.answer

/** @returns null until the case is known */
export function caseAsked(options: DialogOptions, answers: readonly Answered[]): AboutCase | null {
  const known = options.caseId ? options : answerOf(answers, 'case')
  return known ? { caseId: String(known.caseId), reference: showReference(String(known.reference)) } : null
}

/**
 * Asks for the case by its reference, where no button said which.
 *
 * @param more what else the next card has to know of the case
 */
export function askCase(
  { actor, look, services }: Acting,
  heading: string,
  more: (caseId: string) => Promise<Outcome<{ known: Answer }>>,
): Question {
  return {
    key: 'case',
    heading,
    fields: [referenceField(look)],
    submit: look.say('button.go'),
    read: async ({ reference: typed = '' }): Promise<Read> => {
      const reference = readReference(typed)
      if (!reference) return { problems: [look.say('problem.reference')] }
      const found = await services.cases.find(actor, { reference })
      const rest = found.ok ? await more(found.view.caseId) : found
      if (!found.ok || !rest.ok) return { problems: [sayRefusal(look, rest as Refusal, '')] }
      return { answer: { caseId: found.view.caseId, reference, ...rest.known } }
    },
  }
}

/**
 * Asks for words that name nobody. What gives the client away is said and has to be written another way, with everything
 * typed still there; what may do so goes on to the next card (IMP-49).
 */
export function askAnonymous(
  { actor, look, services }: Acting,
  { caseId }: AboutCase,
  parts: { heading: string; progress: string; fields: AskedField[]; check?(inputs: Inputs): string[] },
): Question {
  const label = look.say('consult.question')
  const { fields, check = () => [], ...rest } = parts
  return {
    key: 'question',
    ...rest,
    hint: look.say('consult.hint'),
    content: true,
    fields: [...fields, { kind: 'lines', id: 'text', label, max: ADVICE_MAX_LENGTH }],
    submit: look.say('button.go'),
    read: async (inputs): Promise<Read> => {
      const { text = '' } = inputs
      const problems = [...check(inputs), ...missing(look, inputs, 'text', label)]
      if (problems.length > 0) return { problems }
      const checked = await services.consultations.check(actor, { caseId, text })
      const doubts = checked.doubtful.slice(0, SHOWN_HITS).map((hit) => sayHit(look, 'consult.doubt', hit))
      if (checked.ok) return { answer: { ...inputs, doubts: JSON.stringify(doubts) } }
      const hits = checked.refused.slice(0, SHOWN_HITS).map((hit) => sayHit(look, 'consult.hit', hit))
      if (hits.length > 0) return { problems: hits }
      return { problems: [sayRefusal(look, checked, label)] }
    },
  }
}

/** Shows the words once more, and has a person say that nobody can be recognised. */
export function confirmAnonymous({ look }: Acting, answers: readonly Answered[], progress: string): Question {
  const { text, doubts } = answerOf(answers, 'question')!
  return {
    key: 'confirmed',
    heading: look.say('consult.again'),
    progress,
    quoted: String(text),
    doubts: JSON.parse(String(doubts)) as string[],
    content: true,
    fields: [{ kind: 'tick', id: 'confirmed', label: look.say('consult.confirm') }],
    submit: look.say('button.send'),
    read: ({ confirmed }) =>
      confirmed === 'true' ? { answer: { confirmed: true } } : { problems: [look.say('problem.recognised')] },
  }
}

/** What a text could not be sent for, as the problem of its card. */
export function sayRefusal(look: Look, refusal: { reason: string; lookup?: string }, field: string): string {
  const { reason, lookup = '' } = refusal
  if (reason === 'missing' || reason === 'too-long')
    return look.say(`problem.${reason}`, { field, max: ADVICE_MAX_LENGTH })
  if (reason === 'identifies') return look.say('problem.identifies')
  if (reason === 'nobody-to-ask') return look.say('refusal.nobody-to-ask')
  if (reason === 'not-to-be-asked') return look.say('refusal.not-to-be-asked')
  return look.say('refusal.not-found', { code: lookup })
}

const sayHit = (look: Look, key: 'consult.hit' | 'consult.doubt', { kind, text }: { kind: string; text: string }) =>
  look.say(key, { what: look.named('hit', kind), text })
