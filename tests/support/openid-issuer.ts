import { constants, createHmac, generateKeyPair, type KeyObject, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { CHANNEL_ISSUER } from '../../bot/gate'
import { newId } from '../../services/platform/ids'

const METADATA_PATH = '/.well-known/openidconfiguration'

export interface IssuerKey {
  kid: string
  privateKey: KeyObject
  publicKey: KeyObject
  /** As published: the public half, with the channels it is endorsed for. */
  published: Record<string, unknown>
}

export interface TokenChoices {
  /** Signs with this key instead of the one published last. */
  key?: IssuerKey
  /** Over or beside the usual header; `alg` decides how the token is signed, whatever suits the key. */
  header?: Record<string, unknown>
  /** Over or beside the usual claims; undefined leaves a claim out. */
  claims?: Record<string, unknown>
  /** Instead of all claims. */
  payload?: string
}

/** What the issuer can do instead of answering well; `redirect` leads to good documents at another address. */
const TROUBLES = {
  error: { status: 500, body: '{}' },
  'not-json': { status: 200, body: '<html>' },
  'wrong-shape': { status: 200, body: '{"keys":1,"jwks_uri":1}' },
  'other-scheme': { status: 200, body: '{"jwks_uri":"https://keys.example/keys"}' },
  redirect: { status: 302, body: '' },
  silence: undefined,
}

export type Trouble = keyof typeof TROUBLES

/** Stands in for the Bot Framework's token service: OpenID metadata and keys over loopback HTTP, and tokens to match. */
export interface OpenIdIssuer {
  readonly issuer: string
  readonly metadataUrl: string
  /** How often each document was asked for. */
  readonly requests: { metadata: number; keys: number }
  /** Set to have every answer go wrong in this way. */
  trouble: Trouble | undefined
  createKey(endorsements?: readonly string[], bits?: number): Promise<IssuerKey>
  /** Publishes these keys and no others; tokens are signed with the last. */
  publish(...keys: IssuerKey[]): void
  /** A token as the channel sends it to the bot with this app id. */
  token(appId: string, serviceUrl: string, choices?: TokenChoices): string
  /** Closes the port; `comeBack` opens the same one again. */
  goAway(): Promise<void>
  comeBack(): Promise<void>
}

/** Starts an issuer with one key of 2,048 bits, endorsed for Teams. */
export async function startOpenIdIssuer(): Promise<OpenIdIssuer> {
  let published: IssuerKey[] = [await createKey()]
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    const isMetadata = path.endsWith(METADATA_PATH)
    issuer.requests[isMetadata ? 'metadata' : 'keys'] += 1
    if (issuer.trouble && !path.startsWith('/elsewhere')) return answerBadly(issuer.trouble, path, response)
    const keys = published.map((key) => key.published)
    answer(response, JSON.stringify(isMetadata ? { issuer: CHANNEL_ISSUER, jwks_uri: `${origin}/keys` } : { keys }))
  })
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`

  const issuer: OpenIdIssuer = {
    issuer: CHANNEL_ISSUER,
    metadataUrl: origin + METADATA_PATH,
    requests: { metadata: 0, keys: 0 },
    trouble: undefined,
    createKey,
    publish: (...keys) => {
      published = keys
    },
    token: (appId, serviceUrl, { key = published.at(-1)!, header = {}, claims = {}, payload } = {}) => {
      const now = Math.floor(Date.now() / 1000)
      const usual = { iss: CHANNEL_ISSUER, aud: appId, serviceurl: serviceUrl, nbf: now - 60, exp: now + 3_600 }
      const fullHeader = { typ: 'JWT', alg: 'RS256', kid: key.kid, ...header }
      const parts = [JSON.stringify(fullHeader), payload ?? JSON.stringify({ ...usual, ...claims })]
      const signed = parts.map((part) => Buffer.from(part).toString('base64url')).join('.')
      return `${signed}.${signatureOf(signed, fullHeader.alg, key).toString('base64url')}`
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
  return issuer
}

async function createKey(endorsements: readonly string[] = ['msteams'], bits = 2_048): Promise<IssuerKey> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: bits })
  const kid = newId()
  const { kty, n, e } = publicKey.export({ format: 'jwk' })
  return { kid, privateKey, publicKey, published: { kty, n, e, kid, use: 'sig', x5t: kid, endorsements } }
}

/** By hand rather than by the library that the bot checks tokens with, which would not sign most of what is refused. */
function signatureOf(signed: string, algorithm: string, { privateKey, publicKey }: IssuerKey): Buffer {
  const data = Buffer.from(signed)
  const hash = `sha${algorithm.slice(2)}`
  if (algorithm === 'none') return Buffer.alloc(0)
  if (algorithm.startsWith('HS'))
    return createHmac(hash, publicKey.export({ format: 'pem', type: 'spki' }))
      .update(data)
      .digest()
  if (algorithm.startsWith('PS'))
    return sign(hash, data, {
      key: privateKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    })
  return sign(hash, data, privateKey)
}

/** In two statements: restify's `writeHead` replaces Node's in the whole process, and returns nothing. */
function answer(response: ServerResponse, body: string, status = 200, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(body)
}

function answerBadly(trouble: Trouble, path: string, response: ServerResponse): void {
  const bad = TROUBLES[trouble]
  if (bad) answer(response, bad.body, bad.status, { location: `/elsewhere${path}` })
}
