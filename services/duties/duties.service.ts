import type { Clock } from '../platform/clock'
import type { Mongo } from '../platform/mongo'
import { claimDuty, openDutiesOf } from './duties.store'
import type { Duty, DutyKind } from './duties.types'

export interface Duties {
  /** Wakes the next duty that is due, and lets the capability that opened it decide what is still needed. */
  wakeNext(): Promise<boolean>
  openOf(orgId: string, owner: string): Promise<Duty[]>
}

/** Who is asked when a duty is due. */
export type DutyHandlers = Record<DutyKind, (duty: Duty) => Promise<void>>

export function createDuties(mongo: Mongo, clock: Clock, handlers: DutyHandlers): Duties {
  return {
    wakeNext: async () => {
      const duty = await claimDuty(mongo.db, clock.now())
      if (duty) await handlers[duty.kind](duty)
      return duty !== null
    },
    openOf: (orgId, owner) => openDutiesOf(mongo.forOrg(orgId), owner),
  }
}
