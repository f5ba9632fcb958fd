import { randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createAdapter } from '../../bot/adapter'
import { type RunningBot, startBot } from '../../bot/compose'
import { createGate } from '../../bot/gate'
import { type BotServer, startServer } from '../../bot/server'
import { NEIGHBOUR, ORGANISATION, requestOf } from '../support/gate-world'
import { countTurns, type GatedWorld, post, startGatedWorld } from '../support/gated-bot'
import { TOKEN_CASES } from './gate-token-cases'

const REFUSED = { body: '{"refused":true}' }

/** What the SDK alone would take, and for which the gate stands before it. */
const TAKEN_BY_THE_SDK = [
  'two Authorization headers, both good',
  'a token of more than 8 KiB',
  'an extension that must be understood',
  'an unencoded payload',
  'a time of issue that is no number',
  'RS384 with the right key',
  'RS512 with the right key',
  'a key endorsed for nothing',
  'a key without endorsements',
  'a key of 1,024 bits',
  'a token that never expires',
  'a token without a beginning',
]

let world: GatedWorld
let turns: () => number
/** The whole bot, with the gate and the SDK. */
let both: RunningBot
/** The SDK behind a gate that asks for no token, before a bot that says nothing. */
let alone: BotServer
const printed: unknown[][] = []
const { console: printer } = globalThis
const { error: print } = printer

beforeAll(async () => {
  Object.assign(printer, { error: (...given: unknown[]) => printed.push(given) })
  turns = countTurns()
  world = await startGatedWorld('sdk-authentication')
  both = await startBot(world.parts)
  alone = await startAlone()
})
afterAll(async () => {
  Object.assign(printer, { error: print })
  await both.stop()
  await alone.stop()
  await world.stop()
})

const portOf = ({ url }: { url: string }) => Number(new URL(url).port)

async function startAlone(settings: Record<string, string> = {}): Promise<BotServer> {
  const { organisations, botCredentials, log } = world.parts
  const gate = createGate({ ...world.parts.gate, tokens: 'off', organisations, log })
  const adapterOf = (orgId: string) => createAdapter({ ...botCredentials(orgId), ...settings })
  const silent = { turn: async () => undefined }
  return startServer(
    { gate, adapterOf, bot: silent, dossier: silent.turn, ready: async () => undefined, log },
    0,
    '127.0.0.1',
  )
}

test.each([ORGANISATION, NEIGHBOUR])('The gate and the SDK both take a genuine token of $appId', async ({ appId }) => {
  const organisation = appId === ORGANISATION.appId ? ORGANISATION : NEIGHBOUR
  for (const bot of [both, alone]) {
    const before = turns()
    expect(await post(portOf(bot), world.genuine({ organisation }))).toEqual({ status: 200, body: '' })
    expect(turns()).toBe(before + 1)
  }
})

test('What the bot posts carries the token that its managed identity has for its own app, asked for once', () => {
  const { posted, signIns, tokenOf } = world.service
  expect(posted.map(({ authorization }) => authorization)).toEqual(
    [ORGANISATION, NEIGHBOUR].map(({ appId }) => `Bearer ${tokenOf(appId)}`),
  )
  expect(signIns.map((query) => [query.get('client_id'), query.get('resource')])).toEqual(
    [ORGANISATION, NEIGHBOUR].map(({ appId }) => [appId, 'https://api.botframework.com']),
  )
})

test('Behind the gate the SDK refuses on its own nearly all wrong tokens that the gate refuses', async () => {
  const taken: string[] = []
  for (const { name, send } of TOKEN_CASES) {
    const before = turns()
    const { status, body } = await post(portOf(alone), await send(world))
    if (turns() > before) taken.push(name)
    else expect({ name, refused: status >= 400, body }).toEqual({ name, refused: true, ...REFUSED })
  }
  expect(taken).toEqual(TAKEN_BY_THE_SDK)
  expect(TOKEN_CASES.length - taken.length).toBeGreaterThanOrEqual(40)
})

test('The SDK refuses a token of another union’s bot, although both bots are ours', async () => {
  const before = turns()
  const { serviceUrl } = world.service
  const token = world.issuer.token(NEIGHBOUR.appId, serviceUrl)
  const answer = await post(portOf(alone), world.genuine({ authorization: `Bearer ${token}` }))
  expect({ ...answer, turns: turns() }).toEqual({ status: 401, ...REFUSED, turns: before })
})

test('While the gate stands, no forged token makes the SDK remember or print anything', async () => {
  const fromSdk = createRequire(require.resolve('botbuilder'))
  const { ToBotFromBotOrEmulatorTokenValidationParameters: emulators } = fromSdk(
    'botframework-connector/lib/auth/tokenValidationParameters',
  ) as { ToBotFromBotOrEmulatorTokenValidationParameters: { issuer: string[] } }
  const forged = (tid: string = randomUUID()) => {
    const claims = { iss: `https://sts.windows.net/${tid}/`, tid, appid: ORGANISATION.appId, ver: '1.0' }
    return world.genuine({ choices: { key: world.keys.unpublished, claims } })
  }
  const known = emulators.issuer.length
  await post(portOf(alone), forged())
  expect(emulators.issuer.length).toBe(known + 4)

  const [remembered, before] = [emulators.issuer.length, printed.length]
  for (let sent = 0; sent < 300; sent++) expect((await post(portOf(both), forged())).status).toBe(401)
  for (const { send } of TOKEN_CASES) await post(portOf(both), await send(world))
  expect(emulators.issuer.length).toBe(remembered)
  expect(printed.length).toBe(before)
})

test('When the SDK fails where the gate did not, the sender is not told why', async () => {
  await world.issuer.goAway()
  const nowhere = new URL('/nowhere', world.issuer.metadataUrl).href
  const broken = await startAlone({ ToBotFromChannelOpenIdMetadataUrl: nowhere })
  const before = turns()
  const { serviceUrl } = world.service
  const answer = await post(portOf(broken), requestOf(world, { serviceUrl }))
  expect({ ...answer, turns: turns() }).toEqual({ status: 500, ...REFUSED, turns: before })
  await broken.stop()
})
