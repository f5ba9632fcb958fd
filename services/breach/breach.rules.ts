import { type Outcome, ok, refuse } from '../platform/outcome'
import type { BreachPolicy } from './breach.policy'
import type { Answer, BreachAct, PersonalDeed, Position } from './breach.types'
import { actsOf, decisionAt, position, requesterOf } from './position.rules'
import {
  type BreachFacts,
  couldDecide,
  decidedBefore,
  keptOutBecause,
  mayAnswer,
  mayBriefFor,
  notNamedBecause,
  seatOf,
} from './routing.rules'

export type BreachRefusal =
  | 'settled'
  | 'ground-unknown'
  | 'statement-missing'
  | 'client-not-informed'
  | 'not-theirs'
  | 'acted-before'
  | 'not-to-be-named'
  | 'advice-missing'
  | 'untold-unconfirmed'
  | 'client-not-told'

type Move = Outcome<object, BreachRefusal>

/** What somebody tries, and which records are filled in with it. */
export interface Try {
  by: string
  /** Codes of what they have stated; the texts themselves are kept elsewhere. */
  states: readonly string[]
}

const every = (wanted: readonly string[], states: readonly string[]): Move =>
  wanted.every((code) => states.includes(code)) ? ok : refuse('statement-missing')

/**
 * Whether a request may be raised: on a ground that the union has, with everything stated, and with the client told
 * before or a reason why not (`breach.grounds`, `breach.states`, `breach.informClient`).
 */
export function mayRaise(policy: BreachPolicy, { states }: Try, ground: string, informed: boolean): Move {
  const known = policy.grounds.find(({ id }) => id === ground)
  if (!known) return refuse('ground-unknown')
  const stated = every([...policy.states, ...known.states], states)
  if (!stated.ok) return stated
  if (policy.informClient.beforeRaising === 'open') return ok
  if (informed) return every(['informed-how'], states)
  return states.includes('uninformed-because') ? ok : refuse('client-not-informed')
}

/** Whether the facts that were refused for good may be put again: only with something new (`breach.stages.no`). */
export const mayRaiseAgain = (earlier: readonly Position[], { states }: Pick<Try, 'states'>): Move =>
  earlier.some((each) => each.at === 'refused' && each.final) ? every(['new-facts'], states) : ok

/** Everything that may be stated with a request on this ground; nothing else is kept with it. */
export const statesToRaise = ({ states, grounds }: BreachPolicy, ground: string): string[] => [
  ...states,
  ...(grounds.find(({ id }) => id === ground)?.states ?? []),
  ...['informed-how', 'uninformed-because', 'new-facts'],
]

/** What has to be stated with a deed, whoever does it and wherever the request stands but for a decision. */
const STATES = {
  advised: ['advice'],
  briefed: ['brief'],
  'took-advice': ['adviser', 'question', 'advice'],
  withdrawn: ['withdrawn-because'],
  'facts-changed': ['new-facts'],
  reconfirmed: [],
  'told-client': ['told-how'],
  disclosed: ['recipient', 'means', 'content'],
  'action-done': [],
} as const

/** Everything that may be stated with a deed now, what is only sometimes needed too; nothing else is kept with it. */
export const mayState = (facts: BreachFacts, deed: PersonalDeed, now: Date): string[] => [
  ...statesOf(facts, deed, now),
  ...(deed.act === 'disclosed' ? ['untold-because', 'excluded-because'] : []),
]

/** What has to be stated with a deed now, by its codes (`breach.stages.records`, `breach.report`, `breach.closing`). */
export function statesOf({ policy, history }: BreachFacts, deed: PersonalDeed, now: Date): readonly string[] {
  if (deed.act === 'named') return []
  if (deed.act === 'reported') return policy.report
  if (deed.act === 'completed') return [...policy.closing, 'actions-done']
  if (deed.act !== 'decided') return STATES[deed.act]
  const where = position(policy, history, now)
  const records = where.at === 'deciding' ? policy.stages[where.stage]!.records : { either: [], yes: [], no: [] }
  return [...records.either, ...records[deed.answer]]
}

/** Whether a colleague may advise: one of those to be consulted, once, and never on their own request (IMP-04). */
function mayAdvise(facts: BreachFacts, { by, states }: Try, now: Date): Move {
  const { policy, history, circle } = facts
  const where = position(policy, history, now)
  if (!policy.consult || (where.at !== 'consulting' && !(where.at === 'deciding' && where.stage === 0)))
    return refuse('settled')
  const colleague = circle.find(({ staffId }) => staffId === by)
  const barred = by === requesterOf(history) || !colleague || keptOutBecause(policy, colleague) !== null
  if (barred || !colleague.roles.includes(policy.consult.of)) return refuse('not-theirs')
  return actsOf(history, 'advised').some((act) => act.by === by)
    ? refuse('acted-before')
    : every(STATES.advised, states)
}

/** Whether whoever has to name a decider may name this person (`breach.stages.asked.names`). */
function mayName(facts: BreachFacts, { by }: Try, to: string, now: Date): Move {
  const where = position(facts.policy, facts.history, now)
  if (where.at !== 'deciding') return refuse('settled')
  const seat = seatOf(facts, where.stage, by)
  if (!seat?.names || !mayAnswer(facts, where.stage, by)) return refuse('not-theirs')
  return to === by || notNamedBecause(facts, where.stage, to) ? refuse('not-to-be-named') : ok
}

/** Whether somebody may write what the next stage is told: whoever decided before, while they can; else who could have. */
function mayBrief(facts: BreachFacts, { by, states }: Try, now: Date): Move {
  const where = position(facts.policy, facts.history, now)
  if (where.at !== 'briefing') return refuse('settled')
  return mayBriefFor(facts, where.stage, by) ? every(STATES.briefed, states) : refuse('not-theirs')
}

/** Whether somebody who decided before may record the advice that lets them decide again (`breach.stages.again`). */
function mayTakeAdvice(facts: BreachFacts, { by, states }: Try, now: Date): Move {
  const where = position(facts.policy, facts.history, now)
  if (where.at !== 'deciding') return refuse('settled')
  const again = facts.policy.stages[where.stage]!.again && decidedBefore(facts.history, where.stage, by)
  return again && mayAnswer(facts, where.stage, by) ? every(STATES['took-advice'], states) : refuse('not-theirs')
}

/**
 * Whether somebody may decide now: they were asked, or were away when they would have been; nobody has decided; what the
 * stage puts on record is there; and where the client was not told, they confirm that.
 */
function mayDecide(facts: BreachFacts, { by, states }: Try, answer: Answer, untold: boolean, now: Date): Move {
  const { policy, history } = facts
  const where = position(policy, history, now)
  if (where.at !== 'deciding') return refuse('settled')
  const seat = seatOf(facts, where.stage, by)
  if (!seat || seat.names || !mayAnswer(facts, where.stage, by)) return refuse('not-theirs')
  const advised = actsOf(history, 'took-advice').some((act) => act.stage === where.stage && act.by === by)
  if (decidedBefore(history, where.stage, by) && !advised) return refuse('advice-missing')
  const { informed } = actsOf(history, 'raised')[0]!
  if (answer === 'yes' && !informed && policy.informClient.beforeRaising === 'required' && !untold)
    return refuse('untold-unconfirmed')
  return every(statesOf(facts, { act: 'decided', answer, untold }, now), states)
}

/** Whether the requester may take the request back: until the last decision, with a reason (IMP-51). */
function mayWithdraw({ policy, history }: BreachFacts, { by, states }: Try, now: Date): Move {
  const open = ['consulting', 'briefing', 'deciding'].includes(position(policy, history, now).at)
  if (!open) return refuse('settled')
  return by === requesterOf(history) ? every(STATES.withdrawn, states) : refuse('not-theirs')
}

/**
 * Whether something may be disclosed: under an authorisation in force, and after the client was told where the union
 * promises that, unless whoever authorised it has confirmed that they are not (`breach.informClient.beforeActing`).
 */
function mayDisclose({ policy, history }: BreachFacts, { states }: Try, now: Date): Move {
  const { at } = position(policy, history, now)
  if (at !== 'authorised' && at !== 'acting') return refuse('settled')
  const { beforeActing } = policy.informClient
  const told = beforeActing === 'open' || actsOf(history, 'told-client').length > 0
  const known = every(STATES.disclosed, states)
  if (told) return known
  const excused = beforeActing === 'where-possible' || decisionAt(history, policy.stages.length - 1)!.untold
  return excused && states.includes('untold-because') ? known : refuse('client-not-told')
}

/** Whether an authorisation that ran out may be confirmed anew: by whoever could decide at the last stage (IMP-53). */
function mayReconfirm(facts: BreachFacts, { by }: Try, now: Date): Move {
  if (position(facts.policy, facts.history, now).at !== 'expired') return refuse('settled')
  return couldDecide(facts, facts.policy.stages.length - 1, by) ? ok : refuse('not-theirs')
}

/** Whether the report is whole: once the breach was authorised, used or not, with every section that the union names. */
function mayReport({ policy, history }: BreachFacts, { states }: Try, now: Date): Move {
  return isAuthorised(position(policy, history, now)) ? every(policy.report, states) : refuse('settled')
}

/** Whether a breach is done with: reported, every agreed action done, and what else the union wants on record. */
function mayComplete({ policy, history }: BreachFacts, { states }: Try, now: Date): Move {
  const reported = actsOf(history, 'reported').length > 0
  if (!reported || !isAuthorised(position(policy, history, now))) return refuse('settled')
  return every([...policy.closing, 'actions-done'], states)
}

const isAuthorised = ({ at }: Position): boolean => at === 'authorised' || at === 'acting' || at === 'expired'

/** Whether it may be recorded that an agreed action was carried out (WOR-27): once each. */
function mayTickAction({ policy, history }: BreachFacts, action: number, now: Date): Move {
  if (!isAuthorised(position(policy, history, now))) return refuse('settled')
  return actsOf(history, 'action-done').some((act) => act.action === action) ? refuse('acted-before') : ok
}

/** Whether it may be recorded that the client was told, and how (WOR-03): under an authorisation in force. */
function mayTellClient({ policy, history }: BreachFacts, { states }: Try, now: Date): Move {
  const { at } = position(policy, history, now)
  return at === 'authorised' || at === 'acting' ? every(STATES['told-client'], states) : refuse('settled')
}

/** Whether somebody may say that the facts are not what was decided on: whoever raised or decided it (IMP-53). */
function mayChangeFacts({ policy, history }: BreachFacts, { by, states }: Try, now: Date): Move {
  const { at } = position(policy, history, now)
  if (at !== 'authorised' && at !== 'acting') return refuse('settled')
  const concerned = by === requesterOf(history) || actsOf(history, 'decided').some((act) => act.by === by)
  return concerned ? every(STATES['facts-changed'], states) : refuse('not-theirs')
}

/** Whether somebody may do this now, whatever it is; nothing for whoever must have no part in it. */
export function mayDo(facts: BreachFacts, attempt: Try, deed: PersonalDeed, now: Date): Move {
  const move = moveOf(facts, attempt, deed, now)
  const person = facts.circle.find(({ staffId }) => staffId === attempt.by)
  return move.ok && person && keptOutBecause(facts.policy, person) ? refuse('not-theirs') : move
}

function moveOf(facts: BreachFacts, attempt: Try, deed: PersonalDeed, now: Date): Move {
  if (deed.act === 'named') return mayName(facts, attempt, deed.to, now)
  if (deed.act === 'decided') return mayDecide(facts, attempt, deed.answer, deed.untold, now)
  if (deed.act === 'action-done') return mayTickAction(facts, deed.action, now)
  return MOVES[deed.act](facts, attempt, now)
}

const MOVES = {
  advised: mayAdvise,
  briefed: mayBrief,
  'took-advice': mayTakeAdvice,
  withdrawn: mayWithdraw,
  'facts-changed': mayChangeFacts,
  reconfirmed: mayReconfirm,
  'told-client': mayTellClient,
  disclosed: mayDisclose,
  reported: mayReport,
  completed: mayComplete,
} satisfies Record<Exclude<PersonalDeed['act'], 'named' | 'decided' | 'action-done'>, unknown>

/** Whether a refusal meets somebody who has done just this already, so that a second press is no mistake (IMP-34). */
export const isRepeated = (
  history: readonly BreachAct[],
  by: string,
  deed: PersonalDeed,
  why: BreachRefusal,
): boolean =>
  ['settled', 'not-theirs', 'acted-before'].includes(why) &&
  history.some(
    (act) => act.by === by && Object.entries(deed).every(([name, value]) => act[name as keyof BreachAct] === value),
  )
