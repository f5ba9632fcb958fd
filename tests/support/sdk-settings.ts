/**
 * The SDK's own settings with every address on this machine. All or none: one of them makes the SDK take the others
 * as given too, present or not. Its tokens for Teams come from a managed identity, the only kind that needs no https.
 */
export function sdkSettings(
  { appId, tenantId }: { appId: string; tenantId: string },
  { metadataUrl, issuer }: { metadataUrl: string; issuer: string },
): Record<string, string> {
  const nobody = new URL('/nobody', metadataUrl).href
  return {
    MicrosoftAppId: appId,
    MicrosoftAppTenantId: tenantId,
    MicrosoftAppType: 'UserAssignedMSI',
    ToBotFromChannelTokenIssuer: issuer,
    ToBotFromChannelOpenIdMetadataUrl: metadataUrl,
    ToBotFromEmulatorOpenIdMetadataUrl: metadataUrl,
    ToChannelFromBotOAuthScope: issuer,
    ToChannelFromBotLoginUrl: nobody,
    OAuthUrl: nobody,
  }
}
