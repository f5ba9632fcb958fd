import type { Services } from '../services'
import type { Freshness } from '../services/people/people.service'
import type { Actor } from '../services/people/people.types'
import type { VerifiedActivity } from './gate'

/** Who sent a verified activity, with the roles they hold now. @throws CaseworkError 'roles-unavailable' */
export async function actorOf(
  services: Services,
  orgId: string,
  activity: VerifiedActivity,
  freshness: Freshness,
): Promise<Actor> {
  const staffId = activity.from.aadObjectId
  const roles = await services.people.rolesOf(orgId, staffId, freshness)
  return { orgId, staffId, displayName: activity.from.name ?? '', roles }
}
