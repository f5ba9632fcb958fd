import { describe, expect, test } from '@jest/globals'
import {
  CHANNEL_ISSUER,
  CHANNEL_METADATA_URL,
  CHANNEL_SERVICE_HOSTS,
  createGate,
  type GateOrganisation,
  type GateSettings,
} from '../../bot/gate'
import { createLogger } from '../../services/platform/logger'
import { NEIGHBOUR, ORGANISATION, requestOf } from '../support/gate-world'
import { startOpenIdIssuer } from '../support/openid-issuer'

const SETTINGS: GateSettings = {
  organisations: [ORGANISATION, NEIGHBOUR],
  openIdMetadataUrl: CHANNEL_METADATA_URL,
  issuer: CHANNEL_ISSUER,
  allowedServiceHosts: CHANNEL_SERVICE_HOSTS,
  tokens: 'required',
  log: createLogger('fatal'),
}

describe('Settings that could keep nobody out stop the process', () => {
  test('but not those for Teams itself', () => {
    expect(() => createGate(SETTINGS)).not.toThrow()
  })

  const twin = (changes: Partial<GateOrganisation>): Partial<GateSettings> => ({
    organisations: [ORGANISATION, { ...NEIGHBOUR, ...changes }],
  })

  test.each<[string, Partial<GateSettings>]>([
    ['organisations-missing', { organisations: [] }],
    ['organisation-incomplete', twin({ appId: '' })],
    ['organisation-incomplete', twin({ tenantId: '' })],
    ['organisation-incomplete', { tokens: 'off', ...twin({ tenantId: '' }) }],
    ['organisations-alike', twin({ appId: ORGANISATION.appId })],
    ['organisations-alike', { tokens: 'off', ...twin({ tenantId: ORGANISATION.tenantId.toUpperCase() }) }],
    [
      'metadata-url-not-https',
      { openIdMetadataUrl: 'http://login.botframework.com/v1/.well-known/openidconfiguration' },
    ],
    ['metadata-url-not-https', { openIdMetadataUrl: 'http://localhost.evil.example/' }],
    ['issuer-missing', { issuer: '' }],
    ['service-host-malformed', { allowedServiceHosts: ['https://smba.trafficmanager.net'] }],
    ['service-host-malformed', { allowedServiceHosts: ['*.trafficmanager.net'] }],
  ])('%s: %j', (problem, changes) => {
    expect(() => createGate({ ...SETTINGS, ...changes })).toThrow(
      expect.objectContaining({ code: 'gate-settings', info: { problem } }),
    )
  })

  test('but two unions of one tenant are told apart by their apps', async () => {
    const issuer = await startOpenIdIssuer()
    const sister = { ...NEIGHBOUR, tenantId: ORGANISATION.tenantId }
    const shared = createGate({
      ...SETTINGS,
      openIdMetadataUrl: issuer.metadataUrl,
      organisations: [ORGANISATION, sister],
    })
    expect(await shared.check(requestOf({ issuer }, { organisation: sister }))).toMatchObject({
      ok: true,
      orgId: 'south',
    })
    await issuer.goAway()
  })
})
