import { isWalled } from '../access/access.rules'
import type { CaseSteps } from '../cases/cases.service'
import type { Actor, Colleague } from '../people/people.types'
import type { Clock } from '../platform/clock'
import type { Mongo, Scope } from '../platform/mongo'
import type { Policy } from '../policy/policy.schema'
import { findWithCase, recentAllocations } from './allocation.store'
import type { AllocationRecord, OfferView } from './allocation.types'
import { offerView } from './allocation.views'

/** What is read of allocations without opening a case: nothing here names a client. */
export interface AllocationLists {
  /** The offer as it stands, for the card that is sent. */
  offer(orgId: string, allocationId: string): Promise<OfferView | null>
  /** What waits to be accepted, and what was answered since the day before. */
  waiting(actor: Actor): Promise<OfferView[]>
}

export interface AllocationListParts {
  mongo: Mongo
  cases: Pick<CaseSteps, 'loadMany' | 'of'>
  team(orgId: string): Promise<Colleague[]>
  policyOf(orgId: string): Policy
  clock: Clock
}

const DAY_MS = 24 * 60 * 60 * 1000

export function allocationLists({ mongo, cases, team, policyOf, clock }: AllocationListParts): AllocationLists {
  /** @param reader who is shown them: nobody learns of a case that they are walled off from (IMP-14) */
  async function viewsOf(scope: Scope, allocations: readonly AllocationRecord[], reader: Actor): Promise<OfferView[]> {
    const found = await cases.loadMany(
      scope,
      allocations.map(({ caseId }) => caseId),
    )
    const visible = found.filter((record) => !isWalled(record, reader.staffId))
    const byId = new Map(visible.map((record) => [record._id, record]))
    const colleagues = await team(scope.orgId)
    return allocations.flatMap((allocation) => {
      const record = byId.get(allocation.caseId)
      return record ? [offerView(policyOf(scope.orgId), allocation, record, colleagues)] : []
    })
  }

  return {
    offer: async (orgId, allocationId) => {
      const scope = mongo.forOrg(orgId)
      const read = await findWithCase(scope, allocationId, cases.of(scope))
      return read && offerView(policyOf(orgId), read.allocation, read.found, await team(orgId))
    },

    waiting: async (actor) => {
      const scope = mongo.forOrg(actor.orgId)
      return viewsOf(scope, await recentAllocations(scope, new Date(clock.now().getTime() - DAY_MS)), actor)
    },
  }
}
