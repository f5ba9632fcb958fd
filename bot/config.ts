import { readFileSync } from 'node:fs'
import { type CheckpointStore, checkpointFile, tryCheckpointFile } from '../services/audit/audit.checkpoint-file'
import { CaseworkError } from '../services/platform/errors'
import type { KeyProvider } from '../services/platform/key-provider'
import { checkReplicaSet } from '../services/platform/mongo-topology'
import { type DeployedOrganisation, type Deployment, deployment, type Endpoints } from '../services/policy/deployment'
import type { Policy } from '../services/policy/policy.schema'
import { readProfile } from '../services/policy/policy.service'
import { CHANNEL_SERVICE_HOSTS } from './gate'
import { KEY_PLACES, readKeySettings } from './key-settings'
import { isServiceHost } from './service-url'

export type Environment = Readonly<Record<string, string | undefined>>

/** Everything the process needs in production, complete and checked. */
export interface Configuration {
  organisations: readonly DeployedOrganisation[]
  policies: ReadonlyMap<string, Policy>
  mongoUri: string
  keyProvider: KeyProvider
  checkpoints: CheckpointStore
  serviceHosts: readonly string[]
  /** Only where Microsoft's addresses are not the public cloud's. */
  endpoints: Endpoints | undefined
  listen: { host: string; port: number }
  /** Where people and Teams find this server; links to dossiers begin so. */
  publicUrl: string
  logLevel: string
  /** The secret in this environment variable, which is known to be set. */
  secret(name: string): string
}

const LOG_LEVELS = ['error', 'warn', 'info']

/**
 * Reads the settings for production from the environment and from the file that `CASEKEEPER_DEPLOYMENT` names, looks at
 * the database and the key, and gives either all of them or one line for each that is missing or unsafe. There is no
 * setting that lets anybody in without a token. Lines name settings, never values.
 */
export async function readConfiguration(
  environment: Environment,
): Promise<{ ok: true; configuration: Configuration } | { ok: false; problems: string[] }> {
  const problems: string[] = []
  const missing = (setting: string, what: string) => {
    problems.push(`${setting}: ${what}`)
  }
  const required = (name: string, what: string): string => {
    const value = environment[name]?.trim() ?? ''
    if (value === '') missing(name, `not set; ${what}`)
    return value
  }

  const file = required('CASEKEEPER_DEPLOYMENT', 'the path of the file that lists the organisations')
  const deployed = file === '' ? null : readDeployment(file, problems)
  const policies = new Map<string, Policy>()
  for (const [index, organisation] of (deployed?.organisations ?? []).entries()) {
    const where = `organisations.${index}`
    for (const name of secretsOf(organisation)) required(name, `${where} names it for a secret`)
    const policy = policyOf(organisation, where, problems)
    if (policy) policies.set(organisation.orgId, policy)
  }
  const mongoUri = required('MONGODB_URI', 'the connection string of a MongoDB replica set')
  if (mongoUri !== '') await checkReplicaSet(mongoUri).catch((fault) => missing('MONGODB_URI', codeOf(fault)))
  const key = required('CASEKEEPER_KEY', `where the key encryption key is, as ${KEY_PLACES}`)
  const keyProvider = key === '' ? null : await readKeySettings(environment, deployed?.organisations ?? [], problems)
  const place = required('CASEKEEPER_CHECKPOINTS', "where the audit's checkpoints go, as file:/path")
  const checkpoints = place === '' ? null : await checkpointsOf(place, problems)
  const port = Number(environment.PORT ?? 3978)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) missing('PORT', 'not a port')
  const logLevel = environment.CASEKEEPER_LOG ?? 'info'
  if (!LOG_LEVELS.includes(logLevel)) missing('CASEKEEPER_LOG', `one of ${LOG_LEVELS.join(', ')}`)

  if (problems.length > 0 || !deployed || !keyProvider || !checkpoints) return { ok: false, problems }
  const configuration = {
    organisations: deployed.organisations,
    policies,
    mongoUri,
    keyProvider,
    checkpoints,
    serviceHosts: [...CHANNEL_SERVICE_HOSTS, ...deployed.serviceHosts],
    endpoints: deployed.endpoints,
    listen: { host: environment.HOST ?? '127.0.0.1', port },
    publicUrl: deployed.publicUrl,
    logLevel,
    secret: (name: string) => environment[name]!,
  }
  return { ok: true, configuration }
}

/** The organisations of this process; null, with what is wrong added to `problems`, when the file cannot be used. */
export function readDeployment(file: string, problems: string[]): Deployment | null {
  let data: unknown
  try {
    data = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    problems.push('CASEKEEPER_DEPLOYMENT: the file cannot be read as JSON')
    return null
  }
  const read = deployment.safeParse(data)
  if (!read.success) {
    problems.push(...read.error.issues.map(({ path, message }) => `${path.join('.') || 'deployment'}: ${message}`))
    return null
  }
  const { organisations, serviceHosts } = read.data
  for (const host of serviceHosts) if (!isServiceHost(host)) problems.push('serviceHosts: not a host, or not one alone')
  for (const field of ['orgId', 'appId'] as const) {
    const values = organisations.map((organisation) => organisation[field])
    if (new Set(values).size < values.length) problems.push(`organisations: two have the same ${field}`)
  }
  return read.data
}

const secretsOf = ({ bot, graph }: DeployedOrganisation): string[] =>
  [bot, graph].flatMap((identity) => ('secretEnv' in identity ? identity.secretEnv : []))

/** Every role that the profile knows needs a group: a chain of approval must not end at a title that nobody can hold. */
function policyOf({ profile, roles }: DeployedOrganisation, where: string, problems: string[]): Policy | null {
  try {
    const policy = readProfile(profile)
    const known = Object.keys(policy.access.roles)
    for (const role of known) if (!roles[role]) problems.push(`${where}.roles.${role}: no group holds it`)
    for (const role of Object.keys(roles))
      if (!known.includes(role)) problems.push(`${where}.roles.${role}: the profile knows no such role`)
    return policy
  } catch (fault) {
    const gaps = fault instanceof CaseworkError ? fault.info.gaps : undefined
    problems.push(`${where}.profile: ${Array.isArray(gaps) ? gaps.join('; ') : 'there is no such profile'}`)
    return null
  }
}

async function checkpointsOf(place: string, problems: string[]): Promise<CheckpointStore | null> {
  const path = place.startsWith('file:/') ? place.slice('file:'.length) : null
  const problem = path === null ? 'no such kind of place; file:/path is one' : await cannotWrite(path)
  if (problem) problems.push(`CASEKEEPER_CHECKPOINTS: ${problem}`)
  return path === null || problem ? null : checkpointFile(path)
}

const cannotWrite = (path: string): Promise<string | null> =>
  tryCheckpointFile(path).then(
    () => null,
    () => 'the file cannot be written',
  )

const codeOf = (fault: unknown): string => (fault instanceof CaseworkError ? fault.code : 'cannot be read')
