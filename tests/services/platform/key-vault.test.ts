import { randomBytes } from 'node:crypto'
import { Agent } from 'node:https'
import { inspect } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { EncryptionKey, WrappedKey } from '../../../services/platform/key-encryption-key'
import { type VaultKeySettings, vaultKey } from '../../../services/platform/key-vault'
import {
  type KeyVaultSimulator,
  RESOURCE,
  startKeyVault,
  TOKEN,
  type VaultTrouble,
} from '../../support/key-vault-simulator'

const dataKey = randomBytes(32)
/** For tests of what happens when the time is over; the others keep the usual limit. */
const SOON = { limitMs: 1_000 }
let vault: KeyVaultSimulator
let version: string
let name = 0

beforeAll(async () => {
  vault = await startKeyVault()
})
afterAll(async () => {
  vault.agent.destroy()
  await vault.goAway()
})
beforeEach(() => {
  name += 1
  version = vault.rotate(keyName())
})
afterEach(() => {
  vault.troubles = []
  vault.resource = RESOURCE
})

const keyName = () => `key-${name}`
const opened = (changes: Partial<VaultKeySettings> = {}): EncryptionKey => {
  const { agent, credential } = vault
  return vaultKey({ url: vault.keyUrl(keyName()), credential, agent, ...changes })
}
const faultOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no fault',
    (fault: unknown) => fault,
  )

/** A key that has been used, and what it has wrapped; the vault has forgotten the requests. */
async function used(changes: Partial<VaultKeySettings> = {}): Promise<{ key: EncryptionKey } & WrappedKey> {
  const key = opened(changes)
  const { wrapped, under } = await key.wrap(dataKey)
  await key.unwrap(wrapped, under)
  vault.requests = []
  vault.scopes = []
  return { key, wrapped, under }
}

describe('IMP-62 The vault', () => {
  test('sees neither key nor token before it has said for whom the token should be', async () => {
    vault.requests = []
    vault.scopes = []
    const key = opened()
    await key.wrap(dataKey)
    expect(new Set(vault.scopes)).toEqual(new Set([`${RESOURCE}/.default`]))
    expect(vault.requests.filter(({ authorized }) => !authorized).map(({ length }) => length)).toEqual([0, 0])
    expect(vault.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      ...Array(2).fill(`GET /keys/${keyName()}/`),
      ...Array(2).fill(`POST /keys/${keyName()}/${version}/wrapkey`),
    ])
  })

  test('is asked once for each opening, with the version that wrapped, and for no other token', async () => {
    const { key, wrapped, under } = await used()
    vault.rotate(keyName())
    for (let times = 0; times < 3; times++) expect(await key.unwrap(wrapped, under)).toEqual(dataKey)
    expect(vault.requests.map(({ path }) => path)).toEqual(Array(3).fill(`/keys/${keyName()}/${version}/unwrapkey`))
    expect(vault.scopes).toEqual([])
  })

  test('is sent every key whole, although it was slow to say to the first for whom the token should be', async () => {
    const { wrapped, under } = await used()
    const key = opened()
    vault.troubles = ['late']
    const all = await Promise.all([1, 2, 3].map(() => key.unwrap(wrapped, under)))
    expect(all).toEqual([dataKey, dataKey, dataKey])
  })

  test('that asks for a token for somebody else gets none', async () => {
    vault.resource = 'https://evil.example'
    vault.scopes = []
    expect(await faultOf(opened().wrap(dataKey))).toMatchObject({ code: 'key-vault-refused' })
    expect(vault.scopes).toEqual([])
  })

  test('with a certificate that nobody vouches for is told nothing', async () => {
    vault.requests = []
    const { lookup } = vault.agent.options as { lookup: never }
    const agent = new Agent({ lookup })
    expect(await faultOf(opened({ agent, ...SOON }).wrap(dataKey))).toMatchObject({ code: 'key-vault-away' })
    agent.destroy()
    expect(vault.requests).toEqual([])
  })

  test.each([
    ['http', 'http://union-keys.vault.azure.net/keys/casekeeper'],
    ['another host', 'https://union-keys.vault.azure.net.evil.example/keys/casekeeper'],
    ['a name and a password', 'https://a:b@union-keys.vault.azure.net/keys/casekeeper'],
    ['no key', 'https://union-keys.vault.azure.net/keys/'],
    ['a version', `https://union-keys.vault.azure.net/keys/casekeeper/${'0'.repeat(32)}`],
    ['a secret', 'https://union-keys.vault.azure.net/secrets/casekeeper'],
    ['a query', 'https://union-keys.vault.azure.net/keys/casekeeper?x=1'],
    ['nothing', ''],
  ])('with an address with %s is not asked at all', (_what, url) => {
    expect(() => opened({ url })).toThrow(expect.objectContaining({ code: 'key-vault-address' }))
  })
})

describe('IMP-62 A vault in trouble', () => {
  test.each<[string, VaultTrouble[]]>([
    ['was too busy, and said for how long', [{ status: 429, retryAfter: '1' }]],
    ['was too busy, and did not say for how long', [{ status: 429 }, { status: 429 }]],
    ['had an error of its own', [{ status: 500 }, { status: 503 }]],
    ['broke off', ['reset', 'reset']],
    ['was silent once', ['silence']],
  ])('that %s is asked again', async (_what, troubles) => {
    const { key, wrapped, under } = await used()
    vault.troubles = [...troubles]
    expect(await key.unwrap(wrapped, under)).toEqual(dataKey)
    expect(vault.requests).toHaveLength(troubles.length + 1)
  })

  test('is left in peace for as long as it asks for', async () => {
    const { key, wrapped, under } = await used()
    vault.troubles = [{ status: 429, retryAfter: '2' }]
    await key.unwrap(wrapped, under)
    const [first, second] = vault.requests
    expect(second!.at - first!.at).toBeGreaterThan(1_950)
  })

  test('that wants to be left in peace for longer than anybody waits is given up at once', async () => {
    const { key, wrapped, under } = await used()
    vault.troubles = [{ status: 429, retryAfter: '60' }]
    expect(await faultOf(key.unwrap(wrapped, under))).toMatchObject({ code: 'key-vault-away', info: { status: 429 } })
    expect(vault.requests).toHaveLength(1)
  })

  test('that stays silent is given up within its time, and serves again afterwards', async () => {
    const { key, wrapped, under } = await used()
    vault.troubles = Array(9).fill('silence')
    const begun = performance.now()
    expect(await faultOf(key.unwrap(wrapped, under))).toMatchObject({ code: 'key-vault-away' })
    expect(performance.now() - begun).toBeLessThan(10_000)
    vault.troubles = []
    expect(await key.unwrap(wrapped, under)).toEqual(dataKey)
  })

  test('that is away is a clear fault, for wrapping, opening and looking up, and no fault any more when it is back', async () => {
    const { key, wrapped, under } = await used(SOON)
    await vault.goAway()
    const away = { code: 'key-vault-away' }
    expect(await faultOf(key.unwrap(wrapped, under))).toMatchObject(away)
    expect(await faultOf(key.wrap(dataKey))).toMatchObject(away)
    expect(await faultOf(opened(SOON).current())).toMatchObject(away)
    await vault.comeBack()
    expect(await key.unwrap(wrapped, under)).toEqual(dataKey)
  })

  test.each<[string, VaultTrouble, string]>([
    ['no permission', { status: 403, inner: 'ForbiddenByRbac' }, 'key-vault-refused'],
    ['a key that is switched off', { status: 403, inner: 'KeyDisabled' }, 'key-disabled'],
    ['a key that is gone', { status: 404 }, 'key-not-held'],
  ])('that answers with %s is not asked again', async (_what, trouble, code) => {
    const { key, wrapped, under } = await used()
    vault.troubles = [trouble]
    expect(await faultOf(key.unwrap(wrapped, under))).toMatchObject({ code })
    expect(vault.requests).toHaveLength(1)
  })

  test('when Entra hands out no token nothing is asked again, and the fault says so', async () => {
    const refused = Object.assign(new Error('AADSTS7000215 canary'), { name: 'AuthenticationError' })
    const key = opened({ credential: { getToken: () => Promise.reject(refused) } })
    const told = await faultOf(key.wrap(dataKey))
    expect(told).toMatchObject({ code: 'key-vault-no-token' })
    expect(inspect(told, { depth: 10, showHidden: true })).not.toContain('canary')
  })

  test('when Entra is silent the fault comes in time all the same', async () => {
    const key = opened({ credential: { getToken: () => new Promise(() => undefined) }, ...SOON })
    expect(await faultOf(key.wrap(dataKey))).toMatchObject({ code: 'key-vault-away', info: { code: 'timeout' } })
  })

  test('no fault holds the key that was to be wrapped, or the token', async () => {
    const { key, wrapped, under } = await used(SOON)
    for (const trouble of [{ status: 500 }, { status: 403 }, { status: 404 }, { status: 400 }, 'reset'] as const) {
      for (const work of [() => key.wrap(dataKey), () => key.unwrap(wrapped, under)]) {
        vault.troubles = Array(20).fill(trouble)
        const told = inspect(await faultOf(work()), { depth: 10, showHidden: true })
        expect(told).toContain('CaseworkError')
        for (const secret of [dataKey, wrapped])
          for (const spelling of ['base64', 'base64url', 'hex'] as const)
            expect(told).not.toContain(secret.toString(spelling).slice(0, 10))
        expect(told).not.toContain(TOKEN)
      }
    }
  })
})

describe('IMP-62 A key in the vault', () => {
  test('that was switched off opens nothing and wraps nothing', async () => {
    const { key, wrapped, under } = await used()
    vault.change(keyName(), version, { enabled: false })
    const off = { code: 'key-disabled' }
    expect(await faultOf(key.unwrap(wrapped, under))).toMatchObject(off)
    expect(await faultOf(key.wrap(dataKey))).toMatchObject(off)
    expect(await faultOf(opened().current())).toMatchObject(off)
  })

  test('that was deleted, if only softly, is not held any more', async () => {
    const { key, wrapped, under } = await used()
    vault.softDelete(keyName())
    expect(await faultOf(key.unwrap(wrapped, under))).toMatchObject({ code: 'key-not-held' })
    expect(await faultOf(opened().current())).toMatchObject({ code: 'key-not-held' })
  })

  test('that has expired still opens what it has wrapped', async () => {
    const { key, wrapped, under } = await used()
    vault.change(keyName(), version, { expired: true })
    expect(await key.unwrap(wrapped, under)).toEqual(dataKey)
    expect(await opened().unwrap(wrapped, under)).toEqual(dataKey)
    expect(await faultOf(key.wrap(dataKey))).toMatchObject({ code: 'key-vault-refused' })
  })

  test('wraps with the newest version although its predecessor was switched off just now', async () => {
    const { key, under } = await used()
    const newest = vault.rotate(keyName())
    vault.change(keyName(), String(under.version), { enabled: false })
    expect((await key.wrap(dataKey)).under).toEqual({ id: under.id, version: newest })
  })

  test('that is not of kind RSA is refused at the start', async () => {
    name += 1
    vault.rotate(keyName(), 'ec')
    expect(await faultOf(opened().current())).toMatchObject({ code: 'key-unsuitable' })
  })
})
