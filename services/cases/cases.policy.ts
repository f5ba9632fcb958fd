import { z } from 'zod'
import { consentKind, consentState } from '../consent/consent.policy'

export const casesPolicy = z.strictObject({
  title: z.strictObject({
    open: z.string(),
    closed: z.string(),
    /** Words that follow the status while a consent is in one of these states. */
    markers: z.array(z.strictObject({ kind: consentKind, states: z.array(consentState), label: z.string() })),
  }),
  /** How long content stays on a screen before it puts itself away. */
  visibleMinutes: z.int().positive(),
})

export type CasesPolicy = z.infer<typeof casesPolicy>
