import { request as sendRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import { CloudAdapter, type TurnContext } from 'botbuilder'
import type { BotParts } from '../../bot/compose'
import { simulatedToken, startGraphSimulator } from '../../bot/dev/graph-simulator'
import { readSampleUnions } from '../../bot/dev/sample-staff'
import { CHANNEL_SERVICE_HOSTS, type GateRequest } from '../../bot/gate'
import { systemClock } from '../../services/platform/clock'
import { createGraph } from '../../services/platform/graph'
import { newId } from '../../services/platform/ids'
import { createLogger } from '../../services/platform/logger'
import { readProfile } from '../../services/policy/policy.service'
import { type BotService, startBotService } from './bot-service'
import { NEIGHBOUR, ORGANISATION, requestOf, type Sending, startWorld, type World } from './gate-world'
import { sdkSettings } from './sdk-settings'
import { type TestMongo, testMongo } from './test-mongo'

/** Everything around the bot in production, tokens included, on this machine; the parts fit `startBot`. */
export interface GatedWorld extends World {
  parts: BotParts
  service: BotService
  database: TestMongo
  /** Everything that was logged. */
  logged(): string
  /** A message as the service sends it, another one each time. Its sender has no role, and each turn records that. */
  genuine(sending?: Sending): GateRequest
  /** Changes with every byte that is written to the databases. */
  stored(): Promise<string>
  stop(): Promise<void>
}

/** @param name of the test file, for its database */
export async function startGatedWorld(name: string): Promise<GatedWorld> {
  const [world, service, database] = await Promise.all([startWorld(), startBotService(), testMongo(name)])
  const unions = [ORGANISATION, NEIGHBOUR].map(({ appId, tenantId }, index) => {
    const { organisation, directory } = readSampleUnions()[index]!
    return { organisation: { ...organisation, appId, tenantId }, directory: { ...directory, tenantId } }
  })
  const organisations = unions.map(({ organisation }) => organisation)
  const appIdOf = (orgId: string) => organisations.find((organisation) => organisation.orgId === orgId)!
  const graph = await startGraphSimulator({ directories: unions.map(({ directory }) => directory) })
  const lines: string[] = []
  const { metadataUrl, issuer } = world.issuer
  const parts: BotParts = {
    organisations,
    policies: new Map(organisations.map(({ orgId, profile }) => [orgId, readProfile(profile)])),
    mongo: database.mongo,
    graphOf: (orgId) => createGraph({ baseUrl: graph.url, token: async () => simulatedToken(appIdOf(orgId).tenantId) }),
    keyProvider: database.keyProvider,
    clock: systemClock,
    log: createLogger('info', { write: (line) => lines.push(line) }),
    gate: {
      openIdMetadataUrl: metadataUrl,
      issuer,
      allowedServiceHosts: [service.host, ...CHANNEL_SERVICE_HOSTS],
      tokens: 'required',
    },
    botCredentials: (orgId) => sdkSettings(appIdOf(orgId), world.issuer),
    listen: { port: 0, host: '127.0.0.1' },
  }
  return {
    ...world,
    parts,
    service,
    database,
    logged: () => lines.join(''),
    genuine: ({ fields, ...sending } = {}) =>
      requestOf(world, { serviceUrl: service.serviceUrl, fields: { id: newId(), ...fields }, ...sending }),
    stored: async () => {
      const { db, keysDb } = database.mongo
      const hashes = await Promise.all([db, keysDb].map((each) => each.command({ dbHash: 1 })))
      return hashes.map(({ md5 }) => String(md5)).join(' ')
    },
    stop: async () => {
      await Promise.all([world.issuer.goAway(), service.stop(), graph.stop(), database.close()])
    },
  }
}

/**
 * Counts the turns that any adapter of this process begins from now on, at the one place through which all of them go:
 * where the SDK calls the function that `startServer` hands it, which runs the bot's own.
 */
export function countTurns(): () => number {
  let turns = 0
  const { process: handle } = CloudAdapter.prototype
  CloudAdapter.prototype.process = function (...given: unknown[]) {
    const [request, response, turn] = given as [unknown, unknown, (context: TurnContext) => Promise<void>]
    const counted = (context: TurnContext) => {
      turns += 1
      return turn(context)
    }
    return Reflect.apply(handle, this, [request, response, counted])
  }
  return () => turns
}

/** Sends the request over HTTP, headers as given. */
export async function post(port: number, { headers, body }: GateRequest): Promise<{ status: number; body: string }> {
  const present = Object.entries(headers).filter(([, value]) => value !== undefined)
  return new Promise((resolve, reject) => {
    const sent = sendRequest({ port, path: '/api/messages', method: 'POST', headers: Object.fromEntries(present) })
    sent.on('error', reject)
    sent.on('response', (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject)
    })
    sent.end(body)
  })
}
