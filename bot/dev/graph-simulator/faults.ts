import { type Answer, refusal } from './answers'
import type { GraphRoute, SimulatedFault } from './simulator.types'

/** The fault switches, one per route. */
export interface FaultSwitches {
  set(route: GraphRoute, fault: SimulatedFault | null): void
  /** The fault for one more request on the route; counts it. */
  take(route: GraphRoute): SimulatedFault | null
}

export function createFaults(): FaultSwitches {
  const faults = new Map<GraphRoute, { fault: SimulatedFault; left: number }>()
  return {
    set: (route, fault) => {
      if (fault) faults.set(route, { fault, left: fault.times ?? Number.POSITIVE_INFINITY })
      else faults.delete(route)
    },
    take: (route) => {
      const entry = faults.get(route)
      if (!entry || entry.left <= 0) return null
      entry.left -= 1
      return entry.fault
    },
  }
}

/** The codes that Graph's directory part uses. */
const CODES: Record<number, string> = {
  401: 'InvalidAuthenticationToken',
  403: 'Authorization_RequestDenied',
  404: 'Request_ResourceNotFound',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'GatewayTimeout',
}

/** The answer that a fault gives instead of the real one; null for faults that change it or delay it. */
export function answerOf(fault: SimulatedFault): (Answer & { empty?: boolean }) | null {
  if (fault.kind === 'redirect') return { status: 307, headers: { location: fault.to } }
  if (fault.kind !== 'status') return null
  const code = fault.code ?? CODES[fault.status] ?? 'UnknownError'
  return {
    ...refusal(fault.status, code, 'A fault that was switched on.'),
    headers: fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter },
    empty: fault.empty ?? false,
  }
}
