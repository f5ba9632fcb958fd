import { IANAZone } from 'luxon'
import { z } from 'zod'

/** A local time of day, such as `09:00`. */
const timeOfDay = z.iso.time({ precision: -1 })

const openingHours = z
  .strictObject({
    /** ISO weekdays: 1 is Monday, 7 is Sunday. */
    days: z.array(z.int().min(1).max(7)).min(1),
    from: timeOfDay,
    /** Exclusive: at this minute the service is closed. */
    to: timeOfDay,
  })
  .refine(({ from, to }) => from < to, 'the service must close later on the same day than it opens')

/** When the service works: the part of a union's profile that every deadline and reminder is counted by. */
export const calendarPolicy = z.strictObject({
  /** IANA time zone in which days begin, hours are read and dates are shown. */
  zone: z.string().refine((zone) => IANAZone.isValidZone(zone), 'not a time zone'),
  /** Whose bank holidays are kept; names a file in `holidays/`. */
  nation: z.enum(['england-and-wales']),
  /** The union's own closure days, besides the bank holidays. */
  closures: z.array(z.iso.date()),
  hours: z.array(openingHours).min(1),
})

export type CalendarPolicy = z.infer<typeof calendarPolicy>
