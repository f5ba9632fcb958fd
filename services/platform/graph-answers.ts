import { z } from 'zod'

export interface StaffMember {
  staffId: string
  displayName: string
  mail: string | null
  jobTitle: string | null
  phone: string | null
  /** False for an account that is blocked, and where Graph does not say. */
  enabled: boolean
}

export type Presence = 'free' | 'busy' | 'away' | 'unknown'

/** Only what is read here is checked; Graph may send more at any time. */
export const idList = z.object({ value: z.array(z.string()) })
export const presenceList = z.object({
  value: z.array(z.object({ id: z.string(), availability: z.string().nullish() })),
})
const member = z.object({
  id: z.string(),
  displayName: z.string().nullish(),
  mail: z.string().nullish(),
  jobTitle: z.string().nullish(),
  businessPhones: z.array(z.string()).nullish(),
  accountEnabled: z.boolean().nullish(),
})
/** The properties to ask for with `$select`. */
export const MEMBER_FIELDS = Object.keys(member.shape).join(',')

export const memberPage = z.object({ value: z.array(member), '@odata.nextLink': z.string().optional() })

const PRESENCE = new Map<string, Presence>([
  ['Available', 'free'],
  ['AvailableIdle', 'free'],
  ['Busy', 'busy'],
  ['BusyIdle', 'busy'],
  ['DoNotDisturb', 'busy'],
  ['Away', 'away'],
  ['BeRightBack', 'away'],
  ['Offline', 'away'],
])

export type MemberPage = z.infer<typeof memberPage>

/** `unknown` for PresenceUnknown, for values added later, and for people whom Graph left out. */
export const presenceOf = (availability: string | null | undefined): Presence =>
  PRESENCE.get(availability ?? '') ?? 'unknown'

export function staffMember(person: z.infer<typeof member>): StaffMember {
  return {
    staffId: person.id,
    displayName: person.displayName || person.mail || person.id,
    mail: person.mail || null,
    jobTitle: person.jobTitle || null,
    phone: person.businessPhones?.[0] || null,
    enabled: person.accountEnabled === true,
  }
}
