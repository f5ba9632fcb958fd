import { isWalled } from '../access/access.rules'
import type { CaseRecord } from '../cases/cases.types'
import type { People } from '../people/people.service'
import type { Colleague } from '../people/people.types'
import type { Tx } from '../platform/transaction'
import type { Policy } from '../policy/policy.schema'
import type { Candidate } from './consultation.types'

/** Whoever holds a role, and who may have to investigate complaints. */
export interface Team {
  members: Colleague[]
  investigators: ReadonlySet<string>
}

/** Who may be asked about a case, as the rules decide it. */
export interface Circle {
  /** Asked of Graph, so never within a transaction. @throws CaseworkError 'staff-unavailable' */
  team(orgId: string, role: string): Promise<Team>
  candidates(tx: Tx, found: CaseRecord, team: Team): Promise<Candidate[]>
}

export function createCircle({ people, policyOf }: { people: People; policyOf(orgId: string): Policy }): Circle {
  return {
    team: async (orgId, role) => {
      const { investigators } = policyOf(orgId).breach
      const [members, keptOut] = await Promise.all([
        people.team(orgId, role),
        investigators ? people.team(orgId, investigators) : [],
      ])
      return { members, investigators: new Set(keptOut.map(({ staffId }) => staffId)) }
    },
    candidates: async (tx, found, { members, investigators }) => {
      const absent = await people.absentToday(tx)
      return members.map(({ staffId, displayName }) => ({
        staffId,
        name: displayName,
        absent: absent.has(staffId),
        walled: isWalled(found, staffId),
        investigator: investigators.has(staffId),
      }))
    },
  }
}
