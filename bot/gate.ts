import { type Outcome, refuse } from '../services/platform/outcome'
import { type ActivityRefusal, readActivity, type VerifiedActivity } from './activity.schema'
import { createSigningKeys, KEY_TIMING, type KeyTiming } from './gate-keys'
import { createRefusalLog } from './gate-log'
import { assertGateSettings, type GateSettings } from './gate-settings'
import { createTokenCheck, type GateOrganisation, type TokenRefusal } from './gate-token'
import { safeServiceUrl } from './service-url'

export type { VerifiedActivity } from './activity.schema'
export { CHANNEL_ISSUER, CHANNEL_METADATA_URL, CHANNEL_SERVICE_HOSTS, type GateSettings } from './gate-settings'
export type { GateOrganisation } from './gate-token'
export { safeServiceUrl } from './service-url'

const CHANNEL = 'msteams'
const LARGEST_BODY = 256 * 1024
const JSON_TYPE = /^application\/json(?: ?; ?charset="?utf-8"?)?$/i

/** Every reason for which the gate refuses a request, with the HTTP status for the sender. */
const STATUS = {
  'body-too-large': 413,
  'content-type-wrong': 415,
  'authorization-missing': 401,
  'authorization-repeated': 401,
  'authorization-not-bearer': 401,
  'token-malformed': 401,
  'algorithm-not-allowed': 401,
  'key-unknown': 401,
  'keys-unavailable': 401,
  'signature-wrong': 401,
  'issuer-wrong': 401,
  'audience-wrong': 401,
  'token-times-missing': 401,
  'token-not-yet-valid': 401,
  'token-expired': 401,
  'body-not-json': 400,
  'body-too-deep': 400,
  'body-key-forbidden': 400,
  'body-shape': 400,
  'channel-wrong': 403,
  'service-url-not-claimed': 401,
  'service-url-not-allowed': 403,
  'tenant-missing': 403,
  'tenants-disagree': 403,
  'tenant-wrong': 403,
} as const satisfies Record<TokenRefusal | ActivityRefusal | (string & {}), number>

export type GateReason = keyof typeof STATUS

export interface GateRequest {
  /**
   * As Node's `headersDistinct` gives them: names in lower case, and a header sent twice with both its values. Node's
   * `headers` would hide a second Authorization header.
   */
  headers: Record<string, string | string[] | undefined>
  /** The bytes as received. */
  body: Buffer
}

export type GateResult =
  | { ok: true; orgId: string; activity: VerifiedActivity }
  | { ok: false; status: (typeof STATUS)[GateReason]; reason: GateReason }

export interface Gate {
  /** Whether this request may reach a turn, and for which organisation. Never rejects, whatever was sent. */
  check(request: GateRequest): Promise<GateResult>
}

/**
 * The gate in front of the Bot Framework SDK, which lets in what it should not: anybody while no app id is set, and
 * activities that name no channel or no service URL. Checks go from cheap to dear, and the body is not parsed before
 * the token's signature, issuer, audience and times are right. Settings that could not keep anybody out are a fault:
 * it throws `CaseworkError('gate-settings')`.
 */
export function createGate(settings: GateSettings, timing: KeyTiming = KEY_TIMING): Gate {
  assertGateSettings(settings)
  const { openIdMetadataUrl, log } = settings
  const logRefusal = createRefusalLog(log)
  const checkToken =
    settings.tokens === 'required'
      ? createTokenCheck(settings, createSigningKeys(openIdMetadataUrl, CHANNEL, log, timing))
      : undefined
  if (!checkToken) log.warn('gate-checks-no-tokens')

  const refused = (reason: GateReason, organisation?: GateOrganisation): GateResult => {
    logRefusal(reason, STATUS[reason], organisation?.orgId)
    return { ok: false, status: STATUS[reason], reason }
  }

  return {
    check: async ({ headers, body }) => {
      if (body.length > LARGEST_BODY) return refused('body-too-large')
      if (!isPlainJson(headers)) return refused('content-type-wrong')
      const token = await checkToken?.(headers.authorization)
      if (token && !token.ok) return refused(token.reason)
      const read = readActivity(body)
      if (!read.ok) return refused(read.reason, token?.organisation)
      const admitted = admit(read.activity, token, settings)
      if (!admitted.ok) return refused(admitted.reason, token?.organisation)
      return { ok: true, orgId: admitted.organisation.orgId, activity: read.activity }
    },
  }
}

function isPlainJson(headers: GateRequest['headers']): boolean {
  const types = [headers['content-type'] ?? []].flat()
  return types.length === 1 && JSON_TYPE.test(types[0]!) && headers['content-encoding'] === undefined
}

/**
 * The token says that the channel sent this, for which app and to which service URL. It says nothing of the tenant and
 * does not cover the body, so what the body says of both is compared with the token's organisation.
 */
function admit(
  activity: VerifiedActivity,
  token: { organisation: GateOrganisation; serviceUrl: unknown } | undefined,
  settings: GateSettings,
): Outcome<{ organisation: GateOrganisation }, GateReason> {
  if (activity.channelId !== CHANNEL) return refuse('channel-wrong')
  if (token && token.serviceUrl !== activity.serviceUrl) return refuse('service-url-not-claimed')
  if (!safeServiceUrl(activity.serviceUrl, settings.allowedServiceHosts)) return refuse('service-url-not-allowed')

  const tenants = [activity.conversation.tenantId, activity.channelData?.tenant?.id].filter((id) => id !== undefined)
  const [tenant] = tenants
  if (tenant === undefined) return refuse('tenant-missing')
  if (tenants.some((other) => other !== tenant)) return refuse('tenants-disagree')

  const candidates = token ? [token.organisation] : settings.organisations
  const organisation = candidates.find(({ tenantId }) => tenantId.toLowerCase() === tenant)
  return organisation ? { ok: true, organisation } : refuse('tenant-wrong')
}
