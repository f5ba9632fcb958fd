import type { GateReason } from '../../bot/gate'
import { type CaseRow, type Fields, gateCases, ORGANISATION, SERVICE_URL, type World } from '../support/gate-world'
import type { TokenChoices } from '../support/openid-issuer'

const now = () => Math.floor(Date.now() / 1000)
const { appId, tenantId } = ORGANISATION

type Parts = [header: string, payload: string, signature: string]
const partsOf = ({ issuer }: World, choices?: TokenChoices) =>
  issuer.token(appId, SERVICE_URL, choices).split('.') as Parts
const tokenOf = (world: World) => partsOf(world).join('.')

const bearer = (
  name: string,
  reason: GateReason,
  token: (parts: Parts, world: World) => readonly string[],
): CaseRow => [name, reason, (world) => ({ authorization: `Bearer ${token(partsOf(world), world).join('.')}` })]
const header = (name: string, reason: GateReason, fields: Fields): CaseRow => [
  name,
  reason,
  { choices: { header: fields } },
]
const claim = (name: string, reason: GateReason, claims: Fields): CaseRow => [name, reason, { choices: { claims } }]
const key = (name: string, choices: (keys: World['keys']) => TokenChoices): CaseRow => [
  name,
  'key-unknown',
  ({ keys }) => ({ choices: choices(keys) }),
]

const authorizations: CaseRow[] = [
  ['no Authorization header', 'authorization-missing', { authorization: null }],
  ['an empty list of Authorization headers', 'authorization-missing', { authorization: [] }],
  [
    'two Authorization headers, both good',
    'authorization-repeated',
    (world) => ({ authorization: [`Bearer ${tokenOf(world)}`, `Bearer ${tokenOf(world)}`] }),
  ],
  [
    'two tokens in one header',
    'token-malformed',
    (world) => ({ authorization: `Bearer ${tokenOf(world)}, Bearer ${tokenOf(world)}` }),
  ],
  ['Basic credentials', 'authorization-not-bearer', { authorization: 'Basic dXNlcjpwYXNz' }],
  ['the scheme in lower case', 'authorization-not-bearer', (world) => ({ authorization: `bearer ${tokenOf(world)}` })],
  ['a token without a scheme', 'authorization-not-bearer', (world) => ({ authorization: tokenOf(world) })],
  ['the scheme alone', 'authorization-not-bearer', { authorization: 'Bearer' }],
  ['an empty token', 'token-malformed', { authorization: 'Bearer ' }],
  ['two spaces before the token', 'token-malformed', (world) => ({ authorization: `Bearer  ${tokenOf(world)}` })],
  claim('a token of more than 8 KiB', 'token-malformed', { padding: 'x'.repeat(9_000) }),
]

const shapes: CaseRow[] = [
  bearer('a token of two parts', 'token-malformed', (parts) => parts.slice(0, 2)),
  bearer('an encrypted token (JWE)', 'token-malformed', (parts) => [...parts, 'iv', 'tag']),
  bearer('a header that is not JSON', 'token-malformed', ([, ...rest]) => ['bm90IEpTT04', ...rest]),
  [
    'a token in a token',
    'token-malformed',
    (world) => ({ choices: { header: { cty: 'JWT' }, payload: tokenOf(world) } }),
  ],
  ['claims that are a list', 'token-malformed', { choices: { payload: '[]' } }],
  header('an extension that must be understood', 'token-malformed', { crit: ['policy'], policy: true }),
  header('an unencoded payload', 'token-malformed', { crit: ['b64'], b64: false }),
  claim('a time of issue that is no number', 'token-malformed', { iat: 'yesterday' }),
]

const signatures: CaseRow[] = [
  header('an unsigned token (alg none)', 'token-malformed', { alg: 'none' }),
  bearer('alg none with a signature', 'algorithm-not-allowed', ([, ...rest], world) => [
    partsOf(world, { header: { alg: 'none' } })[0],
    ...rest,
  ]),
  header('HS256 with the public key as the secret', 'algorithm-not-allowed', { alg: 'HS256' }),
  header('RS384 with the right key', 'algorithm-not-allowed', { alg: 'RS384' }),
  header('RS512 with the right key', 'algorithm-not-allowed', { alg: 'RS512' }),
  header('PS256 with the right key', 'algorithm-not-allowed', { alg: 'PS256' }),
  header('a token that names no key', 'key-unknown', { kid: undefined }),
  header('a key id that is no text', 'key-unknown', { kid: null }),
  key('a key that was never published', ({ unpublished }) => ({ key: unpublished })),
  key('an unpublished key sent along with the token', ({ unpublished }) => ({
    key: unpublished,
    header: { jwk: unpublished.published },
  })),
  key('a key endorsed for nothing', ({ unendorsed }) => ({ key: unendorsed })),
  key('a key without endorsements', ({ unlisted }) => ({ key: unlisted })),
  key('a key endorsed for other channels', ({ otherChannel }) => ({ key: otherChannel })),
  key('a key of 1,024 bits', ({ weak }) => ({ key: weak })),
  [
    'an unpublished key under the name of a good one',
    'signature-wrong',
    (world) => {
      const { kid } = JSON.parse(Buffer.from(partsOf(world)[0], 'base64url').toString())
      return { choices: { key: world.keys.unpublished, header: { kid } } }
    },
  ],
  bearer('a truncated signature', 'signature-wrong', ([first, second, signature]) => [
    first,
    second,
    signature.slice(0, -8),
  ]),
  bearer('claims swapped under a good signature', 'signature-wrong', ([first, , signature], world) => [
    first,
    partsOf(world, { claims: { exp: now() + 9_999 } })[1],
    signature,
  ]),
]

const emulator = {
  v1: `https://sts.windows.net/${tenantId}/`,
  v2: `https://login.microsoftonline.com/${tenantId}/v2.0`,
}

const claims: CaseRow[] = [
  claim('another issuer', 'issuer-wrong', { iss: 'https://evil.example' }),
  claim('the issuer with a slash at its end', 'issuer-wrong', { iss: 'https://api.botframework.com/' }),
  claim('the issuer in a list', 'issuer-wrong', { iss: ['https://api.botframework.com'] }),
  claim('no issuer', 'issuer-wrong', { iss: undefined }),
  claim('an emulator issuer (v1)', 'issuer-wrong', { iss: emulator.v1, appid: appId, ver: '1.0' }),
  claim('an emulator issuer (v2)', 'issuer-wrong', { iss: emulator.v2, azp: appId, ver: '2.0' }),
  claim('the issuer of the government cloud', 'issuer-wrong', { iss: 'https://api.botframework.us' }),
  claim('no audience', 'audience-wrong', { aud: undefined }),
  claim('an empty audience', 'audience-wrong', { aud: '' }),
  claim('the audience of a bot that is not ours', 'audience-wrong', { aud: '00000000-0000-4000-8000-000000000000' }),
  claim('a list of audiences, ours among them', 'audience-wrong', { aud: [appId, 'other'] }),
  claim('a list of our app id alone', 'audience-wrong', { aud: [appId] }),
  claim('a token that never expires', 'token-times-missing', { exp: undefined }),
  claim('an expiry that is no number', 'token-times-missing', { exp: '4102444800' }),
  claim('a token without a beginning', 'token-times-missing', { nbf: undefined }),
  claim('a beginning that is no number', 'token-times-missing', { nbf: '0' }),
  claim('no claim of a service URL', 'service-url-not-claimed', { serviceurl: undefined }),
  claim('a claim of null', 'service-url-not-claimed', { serviceurl: null }),
  claim('the claim of another URL', 'service-url-not-claimed', { serviceurl: 'https://smba.trafficmanager.net/amer/' }),
  claim('the claim without its slash', 'service-url-not-claimed', { serviceurl: SERVICE_URL.slice(0, -1) }),
  claim('the claim in another case', 'service-url-not-claimed', { serviceurl: SERVICE_URL.toUpperCase() }),
  claim('a claim of several URLs', 'service-url-not-claimed', { serviceurl: [SERVICE_URL] }),
  claim('the claim misspelt', 'service-url-not-claimed', { serviceurl: undefined, serviceUrl: SERVICE_URL }),
]

const times: CaseRow[] = [
  ['a token expired for 5:01 minutes', 'token-expired', () => ({ choices: { claims: { exp: now() - 301 } } })],
  ['a token expired for 5 minutes', 'token-expired', () => ({ choices: { claims: { exp: now() - 300 } } })],
  ['a token in force in 6 minutes', 'token-not-yet-valid', () => ({ choices: { claims: { nbf: now() + 360 } } })],
]

/** A body stays unread until its token is right, so these name the token although the body is no better. */
const unreadBodies: CaseRow[] = [
  ['a body that is not JSON', 'audience-wrong', { body: '{', choices: { claims: { aud: 'other' } } }],
  [
    'a foreign channel',
    'issuer-wrong',
    { fields: { channelId: 'emulator' }, choices: { claims: { iss: emulator.v1 } } },
  ],
]

/** Wrong tokens around a good activity: all 401. */
export const TOKEN_CASES = gateCases(401, false, [
  ...authorizations,
  ...shapes,
  ...signatures,
  ...claims,
  ...times,
  ...unreadBodies,
])
