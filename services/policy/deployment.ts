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

/** Names the environment variable that holds a secret; no secret ever stands in a file. */
const secretEnv = z.string().regex(/^[A-Z][A-Z0-9_]*$/)

/** A union as a deployment knows it: with the two identities that the process takes on for it. */
const deployedOrganisation = organisationSettings.extend({
  sampleData: z.literal(false),
  /** How the bot signs in to the Bot Framework. Any other spelling of a type would mean "any tenant" to the SDK. */
  bot: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('SingleTenant'), secretEnv }),
    z.strictObject({ type: z.literal('UserAssignedMSI') }),
  ]),
  /** How Casekeeper signs in to the union's Microsoft Graph. */
  graph: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('client-secret'), clientId: z.uuid(), secretEnv }),
    z.strictObject({ kind: z.literal('managed-identity'), clientId: z.uuid().optional() }),
  ]),
})

export type DeployedOrganisation = z.infer<typeof deployedOrganisation>

/** The file that `CASEKEEPER_DEPLOYMENT` names: which unions this process serves, and where Teams finds it. */
export const deployment = z.strictObject({
  /** Where Teams posts to; TLS may end at a proxy in front of the process. */
  publicUrl: z.url({ protocol: /^https$/ }),
  /** Hosts of the Bot Framework's service beside the public cloud's. */
  serviceHosts: z.array(z.string()).default([]),
  organisations: z.array(deployedOrganisation).min(1),
})

export type Deployment = z.infer<typeof deployment>
