import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type BotParts, startBot } from '../../bot/compose'
import { readConfiguration } from '../../bot/config'
import { fileKeyProvider } from '../../services/platform/key-provider'
import { type TestMongo, testMongo } from '../support/test-mongo'

const ROOT = join(__dirname, '..', '..')
const SECRET = 'canary-secret-9f2c'

type Json = Record<string, unknown>

let database: TestMongo
let folder: string
let settings: Record<string, string>

beforeAll(async () => {
  database = await testMongo('production')
  folder = mkdtempSync(join(tmpdir(), 'casekeeper-production-'))
  fileKeyProvider(join(folder, 'key.json'), { create: true })
  writeFileSync(join(folder, 'deployment.json'), readFileSync(join(ROOT, '.deployment.example.json')))
  settings = {
    CASEKEEPER_DEPLOYMENT: join(folder, 'deployment.json'),
    MONGODB_URI: database.uri,
    CASEKEEPER_KEY: `file:${join(folder, 'key.json')}`,
    CASEKEEPER_CHECKPOINTS: `file:${join(folder, 'checkpoints.jsonl')}`,
    EXAMPLE_BOT_SECRET: SECRET,
    EXAMPLE_GRAPH_SECRET: SECRET,
    PORT: '0',
  }
})
afterAll(async () => {
  await database.close()
  rmSync(folder, { recursive: true })
})

async function problemsWith(changes: Record<string, string | undefined>): Promise<string[]> {
  const read = await readConfiguration({ ...settings, ...changes })
  return read.ok ? [] : read.problems
}

/** The example's organisation with something changed, in a file of its own. */
function deployed(change: (organisation: Json, whole: Json) => unknown): string {
  const whole = JSON.parse(readFileSync(settings.CASEKEEPER_DEPLOYMENT!, 'utf8')) as { organisations: [Json] }
  change(whole.organisations[0], whole)
  const file = join(folder, `${crypto.randomUUID()}.json`)
  writeFileSync(file, JSON.stringify(whole))
  return file
}

function start(environment: Record<string, string>) {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'bot', 'index.ts')], {
    env: { PATH, NODE_ENV: 'production', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return { child, errors: text(child.stderr), ended: once(child, 'exit') }
}

describe('Production with settings that are incomplete or unsafe', () => {
  test('the example of a deployment, with its secrets set, is complete', async () => {
    expect(await problemsWith({})).toEqual([])
  })

  test.each([
    'CASEKEEPER_DEPLOYMENT',
    'MONGODB_URI',
    'CASEKEEPER_KEY',
    'CASEKEEPER_CHECKPOINTS',
    'EXAMPLE_BOT_SECRET',
    'EXAMPLE_GRAPH_SECRET',
  ])('without %s it names that setting, and no other', async (name) => {
    for (const value of [undefined, '', '  '])
      expect(await problemsWith({ [name]: value })).toEqual([expect.stringMatching(`^${name}: not set; `)])
  })

  test.each<[string, (organisation: Json, whole: Json) => unknown, string]>([
    ['no app id', (one) => delete one.appId, 'organisations.0.appId'],
    ['an empty app id', (one) => Object.assign(one, { appId: '' }), 'organisations.0.appId'],
    ['no tenant', (one) => delete one.tenantId, 'organisations.0.tenantId'],
    ['no identity for the bot', (one) => delete one.bot, 'organisations.0.bot'],
    ['a bot for any tenant', (one) => Object.assign(one, { bot: { type: 'MultiTenant' } }), 'bot.type'],
    [
      'a type that the SDK would take for any tenant',
      (one) => Object.assign(one, { bot: { type: 'Single-Tenant' } }),
      'bot.type',
    ],
    ['no identity for Graph', (one) => delete one.graph, 'organisations.0.graph'],
    ['no mailbox', (one) => delete one.mailbox, 'organisations.0.mailbox'],
    ['sample data', (one) => Object.assign(one, { sampleData: true }), 'organisations.0.sampleData'],
    ['no group for a role', (one) => delete (one.roles as Json).manager, 'organisations.0.roles.manager'],
    [
      'an empty list of groups',
      (one) => Object.assign(one.roles as Json, { front: [] }),
      'organisations.0.roles.front',
    ],
    [
      'a role that the profile does not know',
      (one) => Object.assign(one.roles as Json, { chief: (one.roles as Json).front }),
      'roles.chief',
    ],
    ['an unknown profile', (one) => Object.assign(one, { profile: 'nowhere' }), 'organisations.0.profile'],
    ['an address without TLS', (_, whole) => Object.assign(whole, { publicUrl: 'http://union.example' }), 'publicUrl'],
    ['no organisations', (_, whole) => Object.assign(whole, { organisations: [] }), 'organisations'],
    [
      'the same organisation twice',
      (one, whole) => Object.assign(whole, { organisations: [one, one] }),
      'the same appId',
    ],
    ['a pattern for a host', (_, whole) => Object.assign(whole, { serviceHosts: ['*.example'] }), 'serviceHosts'],
  ])('a deployment with %s is refused', async (_what, change, named) => {
    const problems = await problemsWith({ CASEKEEPER_DEPLOYMENT: deployed(change) })
    expect(problems.join('\n')).toContain(named)
  })

  test.each([
    ['MONGODB_URI', 'mongodb://127.0.0.1:1/casekeeper', 'mongodb-not-reachable'],
    ['CASEKEEPER_KEY', 'file:/nowhere/key.json', 'key-file-missing'],
    ['CASEKEEPER_KEY', 'secret', 'no such kind'],
    ['CASEKEEPER_CHECKPOINTS', 'file:/nowhere/checkpoints.jsonl', 'cannot be written'],
    ['CASEKEEPER_CHECKPOINTS', 'mongodb', 'no such kind'],
    ['CASEKEEPER_DEPLOYMENT', '/nowhere/deployment.json', 'cannot be read'],
    ['PORT', '70000', 'not a port'],
    ['PORT', 'teams', 'not a port'],
    ['CASEKEEPER_LOG', 'silent', 'one of'],
  ])('%s=%s is refused, and no value is repeated', async (name, value, why) => {
    const problems = await problemsWith({ [name]: value })
    expect(problems).toEqual([expect.stringContaining(why)])
    expect(problems[0]).toMatch(`${name}: `)
    expect(problems[0]!.slice(name.length)).not.toContain(value)
  })

  test('with nothing set it ends with code 2 and names everything at once', async () => {
    const { errors, ended } = start({})
    expect((await ended)[0]).toBe(2)
    for (const name of ['CASEKEEPER_DEPLOYMENT', 'MONGODB_URI', 'CASEKEEPER_KEY', 'CASEKEEPER_CHECKPOINTS'])
      expect(await errors).toContain(name)
    expect(await errors).not.toMatch(/\bat .*:\d+/)
  })
})

describe('A bot that asks for no tokens', () => {
  const parts = (host: string) => ({ gate: { tokens: 'off' }, listen: { host, port: 0 } }) as unknown as BotParts

  test('is refused in production, and where others can reach it', async () => {
    const before = process.env.NODE_ENV
    for (const host of ['0.0.0.0', '::', '192.168.1.10', 'casekeeper.example'])
      await expect(startBot(parts(host))).rejects.toMatchObject({ code: 'tokens-required' })
    process.env.NODE_ENV = 'production'
    try {
      await expect(startBot(parts('127.0.0.1'))).rejects.toMatchObject({ code: 'tokens-required' })
    } finally {
      process.env.NODE_ENV = before
    }
  })
})

describe('Production with its settings complete', () => {
  test('it listens, takes nothing without a token, and stops when told', async () => {
    const { child, errors, ended } = start(settings)
    let log = ''
    child.stdout.on('data', (chunk: Buffer) => {
      log += chunk.toString('utf8')
    })
    while (!log.includes('listening')) {
      if (child.exitCode !== null) throw new Error(`ended early: ${await errors}`)
      await once(child.stdout, 'data')
    }
    const { port } = JSON.parse(log.split('\n').find((line) => line.includes('listening'))!) as { port: number }
    const url = `http://127.0.0.1:${port}`
    const ready = await fetch(`${url}/ready`)
    expect([ready.status, await ready.json()]).toEqual([200, { ok: true, checkpointsLate: false }])
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ type: 'message', text: 'home' })
    expect((await fetch(`${url}/api/messages`, { method: 'POST', headers, body })).status).toBe(401)
    child.kill('SIGTERM')
    expect((await ended)[0]).toBe(0)
    expect(log + (await errors)).not.toContain(SECRET)
  })

  test('a port that is taken ends it, and the log names why', async () => {
    const taken = createServer().listen(0)
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    try {
      const { child, errors, ended } = start({ ...settings, PORT: String(port) })
      const log = text(child.stdout)
      expect((await ended)[0]).toBe(1)
      expect(await log).toContain('"code":"port-in-use"')
      expect((await log) + (await errors)).not.toMatch(/\bat .*:\d+/)
    } finally {
      taken.close()
    }
  })
})
