import type { Persona } from '../../bot/dev/sample-staff'
import type { Chance } from './chance'

/** Ids of records that exist, so that what is strange about an activity is something else. */
export interface KnownIds {
  caseIds: readonly string[]
  allocationIds: readonly string[]
}

/** A body as it goes over the wire, and whether the gate must refuse it whatever else is in it. */
export interface StrangeActivity {
  body: string | Buffer
  hopeless: boolean
}

type Fields = Record<string, unknown>

const hex = (chance: Chance, length: number) =>
  Array.from({ length }, () => chance.between(0, 15).toString(16)).join('')
const uuid = (chance: Chance) =>
  [hex(chance, 8), hex(chance, 4), `4${hex(chance, 3)}`, `8${hex(chance, 3)}`, hex(chance, 12)].join('-')

const WORDS = [
  'home',
  'Hi',
  'intake',
  'new enquiry',
  'my cases',
  'waiting',
  'callbacks',
  'code',
  'audit',
  'case ABCD-EFGH',
  'case',
  'case case case',
  'accept everything',
  '1234567',
  '<at>Casekeeper</at> home',
  "'; drop table cases; --",
  '{"$gt":""}',
  '=cmd|calc',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  '**bold** [link](https://evil.example)',
  '${7*7} {{7*7}} #{7*7}',
  '\u202ereversed\u202c',
  '\u0000\u0001\u001b[31m',
  'Ⅷ𝔘𝔫𝔦𝔠𝔬𝔡𝔢 ﷽ 👩‍👩‍👧‍👦 \ud83d',
  'ĳſßΣς\u0301\u0301\u0301',
  '%s%n%x',
  '\r\nSet-Cookie: x=1',
]

/** Every verb of the table, without those that would do something for somebody who may. */
const VERBS = [
  'home',
  'waiting',
  'cases',
  'cases.titles',
  'callbacks',
  'proposal',
  'allocation.show',
  'allocation.propose-again',
  'allocation.confirm',
  'accept',
  'decline',
  'withdraw',
  'withdraw.confirm',
  'choose',
  'intake',
  'away',
  'case',
  'code',
  'note',
  'correct',
  'call-back',
  'called-back',
  'case.open',
  'case.show',
  'case.put-away',
  'dialog.answer',
  'dialog.continue',
  'dialog.back',
  'dialog.cancel',
]
const NO_VERBS = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', '', ' ', 'ACCEPT', 'a.b.c']

function text(chance: Chance): string {
  const words = Array.from({ length: chance.between(1, 3) }, () => chance.pick(WORDS)).join(' ')
  if (chance.happens(0.02)) return words.repeat(Math.ceil(100_000 / words.length))
  if (chance.happens(0.1)) return words.repeat(chance.between(2, 200))
  const letters = Array.from({ length: chance.between(0, 40) }, () =>
    String.fromCodePoint(
      chance.pick([chance.between(32, 126), chance.between(160, 0xd7ff), chance.between(0x10000, 0x1ffff)]),
    ),
  )
  return chance.happens(0.5) ? words : letters.join('')
}

function nested(chance: Chance, levels: number): unknown {
  let value: unknown = text(chance).slice(0, 50)
  for (let level = 0; level < levels; level++) value = chance.happens(0.5) ? [value] : { a: value }
  return value
}

/** Anything that is not what was asked for. */
function anything(chance: Chance): unknown {
  return chance.pick<() => unknown>([
    () => null,
    () => chance.happens(0.5),
    () => chance.between(-1_000_000, 1_000_000),
    () => 1e308,
    () => '',
    () => text(chance),
    () => [],
    () => ({}),
    () => ({ $ne: null }),
    () => ({ $where: 'sleep(1000)' }),
    () => [text(chance), null, { x: 1 }],
    () => nested(chance, chance.between(1, 40)),
    () => uuid(chance),
    () => 'x'.repeat(chance.between(1, 5_000)),
  ])()
}

/** A version that no record has. */
const version = (chance: Chance): unknown => chance.pick([0, -1, 99, 1e12, '77', 'two', 1.5, null, [1], '0x1', {}])

function data(chance: Chance, { caseIds, allocationIds }: KnownIds): Fields {
  const id = (known: readonly string[]): unknown => {
    if (chance.happens(0.5) && known.length > 0) return chance.pick(known)
    return chance.happens(0.5) ? uuid(chance) : anything(chance)
  }
  const fields: Fields = {}
  if (chance.happens(0.6)) Object.assign(fields, { allocationId: id(allocationIds), version: version(chance) })
  if (chance.happens(0.5)) fields.caseId = id(caseIds)
  if (chance.happens(0.4)) Object.assign(fields, { draft: id([]), nonce: id([]) })
  if (chance.happens(0.3))
    fields[chance.pick(['because', 'text', 'urgent', 'to', 'name', 'number', 'toString'])] = anything(chance)
  if (chance.happens(0.1)) fields[text(chance).slice(0, 30)] = anything(chance)
  return fields
}

function envelope(chance: Chance, persona: Persona, serviceUrl: string): Fields {
  return {
    id: uuid(chance),
    timestamp: '2026-11-24T10:00:00.000Z',
    channelId: 'msteams',
    serviceUrl,
    from: { id: persona.userId, aadObjectId: chance.happens(0.1) ? uuid(chance) : persona.id, name: persona.name },
    recipient: { id: persona.botId, name: 'Casekeeper' },
    conversation: { id: persona.conversationId, conversationType: 'personal', tenantId: persona.tenantId },
    channelData: { tenant: { id: persona.tenantId } },
  }
}

function content(chance: Chance, known: KnownIds): Fields {
  const verb = chance.happens(0.8) ? chance.pick(VERBS) : chance.happens(0.7) ? chance.pick(NO_VERBS) : anything(chance)
  const replyToId = chance.happens(0.7) ? { replyToId: uuid(chance) } : {}
  return chance.pick<() => Fields>([
    () => ({ type: 'message', text: text(chance) }),
    () => ({
      type: 'message',
      text: text(chance),
      textFormat: 'xml',
      entities: [anything(chance)],
      attachments: [anything(chance)],
    }),
    () => ({ type: 'message', value: { ...data(chance, known), verb }, ...replyToId }),
    () => ({ type: 'message', value: anything(chance), ...replyToId }),
    () => ({
      type: 'invoke',
      name: 'adaptiveCard/action',
      value: { action: { type: 'Action.Execute', verb, data: data(chance, known) } },
      ...replyToId,
    }),
    () => ({
      type: 'invoke',
      name: 'adaptiveCard/action',
      value: {
        action: { type: 'Action.Execute', verb, data: data(chance, known) },
        trigger: chance.pick(['manual', 'automatic']),
      },
      ...replyToId,
    }),
    () => ({ type: 'invoke', name: 'adaptiveCard/action', value: anything(chance), ...replyToId }),
    () => ({ type: 'invoke', name: 'adaptiveCard/action', value: { action: anything(chance) }, ...replyToId }),
    () => ({
      type: 'invoke',
      name: chance.pick(['task/fetch', 'composeExtension/query', 'signin/verifyState', text(chance)]),
      value: anything(chance),
    }),
    () => ({
      type: chance.pick([
        'conversationUpdate',
        'messageReaction',
        'typing',
        'event',
        'endOfConversation',
        'handoff',
        'trace',
        'messageUpdate',
        'messageDelete',
        text(chance) || 'x',
      ]),
      name: 'x',
      value: anything(chance),
    }),
    () => ({ type: 'installationUpdate', action: chance.pick(['add', 'remove', 'add-upgrade', text(chance)]) }),
  ])()
}

/** Changes one place of an activity to something else, or takes it away. */
function mutated(chance: Chance, activity: Fields): Fields {
  const copy = structuredClone(activity)
  let place: Fields = copy
  for (let depth = 0; depth < 3; depth++) {
    const names = Object.keys(place)
    if (names.length === 0) break
    const name = chance.pick(names)
    const inner = place[name]
    if (typeof inner === 'object' && inner !== null && chance.happens(0.6)) place = inner as Fields
    else {
      if (chance.happens(0.3)) delete place[name]
      else place[name] = anything(chance)
      break
    }
  }
  return copy
}

/** JSON that is none, or must not be taken for an activity. */
function hopeless(chance: Chance, activity: Fields): string | Buffer {
  const json = JSON.stringify(activity)
  return chance.pick<() => string | Buffer>([
    () => json.slice(0, chance.between(0, json.length - 1)),
    () => `${json}${chance.pick(['}', ',', ']', '\0'])}`,
    () => json.replace('{', `{"${chance.pick(['__proto__', 'constructor', 'prototype'])}":{"admin":true},`),
    () => json.replace('{', `{"deep":${'['.repeat(20_000)}${']'.repeat(20_000)},`),
    () => json.replace('{', `{"deep":${'{"a":'.repeat(80)}1${'}'.repeat(80)},`),
    () => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(json)]),
    () => Buffer.from(json, 'utf16le'),
    () => json.padEnd(256 * 1024 + chance.between(1, 50_000)),
    () => JSON.stringify([activity]),
    () => JSON.stringify({ ...activity, channelId: chance.pick(['emulator', 'webchat', 'MSTEAMS', '']) }),
    () =>
      JSON.stringify({
        ...activity,
        serviceUrl: chance.pick(['https://evil.example/', 'http://127.0.0.1:1/', 'file:///etc/passwd']),
      }),
    () =>
      JSON.stringify({
        ...activity,
        conversation: { id: 'a:1', conversationType: 'personal', tenantId: uuid(chance) },
      }),
    () => JSON.stringify({ ...activity, from: { id: '29:x', aadObjectId: anything(chance) === null ? 'x' : 'admin' } }),
    () => Buffer.from(Array.from({ length: chance.between(0, 500) }, () => chance.between(0, 255))),
  ])()
}

export function strangeActivity(
  chance: Chance,
  persona: Persona,
  serviceUrl: string,
  known: KnownIds,
  kind: 'any' | 'hopeless' = 'any',
): StrangeActivity {
  const activity = { ...envelope(chance, persona, serviceUrl), ...content(chance, known) }
  if (kind === 'hopeless' || chance.happens(0.05)) return { body: hopeless(chance, activity), hopeless: true }
  const changed = chance.happens(0.25) ? mutated(chance, activity) : activity
  return { body: JSON.stringify(changed), hopeless: false }
}
