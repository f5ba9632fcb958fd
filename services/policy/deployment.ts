import { z } from 'zod'

/** How one union runs: its profile, its tenant, its bot registration, and which Entra groups hold which role. */
export const organisationSettings = z.strictObject({
  orgId: z.string().regex(/^[a-z][a-z-]*$/),
  profile: z.string(),
  tenantId: z.uuid(),
  appId: z.uuid(),
  /** Role of the profile -> object ids of the groups whose members hold it. */
  roles: z.record(z.string(), z.array(z.uuid()).min(1)),
  mailbox: z.email(),
  /** Shows on every card that nothing here is real (IMP-65). */
  sampleData: z.boolean(),
})

export type OrganisationSettings = z.infer<typeof organisationSettings>
