import { isWalled, may } from '../access/access.rules'
import type { Actor } from '../people/people.types'
import type { Clock } from '../platform/clock'
import type { Mongo, Reading } from '../platform/mongo'
import { createEmergencyAdvice, type EmergencyAdvice } from './emergency.advice'
import { createEmergencyDuties, type EmergencyDuties, type EmergencyDutyParts } from './emergency.duties'
import { createEmergencyOpening, type EmergencyOpening } from './emergency.opening'
import { createEmergencyRecording, type EmergencyRecording, type EmergencyRecordingParts } from './emergency.recording'
import { createEmergencyReviews, type EmergencyReviews } from './emergency.reviews'
import { NAME_MAX_LENGTH, readAfterRecord, readCall, readLateAdvice, TEXT_MAX_LENGTH } from './emergency.rules'
import { ownView, summaryOf, withCase } from './emergency.steps'
import { tasksOf } from './emergency.store'
import type { EmergencySummary, EmergencyTask, OwnEmergency } from './emergency.types'

export type { Opening } from './emergency.opening'
export { NAME_MAX_LENGTH, readAfterRecord, readCall, readLateAdvice, TEXT_MAX_LENGTH }

/** Somebody is in danger now: the opening, what was done, advice that came later, the review, and what falls due. */
export interface Emergencies
  extends EmergencyOpening,
    EmergencyRecording,
    EmergencyAdvice,
    EmergencyReviews,
    EmergencyDuties {
  /** What waits for somebody; those in cases behind a wall are still among them. */
  tasksOf(actor: Actor, limit: number): Reading<EmergencyTask>
  /** What may be posted about it to somebody; null where a wall has come up since. */
  summary(orgId: string, emergencyId: string, to: string): Promise<(EmergencySummary & OwnEmergency) | null>
}

export interface EmergencyParts extends EmergencyDutyParts, EmergencyRecordingParts {
  mongo: Mongo
  clock: Clock
}

export function createEmergencies(parts: EmergencyParts): Emergencies {
  const { mongo, cases, clock, policyOf } = parts
  return {
    ...createEmergencyOpening(parts),
    ...createEmergencyRecording(parts),
    ...createEmergencyAdvice(parts),
    ...createEmergencyReviews(parts),
    ...createEmergencyDuties(parts),

    tasksOf: (actor, limit) => {
      const { orgId, staffId } = actor
      return tasksOf(mongo.forOrg(orgId), staffId, {
        reviews: may(actor, 'emergency.review', policyOf(orgId).access).ok,
        now: clock.now(),
        limit,
      })
    },

    summary: async (orgId, emergencyId, to) => {
      const { found, itsCase } = await withCase(mongo.forOrg(orgId), cases, emergencyId)
      if (!found) return null
      // Whoever opened it may not be allowed to know that there is such a case.
      if (found.openedBy === to) return { ...ownView(found), ...summaryOf(found, null) }
      return itsCase && isWalled(itsCase, to) ? null : { ...ownView(found), ...summaryOf(found, itsCase) }
    },
  }
}
