/** How a deployment proves to Entra who it is. */
export type GraphCredential =
  | { kind: 'client-secret'; tenantId: string; clientId: string; clientSecret: string }
  /** `clientId` names a user-assigned identity; without it the host's own identity is used. */
  | { kind: 'managed-identity'; clientId?: string }

const SCOPE = 'https://graph.microsoft.com/.default'

/**
 * Tokens for Microsoft Graph with the application's own permissions, for `GraphSettings.token`. Azure's library keeps
 * each token until shortly before it expires, and is loaded only when the first one is wanted: development never does.
 */
export function productionToken(settings: GraphCredential): () => Promise<string> {
  let credential: ReturnType<typeof createCredential> | undefined
  return async () => {
    credential ??= createCredential(settings)
    const { token } = await (await credential).getToken(SCOPE)
    return token
  }
}

async function createCredential(settings: GraphCredential) {
  const { ClientSecretCredential, ManagedIdentityCredential } = await import('@azure/identity')
  if (settings.kind === 'client-secret') {
    return new ClientSecretCredential(settings.tenantId, settings.clientId, settings.clientSecret)
  }
  return new ManagedIdentityCredential(settings.clientId === undefined ? {} : { clientId: settings.clientId })
}
