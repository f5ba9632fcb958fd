import { CHANNEL_ISSUER, type GateReason } from '../../bot/gate'
import { type CaseRow, gateCases, ORGANISATION, SERVICE_URL } from '../support/gate-world'

const HOUR = 3_600
const now = () => Math.floor(Date.now() / 1_000)

/** What a claim may be instead of what it must be: other types, and texts that look or read alike. */
const alike = (good: string): [string, unknown][] => [
  ['nothing', undefined],
  ['null', null],
  ['true', true],
  ['0', 0],
  ['a number', 1_795_402_840],
  ['an empty text', ''],
  ['a blank', ' '],
  ['an empty list', []],
  ['a list of it', [good]],
  ['a list of it, twice', [good, good]],
  ['a list in a list', [[good]]],
  ['an object', {}],
  ['a query', { $eq: good }],
  ['a query for anything else', { $ne: null }],
  ['an object that spells it', { toString: good }],
  ['a wildcard', '*'],
  ['a pattern', '.*'],
  ['it and a blank', `${good} `],
  ['a blank and it', ` ${good}`],
  ['it and a line', `${good}\n`],
  ['it and a zero byte', `${good}\0`],
  ['it and a slash', `${good}/x`],
  ['it and a query', `${good}?x=1`],
  ['it and a fragment', `${good}#`],
  ['it without its end', good.slice(0, -1)],
  ['it without its beginning', good.slice(1)],
  ['it twice', good + good],
  ['it twice with a comma', `${good},${good}`],
  ['it in capitals', good.toUpperCase()],
  ['it with one capital', good.replace(/[a-f]/, (letter) => letter.toUpperCase())],
  ['it backwards', [...good].reverse().join('')],
  ['it with a Cyrillic letter', good.replace(/[aceo]/, (letter) => 'асео'['aceo'.indexOf(letter)]!)],
  ['it in wide letters', good.replace(/[a-z0-9]/, (letter) => String.fromCodePoint(letter.codePointAt(0)! + 0xfee0))],
  ['it with a mark that nobody sees', `\u200b${good}`],
  ['it with a mark in the middle', `${good.slice(0, 5)}\u00ad${good.slice(5)}`],
  ['it escaped', encodeURIComponent(` ${good}`)],
  ['it in Base64', Buffer.from(good).toString('base64')],
  ['it in quotes', `"${good}"`],
  ['the key __proto__', '__proto__'],
  ['a very long text', good.padEnd(2_000, 'x')],
]

const claim = (name: string, good: string, reason: GateReason): CaseRow[] =>
  alike(good).map(([what, value]) => [
    `${what} as ${name}`,
    // A token without its issuer or audience is refused by the same rule.
    reason,
    { choices: { claims: { [name]: value } } },
  ])

/** Times that are none, or say that the token is not in force. */
const times: CaseRow[] = [-1e15, -1, 0, 1, now() - 24 * HOUR, now() - HOUR, now() - 400].map((exp) => [
  `the end at ${exp}`,
  'token-expired',
  { choices: { claims: { exp } } },
])
const beginnings: CaseRow[] = [now() + 2 * HOUR, now() + 24 * HOUR, 4e9, 1e12, Number.MAX_SAFE_INTEGER].map((nbf) => [
  `the beginning at ${nbf}`,
  'token-not-yet-valid',
  { choices: { claims: { nbf } } },
])
const noTimes: CaseRow[] = ['exp', 'nbf'].flatMap((name) =>
  ['', 'soon', '4102444800', [4_102_444_800], {}, true].map(
    (value): CaseRow => [
      `${JSON.stringify(value)} as ${name}`,
      'token-times-missing',
      { choices: { claims: { [name]: value } } },
    ],
  ),
)

const ALGORITHMS = ['RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'HS256', 'HS384']
const algorithms: CaseRow[] = [...ALGORITHMS, 'HS512', 'rs256'].map((alg) => [
  `the algorithm "${alg}"`,
  'algorithm-not-allowed',
  { choices: { header: { alg } } },
])
const KEY_IDS = [
  'null',
  '0',
  '%00',
  '{}',
  '[]',
  'true',
  '<script>',
  '\u0000',
  '🔑',
  '$ne',
  'x.y',
  '\n',
  'key\u200b',
  'a b',
]
const keyIds: CaseRow[] = [
  ...KEY_IDS,
  '',
  ' ',
  '*',
  '../key',
  '__proto__',
  'constructor',
  "' OR 1=1",
  'x'.repeat(500),
].map((kid) => [`the key "${kid.slice(0, 20)}"`, 'key-unknown', { choices: { header: { kid } } }])

/** Tokens that are wrong in one value alone, around a good activity: all 401. */
export const MUTANT_CASES = gateCases(401, false, [
  ...claim('iss', CHANNEL_ISSUER, 'issuer-wrong'),
  ...claim('aud', ORGANISATION.appId, 'audience-wrong'),
  ...claim('serviceurl', SERVICE_URL, 'service-url-not-claimed'),
  ...times,
  ...beginnings,
  ...noTimes,
  ...algorithms,
  ...keyIds,
])
