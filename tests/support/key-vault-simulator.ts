import { constants, generateKeyPairSync, type KeyObject, privateDecrypt, publicEncrypt, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Agent, createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import type { TokenCredential } from '@azure/identity'
import { makeCertificate } from './loopback-certificate'

const LATE_MS = 400
const HOST = 'union-keys.vault.azure.net'
export const RESOURCE = 'https://vault.azure.net'
export const TOKEN = 'canary-vault-token'
const TENANT = '00000000-0000-4000-8000-00000000000a'

interface VaultVersion {
  version: string
  enabled: boolean
  expired: boolean
  publicKey: KeyObject
  privateKey: KeyObject
}

/** What the next request gets instead of an answer; `silence` keeps the connection open, `late` answers well but late. */
export type VaultTrouble = { status: number; retryAfter?: string; inner?: string } | 'silence' | 'reset' | 'late'

export interface SeenRequest {
  method: string
  path: string
  authorized: boolean
  length: number
  at: number
}

/**
 * Behaves as the REST interface of Azure Key Vault is documented to, for `get`, `wrapkey` and `unwrapkey` with RSA keys:
 * over TLS under a vault's own name, with its challenge (learn.microsoft.com, authentication-requests-and-responses;
 * rest/api/keyvault/keys; rest-error-codes).
 */
export interface KeyVaultSimulator {
  /** Leads to this vault whatever the name says, and trusts its certificate. */
  agent: Agent
  credential: TokenCredential
  /** What tokens were asked for. */
  scopes: string[]
  requests: SeenRequest[]
  /** Each is met by one request, in this order. */
  troubles: VaultTrouble[]
  /** What the challenge says that the token should be for. */
  resource: string
  keyUrl(name: string): string
  /** Makes a key, or a new version of it; answers the version's name. */
  rotate(name: string, kind?: 'rsa' | 'ec'): string
  change(name: string, version: string, to: Partial<Pick<VaultVersion, 'enabled' | 'expired'>>): void
  softDelete(name: string): void
  goAway(): Promise<void>
  comeBack(): Promise<void>
}

export async function startKeyVault(): Promise<KeyVaultSimulator> {
  const certificate = makeCertificate(HOST)
  const keys = new Map<string, VaultVersion[]>()
  const server = createServer(certificate, (request, response) => {
    void answer(request, response)
  })
  const listen = async (at: number) => {
    server.listen(at, '127.0.0.1')
    await once(server, 'listening')
  }
  await listen(0)
  const { port } = server.address() as AddressInfo

  const vault: KeyVaultSimulator = {
    agent: new Agent({
      ca: certificate.cert,
      keepAlive: true,
      lookup: (_name, _options, found) => found(null, [{ address: '127.0.0.1', family: 4 }]),
    }),
    credential: {
      getToken: async (scopes) => {
        vault.scopes.push(...[scopes].flat())
        return { token: TOKEN, expiresOnTimestamp: Date.now() + 3_600_000 }
      },
    },
    scopes: [],
    requests: [],
    troubles: [],
    resource: RESOURCE,
    keyUrl: (name) => `https://${HOST}:${port}/keys/${name}`,
    rotate: (name, kind = 'rsa') => {
      const pair =
        kind === 'rsa'
          ? generateKeyPairSync('rsa', { modulusLength: 2_048 })
          : generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const version = randomBytes(16).toString('hex')
      keys.set(name, [...(keys.get(name) ?? []), { version, enabled: true, expired: false, ...pair }])
      return version
    },
    change: (name, version, to) => {
      Object.assign(keys.get(name)!.find((one) => one.version === version)!, to)
    },
    softDelete: (name) => {
      keys.delete(name)
    },
    goAway: async () => {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
    comeBack: () => listen(port),
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await json(request).catch(() => ({}))) as { alg?: string; value?: string }
    const { pathname, searchParams } = new URL(request.url ?? '', `https://${HOST}`)
    const authorized = request.headers.authorization === `Bearer ${TOKEN}`
    const length = Number(request.headers['content-length'] ?? 0)
    vault.requests.push({ method: request.method!, path: pathname, authorized, length, at: performance.now() })
    const trouble = vault.troubles.shift()
    if (trouble === 'silence') return
    if (trouble === 'reset') return void request.socket.destroy()
    if (trouble === 'late') await wait(LATE_MS)
    else if (trouble) {
      const headers: Record<string, string> = trouble.retryAfter ? { 'retry-after': trouble.retryAfter } : {}
      return send(response, trouble.status, problem('Trouble', trouble.inner), headers)
    }
    if (!authorized) {
      const challenge = `Bearer authorization="https://login.windows.net/${TENANT}", resource="${vault.resource}"`
      return send(response, 401, problem('Unauthorized'), { 'www-authenticate': challenge })
    }
    if (!searchParams.get('api-version')) return send(response, 400, problem('BadParameter'))
    const [, collection, name = '', version = '', operation] = pathname.split('/')
    const versions = collection === 'keys' ? (keys.get(name) ?? []) : []
    const found = version === '' ? versions.at(-1) : versions.find((one) => one.version === version)
    if (!found) return send(response, 404, problem('KeyNotFound'))
    const kid = `https://${HOST}:${port}/keys/${name}/${found.version}`
    if (request.method === 'GET') return send(response, 200, bundle(kid, found))
    return send(response, ...operate(String(operation), found, kid, body))
  }

  return vault
}

function operate(
  operation: string,
  { enabled, expired, publicKey, privateKey }: VaultVersion,
  kid: string,
  { alg, value }: { alg?: string; value?: string },
): [status: number, body: object] {
  if (!enabled) return [403, problem('Forbidden', 'KeyDisabled')]
  // Outside its dates a key still opens what it has wrapped, and wraps nothing.
  if (expired && operation === 'wrapkey') return [403, problem('Forbidden', 'KeyExpired')]
  if (alg !== 'RSA-OAEP-256' || !value) return [400, problem('BadParameter')]
  const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }
  const bytes = Buffer.from(value, 'base64url')
  try {
    const result =
      operation === 'wrapkey'
        ? publicEncrypt({ key: publicKey, ...padding }, bytes)
        : privateDecrypt({ key: privateKey, ...padding }, bytes)
    return [200, { kid, value: result.toString('base64url') }]
  } catch {
    return [400, problem('BadParameter')]
  }
}

function bundle(kid: string, { enabled, expired, publicKey }: VaultVersion): object {
  const now = Math.floor(Date.now() / 1_000)
  const { kty, n, e, crv, x, y } = publicKey.export({ format: 'jwk' })
  const operations = ['wrapKey', 'unwrapKey']
  const attributes = { enabled, created: now - 7_200, updated: now, ...(expired ? { exp: now - 3_600 } : {}) }
  return { key: { kid, kty, n, e, crv, x, y, key_ops: operations }, attributes }
}

const problem = (code: string, inner?: string) => ({
  error: { code, message: `${code} in words`, ...(inner ? { innererror: { code: inner } } : {}) },
})

/** In two statements: restify's `writeHead` replaces Node's in the whole process, and returns nothing. */
function send(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
  response.end(JSON.stringify(body))
}
