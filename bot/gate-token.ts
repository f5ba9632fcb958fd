import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { faultCode } from '../services/platform/logger'
import { type Outcome, refuse } from '../services/platform/outcome'

/** One union's bot registration. */
export interface GateOrganisation {
  orgId: string
  appId: string
  tenantId: string
}

export type TokenRefusal =
  | 'authorization-missing'
  | 'authorization-repeated'
  | 'authorization-not-bearer'
  | 'token-malformed'
  | 'token-expired'
  | 'token-not-yet-valid'
  | 'token-times-missing'
  | 'algorithm-not-allowed'
  | 'key-unknown'
  | 'keys-unavailable'
  | 'signature-wrong'
  | 'issuer-wrong'
  | 'audience-wrong'

export type TokenCheck = (
  authorization: string | readonly string[] | undefined,
) => Promise<Outcome<{ organisation: GateOrganisation; serviceUrl: unknown }, TokenRefusal>>

const CLOCK_TOLERANCE_SECONDS = 5 * 60

/** The service's tokens have about 1,000 characters. */
const LONGEST_TOKEN = 8_192

const SIGNED_TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/

const REFUSALS: Readonly<Record<string, TokenRefusal>> = {
  'keys-unavailable': 'keys-unavailable',
  ERR_JOSE_ALG_NOT_ALLOWED: 'algorithm-not-allowed',
  ERR_JWKS_NO_MATCHING_KEY: 'key-unknown',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'key-unknown',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'signature-wrong',
  ERR_JWT_EXPIRED: 'token-expired',
}

const CLAIM_REFUSALS: Readonly<Record<string, TokenRefusal>> = {
  iss: 'issuer-wrong',
  aud: 'audience-wrong',
  exp: 'token-times-missing',
}

/**
 * Checks the Authorization header of a request from the channel: one header, the scheme `Bearer` spelt so, and a token
 * signed with RS256 by the issuer for one of our app ids, in force now give or take 5 minutes of real time (Azure Bot
 * Service, "Authentication with the Bot Connector API"). The answer names the organisation of that app id, and the
 * service URL the token was issued for. Nothing is remembered of any token.
 */
export function createTokenCheck(
  settings: { organisations: readonly GateOrganisation[]; issuer: string },
  keys: JWTVerifyGetKey,
): TokenCheck {
  const options = {
    issuer: settings.issuer,
    audience: settings.organisations.map(({ appId }) => appId),
    algorithms: ['RS256'],
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    requiredClaims: ['exp', 'nbf'],
  }
  return async (authorization) => {
    const bearer = readBearer(authorization)
    if (!bearer.ok) return bearer
    try {
      const { payload } = await jwtVerify(bearer.token, keys, options)
      // A token for several audiences does not say which organisation is meant, and the service issues none.
      const organisation = settings.organisations.find(({ appId }) => appId === payload.aud)
      return organisation ? { ok: true, organisation, serviceUrl: payload.serviceurl } : refuse('audience-wrong')
    } catch (fault) {
      return refuse(refusalOf(fault))
    }
  }
}

function readBearer(authorization: string | readonly string[] | undefined): Outcome<{ token: string }, TokenRefusal> {
  const headers = typeof authorization === 'string' ? [authorization] : (authorization ?? [])
  const header = headers[0]
  if (header === undefined) return refuse('authorization-missing')
  if (headers.length > 1) return refuse('authorization-repeated')
  if (!header.startsWith('Bearer ')) return refuse('authorization-not-bearer')
  const token = header.slice('Bearer '.length)
  return token.length <= LONGEST_TOKEN && SIGNED_TOKEN.test(token) ? { ok: true, token } : refuse('token-malformed')
}

function refusalOf(fault: unknown): TokenRefusal {
  if (fault instanceof errors.JWTClaimValidationFailed) {
    if (fault.claim === 'nbf') return fault.reason === 'check_failed' ? 'token-not-yet-valid' : 'token-times-missing'
    return CLAIM_REFUSALS[fault.claim] ?? 'token-malformed'
  }
  return REFUSALS[faultCode(fault)] ?? 'token-malformed'
}
