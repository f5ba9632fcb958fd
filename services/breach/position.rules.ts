import type { BreachPolicy } from './breach.policy'
import type { BreachAct, Position } from './breach.types'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/** Only those acts of a history that are of one kind. */
export const actsOf = <Kind extends BreachAct['act']>(history: readonly BreachAct[], kind: Kind) =>
  history.filter((act): act is Extract<BreachAct, { act: Kind }> => act.act === kind)

/** Whoever raised the request. */
export const requesterOf = (history: readonly BreachAct[]): string => actsOf(history, 'raised')[0]!.by

/** How a stage was decided, if it was. */
export const decisionAt = (history: readonly BreachAct[], stage: number) =>
  actsOf(history, 'decided').find((decided) => decided.stage === stage)

/** Until when a stage waits for somebody, from the moment at which it began to (`breach.stages.silenceMinutes`). */
export const waitsUntil = ({ stages }: BreachPolicy, stage: number, since: Date): Date =>
  new Date(since.getTime() + stages[stage]!.silenceMinutes * MINUTE_MS)

/** Where a request stands at a moment, by the chain under which it was raised (`breach.stages`). */
export function position(policy: BreachPolicy, history: readonly BreachAct[], now: Date): Position {
  if (actsOf(history, 'completed').length > 0) return { at: 'completed' }
  if (actsOf(history, 'withdrawn').length > 0) return { at: 'withdrawn' }
  for (const [stage, { identity, no }] of policy.stages.entries()) {
    const decided = decisionAt(history, stage)
    if (decided?.answer === 'no') return { at: 'refused', final: no === 'final' }
    if (decided) continue
    if (stage === 0 && !consulted(policy, history)) return { at: 'consulting' }
    const briefed = actsOf(history, 'briefed').some((act) => act.stage === stage)
    return identity === 'brief' && !briefed ? { at: 'briefing', stage } : { at: 'deciding', stage }
  }
  return afterwards(policy, history, now)
}

function consulted({ consult }: BreachPolicy, history: readonly BreachAct[]): boolean {
  return consult === null || actsOf(history, 'advised').length >= consult.atLeast
}

/** What an authorisation is still good for: it counts from the last yes, or from its last confirmation. */
function afterwards({ stages, expiresHours }: BreachPolicy, history: readonly BreachAct[], now: Date): Position {
  const confirmed = history.findLastIndex(
    (act) => act.act === 'reconfirmed' || (act.act === 'decided' && act.stage === stages.length - 1),
  )
  const since = history.slice(confirmed + 1)
  if (actsOf(since, 'facts-changed').length > 0) return { at: 'expired' }
  if (actsOf(since, 'disclosed').length > 0) return { at: 'acting' }
  const until = new Date(history[confirmed]!.at.getTime() + expiresHours * HOUR_MS)
  return now < until ? { at: 'authorised', until } : { at: 'expired' }
}

const ENDS_ALARM: readonly BreachAct['act'][] = ['asked', 'named', 'briefed', 'decided', 'withdrawn']

/**
 * Whether nobody answers: `open` once nobody was left to ask or no brief came in time, `over` when somebody was asked or
 * answered since; null where it never came to that (IMP-06).
 */
export function alarmOf(history: readonly BreachAct[]): 'open' | 'over' | null {
  const last = history.findLastIndex(({ act }) => act === 'exhausted' || act === 'unbriefed')
  if (last < 0) return null
  return history.slice(last).some(({ act }) => ENDS_ALARM.includes(act)) ? 'over' : 'open'
}
