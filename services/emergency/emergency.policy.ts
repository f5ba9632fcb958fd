import { z } from 'zod'

const code = z.string().regex(/^[a-z][a-z-]*$/)
const minutes = z.int().positive()

/**
 * What happens when somebody is in danger now. There is no way to switch it off: the numbers are shown to anybody who
 * asks, before anything is recorded and without anybody's leave.
 */
export const emergencyPolicy = z.strictObject({
  /** Whom to call, first things first. What a number is stands in the labels, as `number.<id>`. */
  numbers: z.array(z.strictObject({ id: code, number: z.string().regex(/^\d{3,15}$/) })).min(1),
  /** Told at once: whoever holds the first of these roles and is there; the next role only where nobody is. */
  notify: z.array(code).min(1),
  /** Whether the union's written procedure lets somebody act before anybody was asked (AMB-23). */
  inProcedure: z.boolean(),
  /** How often whoever opened it is reminded until what was done is recorded. */
  remindMinutes: minutes,
  /** After so long without a record, whoever was told and whoever reviews hear of it, once (IMP-56). */
  afterRecordMinutes: minutes,
  /** So many by one person within so many days are brought to whoever reviews (IMP-56). */
  frequent: z.strictObject({ count: z.int().min(2), days: z.int().positive() }),
})

export type EmergencyPolicy = z.infer<typeof emergencyPolicy>
