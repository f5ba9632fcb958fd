import type { TokenCredential } from '@azure/identity'

/** How the process signs in to the vault: with a secret, or else as the host's managed identity. */
export interface VaultIdentity {
  tenantId?: string | undefined
  /** With a secret the application's, without one that of a user-assigned identity. */
  clientId?: string | undefined
  clientSecret?: string | undefined
}

/** Azure's library keeps each token until shortly before it expires, and is loaded when the first one is wanted. */
export function vaultCredential(identity: VaultIdentity): TokenCredential {
  let credential: Promise<TokenCredential> | undefined
  return {
    getToken: async (scopes, options) => {
      credential ??= load(identity)
      return (await credential).getToken(scopes, options)
    },
  }
}

async function load({ tenantId, clientId, clientSecret }: VaultIdentity): Promise<TokenCredential> {
  const { ClientSecretCredential, ManagedIdentityCredential } = await import('@azure/identity')
  if (tenantId && clientId && clientSecret) return new ClientSecretCredential(tenantId, clientId, clientSecret)
  return new ManagedIdentityCredential(clientId ? { clientId } : {})
}
