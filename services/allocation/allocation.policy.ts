import { z } from 'zod'

export const allocationPolicy = z.strictObject({
  /** `rota`: the next in turn is proposed. `manual`: nobody is proposed; a person chooses. */
  mode: z.enum(['rota', 'manual']),
  /** The role whose holders take cases. */
  to: z.string(),
  /** Open cases at which somebody is passed over; null for no limit. */
  caseloadMax: z.int().positive().nullable(),
  /** Why somebody else than the proposed person may be chosen, and why an offer may be declined. */
  otherReasons: z.array(z.string()).min(1),
  declineReasons: z.array(z.string()).min(1),
  /** Whether the offer goes by mail as well as by card. */
  mail: z.boolean(),
})

export type AllocationPolicy = z.infer<typeof allocationPolicy>
