import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { CHANNEL_SERVICE_HOSTS, createGate, type Gate } from '../../bot/gate'
import { KEY_TIMING, type KeyTiming } from '../../bot/gate-keys'
import { createLogger } from '../../services/platform/logger'
import { ORGANISATION, requestOf } from '../support/gate-world'
import { type OpenIdIssuer, startOpenIdIssuer, type TokenChoices, type Trouble } from '../support/openid-issuer'

const REFUSED = { ok: false, status: 401 }

let issuer: OpenIdIssuer
let lines: string[]

beforeEach(async () => {
  issuer = await startOpenIdIssuer()
  lines = []
})

afterEach(() => issuer.goAway())

const openGate = (timing: Partial<KeyTiming> = {}): Gate =>
  createGate(
    {
      organisations: [ORGANISATION],
      openIdMetadataUrl: issuer.metadataUrl,
      issuer: issuer.issuer,
      allowedServiceHosts: CHANNEL_SERVICE_HOSTS,
      tokens: 'required',
      log: createLogger('info', { write: (line) => lines.push(line) }),
    },
    { ...KEY_TIMING, ...timing },
  )
const send = (gate: Gate, choices?: TokenChoices) => gate.check(requestOf({ issuer }, { choices }))
const faults = () => lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'signing-keys-unavailable')

/** Asks again until the answer is this; a test that waits in vain fails by its own time limit. */
async function until(gate: Gate, expected: object, choices?: TokenChoices): Promise<void> {
  for (;;) {
    const result: object = await send(gate, choices)
    if (Object.entries(expected).every(([name, value]) => result[name as keyof typeof result] === value)) return
    await wait(20)
  }
}

describe('The channel’s keys are read when they are needed', () => {
  test('once for fifty first requests at the same time, and not again for the next', async () => {
    const gate = openGate()
    const results = await Promise.all(Array.from({ length: 50 }, () => send(gate)))
    expect(results.filter(({ ok }) => ok)).toHaveLength(50)
    await send(gate)
    expect(issuer.requests).toEqual({ metadata: 1, keys: 1 })
  })

  test('and not at all for requests without the shape of a token', async () => {
    const gate = openGate()
    await gate.check(requestOf({ issuer }, { authorization: 'Bearer a.b' }))
    await send(gate, { header: { alg: 'none' } })
    expect(issuer.requests).toEqual({ metadata: 0, keys: 0 })
  })

  test('again for a key that came since, after a short while, without asking for the metadata', async () => {
    const gate = openGate({ unknownKey: 300 })
    await send(gate)
    const fresh = await issuer.createKey()
    issuer.publish(fresh)
    await until(gate, { ok: true })
    expect(issuer.requests).toEqual({ metadata: 1, keys: 2 })
  })

  test('no more often than that, however many unknown keys are named', async () => {
    const gate = openGate({ unknownKey: 60_000 })
    await send(gate)
    for (let sent = 0; sent < 200; sent++) {
      expect(await send(gate, { header: { kid: `made-up-${sent}` } })).toEqual({ ...REFUSED, reason: 'key-unknown' })
    }
    expect(issuer.requests).toEqual({ metadata: 1, keys: 1 })
  })

  test('again after a time, so that a withdrawn key stops counting while nobody waits', async () => {
    const gate = openGate({ refresh: 200 })
    const [withdrawn, fresh] = await Promise.all([issuer.createKey(), issuer.createKey()])
    issuer.publish(withdrawn)
    expect(await send(gate)).toMatchObject({ ok: true })
    issuer.publish(fresh)
    await until(gate, { reason: 'key-unknown' }, { key: withdrawn })
    expect(await send(gate)).toMatchObject({ ok: true })
    expect(issuer.requests.metadata).toBeGreaterThanOrEqual(2)
  })
})

describe('While the channel’s keys cannot be read', () => {
  test('everybody is refused, the fault is logged, and the gate opens again by itself', async () => {
    const gate = openGate({ pause: 200 })
    await issuer.goAway()
    expect(await send(gate)).toEqual({ ...REFUSED, reason: 'keys-unavailable' })
    expect(faults()).toEqual([expect.objectContaining({ level: 50, code: 'ECONNREFUSED' })])
    await issuer.comeBack()
    await until(gate, { ok: true })
  })

  test('the issuer is left in peace for a while, however many ask', async () => {
    const gate = openGate({ pause: 60_000 })
    issuer.trouble = 'error'
    for (let sent = 0; sent < 100; sent++) {
      expect(await send(gate)).toEqual({ ...REFUSED, reason: 'keys-unavailable' })
    }
    expect(issuer.requests).toEqual({ metadata: 1, keys: 0 })
    expect(faults()).toHaveLength(1)
  })

  test('keys that are known go on counting, but only until they are too old', async () => {
    const gate = openGate({ refresh: 50, pause: 50, trusted: 2_000 })
    expect(await send(gate)).toMatchObject({ ok: true })
    const readAt = Date.now()
    await issuer.goAway()
    await wait(200)
    expect(await send(gate)).toMatchObject({ ok: true })
    expect(await send(gate)).toMatchObject({ ok: true })
    await until(gate, { reason: 'keys-unavailable' })
    expect(Date.now() - readAt).toBeGreaterThan(1_800)
    await issuer.comeBack()
    await until(gate, { ok: true })
  })

  test.each<[Trouble, string]>([
    ['error', 'key-server-answered-500'],
    ['redirect', 'key-server-answered-302'],
    ['not-json', 'SyntaxError'],
    ['wrong-shape', 'ZodError'],
    ['other-scheme', 'keys-url-not-trusted'],
    ['silence', 'TimeoutError'],
  ])('because the issuer answers with %s, that is what the log says', async (trouble, code) => {
    const gate = openGate({ pause: 100, timeout: 300 })
    issuer.trouble = trouble
    expect(await send(gate)).toEqual({ ...REFUSED, reason: 'keys-unavailable' })
    expect(faults()).toEqual([expect.objectContaining({ code })])
    issuer.trouble = undefined
    await until(gate, { ok: true })
  })

  test('nobody waits longer for a silent issuer than the time allowed', async () => {
    const gate = openGate({ timeout: 200 })
    issuer.trouble = 'silence'
    const startedAt = Date.now()
    await Promise.all([send(gate), send(gate), send(gate)])
    expect(Date.now() - startedAt).toBeLessThan(3_000)
  })

  test('nothing of the requests that had to wait is logged', async () => {
    await issuer.goAway()
    await send(openGate())
    expect(lines.join('')).not.toMatch(/eyJ|127\.0\.0\.1/)
  })
})
