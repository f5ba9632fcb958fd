import { CaseworkError } from '../services/platform/errors'
import type { VaultIdentity } from '../services/platform/key-credential'
import { type KeyPlaces, type KeyProvider, keyPlaceOf, keyProviderAt } from '../services/platform/key-provider'
import type { DeployedOrganisation } from '../services/policy/deployment'
import type { Environment } from './config'

/** The kinds of place that `CASEKEEPER_KEY` and an organisation's `key` may name. */
export const KEY_PLACES = 'file:/path or azure:https://VAULT.vault.azure.net/keys/NAME'

/**
 * Opens the key of every organisation and asks each for its present version, so that a bot which could read nothing does
 * not start.
 *
 * @param problems gets one line for each setting that is missing or whose key cannot be used
 */
export async function readKeySettings(
  environment: Environment,
  organisations: readonly DeployedOrganisation[],
  problems: string[],
): Promise<KeyProvider | null> {
  const places = keyPlaces(environment, organisations)
  const before = problems.length
  const identity = readIdentity(environment, problems)
  if (problems.length > before) return null
  const provider = keyProviderAt(places, identity)
  const withoutOld = keyProviderAt({ ...places, previous: undefined }, identity)
  for (const { orgId, setting } of differentKeys(places, organisations)) {
    try {
      await withoutOld.keyOf(orgId).current()
    } catch (fault) {
      problems.push(`${setting}: ${whyOf(fault)}`)
      continue
    }
    try {
      provider.keyOf(orgId)
    } catch (fault) {
      problems.push(`CASEKEEPER_OLD_KEY: ${whyOf(fault)}`)
    }
  }
  return problems.length > before ? null : provider
}

/** One organisation for each key, and the setting that names its place; the shared one also when there is nobody yet. */
function differentKeys(places: KeyPlaces, organisations: readonly DeployedOrganisation[]) {
  const named = organisations.map(({ orgId, key }, index) => ({
    orgId,
    place: keyPlaceOf(places, orgId),
    setting: key ? `organisations.${index}.key` : 'CASEKEEPER_KEY',
  }))
  if (named.length === 0) named.push({ orgId: 'any', place: keyPlaceOf(places, 'any'), setting: 'CASEKEEPER_KEY' })
  return new Map(named.reverse().map((one) => [one.place, one])).values()
}

/** The places of all keys that wrap, each once. */
export const keysInUse = (environment: Environment, organisations: readonly DeployedOrganisation[]): string[] =>
  [...differentKeys(keyPlaces(environment, organisations), organisations)].map(({ place }) => place)

/** Where the settings say that the keys are; nothing is opened. */
function keyPlaces(environment: Environment, organisations: readonly DeployedOrganisation[]): KeyPlaces {
  const previous = environment.CASEKEEPER_OLD_KEY?.trim()
  return {
    shared: environment.CASEKEEPER_KEY?.trim() ?? '',
    own: new Map(organisations.flatMap(({ orgId, key }) => (key ? [[orgId, key] as const] : []))),
    ...(previous ? { previous } : {}),
  }
}

function readIdentity(environment: Environment, problems: string[]): VaultIdentity {
  const setting = (name: string) => environment[name]?.trim() || undefined
  const identity = {
    tenantId: setting('AZURE_TENANT_ID'),
    clientId: setting('AZURE_CLIENT_ID'),
    clientSecret: setting('AZURE_CLIENT_SECRET'),
  }
  if (!identity.clientSecret) return identity
  if (!identity.tenantId) problems.push('AZURE_TENANT_ID: not set; AZURE_CLIENT_SECRET needs it')
  if (!identity.clientId) problems.push('AZURE_CLIENT_ID: not set; AZURE_CLIENT_SECRET needs it')
  return identity
}

function whyOf(fault: unknown): string {
  if (!(fault instanceof CaseworkError)) return 'cannot be read'
  return fault.code === 'key-kind-unknown' ? `no such kind of key provider; ${KEY_PLACES} is one` : fault.code
}
