import { z } from 'zod'

export const consentKind = z.enum(['store', 'share_aqs', 'callback'])
export type ConsentKind = z.infer<typeof consentKind>

/** Silence is never express consent: an opt-out notice is a state of its own. */
export const consentState = z.enum([
  'not_asked',
  'notice_given',
  'optout_notice',
  'granted_express',
  'refused',
  'withdrawn',
])
export type ConsentState = z.infer<typeof consentState>

export const consentPolicy = z.strictObject({
  /** The kinds that every case must have a state for; what was not asked stands as `not_asked`. */
  kinds: z.array(consentKind),
  storeRefused: z.strictObject({
    /** What to tell a client who does not want anything kept. */
    text: z.string(),
    /** The role that is told, without any detail. */
    inform: z.string().nullable(),
  }),
})

export type ConsentPolicy = z.infer<typeof consentPolicy>
