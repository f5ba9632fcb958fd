import { systemActor } from '../../services/people/people.types'
import { answerLines } from './line-process'

/** Press this offer so many times at once, in all three ways. */
export interface Round {
  orgId: string
  allocationId: string
  version: number
  holder: string
  giver: string
  presses: number
}

/** What each press was answered. */
export interface RoundAnswer {
  decided: string[]
  reasons: string[]
  /** How many presses got an answer of any kind. */
  answered: number
}

void answerLines<Round, RoundAnswer>(
  async ({ allocation }, { orgId, allocationId, version, holder, giver, presses }) => {
    const as = (staffId: string, role: string) => ({ ...systemActor(orgId), staffId, roles: [role] })
    const pressed = { allocationId, version }
    const { accept, decline, withdraw } = allocation
    const outcomes = await Promise.all(
      Array.from({ length: presses }, async (_, index) => {
        const [kind, press] = [
          ['accepted', () => accept(as(holder, 'caseworker'), pressed)] as const,
          ['declined', () => decline(as(holder, 'caseworker'), { ...pressed, because: 'away' })] as const,
          ['withdrawn', () => withdraw(as(giver, 'front'), pressed)] as const,
        ][index % 3]!
        const outcome = await press()
        return { kind, outcome }
      }),
    )
    return {
      decided: outcomes.flatMap(({ kind, outcome }) => (outcome.ok && !outcome.repeated ? [kind] : [])),
      reasons: [...new Set(outcomes.flatMap(({ outcome }) => (outcome.ok ? [] : [outcome.reason])))],
      answered: outcomes.length,
    }
  },
)
