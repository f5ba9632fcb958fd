import { breachAsked, stateOf } from '../../cards/breach'
import { makeButton } from '../../cards/button'
import type { Look } from '../../cards/look'
import { notice } from '../../cards/notice'
import { home } from '../../cards/offer'
import type { PersonalDeed, Position } from '../../services/breach/breach.types'
import type { DeedForm } from '../../services/breach/deed-form.types'
import { showReference } from '../../services/platform/ids'
import type { DialogDefinition, DialogOptions } from '../card-dialog'
import type { Acting } from '../dialog-turn'
import type { AskedField, Inputs, Question, Read } from '../question'
import { refused } from '../refused'
import { chosen } from './one-card'
import {
  giveawayProblems,
  type Need,
  statementField,
  statementProblems,
  UNRECOGNISABLE,
  unrecognisableField,
} from './statements'

/** Everything that somebody does about a request once it is raised, one form for all of it: what it asks comes with it. */
export const breachDeed: DialogDefinition = {
  id: 'breach-deed',
  permission: 'any-role',
  next: (acting, options, answers) => {
    const form = formIn(options)
    const steps = stepsOf(form)
    const step = steps[answers.length]
    return step ? ask(acting, form, step, answers.length + 1, steps.length) : null
  },
  finish: async (acting, _id, options, answers) => {
    const { actor, look, services } = acting
    const form = formIn(options)
    const { breachId, act } = form
    const given = Object.assign({}, ...answers.map(({ answer }) => answer)) as Record<string, string>
    const { choice = '', untold, [UNRECOGNISABLE]: ticked, ...states } = given
    const deed = deedOf(act, choice, untold === 'true')
    if (act === 'disclosed') states.recipient = choice
    const outcome = await services.breaches.act(actor, { breachId, deed, states, confirmed: ticked === 'true' })
    if (outcome.ok) return { screen: onRecord(look, form, outcome.at) }
    if (outcome.reason === 'settled' || outcome.reason === 'stale') {
      const view = await services.breaches.asked(actor.orgId, breachId, actor.staffId)
      if (view) return { screen: breachAsked(look, view) }
    }
    if (outcome.reason === 'untold-unconfirmed') return { problems: [look.say('problem.tick')] }
    if (outcome.reason !== 'identifies-client' && outcome.reason !== 'unconfirmed') return refused(acting, outcome)
    return { problems: giveawayProblems(look, await services.breaches.giveaways(actor, { breachId, act, states })) }
  },
}

/** No more on a card than people take in. */
const FIELDS_A_STEP = 5

interface Step {
  codes: readonly string[]
  /** The last step asks what is decided or chosen. */
  last: boolean
}

const formIn = ({ form }: DialogOptions): DeedForm => JSON.parse(String(form)) as DeedForm

/** The statements in cards of a few; what is decided comes last, so that the record is there before it. */
function stepsOf({ act, states, yes, no }: DeedForm): Step[] {
  const decides = act === 'decided'
  const cards = Array.from({ length: Math.ceil(states.length / FIELDS_A_STEP) }, (_, index) =>
    states.slice(index * FIELDS_A_STEP, (index + 1) * FIELDS_A_STEP),
  )
  if (!decides)
    return (cards.length > 0 ? cards : [[]]).map((codes, index, all) => ({ codes, last: index === all.length - 1 }))
  return [...cards.map((codes) => ({ codes, last: false })), { codes: [...new Set([...yes, ...no])], last: true }]
}

function ask({ look }: Acting, form: DeedForm, step: Step, number: number, steps: number): Question {
  const { act, anonymous, known, untold, untoldBecause, yes, no } = form
  const decides = act === 'decided' && step.last
  const need = (code: string): Need => {
    if (!decides || (yes.includes(code) && no.includes(code))) return 'always'
    return yes.includes(code) ? 'for-yes' : 'for-no'
  }
  const checked = step.codes.some((code) => anonymous.includes(code))
  const choice = step.last && form.choices.length > 0 && !decides ? choiceOf(look, form) : null
  const asked = step.codes.filter((code) => !(act === 'disclosed' && code === 'recipient'))
  const fields: AskedField[] = [
    ...(choice ? [choice] : []),
    ...asked.map((code) => statementField(look, code, need(code), known[code])),
    ...(untoldBecause && step.last ? [statementField(look, 'untold-because', 'sometimes')] : []),
    ...(act === 'disclosed' && step.last ? [statementField(look, 'excluded-because', 'sometimes')] : []),
    ...(decides && untold ? [{ kind: 'tick' as const, id: 'untold', label: look.say('breach.untold') }] : []),
    ...(checked ? [unrecognisableField(look)] : []),
  ]
  const what = decides ? look.say('breach.answer') : look.named('deed', act)
  const answers = answersFor(look, act)
  const kept = [...step.codes, 'untold-because', 'excluded-because', 'untold', UNRECOGNISABLE, 'choice']
  return {
    key: `step ${number}`,
    heading: look.say('breach.form', { what, reference: showReference(form.reference) }),
    progress: steps > 1 ? look.say('step.progress', { step: number, steps }) : '',
    hint: decides ? look.say('breach.answer-hint', { final: form.final ? 'yes' : 'no' }) : '',
    fields,
    content: choice !== null,
    ...(step.last && answers.length > 0
      ? { choices: answers }
      : { submit: step.last ? look.named('deed', act) : look.say('button.go') }),
    read: (inputs): Read => {
      const wanted = asked.filter((code) => isWanted(need(code), inputs.choice))
      const problems = [
        ...(choice
          ? chosen(
              look,
              inputs,
              'choice',
              choice.label,
              form.choices.map(({ value }) => value),
            )
          : []),
        ...statementProblems(look, inputs, wanted),
        ...(decides && untold && inputs.choice === 'yes' && inputs.untold !== 'true' ? [look.say('problem.tick')] : []),
      ]
      return problems.length > 0 ? { problems } : { answer: answerOf(inputs, kept) }
    },
  }
}

const isWanted = (need: Need, choice: string | undefined): boolean =>
  need === 'always' || (need === 'for-yes' && choice === 'yes') || (need === 'for-no' && choice === 'no')

const answerOf = (inputs: Inputs, kept: readonly string[]) =>
  Object.fromEntries(kept.flatMap((name) => (inputs[name] ? [[name, inputs[name]]] : [])))

function choiceOf(look: Look, { act, choices }: DeedForm): AskedField & { kind: 'choice' } {
  const label = look.say(act === 'action-done' ? 'breach.action' : 'breach.who')
  return { kind: 'choice', id: 'choice', label, style: 'expanded', choices: [...choices] }
}

/** Where the answer is one of two, its buttons; nothing is chosen beforehand. */
function answersFor(look: Look, act: PersonalDeed['act']): { title: string; value: string; inputs: boolean }[] {
  if (act !== 'decided' && act !== 'advised') return []
  const [yes, no] =
    act === 'decided' ? (['breach.yes', 'breach.no'] as const) : (['breach.advise-yes', 'breach.advise-no'] as const)
  return [
    { title: look.say(yes), value: 'yes', inputs: true },
    { title: look.say(no), value: 'no', inputs: true },
  ]
}

function deedOf(act: PersonalDeed['act'], choice: string, untold: boolean): PersonalDeed {
  const answer = choice === 'yes' ? 'yes' : 'no'
  if (act === 'decided') return { act, answer, untold }
  if (act === 'advised') return { act, answer }
  if (act === 'named') return { act, to: choice }
  if (act === 'action-done') return { act, action: Number(choice) }
  return { act }
}

function onRecord(look: Look, { breachId, reference }: DeedForm, at: Position) {
  const open = makeButton(look.say('button.open-request'), 'breach.open', { breachId }, { primary: true })
  const heading = look.say('done.breach', { reference: showReference(reference) })
  return notice(look, heading, [look.named('breach-at', stateOf(at))], [open, home(look)])
}
