import { statesOf } from './breach.rules'
import type { Loaded } from './breach.steps'
import { agreedActions, recipientsIn } from './breach.texts.rules'
import type { BreachAct, OpenDeed, Said } from './breach.types'
import type { DeedForm } from './deed-form.types'
import { actsOf, position } from './position.rules'
import { anonymousCodes, nomineesFor } from './sight.rules'

/** A request about which somebody is about to do something, with what they may read of it. */
export interface FormParts extends Loaded {
  staffId: string
  said: readonly Said[]
  names: Readonly<Record<string, string>>
  now: Date
}

/** What somebody is asked who is about to do this, which they may. */
export function deedForm(parts: FormParts, { act, states }: OpenDeed): DeedForm {
  const { record, facts, now } = parts
  const { history, chain, _id: breachId, reference } = record
  const where = position(chain, history, now)
  const stage = act === 'decided' && where.at === 'deciding' ? chain.stages[where.stage] : undefined
  const { either = [] } = stage?.records ?? {}
  const only = (answer: 'yes' | 'no') =>
    statesOf(facts, { act: 'decided', answer, untold: false }, now).filter((code) => !either.includes(code))
  const { informed } = actsOf(history, 'raised')[0]!
  const toldBefore = actsOf(history, 'told-client').length > 0
  return {
    ...{ breachId, reference, act },
    states: stage ? either : states.filter((code) => code !== 'actions-done'),
    yes: stage ? only('yes') : [],
    no: stage ? only('no') : [],
    anonymous: anonymousCodes(facts, act),
    final: stage?.no === 'final',
    untold: stage !== undefined && !informed && chain.informClient.beforeRaising === 'required',
    untoldBecause: act === 'disclosed' && chain.informClient.beforeActing !== 'open' && !toldBefore,
    known: act === 'reported' ? knownOf(parts) : {},
    choices: choicesOf(parts, act),
  }
}

/** The sections of a report that were stated before, as they were stated last. */
function knownOf({ record: { chain, history }, said, names }: FormParts): Record<string, string> {
  const advisers = actsOf(history, 'advised').map(({ by }) => names[by] ?? '')
  const sections = chain.report.map((code) => {
    const latest = said.findLast((each) => each.code === code)?.text ?? ''
    return [code, code === 'advisers' ? advisers.join('\n') : latest] as const
  })
  return Object.fromEntries(sections.filter(([, text]) => text))
}

function choicesOf({ record, facts, staffId, said, names }: FormParts, act: BreachAct['act']): DeedForm['choices'] {
  if (act === 'named') return nomineesFor(facts, staffId).map((value) => ({ title: names[value] ?? '', value }))
  if (act === 'disclosed') return recipientsIn(said).map((line) => ({ title: line, value: line }))
  if (act !== 'action-done') return []
  return agreedActions(record.history, said).flatMap(({ text, done }, action) =>
    done ? [] : [{ title: text, value: String(action) }],
  )
}
