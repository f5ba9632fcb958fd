import { systemClock } from '../services/platform/clock'
import { createGraph } from '../services/platform/graph'
import { productionToken } from '../services/platform/graph-token'
import { createLogger, faultCode } from '../services/platform/logger'
import { connectMongo } from '../services/platform/mongo'
import type { DeployedOrganisation, Endpoints } from '../services/policy/deployment'
import { startBot } from './compose'
import { type Configuration, readConfiguration } from './config'
import { CHANNEL_ISSUER, CHANNEL_METADATA_URL } from './gate'

const SETTINGS_WRONG = 2
const GRAPH_URL = 'https://graph.microsoft.com'

/** Casekeeper in production. Ends with code 2, having named everything that is missing or unsafe, rather than run so. */
async function main(): Promise<void> {
  const read = await readConfiguration(process.env)
  if (!read.ok) {
    process.stderr.write(
      `Casekeeper does not start. To be put right:\n${read.problems.map((p) => `  ${p}\n`).join('')}`,
    )
    process.exitCode = SETTINGS_WRONG
    return
  }
  await run(read.configuration)
}

async function run(configuration: Configuration): Promise<void> {
  const { organisations, policies, keyProvider, checkpoints, serviceHosts, endpoints, listen, publicUrl, secret } =
    configuration
  const log = createLogger(configuration.logLevel)
  // A fault's own text may quote what somebody typed, so Node must not print it.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(event, (fault: unknown) => {
      log.error('process-ends', { kind: event, code: faultCode(fault) })
      process.exit(1)
    })
  const byId = new Map(organisations.map((organisation) => [organisation.orgId, organisation]))
  const graphs = new Map(
    organisations.map((organisation) => [
      organisation.orgId,
      createGraph({ baseUrl: endpoints?.graphUrl ?? GRAPH_URL, token: graphToken(organisation, secret) }),
    ]),
  )
  if (endpoints) log.warn('endpoints-not-public', { names: Object.values(endpoints) })
  const mongo = await connectMongo(configuration.mongoUri)
  const bot = await startBot({
    organisations,
    policies,
    mongo,
    graphOf: (orgId) => graphs.get(orgId)!,
    keyProvider,
    checkpoints,
    clock: systemClock,
    log,
    gate: {
      openIdMetadataUrl: endpoints?.openIdMetadataUrl ?? CHANNEL_METADATA_URL,
      issuer: endpoints?.tokenIssuer ?? CHANNEL_ISSUER,
      allowedServiceHosts: serviceHosts,
      tokens: 'required',
    },
    botCredentials: (orgId) => ({ ...botCredentials(byId.get(orgId)!, secret), ...sdkEndpoints(endpoints) }),
    listen,
    publicUrl,
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      void bot
        .stop()
        .then(() => mongo.close())
        .then(() => process.exit(0))
    })
  log.info('listening', { port: Number(new URL(bot.url).port), count: organisations.length })
}

function graphToken({ tenantId, graph }: DeployedOrganisation, secret: Configuration['secret']) {
  if (graph.kind === 'managed-identity') return productionToken(graph)
  const { kind, clientId, secretEnv } = graph
  return productionToken({ kind, tenantId, clientId, clientSecret: secret(secretEnv) })
}

/** In the SDK's own names. */
function botCredentials({ appId, tenantId, bot }: DeployedOrganisation, secret: Configuration['secret']) {
  const identity = { MicrosoftAppId: appId, MicrosoftAppTenantId: tenantId, MicrosoftAppType: bot.type }
  return bot.type === 'SingleTenant' ? { ...identity, MicrosoftAppPassword: secret(bot.secretEnv) } : identity
}

/** In the SDK's own names; it keeps the public cloud's where none is given. People sign in to nothing through the bot. */
function sdkEndpoints(endpoints: Endpoints | undefined): Record<string, string> {
  if (!endpoints) return {}
  return {
    ToBotFromChannelTokenIssuer: endpoints.tokenIssuer,
    ToBotFromChannelOpenIdMetadataUrl: endpoints.openIdMetadataUrl,
    ToBotFromEmulatorOpenIdMetadataUrl: endpoints.openIdMetadataUrl,
    ToChannelFromBotOAuthScope: endpoints.oAuthScope,
    ToChannelFromBotLoginUrl: endpoints.loginUrl,
    OAuthUrl: endpoints.loginUrl,
  }
}

void main()
