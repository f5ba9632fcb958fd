import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { readKeySettings } from '../../bot/key-settings'
import { createKeyFile } from '../../services/platform/key-file'
import { deployment } from '../../services/policy/deployment'
import { keysSettings, startKeysCommand } from '../support/keys-command'
import { type TestMongo, testMongo } from '../support/test-mongo'

let base: TestMongo
let folder: string
let settings: Record<string, string>

beforeAll(async () => {
  base = await testMongo('keys-command')
  folder = mkdtempSync(join(tmpdir(), 'casekeeper-keys-command-'))
  settings = keysSettings(base, folder)
})
afterAll(async () => {
  await base.close()
  rmSync(folder, { recursive: true })
})

async function keys(...words: string[]) {
  const { ended, output } = startKeysCommand(settings, ...words)
  return { code: await ended, told: output() }
}

describe('IMP-62 The command for keys', () => {
  test('makes a key file for its owner alone, and never in the place of another', async () => {
    const file = join(folder, 'new', 'key.json')
    expect((await keys('create', file)).code).toBe(0)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(await keys('create', file)).toMatchObject({ code: 1, told: expect.stringContaining('already') })
  })

  test('rotates, rewraps and says what is left, and every case stays open', async () => {
    const north = base.mongo.forOrg('cardiff')
    const made = await Promise.all(Array.from({ length: 25 }, () => base.keyring.create(north)))
    expect((await keys('status')).told).toMatch(/version 1 \(a file, for development and small deployments\)\n {2}25 /)
    expect(await keys('rotate')).toMatchObject({
      code: 0,
      told: expect.stringContaining('version 2 wraps from now on'),
    })
    expect((await keys('status')).told).toContain('25 to be rewrapped')
    expect(await keys('rewrap')).toMatchObject({ code: 0, told: expect.stringContaining('25 rewrapped, 0 left') })
    expect((await keys('status')).told).not.toContain('to be rewrapped')
    const { keyring } = base
    for (const { id, bytes } of made) expect((await keyring.open(north, id)).bytes).toEqual(bytes)
  })

  test('IMP-40 rehearses a destruction and says how long it took', async () => {
    const { code, told } = await keys('destroy-drill')
    expect([code, told]).toEqual([0, expect.stringMatching(/forgotten by both after [0-5]\.\d s/)])
  })

  test('without a word it knows, or with settings that are wrong, does nothing and says what it needs', async () => {
    for (const words of [[], ['shred'], ['create'], ['constructor']])
      expect(await keys(...words)).toMatchObject({ code: 2, told: expect.stringContaining('rewrap') })
    const { ended, output } = startKeysCommand({ ...settings, CASEKEEPER_KEY: 'file:/nowhere/key.json' }, 'rewrap')
    expect([await ended, output()]).toEqual([2, expect.stringContaining('CASEKEEPER_KEY: key-file-missing')])
  })
})

describe('IMP-62 Settings for keys', () => {
  const problems = async (changes: Record<string, string>) => {
    const text = readFileSync(settings.CASEKEEPER_DEPLOYMENT!, 'utf8')
    const { organisations } = deployment.parse(JSON.parse(text))
    const found: string[] = []
    const provider = await readKeySettings({ ...settings, ...changes }, organisations, found)
    expect(provider === null).toBe(found.length > 0)
    return found
  }

  test('may name a key for each organisation, which must be there for all of them', async () => {
    const places = `file:${join(folder, '{orgId}.json')}`
    expect(await problems({ CASEKEEPER_KEY: places })).toEqual(['CASEKEEPER_KEY: key-file-missing'])
    createKeyFile(join(folder, 'cardiff.json'))
    expect(await problems({ CASEKEEPER_KEY: places })).toEqual([])
    expect(existsSync(join(folder, '{orgId}.json'))).toBe(false)
  })

  test('that name an old key are refused while it cannot be read', async () => {
    expect(await problems({ CASEKEEPER_OLD_KEY: 'file:/nowhere/key.json' })).toEqual([
      'CASEKEEPER_OLD_KEY: key-file-missing',
    ])
    expect(await problems({ CASEKEEPER_OLD_KEY: `file:${base.keyFile}` })).toEqual([])
  })

  test.each([
    [
      'a place that is no vault',
      { CASEKEEPER_KEY: 'azure:https://vault.example/keys/casekeeper' },
      'key-vault-address',
    ],
    ['a secret for the vault and nobody it belongs to', { AZURE_CLIENT_SECRET: 'canary' }, 'AZURE_TENANT_ID: not set'],
  ])('with %s are refused, and no value is repeated', async (_what, changes, why) => {
    const told = (await problems(changes)).join('\n')
    expect(told).toContain(why)
    expect(told).not.toMatch(/example|canary/)
  })
})
