import { dirname, join } from 'node:path'
import { checkpointFile } from '../../services/audit/audit.checkpoint-file'
import type { Clock } from '../../services/platform/clock'
import { createGraph } from '../../services/platform/graph'
import { fileKeyProvider } from '../../services/platform/key-provider'
import type { Logger } from '../../services/platform/logger'
import { connectMongo, type Mongo } from '../../services/platform/mongo'
import type { Policy } from '../../services/policy/policy.schema'
import { readProfile } from '../../services/policy/policy.service'
import { type RunningBot, startBot } from '../compose'
import { CHANNEL_ISSUER, CHANNEL_METADATA_URL } from '../gate'
import { type GraphSimulator, simulatedToken, startGraphSimulator } from './graph-simulator'
import type { SampleUnion } from './sample-staff'

export interface DevelopmentOptions {
  mongoUri: string
  unions: readonly SampleUnion[]
  /** Profiles that are not in the repository's folder, by id. */
  profiles?: ReadonlyMap<string, Policy>
  clock(mongo: Mongo): Promise<Clock> | Clock
  keyFile: string
  /** `localhost:PORT` of every pretended Teams that may be talked to; read at each check. */
  serviceHosts: readonly string[]
  port: number
  log: Logger
}

export interface Development {
  bot: RunningBot
  mongo: Mongo
  graph: GraphSimulator
  stop(): Promise<void>
}

/** Beside the key, in the data folder. */
export const checkpointPath = (keyFile: string): string => join(dirname(keyFile), 'checkpoints.jsonl')

/** The real bot on a laptop: real MongoDB, a simulated Graph, sample staff, no tokens, loopback only. */
export async function startDevelopment(options: DevelopmentOptions): Promise<Development> {
  const { unions, log } = options
  const organisations = unions.map(({ organisation }) => organisation)
  const graph = await startGraphSimulator({ directories: unions.map(({ directory }) => directory) })
  const mongo = await connectMongo(options.mongoUri)
  const graphs = new Map(
    organisations.map(({ orgId, tenantId }) => [
      orgId,
      createGraph({ baseUrl: graph.url, token: async () => simulatedToken(tenantId) }),
    ]),
  )
  const policies = organisations.map(
    ({ orgId, profile }) => [orgId, options.profiles?.get(profile) ?? readProfile(profile)] as const,
  )
  const bot = await startBot({
    organisations,
    policies: new Map(policies),
    mongo,
    graphOf: (orgId) => graphs.get(orgId)!,
    keyProvider: fileKeyProvider(options.keyFile, { create: true }),
    checkpoints: checkpointFile(checkpointPath(options.keyFile)),
    clock: await options.clock(mongo),
    log,
    gate: {
      openIdMetadataUrl: CHANNEL_METADATA_URL,
      issuer: CHANNEL_ISSUER,
      allowedServiceHosts: options.serviceHosts,
      tokens: 'off',
    },
    botCredentials: () => ({}),
    listen: { port: options.port, host: '127.0.0.1' },
  })
  return {
    bot,
    mongo,
    graph,
    stop: async () => {
      await bot.stop()
      await graph.stop()
      await mongo.close()
    },
  }
}
