import { once } from 'node:events'
import { createServer, request as sendRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { CHANNEL_SERVICE_HOSTS, createGate, type Gate, type GateSettings } from '../../bot/gate'
import { createLogger } from '../../services/platform/logger'
import {
  CANARY,
  NEIGHBOUR,
  ORGANISATION,
  requestOf,
  SERVICE_URL,
  type Sending,
  startWorld,
  teamsMessage,
  type World,
} from '../support/gate-world'
import { withMovableDate } from '../support/movable-date'
import { BODY_CASES } from './gate-body-cases'
import { TOKEN_CASES } from './gate-token-cases'

const CASES = [...TOKEN_CASES, ...BODY_CASES]

let world: World
let gate: Gate
let lines: string[]

const settings = (changes: Partial<GateSettings> = {}): GateSettings => ({
  organisations: [ORGANISATION, NEIGHBOUR],
  openIdMetadataUrl: world.issuer.metadataUrl,
  issuer: world.issuer.issuer,
  allowedServiceHosts: CHANNEL_SERVICE_HOSTS,
  tokens: 'required',
  log: createLogger('info', { write: (line) => lines.push(line) }),
  ...changes,
})
const logged = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>)
const send = (sending?: Sending) => gate.check(requestOf(world, sending))

beforeAll(async () => {
  world = await startWorld()
  lines = []
  gate = createGate(settings())
})

afterAll(() => world.issuer.goAway())

describe('Whoever has a good token comes in', () => {
  test.each([ORGANISATION, NEIGHBOUR])('as $orgId, whose app the token is for', async (organisation) => {
    const result = await send({ organisation })
    expect(result).toMatchObject({ ok: true, orgId: organisation.orgId, activity: { text: CANARY } })
  })

  test.each([
    ['expired for 4:59 minutes', 'exp', -299, true],
    ['expired for 5 minutes', 'exp', -300, false],
    ['in force only in 5 minutes', 'nbf', 300, true],
    ['in force only in 5:01 minutes', 'nbf', 301, false],
  ])('with a token %s, because clocks differ (%s %d s): %s', async (_name, claim, seconds, ok) => {
    await withMovableDate(async () => {
      const time = Math.floor(Date.now() / 1000) + seconds
      expect(await send({ choices: { claims: { [claim]: time } } })).toMatchObject({ ok })
    })
  })

  test.each<[string, Sending]>([
    ['exactly 256 KiB', { body: JSON.stringify(teamsMessage()).padEnd(256 * 1024) }],
    ['64 levels', { fields: { value: JSON.parse('['.repeat(64) + ']'.repeat(64)) } }],
    ['JSON without a character set', { headers: { 'content-type': 'application/json' } }],
    ['JSON in capitals', { headers: { 'content-type': 'Application/JSON;charset=UTF-8' } }],
    ['headers in lists of one', { headers: { 'content-type': ['application/json'] } }],
    ['the tenant in the conversation alone', { fields: { channelData: undefined } }],
    ['the tenant in capitals', { fields: { channelData: { tenant: { id: ORGANISATION.tenantId.toUpperCase() } } } }],
    ['nulls where nothing is meant', { fields: { text: null, name: null, value: null, membersAdded: null } }],
    ['words that would be forbidden as keys', { fields: { text: '__proto__ constructor prototype' } }],
    ['a card’s answer', { fields: { type: 'invoke', name: 'adaptiveCard/action', value: { action: { verb: 'x' } } } }],
    [
      'new members',
      { fields: { type: 'conversationUpdate', membersAdded: [{ id: '28:x' }, { id: '29:y', name: 'Y' }] } },
    ],
  ])('with %s', async (_name, sending) => {
    expect(await send(sending)).toMatchObject({ ok: true, orgId: ORGANISATION.orgId })
  })

  test('and is one person, however the object id is written', async () => {
    const from = { id: '29:1bWq', aadObjectId: '3D6F0A77-5B1E-4C2A-9D80-1F2E3D4C5B6A' }
    const result = await send({ fields: { from } })
    expect(result).toMatchObject({ activity: { from: { aadObjectId: from.aadObjectId.toLowerCase() } } })
  })

  test('and keeps the fields that the bot does not read', async () => {
    expect(await send()).toMatchObject({ activity: { textFormat: 'plain', entities: [{ type: 'clientInfo' }] } })
  })
})

describe('Nobody else comes in', () => {
  test('with any of at least 140 wrong requests, each of its own kind', () => {
    expect(new Set(CASES.map(({ name, reason }) => `${name}: ${reason}`)).size).toBe(CASES.length)
    expect(TOKEN_CASES.length).toBeGreaterThanOrEqual(60)
    expect(BODY_CASES.length).toBeGreaterThanOrEqual(80)
  })

  test.each(CASES)('with $name: $status, $reason', async ({ send: sendCase, status, reason }) => {
    expect(await gate.check(await sendCase(world))).toEqual({ ok: false, status, reason })
  })

  test('with any of 40 wrong values in any of six places of a well signed token: always 401', async () => {
    const places = ['iss', 'aud', 'exp', 'nbf', 'serviceurl', 'kid'] as const
    const wrong = [...wrongValues()]
    expect(wrong).toHaveLength(40)
    const results = await Promise.all(
      places.flatMap((place) =>
        wrong.map((value) => send({ choices: { [place === 'kid' ? 'header' : 'claims']: { [place]: value } } })),
      ),
    )
    expect(results).toHaveLength(240)
    expect(results.filter((result) => result.ok || result.status !== 401)).toEqual([])
  })

  test('by sending a second Authorization header beside a good one', async () => {
    const server = createServer(async (request, response) => {
      const result = await gate.check({ headers: request.headersDistinct, body: await buffer(request) })
      response.end(JSON.stringify(result))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { headers, body } = requestOf(world)
    const sent = sendRequest({ port: (server.address() as AddressInfo).port, method: 'POST', headers })
    sent.setHeader('authorization', [String(headers.authorization), 'Bearer other'])
    sent.end(body)
    const [response] = await once(sent, 'response')
    expect(JSON.parse((await buffer(response)).toString())).toMatchObject({ reason: 'authorization-repeated' })
    server.close()
  })
})

describe('Where tokens are not checked, in development', () => {
  const withoutToken = { authorization: null } as const
  let open: Gate

  beforeAll(() => {
    open = createGate(
      settings({
        tokens: 'off',
        openIdMetadataUrl: '',
        allowedServiceHosts: ['localhost:3980', ...CHANNEL_SERVICE_HOSTS],
      }),
    )
  })

  test('that is said in the log', () => {
    expect(logged()).toContainEqual(expect.objectContaining({ msg: 'gate-checks-no-tokens' }))
  })

  test.each([ORGANISATION, NEIGHBOUR])('the tenant alone says who it is: $orgId', async (organisation) => {
    const request = requestOf(world, { ...withoutToken, organisation, serviceUrl: 'http://localhost:3980/_connector' })
    expect(await open.check(request)).toMatchObject({ ok: true, orgId: organisation.orgId })
  })

  test.each(CASES.filter((one) => one.withoutToken))('$name is refused all the same', async (one) => {
    const request = await one.send(world)
    const { authorization: _, ...headers } = request.headers
    expect(await open.check({ ...request, headers })).toEqual({ ok: false, status: one.status, reason: one.reason })
  })
})

describe('What is refused leaves no trace but its reason', () => {
  test('no word of a token or a body is logged or answered', async () => {
    const answers = await Promise.all(CASES.map(async (one) => JSON.stringify(await gate.check(await one.send(world)))))
    const said = [...lines, ...answers].join('\n')
    expect(said).not.toContain(CANARY)
    expect(said).not.toContain('eyJ')
    expect(said).not.toContain('evil.example')
    expect(said).not.toContain(SERVICE_URL)
  })

  test('whoever has a token of a union’s gets a line for each refusal, with the union', async () => {
    lines.length = 0
    for (let sent = 0; sent < 3; sent++) await send({ fields: { channelId: 'webchat' } })
    const line = { msg: 'activity-refused', reason: 'channel-wrong', status: 403, orgId: ORGANISATION.orgId }
    expect(logged()).toEqual([1, 2, 3].map(() => expect.objectContaining(line)))
  })

  test('a flood of 20,000 strangers fills neither the memory nor the log, and asks nobody for keys', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const flooded = createGate(settings())
    await flooded.check(requestOf(world))
    const [header, , signature] = world.issuer.token(ORGANISATION.appId, SERVICE_URL).split('.')
    const body = Buffer.from('{}')
    const flood = async (count: number) => {
      for (let sent = 0; sent < count; sent++) {
        const claims = {
          iss: `https://sts.windows.net/${sent}/`,
          tid: `${sent}`,
          ver: '1.0',
          appid: ORGANISATION.appId,
        }
        const kid = sent % 2 ? header : encode({ alg: 'RS256', kid: `${sent}` })
        const authorization = `Bearer ${kid}.${encode(claims)}.${signature}`
        await flooded.check({ headers: { 'content-type': 'application/json', authorization }, body })
      }
    }
    await flood(2_000)
    lines.length = 0
    const asked = { ...world.issuer.requests }
    collect()
    const before = process.memoryUsage().heapUsed
    await flood(20_000)
    collect()
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(4 * 1024 * 1024)
    expect(lines.length).toBeLessThanOrEqual(2)
    expect(world.issuer.requests).toEqual(asked)
  })
})

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')

/** Forty values that are right as none of the claims, nor as a key's id. */
function* wrongValues(): Generator<unknown> {
  yield* [undefined, null, true, false, [], {}, [[]], [null], [0], [{}], { $ne: '' }]
  yield* ['', ' ', '0', '*', 'null', 'undefined', 'msteams', ORGANISATION.tenantId]
  const right = [ORGANISATION.appId, world.issuer.issuer, SERVICE_URL]
  yield* right.flatMap((value) => [
    `${value} `,
    ` ${value}`,
    `${value}\0`,
    [value],
    { value },
    `${value}/`,
    `${value},`,
  ])
}
