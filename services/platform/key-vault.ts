import type { Agent } from 'node:https'
import type { TokenCredential } from '@azure/identity'
import type { CryptographyClient, CryptographyClientOptions } from '@azure/keyvault-keys'
import { CaseworkError } from './errors'
import type { EncryptionKey, KeyVersion } from './key-encryption-key'
import { askVault } from './key-vault-call'

export interface VaultKeySettings {
  /** The key without a version: `https://VAULT.vault.azure.net/keys/NAME`. */
  url: string
  credential: TokenCredential
  /** How the vault is reached; tests hand one in that leads to a vault on the same machine. */
  agent?: Agent
  /** How long one use of the key may take, in milliseconds; else four seconds. */
  limitMs?: number
}

/** RSA is the one kind of key that every vault wraps with; the older paddings are there for old data only. */
const ALGORITHM = 'RSA-OAEP-256'

/** How long a process may go on wrapping with a version after a newer one was made. */
const CURRENT_MS = 30_000

/** Key Vault and Managed HSM in the public and the national clouds. Keys and tokens go nowhere else. */
const ADDRESS =
  /^https:\/\/[a-z0-9-]+\.(?:vault\.(?:azure\.net|azure\.cn|usgovcloudapi\.net)|managedhsm\.azure\.net)(?::\d+)?\/keys\/[A-Za-z0-9-]{1,127}$/

/** Names of versions come from the database, and become part of an address. */
const VERSION = /^[A-Za-z0-9]{1,64}$/

/**
 * A key in Azure Key Vault, which never leaves it: the vault wraps and opens each data key. A version that is disabled
 * there opens nothing more; an expired one still opens, and wraps nothing (learn.microsoft.com, about-keys-details).
 *
 * @throws CaseworkError 'key-vault-address' when the address is not that of a key, or names a version. `current` and `wrap`
 * throw 'key-unsuitable' for a key that is not of kind RSA, and every use may throw what `askVault` says.
 */
export function vaultKey({ url, credential, agent, limitMs }: VaultKeySettings): EncryptionKey {
  if (!ADDRESS.test(url)) throw new CaseworkError('key-vault-address')
  const [vaultUrl, name] = url.split('/keys/') as [string, string]
  const clients = new Map<string, Promise<VersionClient>>()
  let known: { version: Promise<KeyVersion>; until: number } | undefined

  // One object a client: the library writes into it.
  const options = (): CryptographyClientOptions => ({ retryOptions: { maxRetries: 0 }, ...(agent ? { agent } : {}) })

  async function look(): Promise<KeyVersion> {
    const { KeyClient } = await import('@azure/keyvault-keys')
    const client = new KeyClient(vaultUrl, credential, options())
    const { properties, keyType } = await askVault((abortSignal) => client.getKey(name, { abortSignal }), limitMs)
    if (!keyType?.startsWith('RSA')) throw new CaseworkError('key-unsuitable')
    if (properties.enabled === false) throw new CaseworkError('key-disabled')
    return { id: url, version: properties.version ?? '' }
  }

  function current(): Promise<KeyVersion> {
    if (known && known.until > performance.now()) return known.version
    const asked = { version: look(), until: performance.now() + CURRENT_MS }
    known = asked
    asked.version.catch(() => {
      if (known === asked) known = undefined
    })
    return asked.version
  }

  /**
   * With a key made by hand: a client that looks its key up for itself refuses to open with an expired version, which the
   * vault does not, and needs one more call for each version.
   */
  async function connect(version: string): Promise<VersionClient> {
    const { CryptographyClient } = await import('@azure/keyvault-keys')
    const properties = { name, vaultUrl, version }
    return firstAlone(new CryptographyClient({ id: `${url}/${version}`, name, properties }, credential, options()))
  }

  function clientOf(version: string): Promise<VersionClient> {
    const client = clients.get(version) ?? connect(version)
    clients.set(version, client)
    return client
  }

  async function wrapUnder(under: KeyVersion, dataKey: Buffer) {
    const use = await clientOf(String(under.version))
    const { result } = await askVault(
      (abortSignal) => use((client) => client.wrapKey(ALGORITHM, dataKey, { abortSignal })),
      limitMs,
    )
    return { wrapped: Buffer.from(result), under }
  }

  return {
    kind: 'azure-key-vault',
    holds: (id) => id === url,
    current,
    wrap: async (dataKey) => {
      const under = await current()
      try {
        return await wrapUnder(under, dataKey)
      } catch (fault) {
        const gone = fault instanceof CaseworkError && ['key-disabled', 'key-not-held'].includes(fault.code)
        if (!gone) throw fault
        // Somebody made a new version and switched the old one off in the same half minute.
        known = undefined
        return wrapUnder(await current(), dataKey)
      }
    },
    unwrap: async (wrapped, under) => {
      const { id, version } = under
      if (id !== url || typeof version !== 'string' || !VERSION.test(version))
        throw new CaseworkError('key-not-held', { ...under })
      const use = await clientOf(version)
      const { result } = await askVault(
        (abortSignal) => use((client) => client.unwrapKey(ALGORITHM, wrapped, { abortSignal })),
        limitMs,
      )
      return Buffer.from(result)
    },
  }
}

type Wrapping = Pick<CryptographyClient, 'wrapKey' | 'unwrapKey'>
type VersionClient = <Answer>(call: (client: Wrapping) => Promise<Answer>) => Promise<Answer>

/**
 * The library's first request goes out empty, to be asked for a token, and is filled in when that happens; where a second
 * one was faster, the first is repeated empty (keyvault-common 2.1.0). So nothing passes the first.
 */
function firstAlone(client: Wrapping): VersionClient {
  let begun: Promise<unknown> | undefined
  return async (call) => {
    if (begun) await begun
    const answer = call(client)
    begun ??= answer.catch(() => undefined)
    return answer
  }
}
