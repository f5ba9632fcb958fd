import { z } from 'zod'

const code = z.string().regex(/^[a-z][a-z-]*$/)
const minutes = z.int().positive()

/** Advice that colleagues give about a case without learning whose it is (AMB-52). */
export const consultationPolicy = z.strictObject({
  /** What people may ask of their own accord. A second kind would need a question that asks which. */
  kinds: z
    .array(
      z.strictObject({
        id: code,
        /** The role whose other holders may be asked, one of them or all. */
        of: code,
        /** What such a question may be asked for. */
        reasons: z.array(code).min(1),
        /** Whoever has not replied after the service was open for so long is reminded, once. */
        remindMinutes: minutes,
      }),
    )
    .max(1),
})

/** What a client may say that the service answers with a warning, and with advice from above. None is a breach ground. */
export const concernsPolicy = z
  .array(
    z.strictObject({
      id: code,
      /** The words in `texts` that the client hears first. */
      warning: z.string().min(1),
      /** The role of which everybody is asked at once. */
      consults: code,
      /** They are reminded whenever the service was open for so long again, until somebody was consulted. */
      remindMinutes: minutes,
    }),
  )
  .max(1)

export type ConsultationPolicy = z.infer<typeof consultationPolicy>
export type ConcernsPolicy = z.infer<typeof concernsPolicy>
