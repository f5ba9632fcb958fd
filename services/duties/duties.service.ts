import { LOST_BY_CHANCE } from '../platform/claim'
import type { Clock } from '../platform/clock'
import { faultCode } from '../platform/logger'
import type { Mongo } from '../platform/mongo'
import { claimDuty, openDutiesOf } from './duties.store'
import type { Duty, DutyKind } from './duties.types'

export interface Duties {
  /**
   * Wakes the next duty that is due, and lets the capability that opened it decide what is still needed. What fails or
   * never ends stays open, is woken again after its lease, ever more seldom, and is spoken of each time.
   *
   * @returns whether there was one
   */
  wakeNext(onTrouble?: (trouble: DutyTrouble) => void): Promise<boolean>
  openOf(orgId: string, owner: string): Promise<Duty[]>
}

/** A duty that could not be done this time; `reason` is 'worker-lost' where the last ones to try never said why. */
export interface DutyTrouble {
  orgId: string
  kind: DutyKind
  reason: string
  /** How many tries in a row have come to nothing. */
  attempt: number
}

/** Who is asked when a duty is due. */
export type DutyHandlers = Record<DutyKind, (duty: Duty) => Promise<void>>

export function createDuties(mongo: Mongo, clock: Clock, handlers: DutyHandlers): Duties {
  return {
    wakeNext: async (onTrouble = () => undefined) => {
      const duty = await claimDuty(mongo.db, clock.now())
      if (!duty) return false
      const { orgId, kind, lease } = duty
      const { lost = 0 } = lease
      if (lost > LOST_BY_CHANCE) onTrouble({ orgId, kind, reason: 'worker-lost', attempt: lost })
      try {
        await handlers[kind](duty)
      } catch (fault) {
        onTrouble({ orgId, kind, reason: faultCode(fault), attempt: lost + 1 })
      }
      return true
    },
    openOf: (orgId, owner) => openDutiesOf(mongo.forOrg(orgId), owner),
  }
}
