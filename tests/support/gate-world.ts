import type { GateOrganisation, GateReason, GateRequest } from '../../bot/gate'
import { type IssuerKey, type OpenIdIssuer, startOpenIdIssuer, type TokenChoices } from './openid-issuer'

export const SERVICE_URL = 'https://smba.trafficmanager.net/uk/'
export const ORGANISATION: GateOrganisation = {
  orgId: 'north',
  appId: '7f0c1a52-9f5e-4f0b-8f6c-0d6f3a1b2c01',
  tenantId: '0b8e9d14-2c37-4a55-9a41-6f1d2e3c4b01',
}
export const NEIGHBOUR: GateOrganisation = {
  orgId: 'south',
  appId: '7f0c1a52-9f5e-4f0b-8f6c-0d6f3a1b2c02',
  tenantId: '0b8e9d14-2c37-4a55-9a41-6f1d2e3c4b02',
}

/** Words of a client, which no log line and no answer may repeat. */
export const CANARY = 'canary-Branwen-Tudur'

export interface World {
  issuer: OpenIdIssuer
  keys: { unendorsed: IssuerKey; unlisted: IssuerKey; otherChannel: IssuerKey; weak: IssuerKey; unpublished: IssuerKey }
}

/** An issuer which also publishes keys that must not count. */
export async function startWorld(): Promise<World> {
  const issuer = await startOpenIdIssuer()
  const [unendorsed, unlisted, otherChannel, weak, unpublished, good] = await Promise.all([
    issuer.createKey([]),
    issuer.createKey(),
    issuer.createKey(['webchat', 'skype', 'msteams2']),
    issuer.createKey(['msteams'], 1_024),
    issuer.createKey(),
    issuer.createKey(['webchat', 'msteams']),
  ])
  delete unlisted.published.endorsements
  issuer.publish(unendorsed, unlisted, otherChannel, weak, good)
  return { issuer, keys: { unendorsed, unlisted, otherChannel, weak, unpublished } }
}

export type Fields = Record<string, unknown>

/** A message as Teams sends it, to the organisation's bot in a personal chat. */
export function teamsMessage({ appId, tenantId }: GateOrganisation = ORGANISATION, serviceUrl = SERVICE_URL): Fields {
  return {
    type: 'message',
    id: '1795402840339',
    timestamp: '2026-02-10T11:22:33.4567890Z',
    localTimestamp: '2026-02-10T11:22:33.4567890+00:00',
    channelId: 'msteams',
    serviceUrl,
    from: { id: '29:1bWq', name: CANARY, aadObjectId: '3d6f0a77-5b1e-4c2a-9d80-1f2e3d4c5b6a' },
    recipient: { id: `28:${appId}`, name: 'Casekeeper' },
    conversation: { id: 'a:1Xy', conversationType: 'personal', tenantId },
    channelData: { tenant: { id: tenantId }, source: { name: 'message' } },
    entities: [{ type: 'clientInfo', locale: 'en-GB', platform: 'Web' }],
    text: CANARY,
    textFormat: 'plain',
    replyToId: null,
  }
}

export interface Sending {
  choices?: TokenChoices
  /** Instead of the whole Authorization header; null for none. */
  authorization?: string | string[] | null
  headers?: GateRequest['headers']
  organisation?: GateOrganisation
  serviceUrl?: string
  /** Over the usual message; undefined leaves a field out. */
  fields?: Fields
  /** Instead of a message. */
  body?: string | Buffer
}

/** A request that the gate lets in unless the sending says otherwise. */
export function requestOf({ issuer }: Pick<World, 'issuer'>, sending: Sending = {}): GateRequest {
  const { organisation = ORGANISATION, serviceUrl = SERVICE_URL, choices, headers, fields, authorization } = sending
  const bearer = authorization ?? `Bearer ${issuer.token(organisation.appId, serviceUrl, choices)}`
  return {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      authorization: authorization === null ? undefined : bearer,
      ...headers,
    },
    body: Buffer.from(sending.body ?? JSON.stringify({ ...teamsMessage(organisation, serviceUrl), ...fields })),
  }
}

export interface GateCase {
  name: string
  status: number
  reason: GateReason
  send: (world: World) => Promise<GateRequest>
  /** Whether the same is refused where tokens are not checked. */
  withoutToken: boolean
}

type Send = Sending | ((world: World) => Sending | Promise<Sending>)
export type CaseRow = [name: string, reason: GateReason, send: Send]

export const gateCases = (status: number, withoutToken: boolean, rows: CaseRow[]): GateCase[] =>
  rows.map(([name, reason, sending]) => ({
    name,
    status,
    reason,
    send: async (world) => requestOf(world, typeof sending === 'function' ? await sending(world) : sending),
    withoutToken,
  }))
