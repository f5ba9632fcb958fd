import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type GraphSimulator, simulatedToken, startGraphSimulator } from '../../bot/dev/graph-simulator'
import { readSampleUnions } from '../../bot/dev/sample-staff'
import { newId } from '../../services/platform/ids'
import { fileKeyProvider } from '../../services/platform/key-provider'
import { type BotService, startBotService } from '../support/bot-service'
import { requestOf, startWorld, teamsMessage, type World } from '../support/gate-world'
import { post } from '../support/gated-bot'
import { type IdentityHost, startIdentityHost } from '../support/identity-host'
import { type TestMongo, testMongo } from '../support/test-mongo'
import { buildInto, type RunningProgram, startBuilt } from './built-bot'

const ROOT = join(__dirname, '..', '..')
const GRAPH_CLIENT = '7f0c1a52-9f5e-4f0b-8f6c-0d6f3a1b2c09'
const CHANNEL = 'https://api.botframework.com'
const [union] = readSampleUnions()
const { organisation, directory, personas } = union!
const { appId, tenantId } = organisation
const withRole = personas.find(({ role }) => role !== null)!
const withoutRole = personas.find(({ role }) => role === null)!

let folder: string
let world: World
let service: BotService
let database: TestMongo
let graph: GraphSimulator
let identity: IdentityHost
let bot: RunningProgram

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'casekeeper-built-'))
  await buildInto(folder)
  ;[world, service, database, graph, identity] = await Promise.all([
    startWorld(),
    startBotService(),
    testMongo('built'),
    startGraphSimulator({ directories: [directory] }),
    startIdentityHost((resource, client) => (resource === CHANNEL ? `bot-${client}` : simulatedToken(tenantId))),
  ])
  bot = await startBuilt(folder, settings())
}, 180_000)

afterAll(async () => {
  await bot?.terminate()
  await Promise.all([world?.issuer.goAway(), service?.stop(), graph?.stop(), identity?.stop(), database?.close()])
  rmSync(folder, { recursive: true })
})

/** All that production asks for: both identities are the machine's own, and Microsoft is on loopback. */
function settings(): Record<string, string> {
  const { metadataUrl, issuer } = world.issuer
  const deployed = {
    publicUrl: 'https://casekeeper.example',
    serviceHosts: [service.host],
    endpoints: {
      openIdMetadataUrl: metadataUrl,
      tokenIssuer: issuer,
      loginUrl: new URL('/nobody', metadataUrl).href,
      oAuthScope: CHANNEL,
      graphUrl: graph.url,
    },
    organisations: [
      {
        ...organisation,
        sampleData: false,
        bot: { type: 'UserAssignedMSI' },
        graph: { kind: 'managed-identity', clientId: GRAPH_CLIENT },
      },
    ],
  }
  writeFileSync(join(folder, 'deployment.json'), JSON.stringify(deployed))
  const key = join(folder, 'key.json')
  fileKeyProvider(key, { create: true })
  return {
    CASEKEEPER_DEPLOYMENT: join(folder, 'deployment.json'),
    CASEKEEPER_KEY: `file:${key}`,
    CASEKEEPER_CHECKPOINTS: `file:${join(folder, 'checkpoints.jsonl')}`,
    MONGODB_URI: database.uri,
    PORT: '0',
    ...identity.environment,
  }
}

/** Types a line to the bot, as Teams brings it; gives the status, and the text of the cards that were posted meanwhile. */
async function types(line: string, { id, userId, conversationId }: typeof withRole): Promise<[number, string]> {
  const before = service.posted.length
  const whole = teamsMessage({ orgId: organisation.orgId, appId, tenantId }, service.serviceUrl)
  const fields = {
    id: newId(),
    from: { id: userId, name: 'Somebody', aadObjectId: id },
    conversation: { id: conversationId, conversationType: 'personal', tenantId },
    text: line,
  }
  const request = requestOf(world, {
    organisation: { orgId: organisation.orgId, appId, tenantId },
    serviceUrl: service.serviceUrl,
    body: JSON.stringify({ ...whole, ...fields }),
  })
  const { status } = await post(bot.port, request)
  return [
    status,
    service.posted
      .slice(before)
      .map(({ body }) => body)
      .join('\n'),
  ]
}

describe('What is built', () => {
  const files = () => readdirSync(join(folder, 'dist'), { recursive: true }).map(String)

  test('is the product: no laptop, no sample people, no tests', () => {
    expect(readdirSync(join(folder, 'dist')).sort()).toEqual(['bot', 'cards', 'dialogs', 'services'])
    expect(readdirSync(join(folder, 'dist', 'bot'))).not.toContain('dev')
    expect(files().filter((name) => /test|sample|simulator/.test(name))).toEqual([])
  })

  test('has every template, word list, profile and list of holidays that the source has', () => {
    const data = ['cards', 'dialogs', 'services'].flatMap((top) =>
      readdirSync(join(ROOT, top), { recursive: true })
        .map((name) => join(top, String(name)))
        .filter((name) => name.endsWith('.json')),
    )
    expect(data.length).toBeGreaterThan(8)
    expect(files()).toEqual(expect.arrayContaining(data))
  })
})

describe('Production, from what is built, with its tokens required', () => {
  test('says that it is up and ready', async () => {
    for (const path of ['health', 'ready'])
      expect((await fetch(`http://127.0.0.1:${bot.port}/${path}`)).status).toBe(200)
  })

  test('says in its log that it does not speak with the public cloud', () => {
    expect(bot.printed()).toContain('endpoints-not-public')
  })

  test('a member of staff types home, and the card with what they can do comes into their chat', async () => {
    const [status, cards] = await types('home', withRole)
    expect(status).toBe(200)
    expect(cards).toContain('New enquiry')
    const { path, authorization } = service.posted.at(-1)!
    expect(path).toContain(encodeURIComponent(withRole.conversationId))
    expect(authorization).toBe(`Bearer bot-${appId}`)
    expect(identity.asked).toEqual(
      expect.arrayContaining([
        { resource: CHANNEL, clientId: appId },
        { resource: 'https://graph.microsoft.com', clientId: GRAPH_CLIENT },
      ]),
    )
    expect(graph.requests().map(({ route }) => route)).toContain('checkMemberGroups')
  })

  test('somebody without a role is refused with a code, and learns nothing of what there is', async () => {
    const [status, cards] = await types('home', withoutRole)
    expect(status).toBe(200)
    expect(cards).toMatch(/You have no access here.* this code: [0-9A-Z]{6}\./)
    expect(cards).not.toMatch(/New enquiry|My cases|Action\./)
  })

  test("without a signature, or with another bot's, nobody gets in and nothing is posted", async () => {
    const before = service.posted.length
    const unsigned = requestOf(world, { serviceUrl: service.serviceUrl, authorization: null })
    const foreign = requestOf(world, { serviceUrl: service.serviceUrl })
    for (const request of [unsigned, foreign]) expect((await post(bot.port, request)).status).toBe(401)
    expect(service.posted.length).toBe(before)
  })

  test("told to stop it ends with code 0, and has printed nobody's words", async () => {
    const { code, errors } = await bot.terminate()
    expect([code, errors]).toEqual([0, expect.not.stringContaining('Somebody')])
    expect(bot.printed()).not.toContain('Somebody')
  })
})
