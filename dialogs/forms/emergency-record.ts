import { emergencyRecorded } from '../../cards/emergency'
import { recordInWords } from '../../cards/emergency-file'
import type { Look } from '../../cards/look'
import { permissionsOf } from '../../services/access/access.rules'
import { NAME_MAX_LENGTH, readAfterRecord, readCall, TEXT_MAX_LENGTH } from '../../services/emergency/emergency.service'
import {
  IN_DANGER,
  type RecordProblem,
  TOLD_CLIENT,
  type TypedCall,
  type TypedRecord,
} from '../../services/emergency/emergency.types'
import { readReference } from '../../services/platform/ids'
import type { Answered, DialogDefinition, DialogOptions } from '../card-dialog'
import type { Acting } from '../dialog-turn'
import type { Answer, AskedField, Inputs, Question } from '../question'
import { refused } from '../refused'
import { chosen } from './one-card'

/** Who was called besides the numbers of the profile. */
const SOMEBODY_ELSE = 'other'
/** Nobody calls more people than this, and the record must fit on a card. */
const MOST_CALLS = 5

/**
 * What was done in an emergency, asked afterwards (LMU-35): the calls, then the client and the danger, then what was given
 * out to whom, and who advised afterwards where the union wants that (`breach.consult`, AMB-54).
 */
export const emergencyRecord: DialogDefinition = {
  id: 'emergency.record',
  permission: 'anybody',

  next: (acting, options, answers) => {
    const calls = callsOf(answers)
    const more = calls.length === 0 || calls.at(-1)!.choice === 'another'
    if (more) return askCall(acting, options, calls.length)
    if (!answerOf(answers, 'client')) return askClient(acting)
    return answerOf(answers, 'information') ? null : askInformation(acting)
  },

  finish: async (acting, _id, options, answers) => {
    const { actor, look, policy, services } = acting
    const after = recordFrom(answers)
    const read = readAfterRecord(after, policy, services.clock.now())
    if (!read.ok) return { problems: [problemOf(look, read.reason)] }
    const emergencyId = String(options.emergencyId)
    const reference =
      callsOf(answers)
        .map((call) => readReference(String(call.reference ?? '')))
        .find(Boolean) ?? null
    const told = recordInWords(look, read.record)
    const outcome = await services.emergencies.record(actor, { emergencyId, reference, after, told })
    if (outcome.ok) {
      const raise = outcome.shared && permissionsOf(actor, policy.access).has('breach.request')
      return { screen: emergencyRecorded(look, { ...outcome, emergencyId, raise }) }
    }
    return outcome.reason === 'no-such-case'
      ? { problems: [problemOf(look, outcome.reason)] }
      : refused(acting, outcome)
  },
}

function askCall({ look, policy, services }: Acting, options: DialogOptions, asked: number): Question {
  const { numbers } = policy.emergency
  const named = String(options.reference)
  const reference: AskedField[] =
    asked === 0 && named === 'none'
      ? [{ kind: 'text', id: 'reference', label: look.say('emergency-form.reference'), max: 20 }]
      : []
  return {
    key: `call ${asked}`,
    heading: look.say('emergency-form.call'),
    hint: look.say('emergency-form.call-hint', { when: String(options.when), reference: named }),
    fields: [
      {
        kind: 'choice',
        id: 'service',
        label: look.say('emergency-form.service'),
        style: 'expanded',
        value: numbers[0]!.id,
        choices: [
          ...numbers.map(({ id, number }) => ({ title: `${look.label(`number.${id}`)} ${number}`, value: id })),
          { title: look.say('emergency-form.service-other'), value: SOMEBODY_ELSE },
        ],
      },
      { kind: 'text', id: 'other', label: look.say('emergency-form.other'), max: NAME_MAX_LENGTH },
      { kind: 'date', id: 'date', label: look.say('emergency-form.date'), value: String(options.date) },
      { kind: 'text', id: 'time', label: look.say('emergency-form.time'), max: 5, value: String(options.time) },
      { kind: 'lines', id: 'told', label: look.say('emergency-form.told'), max: TEXT_MAX_LENGTH },
      ...reference,
    ],
    submit: look.say('button.go'),
    choices:
      asked + 1 < MOST_CALLS ? [{ title: look.say('button.emergency.another'), value: 'another', inputs: true }] : [],
    read: (inputs) => {
      const read = readCall(callFrom(inputs), policy, services.clock.now())
      const typed = (inputs.reference ?? '').trim()
      const problems = [
        ...(read.ok ? [] : [problemOf(look, read.reason)]),
        ...(typed === '' || readReference(typed) ? [] : [look.say('problem.reference')]),
      ]
      return problems.length > 0 ? { problems } : { answer: { ...inputs } }
    },
  }
}

function askClient({ look }: Acting): Question {
  const told = look.say('emergency-form.told-client')
  const danger = look.say('emergency-form.danger')
  return {
    key: 'client',
    heading: look.say('emergency-form.client'),
    fields: [
      chosenFrom(
        'informed',
        told,
        TOLD_CLIENT.map((value) => ({ title: look.named('emergency.told-client', value), value })),
      ),
      chosenFrom(
        'danger',
        danger,
        IN_DANGER.map((value) => ({ title: look.named('emergency.danger', value), value })),
      ),
    ],
    submit: look.say('button.go'),
    read: (inputs) => {
      const problems = [
        ...chosen(look, inputs, 'informed', told, TOLD_CLIENT),
        ...chosen(look, inputs, 'danger', danger, IN_DANGER),
      ]
      return problems.length > 0 ? { problems } : { answer: { ...inputs } }
    },
  }
}

function askInformation({ look, policy }: Acting): Question {
  const line = (id: string, label: string): AskedField => ({ kind: 'lines', id, label, max: TEXT_MAX_LENGTH })
  return {
    key: 'information',
    heading: look.say('emergency-form.information'),
    hint: look.say('emergency-form.excluded-hint'),
    fields: [
      line('shared', look.say('emergency-form.shared')),
      line('excluded', look.say('emergency-form.excluded')),
      ...(policy.breach.consult ? [line('consulted', look.say('emergency-form.consulted'))] : []),
    ],
    submit: look.say('button.save'),
    read: (inputs) => ({ answer: { ...inputs } }),
  }
}

const chosenFrom = (id: string, label: string, choices: { title: string; value: string }[]): AskedField => ({
  kind: 'choice',
  id,
  label,
  style: 'expanded',
  choices,
})

const answerOf = (answers: readonly Answered[], key: string): Answer | undefined =>
  answers.find((answered) => answered.key === key)?.answer

const callsOf = (answers: readonly Answered[]): Answer[] =>
  answers.filter(({ key }) => key.startsWith('call ')).map(({ answer }) => answer)

const callFrom = (call: Answer | Inputs): TypedCall => ({
  service: call.service === SOMEBODY_ELSE ? null : String(call.service ?? ''),
  other: String(call.other ?? ''),
  date: String(call.date ?? ''),
  time: String(call.time ?? ''),
  told: String(call.told ?? ''),
})

function recordFrom(answers: readonly Answered[]): TypedRecord {
  const { informed, danger } = answerOf(answers, 'client')!
  const information = answerOf(answers, 'information')!
  const text = (id: string) => String(information[id] ?? '')
  const calls = callsOf(answers).map(callFrom)
  return {
    calls,
    toldClient: informed as TypedRecord['toldClient'],
    danger: danger as TypedRecord['danger'],
    shared: text('shared'),
    excluded: text('excluded'),
    consulted: text('consulted'),
  }
}

function problemOf(look: Look, reason: RecordProblem | 'no-such-case'): string {
  const told = look.say('emergency-form.told')
  if (reason === 'no-such-case') return look.say('problem.no-such-case')
  if (reason === 'call-time') return look.say('problem.call-time')
  if (reason === 'told-missing') return look.say('problem.missing', { field: told })
  if (reason === 'too-long') return look.say('problem.too-long', { field: told, max: TEXT_MAX_LENGTH })
  return look.say('problem.service')
}
