/** One version of a key that encrypts data keys; id and version stand beside every data key that it wrapped. */
export interface KeyVersion {
  id: string
  /** Counted in a key file; a vault gives each version a name of its own. */
  version: number | string
}

export interface WrappedKey {
  wrapped: Buffer
  under: KeyVersion
}

/**
 * A key that encrypts data keys, kept outside the database. It may have several versions: the newest wraps, and each
 * opens what it has wrapped, until it is taken away.
 */
export interface EncryptionKey {
  /** Where it is kept; a key in a file is for development and small deployments. */
  kind: 'file' | 'azure-key-vault'
  /** Whether a data key that was wrapped under this id belongs to this key, whatever the version. */
  holds(id: string): boolean
  /** The version that wraps from now on. */
  current(): Promise<KeyVersion>
  wrap(dataKey: Buffer): Promise<WrappedKey>
  /**
   * Opens a data key with exactly the version that wrapped it.
   *
   * @throws CaseworkError 'key-not-held' when this key has no such version (any more); 'key-disabled' when its keeper
   * has switched that version off; 'wrapped-key-unreadable' when the wrapped key was altered
   */
  unwrap(wrapped: Buffer, under: KeyVersion): Promise<Buffer>
}

/** Knows which key encrypts the data keys of which organisation: one for all, or one for each. */
export interface KeyProvider {
  keyOf(orgId: string): EncryptionKey
}

/** By id and by version: after a rotation the id is still the same. */
export const isSameVersion = (one: KeyVersion, other: KeyVersion): boolean =>
  one.id === other.id && one.version === other.version
