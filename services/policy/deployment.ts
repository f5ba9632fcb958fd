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

/** How the union's people see the bot in Teams; only the packaging of the Teams app reads it. */
const teamsApp = z.strictObject({
  name: z.string().trim().min(1),
  developer: z.string().trim().min(1),
  /** Pages that anybody can read without signing in. */
  websiteUrl: z.url({ protocol: /^https$/ }),
  privacyUrl: z.url({ protocol: /^https$/ }),
  termsOfUseUrl: z.url({ protocol: /^https$/ }),
})

export type TeamsApp = z.infer<typeof teamsApp>

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
  teamsApp: teamsApp.optional(),
  /** Where the key is that encrypts this union's data keys, in the form of `CASEKEEPER_KEY`, where it has one of its own. */
  key: z.string().min(1).optional(),
})

export type DeployedOrganisation = z.infer<typeof deployedOrganisation>

const LOOPBACK = ['localhost', '127.0.0.1']

function isTrustworthy(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, hostname, username, password } = new URL(address)
  const encrypted = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname))
  return encrypted && username === '' && password === ''
}

/** An address that tokens may be sent to, and keys taken from: over TLS, or on this machine. */
const trustworthyUrl = z.string().refine(isTrustworthy, 'neither https nor this machine')

const isOrigin = (address: string): boolean =>
  URL.canParse(address) && new URL(address).href === `${new URL(address).origin}/`

/**
 * Addresses instead of Microsoft's public cloud, for a rehearsal with stand-ins on the same machine. All or none: the SDK
 * takes one of them to mean that every other is given too (botframework-connector, `BotFrameworkAuthenticationFactory`).
 */
const endpoints = z.strictObject({
  /** Where the channel publishes the keys that it signs with, and the name under which it signs. */
  openIdMetadataUrl: trustworthyUrl,
  tokenIssuer: z.string().min(1),
  /** Where the bot's own tokens come from, and what they are asked for. */
  loginUrl: trustworthyUrl,
  oAuthScope: z.string().min(1),
  graphUrl: trustworthyUrl.refine(isOrigin, 'not without a path'),
})

export type Endpoints = z.infer<typeof endpoints>

/** The file that `CASEKEEPER_DEPLOYMENT` names: which unions this process serves, and where Teams finds it. */
export const deployment = z.strictObject({
  /** Where Teams posts to, and people fetch dossiers from; TLS may end at a proxy in front of the process. */
  publicUrl: z.url({ protocol: /^https$/ }),
  /** Hosts of the Bot Framework's service beside the public cloud's. */
  serviceHosts: z.array(z.string()).default([]),
  endpoints: endpoints.optional(),
  organisations: z.array(deployedOrganisation).min(1),
})

export type Deployment = z.infer<typeof deployment>
