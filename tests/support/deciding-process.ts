import type { PersonalDeed } from '../../services/breach/breach.types'
import { systemActor } from '../../services/people/people.types'
import { answerLines } from './line-process'

/** Answer this request so many times at once: each press is one of those listed, in turn. */
export interface DecisionRound {
  orgId: string
  breachId: string
  presses: readonly DecisionPress[]
}

export interface DecisionPress {
  staffId: string
  role: string
  deed: PersonalDeed
}

/** How each press ended, in the order in which they were asked for. */
export type DecisionAnswer = ('done' | 'repeated' | string)[]

const CODES = ['discussion', 'options', 'reasons', 'actions', 'withdrawn-because']
const STATES = Object.fromEntries(CODES.map((code) => [code, `the heron, ${code}`]))

void answerLines<DecisionRound, DecisionAnswer>(({ breaches }, { orgId, breachId, presses }) =>
  Promise.all(
    presses.map(async ({ staffId, role, deed }) => {
      const actor = { ...systemActor(orgId), staffId, roles: [role] }
      const outcome = await breaches.act(actor, { breachId, deed, states: STATES })
      if (!outcome.ok) return outcome.reason
      return outcome.repeated ? 'repeated' : 'done'
    }),
  ),
)
