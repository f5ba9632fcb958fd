import type { GateReason } from '../../bot/gate'
import { type CaseRow, type Fields, gateCases, NEIGHBOUR, ORGANISATION, teamsMessage } from '../support/gate-world'

const FOREIGN_TENANT = '0b8e9d14-2c37-4a55-9a41-6f1d2e3c4b99'
const KIBIBYTES_256 = 256 * 1024

const message = teamsMessage()
const sender = message.from as Fields
const conversation = message.conversation as Fields

const type = (name: string, contentType: string | string[] | undefined): CaseRow => [
  name,
  'content-type-wrong',
  { headers: { 'content-type': contentType } },
]
const fields = (name: string, wrong: Fields, reason: GateReason = 'body-shape'): CaseRow => [
  name,
  reason,
  { fields: wrong },
]
const body = (name: string, reason: GateReason, sent: string | Buffer): CaseRow => [name, reason, { body: sent }]
const from = (name: string, aadObjectId: unknown): CaseRow => fields(name, { from: { ...sender, aadObjectId } })
const tenants = (name: string, reason: GateReason, inConversation: unknown, inChannelData: unknown): CaseRow =>
  fields(
    name,
    {
      conversation: { ...conversation, tenantId: inConversation },
      channelData: inChannelData === undefined ? undefined : { tenant: inChannelData && { id: inChannelData } },
    },
    reason,
  )

const withField = (field: string) => JSON.stringify(message).replace('{', `{${field},`)
const nested = (levels: number) => withField(`"value":${'['.repeat(levels)}${']'.repeat(levels)}`)

const sizes: CaseRow[] = [
  body('256 KiB and one byte', 'body-too-large', JSON.stringify(message).padEnd(KIBIBYTES_256 + 1)),
  ['too large a body, whatever its token', 'body-too-large', { body: Buffer.alloc(300_000), authorization: null }],
]

const envelopes: CaseRow[] = [
  type('text', 'text/plain'),
  type('a form', 'application/x-www-form-urlencoded'),
  type('another kind of JSON', 'application/json-patch+json'),
  type('JSON in another character set', 'application/json; charset=utf-16'),
  type('a body of no stated type', undefined),
  type('a body of two types', ['application/json', 'text/plain']),
  ['a compressed body', 'content-type-wrong', { headers: { 'content-encoding': 'gzip' } }],
]

const texts: CaseRow[] = [
  body('an empty body', 'body-not-json', ''),
  body('no JSON', 'body-not-json', 'hello'),
  body('half an activity', 'body-not-json', JSON.stringify(message).slice(0, -20)),
  body('a byte order mark', 'body-not-json', `\uFEFF${JSON.stringify(message)}`),
  body('bytes that are not UTF-8', 'body-not-json', Buffer.from('{"text":"\xff"}', 'latin1')),
  body('UTF-16', 'body-not-json', Buffer.from(JSON.stringify(message), 'utf16le')),
  body('a list', 'body-shape', `[${JSON.stringify(message)}]`),
  body('a text', 'body-shape', '"message"'),
  body('null', 'body-shape', 'null'),
  body('64 levels below the activity', 'body-too-deep', nested(65)),
  body('100,000 levels', 'body-too-deep', nested(100_000)),
  body('the key __proto__', 'body-key-forbidden', withField('"__proto__":{"admin":true}')),
  body('the key __proto__ deep in a value', 'body-key-forbidden', withField('"value":[{"a":{"__proto__":{}}}]')),
  body('the key __proto__ in disguise', 'body-key-forbidden', withField('"value":{"\\u005f_proto__":1}')),
  body('the key constructor', 'body-key-forbidden', withField('"value":{"constructor":{"name":1}}')),
  body('the key prototype', 'body-key-forbidden', withField('"value":{"prototype":1}')),
]

const shapes: CaseRow[] = [
  ...['type', 'id', 'timestamp', 'channelId', 'serviceUrl', 'from', 'recipient', 'conversation'].flatMap((name) => [
    fields(`an activity without ${name}`, { [name]: undefined }),
    fields(`a list as ${name}`, { [name]: [message[name]] }),
  ]),
  fields('an empty type', { type: '' }),
  fields('an empty id', { id: '' }),
  fields('a time that is none', { timestamp: 'today' }),
  fields('an empty service URL', { serviceUrl: '' }),
  fields('a sender that is a text', { from: '29:1bWq' }),
  fields('a sender without an id', { from: { ...sender, id: undefined } }),
  from('a sender without an Entra object id', undefined),
  from('a sender whose object id is null', null),
  from('a sender whose object id is a name', 'admin'),
  from('a sender whose object id is a query', { $ne: null }),
  fields('a recipient without an id', { recipient: { name: 'Casekeeper' } }),
  fields('a conversation without an id', { conversation: { ...conversation, id: undefined } }),
  fields('an unknown kind of conversation', { conversation: { ...conversation, conversationType: 'meeting' } }),
  fields('a tenant that is not an id', { conversation: { ...conversation, tenantId: '*' } }),
  fields('a text as the tenant in the channel data', { channelData: { tenant: ORGANISATION.tenantId } }),
  fields('channel data that is a text', { channelData: 'tenant' }),
  fields('a text that is a number', { text: 7 }),
  fields('a name that is a list', { name: ['adaptiveCard/action'] }),
  fields('an action that is a number', { action: 1 }),
  fields('half a character in the id of a conversation', { conversation: { ...conversation, id: 'a:1\ud83d' } }),
  fields('half a character in the id of a sender', { from: { ...sender, id: '29:\udc00' } }),
  fields('a line break in the id of a conversation', { conversation: { ...conversation, id: 'a:1\r\nx: y' } }),
  fields('a letter that no header can carry in the id of a conversation', {
    conversation: { ...conversation, id: 'ŵ' },
  }),
  fields('an id of a conversation that no address can carry', {
    conversation: { ...conversation, id: 'a:'.repeat(501) },
  }),
  fields('a reply to half a character', { replyToId: '\ud83d' }),
  fields('a reply to a query', { replyToId: { $gt: '' } }),
  fields('new members that are no list', { membersAdded: { id: 'x' } }),
  fields('a new member without an id', { membersAdded: [{ name: 'x' }] }),
  fields('a leaver whose object id is not an id', { membersRemoved: [{ id: 'x', aadObjectId: 'x' }] }),
]

const places: CaseRow[] = [
  fields('no text as the channel', { channelId: '' }, 'channel-wrong'),
  fields('the emulator as the channel', { channelId: 'emulator' }, 'channel-wrong'),
  fields('web chat as the channel', { channelId: 'webchat' }, 'channel-wrong'),
  fields('the channel in another case', { channelId: 'MSTeams' }, 'channel-wrong'),
  tenants('no tenant at all', 'tenant-missing', undefined, undefined),
  tenants('tenants of null', 'tenant-missing', null, null),
  tenants('a tenant that is not enrolled', 'tenant-wrong', FOREIGN_TENANT, FOREIGN_TENANT),
  tenants('a foreign tenant in the conversation alone', 'tenant-wrong', FOREIGN_TENANT, undefined),
  tenants('a foreign tenant in the channel data alone', 'tenant-wrong', undefined, FOREIGN_TENANT),
  tenants('two tenants, ours in the conversation', 'tenants-disagree', ORGANISATION.tenantId, FOREIGN_TENANT),
  tenants('two tenants, ours in the channel data', 'tenants-disagree', FOREIGN_TENANT, ORGANISATION.tenantId),
  tenants('two tenants, both enrolled', 'tenants-disagree', ORGANISATION.tenantId, NEIGHBOUR.tenantId),
]

const serviceUrls: CaseRow[] = [
  'https://evil.example/',
  'http://smba.trafficmanager.net/uk/',
  'https://smba.trafficmanager.net@evil.example/',
  'https://smba.trafficmanager.net:8443/uk/',
  'https://smba.trafficmanager.net.evil.example/',
  'http://127.0.0.1:3979/',
].map((serviceUrl) => [`the service URL ${serviceUrl}`, 'service-url-not-allowed', { serviceUrl }])

/** A token of ours around the neighbour's activity; without tokens it is simply the neighbour's. */
const neighbour = tenants('another union’s tenant', 'tenant-wrong', NEIGHBOUR.tenantId, NEIGHBOUR.tenantId)

/** Wrong activities with a good token. */
export const BODY_CASES = [
  ...gateCases(413, true, sizes),
  ...gateCases(415, true, envelopes),
  ...gateCases(400, true, [...texts, ...shapes]),
  ...gateCases(403, true, [...places, ...serviceUrls]),
  ...gateCases(403, false, [neighbour]),
]
