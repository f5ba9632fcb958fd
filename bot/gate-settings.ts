import { CaseworkError } from '../services/platform/errors'
import type { Logger } from '../services/platform/logger'
import type { GateOrganisation } from './gate-token'
import { isServiceHost } from './service-url'

/** Where the Bot Framework publishes its signing keys, and the name under which it signs. */
export const CHANNEL_METADATA_URL = 'https://login.botframework.com/v1/.well-known/openidconfiguration'
export const CHANNEL_ISSUER = 'https://api.botframework.com'

/** Where Teams' own service is reached. */
export const CHANNEL_SERVICE_HOSTS: readonly string[] = ['smba.trafficmanager.net']

export interface GateSettings {
  organisations: readonly GateOrganisation[]
  /** OpenID metadata of the channel; `CHANNEL_METADATA_URL` in production. */
  openIdMetadataUrl: string
  /** Who issues the channel's tokens; `CHANNEL_ISSUER` in production. */
  issuer: string
  /** `host` or `host:port`, compared as written; plain http is for loopback hosts listed with their port. */
  allowedServiceHosts: readonly string[]
  /** `off` is for development only: the tenant alone decides. The caller has checked that this is not production. */
  tokens: 'required' | 'off'
  log: Logger
}

const TRUSTWORTHY_URL = /^(?:https:\/\/|http:\/\/(?:localhost|127\.0\.0\.1)[:/])/

/** Throws `CaseworkError('gate-settings')`, naming the problem, where the gate could not do its work. */
export function assertGateSettings(settings: GateSettings): void {
  const { organisations, openIdMetadataUrl, issuer, allowedServiceHosts, tokens } = settings
  const deciding = organisations.map(({ appId, tenantId }) => (tokens === 'required' ? appId : tenantId.toLowerCase()))
  const problems: Record<string, boolean> = {
    'organisations-missing': organisations.length === 0,
    'organisation-incomplete': deciding.includes('') || organisations.some(({ tenantId }) => tenantId === ''),
    'organisations-alike': new Set(deciding).size < deciding.length,
    'metadata-url-not-https': tokens === 'required' && !TRUSTWORTHY_URL.test(openIdMetadataUrl),
    'issuer-missing': issuer === '',
    'service-host-malformed': !allowedServiceHosts.every(isServiceHost),
  }
  const problem = Object.keys(problems).find((name) => problems[name])
  if (problem) throw new CaseworkError('gate-settings', { problem })
}
