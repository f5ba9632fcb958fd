import { existsSync } from 'node:fs'
import type { Agent } from 'node:https'
import { CaseworkError } from './errors'
import { type VaultIdentity, vaultCredential } from './key-credential'
import type { EncryptionKey, KeyProvider } from './key-encryption-key'
import { createKeyFile, fileKey } from './key-file'
import { vaultKey } from './key-vault'

export type { EncryptionKey, KeyProvider, KeyVersion } from './key-encryption-key'

/** Where keys are, each as `file:/path` or `azure:https://VAULT.vault.azure.net/keys/NAME`. */
export interface KeyPlaces {
  /** For every organisation without one of its own; `{orgId}` in it stands for the organisation's id. */
  shared: string
  /** By organisation. */
  own?: ReadonlyMap<string, string>
  /** What was `shared` or an organisation's own until lately: it still opens, and wraps nothing more. */
  previous?: string | undefined
}

const ORGANISATION = '{orgId}'

/**
 * A key file on a laptop: made on first use where `create` says so. Production uses `keyProviderAt`.
 *
 * @throws CaseworkError as `fileKey`
 */
export function fileKeyProvider(path: string, { create }: { create: boolean }): KeyProvider {
  if (create && !existsSync(path)) createKeyFile(path)
  const key = fileKey(path)
  return { keyOf: () => key }
}

/** The place of the key of one organisation. */
export const keyPlaceOf = ({ shared, own }: KeyPlaces, orgId: string): string =>
  (own?.get(orgId) ?? shared).replaceAll(ORGANISATION, orgId)

/**
 * Opens keys where the settings say they are, each when it is first wanted.
 *
 * @throws CaseworkError, from `keyOf`: 'key-kind-unknown'; and as `fileKey` and `vaultKey`
 */
export function keyProviderAt(places: KeyPlaces, identity: VaultIdentity = {}, agent?: Agent): KeyProvider {
  const credential = vaultCredential(identity)
  const keys = new Map<string, EncryptionKey>()
  function keyAt(place: string): EncryptionKey {
    const key = keys.get(place) ?? open(place)
    keys.set(place, key)
    return key
  }
  function open(place: string): EncryptionKey {
    const [kind, rest] = [place.slice(0, place.indexOf(':')), place.slice(place.indexOf(':') + 1)]
    if (kind === 'file') return fileKey(rest)
    if (kind === 'azure') return vaultKey({ url: rest, credential, ...(agent ? { agent } : {}) })
    throw new CaseworkError('key-kind-unknown')
  }
  return {
    keyOf: (orgId) => {
      const key = keyAt(keyPlaceOf(places, orgId))
      if (!places.previous) return key
      return withPrevious(key, keyAt(places.previous.replaceAll(ORGANISATION, orgId)))
    },
  }
}

function withPrevious(key: EncryptionKey, previous: EncryptionKey): EncryptionKey {
  return {
    ...key,
    holds: (id) => key.holds(id) || previous.holds(id),
    unwrap: (wrapped, under) => (key.holds(under.id) ? key : previous).unwrap(wrapped, under),
  }
}
