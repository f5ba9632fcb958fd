import { createRemoteJWKSet, customFetch, errors, type FetchImplementation, type JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import { CaseworkError } from '../services/platform/errors'
import type { Logger } from '../services/platform/logger'

/** All in milliseconds of real time. */
export interface KeyTiming {
  /** Keys older than this are no longer trusted. */
  trusted: number
  /** From this age on, keys and metadata are read again in the background. */
  refresh: number
  /** A key that we do not know makes us read the keys again, but not sooner than this after the last reading. */
  unknownKey: number
  /** After a failed reading nobody is asked for this long. */
  pause: number
  /** How long one reading may take. */
  timeout: number
}

export const KEY_TIMING: KeyTiming = {
  trusted: 24 * 3_600_000,
  refresh: 3_600_000,
  unknownKey: 30_000,
  pause: 5_000,
  timeout: 5_000,
}

const metadataSchema = z.object({ jwks_uri: z.url() })
const keySetSchema = z.object({ keys: z.array(z.unknown()) })

/** An RSA key of 2,048 bits or more; its modulus takes 342 characters of base64url at least. */
const signingKeySchema = z.object({
  kty: z.literal('RSA'),
  kid: z.string().min(1),
  use: z.string().optional(),
  n: z.base64url().min(342),
  e: z.base64url().min(1),
  endorsements: z.array(z.string()),
})

/**
 * The keys with which the channel's service signs its tokens, for jose's `jwtVerify`. They are found by way of the
 * OpenID metadata, and only those endorsed for the channel exist for us (Azure Bot Service, "Authentication with the
 * Bot Connector API"). What is remembered is the last key set and nothing of any token. A failed reading is logged and
 * rejects with the code `keys-unavailable`; keys already known stay in use until they are too old to be trusted.
 */
export function createSigningKeys(
  metadataUrl: string,
  channelId: string,
  log: Logger,
  timing: KeyTiming = KEY_TIMING,
): JWTVerifyGetKey {
  let metadata: { keysUrl: URL; readAt: number } | undefined
  let readAt = 0
  let failedAt = 0

  const readKeys: FetchImplementation = async (_url, { signal }) => {
    if (Date.now() < failedAt + timing.pause) throw new CaseworkError('keys-unavailable')
    try {
      if (!metadata || Date.now() >= metadata.readAt + timing.refresh) {
        metadata = { keysUrl: await readKeysUrl(metadataUrl, signal), readAt: Date.now() }
      }
      const { keys } = keySetSchema.parse(await readJson(metadata.keysUrl, signal))
      const endorsed = keys.flatMap((key) => endorsedKey(key, channelId))
      readAt = Date.now()
      log.info('signing-keys-read', { count: endorsed.length })
      return Response.json({ keys: endorsed })
    } catch (fault) {
      metadata = undefined
      failedAt = Date.now()
      log.error('signing-keys-unavailable', { code: readingFault(fault) })
      throw new CaseworkError('keys-unavailable')
    }
  }

  const keys = createRemoteJWKSet(new URL(metadataUrl), {
    [customFetch]: readKeys,
    cacheMaxAge: timing.trusted,
    cooldownDuration: timing.unknownKey,
    timeoutDuration: timing.timeout,
  })

  return async (header, token) => {
    // jose would take the only key there is for a token that names none.
    if (header.kid === undefined) throw new errors.JWKSNoMatchingKey()
    const known = keys.fresh && Date.now() >= readAt + timing.refresh
    // Nobody waits for this reading, and a failure has been logged by then.
    if (known && !keys.reloading) keys.reload().catch(() => undefined)
    return keys(header, token)
  }
}

async function readKeysUrl(metadataUrl: string, signal: AbortSignal): Promise<URL> {
  const keysUrl = new URL(metadataSchema.parse(await readJson(new URL(metadataUrl), signal)).jwks_uri)
  if (keysUrl.protocol !== new URL(metadataUrl).protocol) throw new CaseworkError('keys-url-not-trusted')
  return keysUrl
}

async function readJson(url: URL, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(url, { signal, redirect: 'manual', headers: { accept: 'application/json' } })
  if (response.status === 200) return await response.json()
  await response.body?.cancel()
  throw new CaseworkError(`key-server-answered-${response.status}`)
}

/** The key without its certificates and endorsements, or nothing when the channel must not be signed for with it. */
function endorsedKey(key: unknown, channelId: string) {
  const { success, data } = signingKeySchema.safeParse(key)
  if (!success || !data.endorsements.includes(channelId)) return []
  const { endorsements: _, ...signingKey } = data
  return [signingKey]
}

/** `fetch` hides the interesting code, such as ECONNREFUSED, in the cause; a time-out has only its name. */
function readingFault(fault: unknown): string {
  const { name, code, cause } = fault as { name?: string; code?: unknown; cause?: { code?: unknown } }
  return String(name === 'TimeoutError' ? name : (cause?.code ?? code ?? name)).slice(0, 60)
}
