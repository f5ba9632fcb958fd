import { mayDo, statesOf } from './breach.rules'
import { type BreachPart, DEEDS, type OpenDeed, type PersonalDeed, type Sight } from './breach.types'
import { actsOf, decisionAt, position, requesterOf } from './position.rules'
import { type BreachFacts, isIdle, keptOutBecause, mayAnswer, mayBriefFor, nomineesAt, seatOf } from './routing.rules'

/** What is done with the case itself: for whoever may open it, which the chain's own people may not. */
export const ON_THE_CASE: readonly PersonalDeed['act'][] = [
  'told-client',
  'disclosed',
  'action-done',
  'reported',
  'completed',
]

/** What somebody is to a request now; null for a stranger to it, and for whoever must have no part in it. */
export function partOf(facts: BreachFacts, staffId: string, readsCase: boolean, now: Date): BreachPart | null {
  const { policy, history, circle } = facts
  const person = circle.find((each) => each.staffId === staffId)
  if (person && keptOutBecause(policy, person)) return null
  const where = position(policy, history, now)
  if (where.at === 'briefing' && mayBriefFor(facts, where.stage, staffId)) return 'briefer'
  if (where.at === 'deciding' && mayAnswer(facts, where.stage, staffId))
    return seatOf(facts, where.stage, staffId)?.names ? 'namer' : 'decider'
  if (readsCase || staffId === requesterOf(history)) return 'requester'
  if (isAdviser(facts, staffId)) return 'adviser'
  const asked = actsOf(history, 'asked').findLast(({ to }) => to === staffId)
  return asked ? asked.as : null
}

const isAdviser = ({ policy: { consult }, circle, history }: BreachFacts, staffId: string): boolean =>
  consult !== null &&
  staffId !== requesterOf(history) &&
  circle.some((each) => each.staffId === staffId && each.roles.includes(consult.of))

/** How much of a request somebody sees now (`breach.stages.identity`); null when nothing is for them. */
export function sightOf(facts: BreachFacts, staffId: string, readsCase: boolean, now: Date): Sight | null {
  const { policy, history } = facts
  const part = partOf(facts, staffId, readsCase, now)
  if (!part) return null
  if (readsCase) return 'whole'
  const where = position(policy, history, now)
  if (part === 'adviser') return 'question'
  if (part === 'decider' && where.at === 'deciding' && mayAnswer(facts, where.stage, staffId))
    return policy.stages[where.stage]!.identity
  if (part === 'briefer' && where.at === 'briefing' && decisionAt(history, where.stage - 1)?.by === staffId)
    return policy.stages[where.stage - 1]!.identity
  // Nobody confirms again without knowing what they confirm, and what is new since.
  if (part === 'decider' && mayReconfirmNow(facts, staffId, now)) return policy.stages.at(-1)!.identity
  return 'own'
}

/** What somebody may do now, with what they have to state; the text of every rule is in `breach.rules`. */
export function openDeeds(facts: BreachFacts, staffId: string, readsCase: boolean, now: Date): OpenDeed[] {
  return DEEDS.flatMap((act) => {
    if (ON_THE_CASE.includes(act) && !readsCase) return []
    const deed = anyOf(facts, act, staffId)
    if (!deed) return []
    const states = statesOf(facts, deed, now)
    const attempt = { by: staffId, states: [...states, 'untold-because'] }
    return mayDo(facts, attempt, deed, now).ok ? [{ act, states }] : []
  })
}

/** A deed of this kind that could be done, if there is any. */
function anyOf(facts: BreachFacts, act: PersonalDeed['act'], by: string): PersonalDeed | null {
  if (act === 'decided') return { act, answer: 'yes', untold: true }
  if (act === 'advised') return { act, answer: 'yes' }
  if (act === 'action-done') return { act, action: -1 }
  if (act !== 'named') return { act }
  const [first] = nomineesFor(facts, by)
  return first ? { act, to: first } : null
}

/** Whom whoever has to name a decider may name now. */
export function nomineesFor(facts: BreachFacts, by: string): string[] {
  const stage = facts.policy.stages.findIndex((_stage, index) => !decisionAt(facts.history, index))
  return stage < 0 ? [] : nomineesAt(facts, stage, by)
}

/** Who has to do something about a request now: those asked; once it is decided, whoever raised it and whoever holds the case. */
export function waitingFor(facts: BreachFacts, holder: string | null, now: Date): string[] {
  const { policy, history, circle } = facts
  const where = position(policy, history, now)
  const everybody = circle.map(({ staffId }) => staffId)
  const there = circle.filter((person) => keptOutBecause(policy, person) === null).map(({ staffId }) => staffId)
  if (where.at === 'refused' || where.at === 'withdrawn' || where.at === 'completed') return []
  if (where.at === 'consulting') return there.filter((each) => mayAdviseNow(facts, each, now))
  if (where.at === 'briefing') return everybody.filter((each) => mayBriefFor(facts, where.stage, each))
  if (where.at === 'deciding') {
    const { stage } = where
    const asked = actsOf(history, 'asked').filter((act) => act.stage === stage)
    const named = actsOf(history, 'named').filter((act) => act.stage === stage)
    return [...new Set(asked.map(({ to }) => to))].filter(
      (each) => mayAnswer(facts, stage, each) && !isIdle(facts, stage, each) && !named.some(({ by }) => by === each),
    )
  }
  const own = [requesterOf(history), ...(holder ? [holder] : [])].filter((each) => there.includes(each))
  if (where.at !== 'expired') return [...new Set(own)]
  return [...new Set([...own, ...everybody.filter((each) => mayReconfirmNow(facts, each, now))])]
}

const mayReconfirmNow = (facts: BreachFacts, by: string, now: Date): boolean =>
  mayDo(facts, { by, states: [] }, { act: 'reconfirmed' }, now).ok

const mayAdviseNow = (facts: BreachFacts, by: string, now: Date): boolean =>
  mayDo(facts, { by, states: ['advice'] }, { act: 'advised', answer: 'yes' }, now).ok

/** The codes of what must not give the client away, because somebody reads it who must not learn who that is (IMP-49). */
export function anonymousCodes({ policy }: Pick<BreachFacts, 'policy'>, act: 'raised' | PersonalDeed['act']): string[] {
  const revealed = policy.stages.some(({ identity }) => identity === 'revealed')
  if (act === 'facts-changed') return policy.stages.at(-1)!.identity === 'named' ? [] : ['new-facts']
  const other = ['new-facts', 'informed-how', 'uninformed-because']
  if (act === 'raised' && revealed)
    return [...policy.states, ...policy.grounds.flatMap(({ states }) => states), ...other]
  if (act === 'raised') return policy.consult ? ['question'] : []
  return act === 'took-advice' ? ['question'] : act === 'briefed' ? ['brief'] : []
}
