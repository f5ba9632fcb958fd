import { makeButton } from '../../cards/button'
import { notice } from '../../cards/notice'
import { home } from '../../cards/offer'
import type { BreachPolicy } from '../../services/breach/breach.policy'
import type { BreachBeginning } from '../../services/breach/deed-form.types'
import type { Answered, DialogDefinition, DialogOptions } from '../card-dialog'
import type { Acting } from '../dialog-turn'
import type { Question, Read } from '../question'
import { refused } from '../refused'
import { chosen, missing, reference } from './one-card'
import { giveawayProblems, statementField, statementProblems, UNRECOGNISABLE, unrecognisableField } from './statements'

const STEPS = 3

/** Asks for confidentiality to be breached: the ground, what the client knows of it, and what it is about. */
export const breach: DialogDefinition = {
  id: 'breach',
  permission: 'breach.request',
  next: (acting, options, answers) => {
    const at = answers.length
    if (at === 0) return askGround(acting, options)
    const asksClient = acting.policy.breach.informClient.beforeRaising !== 'open'
    if (at === 1 && asksClient) return askClient(acting)
    if (at === (asksClient ? 2 : 1)) return askFacts(acting, options, answers)
    return null
  },
  finish: async (acting, id, options, answers) => {
    const { actor, look, services } = acting
    const given = Object.assign({}, ...answers.map(({ answer }) => answer)) as Record<string, string>
    const { ground = '', urgent, informed, [UNRECOGNISABLE]: ticked, ...states } = given
    const caseId = String(options.caseId)
    const outcome = await services.breaches.raise(actor, {
      ...{ id, caseId, ground, states },
      urgent: urgent === 'true',
      informed: informed === 'yes',
      confirmed: ticked === 'true',
    })
    if (outcome.ok) {
      const open = makeButton(look.say('button.open-request'), 'breach.open', { breachId: id }, { primary: true })
      const heading = look.say('breach.raised', { reference: reference(options) })
      return { screen: notice(look, heading, [look.named('breach-at', outcome.at.at)], [open, home(look)]) }
    }
    if (outcome.reason !== 'identifies-client' && outcome.reason !== 'unconfirmed') return refused(acting, outcome)
    const found = await services.breaches.giveaways(actor, { caseId, act: 'raised', states })
    return { problems: giveawayProblems(look, found) }
  },
}

const progress = ({ look }: Acting, step: number) => look.say('step.progress', { step, steps: STEPS })

function askGround(acting: Acting, options: DialogOptions): Question {
  const { look, policy } = acting
  const grounds = policy.breach.grounds.map(({ id }) => id)
  const label = look.say('breach.ground')
  return {
    key: 'ground',
    heading: look.say('breach.step-ground', { reference: reference(options) }),
    progress: progress(acting, 1),
    hint: policy.texts[policy.breach.notice]!.text,
    fields: [
      {
        kind: 'choice',
        id: 'ground',
        label,
        style: 'expanded',
        choices: grounds.map((value) => ({ title: look.label(`ground.${value}`), value })),
      },
      { kind: 'tick', id: 'urgent', label: look.say('breach.urgent') },
    ],
    submit: look.say('button.go'),
    read: (inputs): Read => read(chosen(look, inputs, 'ground', label, grounds), inputs, ['ground', 'urgent']),
  }
}

function askClient(acting: Acting): Question {
  const { look } = acting
  const label = look.say('breach.informed')
  return {
    key: 'client',
    heading: look.say('breach.step-client'),
    progress: progress(acting, 2),
    fields: [
      {
        kind: 'choice',
        id: 'informed',
        label,
        style: 'expanded',
        choices: [
          { title: look.say('breach.informed-yes'), value: 'yes' },
          { title: look.say('breach.informed-no'), value: 'no' },
        ],
      },
      statementField(look, 'informed-how', 'sometimes'),
      statementField(look, 'uninformed-because', 'sometimes'),
    ],
    submit: look.say('button.go'),
    read: (inputs): Read => {
      const code = inputs.informed === 'yes' ? 'informed-how' : 'uninformed-because'
      const problems = chosen(look, inputs, 'informed', label, ['yes', 'no'])
      const lacking = problems.length === 0 ? missing(look, inputs, code, look.named('state', code)) : []
      return read([...problems, ...lacking], inputs, ['informed', code])
    },
  }
}

function askFacts(acting: Acting, options: DialogOptions, answers: readonly Answered[]): Question {
  const { look, policy } = acting
  const beginning = JSON.parse(String(options.form)) as BreachBeginning
  const codes = codesFor(policy.breach, String(answers[0]!.answer.ground), beginning.newFacts)
  const anonymous = beginning.anonymous.filter((code) => codes.includes(code))
  const extent = anonymous.length > 1 ? 'all' : anonymous.length > 0 ? 'some' : 'none'
  return {
    key: 'facts',
    heading: look.say('breach.step-facts'),
    progress: progress(acting, STEPS),
    hint: look.say('breach.step-facts-hint', { anonymous: extent }),
    fields: [
      ...codes.map((code) => statementField(look, code)),
      ...(anonymous.length > 0 ? [unrecognisableField(look)] : []),
    ],
    submit: look.say('button.send-request'),
    read: (inputs): Read => read(statementProblems(look, inputs, codes), inputs, [...codes, UNRECOGNISABLE]),
  }
}

/** What a request on this ground states, in the order in which it is asked. */
function codesFor({ grounds, states }: BreachPolicy, ground: string, again: boolean): string[] {
  const own = grounds.find(({ id }) => id === ground)?.states ?? []
  return [...states, ...own, ...(again ? ['new-facts'] : [])]
}

const read = (problems: string[], inputs: Readonly<Record<string, string>>, kept: readonly string[]): Read =>
  problems.length > 0
    ? { problems }
    : { answer: Object.fromEntries(kept.flatMap((name) => (inputs[name] ? [[name, inputs[name]]] : []))) }
