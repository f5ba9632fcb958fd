import { afterAll, beforeAll, describe, test } from '@jest/globals'
import fc from 'fast-check'
import { CHANNEL_SERVICE_HOSTS, createGate, type Gate, type GateRequest } from '../../bot/gate'
import { createLogger } from '../../services/platform/logger'
import { ORGANISATION, requestOf, SERVICE_URL, startWorld, teamsMessage, type World } from '../support/gate-world'

const RUNS = { numRuns: 500 }

let world: World
let gate: Gate
let token: string
let good: GateRequest

beforeAll(async () => {
  world = await startWorld()
  gate = createGate({
    organisations: [ORGANISATION],
    openIdMetadataUrl: world.issuer.metadataUrl,
    issuer: world.issuer.issuer,
    allowedServiceHosts: CHANNEL_SERVICE_HOSTS,
    tokens: 'required',
    log: createLogger('fatal'),
  })
  token = world.issuer.token(ORGANISATION.appId, SERVICE_URL)
  good = requestOf(world, { authorization: `Bearer ${token}` })
})

afterAll(() => world.issuer.goAway())

const withToken = (changed: string): GateRequest => requestOf(world, { authorization: `Bearer ${changed}` })

/** The last character of a part carries bits that mean nothing, so two spellings can be one token. */
const meaning = (spelling: string) =>
  spelling
    .split('.')
    .map((part) => Buffer.from(part, 'base64url').toString('hex'))
    .join('.')

/** Where to cut, how much to take out, and what to put in. */
const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  out: fc.integer({ min: 0, max: 4 }),
  put: fc.oneof(fc.base64String({ maxLength: 8 }), fc.string({ maxLength: 4 }), fc.constantFrom('.', '', '=', 'e30')),
})
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never

function changed(text: string, { at, out, put }: Change): string {
  const start = Math.floor(at * text.length)
  return text.slice(0, start) + put + text.slice(start + out)
}

describe('Whatever strangers send, the gate answers no and never fails', () => {
  test('to a good token with a change anywhere', async () => {
    const changes = fc.array(change, { minLength: 1, maxLength: 3 })
    const property = fc.asyncProperty(changes, async (list) => {
      const mutant = list.reduce(changed, token)
      fc.pre(meaning(mutant) !== meaning(token))
      return !(await gate.check(withToken(mutant))).ok
    })
    await fc.assert(property, RUNS)
  })

  test('to a good token with one character replaced', async () => {
    const property = fc.asyncProperty(
      fc.nat(token.length - 1),
      fc.base64String({ minLength: 4 }),
      async (at, [put]) => {
        const mutant = token.slice(0, at) + put + token.slice(at + 1)
        fc.pre(meaning(mutant) !== meaning(token))
        return !(await gate.check(withToken(mutant))).ok
      },
    )
    await fc.assert(property, RUNS)
  })

  test('to headers made of anything', async () => {
    const value = fc.option(fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.string(), { maxLength: 3 })), {
      nil: undefined,
    })
    const names = fc.constantFrom('authorization', 'content-type', 'content-encoding', '__proto__', 'constructor')
    const property = fc.asyncProperty(
      names,
      value,
      fc.dictionary(fc.string(), value),
      async (name, anything, others) => {
        fc.pre(!(name === 'content-encoding' && anything === undefined))
        const headers = { ...others, ...good.headers, [name]: anything }
        const { ok } = await gate.check({ headers, body: good.body })
        return name === '__proto__' || name === 'constructor' ? ok : !ok
      },
    )
    await fc.assert(property, RUNS)
  })

  test('to any bytes under a good token', async () => {
    const bytes = fc.uint8Array({ maxLength: 2_000 })
    await fc.assert(
      fc.asyncProperty(bytes, async (body) => !(await gate.check({ ...good, body: Buffer.from(body) })).ok),
      RUNS,
    )
  })

  test('to any JSON under a good token', async () => {
    const property = fc.asyncProperty(fc.json({ maxDepth: 6 }), async (json) => {
      return !(await gate.check({ ...good, body: Buffer.from(json) })).ok
    })
    await fc.assert(property, RUNS)
  })

  test('to any value in any field of an activity, unless the place and the sender are what they should be', async () => {
    const names = fc.constantFrom(
      ...Object.keys(teamsMessage()),
      'membersAdded',
      'value',
      'name',
      'action',
      '__proto__',
    )
    const property = fc.asyncProperty(names, fc.jsonValue({ maxDepth: 4 }), async (name, value) => {
      const fields = JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`)
      const result = await gate.check(requestOf(world, { fields, authorization: `Bearer ${token}` }))
      return !result.ok || isOurs(result.activity)
    })
    await fc.assert(property, RUNS)
  })

  test('to a good activity with changed bytes, unless the place and the sender are what they should be', async () => {
    const property = fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (list) => {
      const body = Buffer.from(list.reduce(changed, good.body.toString('latin1')), 'latin1')
      const result = await gate.check({ ...good, body })
      return !result.ok || isOurs(result.activity)
    })
    await fc.assert(property, RUNS)
  })
})

function isOurs(activity: Record<string, unknown>): boolean {
  const { conversation, channelData, from } = activity as Record<string, Record<string, unknown>>
  const tenants = [conversation?.tenantId, (channelData?.tenant as { id?: string } | undefined)?.id]
  return (
    activity.channelId === 'msteams' &&
    activity.serviceUrl === SERVICE_URL &&
    tenants.every((id) => id === undefined || id === ORGANISATION.tenantId) &&
    tenants.includes(ORGANISATION.tenantId) &&
    /^[0-9a-f-]{36}$/.test(String(from?.aadObjectId))
  )
}
