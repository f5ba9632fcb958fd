import { z } from 'zod'
import { accessPolicy } from '../access/access.policy'
import { allocationPolicy } from '../allocation/allocation.policy'
import { breachPolicy } from '../breach/breach.policy'
import { calendarPolicy } from '../calendar/calendar.policy'
import { casesPolicy } from '../cases/cases.policy'
import { consentPolicy } from '../consent/consent.policy'
import { concernsPolicy, consultationPolicy } from '../consultation/consultation.policy'
import { emergencyPolicy } from '../emergency/emergency.policy'
import { intakePolicy } from '../intake/intake.policy'

/** A text that people say or read: our own words, with the points that any wording of it must make. */
const text = z.strictObject({
  version: z.int().positive(),
  points: z.array(z.string()).min(1),
  text: z.string().min(1),
})

export const policyProfile = z.strictObject({
  id: z.string().regex(/^[a-z][a-z-]*$/),
  name: z.string(),
  service: z.string(),
  version: z.string(),
  effectiveFrom: z.iso.date(),
  labels: z.record(z.string(), z.string()),
  access: accessPolicy,
  allocation: allocationPolicy,
  breach: breachPolicy,
  calendar: calendarPolicy,
  cases: casesPolicy,
  concerns: concernsPolicy,
  consent: consentPolicy,
  consultation: consultationPolicy,
  emergency: emergencyPolicy,
  intake: intakePolicy,
  texts: z.record(z.string(), text),
})

export type Policy = z.infer<typeof policyProfile>
