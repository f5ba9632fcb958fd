import type { ConsentKind } from '../consent/consent.policy'
import type { ConsentTaken } from '../consent/consent.types'
import type { Outcome } from '../platform/outcome'
import { refuse } from '../platform/outcome'
import type { ChannelId, IntakePolicy } from './intake.policy'
import type { IntakeDetails, StepTaken } from './intake.types'

export type IntakeRefusal =
  | 'unknown-channel'
  | 'unknown-kind'
  | 'step-missing'
  | 'answer-missing'
  | 'storage-refused'
  | 'details-wrong'

export type DetailsProblem = 'missing' | 'too-long' | 'not-a-student-number'

const NAME_MAX_LENGTH = 100
/** Counts what a person sees as one character, however many codes stand behind it. */
const CHARACTERS = new Intl.Segmenter('en-GB', { granularity: 'grapheme' })
/** Joins, direction marks and the like: a text of these alone looks empty. */
const INVISIBLE = /[\p{Cf}\s]/gu

/**
 * The consents that the steps of a channel leave, once every one of them is ticked and answered. Until then the details
 * stay locked (CAR-62, CAR-69, CAR-71). A client who does not want to be stored gets no case.
 *
 * @param kinds the consents that every case must have a state for
 */
export function consentsFrom(
  channelId: ChannelId,
  taken: readonly StepTaken[],
  policy: IntakePolicy,
  kinds: readonly ConsentKind[],
): Outcome<{ consents: ConsentTaken[] }, IntakeRefusal> {
  const channel = policy.channels.find(({ id }) => id === channelId)
  if (!channel) return refuse('unknown-channel')
  const consents: ConsentTaken[] = []
  for (const step of channel.steps) {
    const { asks, records, text } = policy.steps[step]!
    const made = taken.find((candidate) => candidate.step === step)
    if (!made?.done) return refuse('step-missing')
    consents.push(...records.map((record) => ({ ...record, text })))
    if (!asks) continue
    if (!made.answer) return refuse('answer-missing')
    if (asks === 'store' && made.answer === 'no') return refuse('storage-refused')
    consents.push({ kind: asks, state: made.answer === 'yes' ? 'granted_express' : 'refused', text })
  }
  const unasked = kinds.filter((kind) => !consents.some((consent) => consent.kind === kind))
  consents.push(...unasked.map((kind) => ({ kind, state: 'not_asked' as const, text: null })))
  return { ok: true, consents }
}

/** Whether a text has nothing in it that anybody could see. */
export const isBlank = (text: string): boolean => text.replaceAll(INVISIBLE, '') === ''

/** What a person typed, without stray spaces and control characters. */
export const tidy = (typed: string): string => typed.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim()

/** Tidies the details; a student number loses its spaces and becomes lower case. */
export const tidyDetails = ({ name, number, reason }: IntakeDetails): IntakeDetails => ({
  name: tidy(name),
  number: number.replaceAll(/[\s\p{Cc}]/gu, '').toLowerCase(),
  reason: tidy(reason),
})

/** What is wrong with each of the three details; nothing where all are well. */
export function detailsProblems(
  details: IntakeDetails,
  policy: IntakePolicy,
): Partial<Record<keyof IntakeDetails, DetailsProblem>> {
  const { name, number, reason } = tidyDetails(details)
  return {
    ...length('name', name, NAME_MAX_LENGTH),
    ...length('reason', reason, policy.reasonMaxLength),
    ...numberProblem(number, policy),
  }
}

function numberProblem(number: string, { studentNumber }: IntakePolicy): { number?: DetailsProblem } {
  if (number === '') return studentNumber.required ? { number: 'missing' } : {}
  return new RegExp(studentNumber.pattern, 'u').test(number) ? {} : { number: 'not-a-student-number' }
}

function length(field: 'name' | 'reason', text: string, max: number): Partial<Record<string, DetailsProblem>> {
  if (isBlank(text)) return { [field]: 'missing' }
  return [...CHARACTERS.segment(text)].length > max ? { [field]: 'too-long' } : {}
}
