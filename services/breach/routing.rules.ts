import { type BreachPolicy, type BreachStage, REQUESTER, type Seat } from './breach.policy'
import type { BreachAct, Candidate, Deed, PassedOver, PassedOverReason } from './breach.types'
import { actsOf, decisionAt, position, requesterOf, waitsUntil } from './position.rules'

/** A request as the rules see it: the chain under which it was raised, what was done, and who there is now. */
export interface BreachFacts {
  policy: BreachPolicy
  history: readonly BreachAct[]
  /** The requester, whoever holds the case, and everybody who holds a role of the chain at this moment, in the order in which they are asked. */
  circle: readonly Candidate[]
}

type Ask = Extract<Deed, { act: 'asked' | 'exhausted' | 'unbriefed' }>

/**
 * Whom the bot asks now: the first in the stage's order who may be asked and has not been; null while somebody who was
 * asked still has time. Who has left, or may not decide any more, is waited for no longer. When nobody is left the
 * request is `exhausted`, which is said once; so is that a brief is missing when its time is over.
 */
export function nextAsked(facts: BreachFacts, now: Date): Ask | null {
  const where = position(facts.policy, facts.history, now)
  if (where.at === 'briefing') return missingBrief(facts, where.stage, now)
  if (where.at !== 'deciding') return null
  const { stage } = where
  const asked = actsOf(facts.history, 'asked').filter((act) => act.stage === stage)
  const last = asked.at(-1)
  const there = last && mayAnswer(facts, stage, last.to) && !isIdle(facts, stage, last.to) && !isAway(facts, last.to)
  if (there && now < waitsUntil(facts.policy, stage, last.at)) return null
  const passedOver: PassedOver[] = []
  for (const { staffId, seat, as } of inOrder(facts, stage)) {
    if (asked.some(({ to }) => to === staffId) || passedOver.some((other) => other.staffId === staffId)) continue
    const reason = passedOverBecause(facts, stage, staffId, seat)
    if (!reason) return { act: 'asked', stage, to: staffId, as, passedOver }
    passedOver.push({ staffId, reason })
  }
  const said = actsOf(facts.history, 'exhausted').some((act) => act.stage === stage)
  return said ? null : { act: 'exhausted', stage, passedOver }
}

function missingBrief(facts: BreachFacts, stage: number, now: Date): Ask | null {
  const decided = decisionAt(facts.history, stage - 1)!
  const inTime = now < waitsUntil(facts.policy, stage - 1, decided.at) && mayBriefFor(facts, stage, decided.by)
  const said = actsOf(facts.history, 'unbriefed').some((act) => act.stage === stage)
  return inTime || said ? null : { act: 'unbriefed', stage }
}

/**
 * Whether it is for somebody to brief a stage: whoever decided before, while they can; else who could have. Nobody briefs
 * themselves, unless they decided before.
 */
export function mayBriefFor(facts: BreachFacts, stage: number, staffId: string): boolean {
  const { by } = decisionAt(facts.history, stage - 1)!
  if (couldDecide(facts, stage - 1, by)) return staffId === by
  return couldDecide(facts, stage - 1, staffId) && !couldDecide(facts, stage, staffId)
}

/** Whether somebody has a deciding seat at a stage and nothing keeps them from it, asked or not. */
export function couldDecide(facts: BreachFacts, stage: number, staffId: string): boolean {
  const seat = inOrder(facts, stage).find((each) => each.staffId === staffId && each.as === 'decider')?.seat
  return seat !== undefined && hindrance(facts, stage, staffId, seat) === null
}

const isAway = ({ circle, history }: BreachFacts, staffId: string): boolean =>
  staffId !== requesterOf(history) && circle.some((each) => each.staffId === staffId && each.absent)

/** Whether somebody who was asked at a stage, or passed over because they were away, may answer there now. */
export function mayAnswer(facts: BreachFacts, stage: number, staffId: string): boolean {
  const seat = seatOf(facts, stage, staffId)
  return seat !== null && hindrance(facts, stage, staffId, seat) === null
}

/** The seat under which somebody was asked at a stage, and still sits there; null for anybody else. */
export function seatOf(facts: BreachFacts, stage: number, staffId: string): Seat | null {
  const acts = actsOf(facts.history, 'asked').filter((act) => act.stage === stage)
  const late = [...acts, ...actsOf(facts.history, 'exhausted').filter((act) => act.stage === stage)]
    .flatMap(({ passedOver }) => passedOver)
    .some((other) => other.staffId === staffId && other.reason === 'absent')
  if (!late && !acts.some(({ to }) => to === staffId)) return null
  return inOrder(facts, stage).find((candidate) => candidate.staffId === staffId)?.seat ?? null
}

/** Why somebody may not be named by whoever has to name a decider; null when they may. */
export function notNamedBecause(
  facts: BreachFacts,
  stage: number,
  staffId: string,
): PassedOverReason | 'stranger' | null {
  const roles = facts.policy.stages[stage]!.asked.flatMap(({ names }) => names ?? [])
  const candidate = facts.circle.find((each) => each.staffId === staffId)
  if (!candidate?.roles.some((role) => roles.includes(role))) return 'stranger'
  return passedOverBecause(facts, stage, staffId, { who: '', urgentOnly: false })
}

/** Whom somebody could name to decide at a stage. */
export const nomineesAt = (facts: BreachFacts, stage: number, namer: string): string[] =>
  facts.circle
    .map(({ staffId }) => staffId)
    .filter((staffId) => staffId !== namer && notNamedBecause(facts, stage, staffId) === null)

/** Whether somebody was asked to name a decider, and has nobody to name: they are waited for in vain. */
export const isIdle = (facts: BreachFacts, stage: number, staffId: string): boolean =>
  Boolean(seatOf(facts, stage, staffId)?.names) && nomineesAt(facts, stage, staffId).length === 0

interface InOrder {
  staffId: string
  seat: Seat
  as: 'decider' | 'namer'
}

/** Everybody with a seat at a stage: whoever was named there, then the stage's own order. */
function inOrder({ policy, history, circle }: BreachFacts, stage: number): InOrder[] {
  const { asked } = policy.stages[stage]!
  const holding = (role: string) => circle.filter(({ roles }) => roles.includes(role)).map(({ staffId }) => staffId)
  const involved = circle.map(({ staffId }) => staffId).filter((staffId) => staffId === requesterOf(history))
  const named = actsOf(history, 'named')
    .filter((act) => act.stage === stage)
    .flatMap(({ to }) =>
      asked.flatMap(({ names }) => (names && holding(names).includes(to) ? [{ who: names, to }] : [])),
    )
    .map(({ who, to }): InOrder => ({ staffId: to, seat: { who, urgentOnly: false }, as: 'decider' }))
  const seated = asked.flatMap((seat) => {
    const people = seat.who === REQUESTER ? involved : holding(seat.who)
    return people.map((staffId): InOrder => ({ staffId, seat, as: seat.names ? 'namer' : 'decider' }))
  })
  return [...named, ...seated]
}

function passedOverBecause(facts: BreachFacts, stage: number, staffId: string, seat: Seat): PassedOverReason | null {
  const urgent = actsOf(facts.history, 'raised')[0]!.urgent
  if (seat.urgentOnly && !urgent) return 'not-urgent'
  const hindered = hindrance(facts, stage, staffId, seat)
  if (hindered) return hindered
  const candidate = facts.circle.find((each) => each.staffId === staffId)
  if (candidate?.absent && seat.who !== REQUESTER) return 'absent'
  return seat.names && nomineesAt(facts, stage, staffId).length === 0 ? 'nobody-to-name' : null
}

/** What keeps somebody from answering at a stage, whether they were asked or not (IMP-04, IMP-05, IMP-06, IMP-14). */
function hindrance(
  { policy, history, circle }: BreachFacts,
  stage: number,
  staffId: string,
  seat: Seat,
): Exclude<PassedOverReason, 'absent' | 'not-urgent' | 'nobody-to-name'> | null {
  const candidate = circle.find((each) => each.staffId === staffId)
  if (staffId === requesterOf(history) && seat.who !== REQUESTER) return 'requester'
  const keptOut = candidate && keptOutBecause(policy, candidate)
  if (keptOut) return keptOut
  return actedElsewhere(policy.stages[stage]!, history, stage, staffId) ? 'acted-before' : null
}

/** Why somebody must have no part in it, whatever they are to it; null when they may. */
export function keptOutBecause(
  { investigators }: BreachPolicy,
  { roles, walled, conflicted }: Candidate,
): 'investigator' | 'walled' | 'conflicted' | null {
  if (investigators && roles.includes(investigators)) return 'investigator'
  if (walled) return 'walled'
  return conflicted ? 'conflicted' : null
}

/** Nobody acts twice, under two roles neither; deciding again with advice is the one exception, where there is one. */
function actedElsewhere(rule: BreachStage, history: readonly BreachAct[], stage: number, staffId: string): boolean {
  const advised = actsOf(history, 'advised').some(({ by }) => by === staffId)
  const named = actsOf(history, 'named').some(({ by }) => by === staffId)
  return advised || named || (decidedBefore(history, stage, staffId) && rule.again === null)
}

/** Whether somebody decided at an earlier stage. */
export const decidedBefore = (history: readonly BreachAct[], stage: number, staffId: string): boolean =>
  Array.from({ length: stage }, (_, earlier) => decisionAt(history, earlier)).some((act) => act?.by === staffId)
