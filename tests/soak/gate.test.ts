import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Agent, request as sendRequest } from 'node:http'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type RunningBot, startBot } from '../../bot/compose'
import { newId } from '../../services/platform/ids'
import { BODY_CASES } from '../bot/gate-body-cases'
import { MUTANT_CASES } from '../bot/gate-mutants'
import { TOKEN_CASES } from '../bot/gate-token-cases'
import { countTurns, type GatedWorld, post, startGatedWorld } from '../support/gated-bot'
import type { GatedStart, MemoryInUse } from '../support/gated-process'
import { times } from './counts'

const REFUSED = '{"refused":true}'
const full = times(0, 1) === 1

describe('Wrong tokens and wrong bodies', () => {
  let world: GatedWorld
  let bot: RunningBot
  const turns = countTurns()
  beforeAll(async () => {
    world = await startGatedWorld('soak-gate-mutants')
    bot = await startBot(world.parts)
  })
  afterAll(async () => {
    await bot.stop()
    await world.stop()
  })

  test('at least 240 wrong tokens, and the bodies, are refused without a word why, and none reaches a turn', async () => {
    const cases = [...MUTANT_CASES, ...TOKEN_CASES, ...BODY_CASES]
    const port = Number(new URL(bot.url).port)
    expect(await post(port, world.genuine())).toEqual({ status: 200, body: '' })
    const [stored, before] = [await world.stored(), turns()]
    const answers = []
    for (const { name, send, status } of cases) {
      const { status: answered, body } = await post(port, await send(world))
      if (answered !== status || body !== REFUSED) answers.push(`${name}: ${answered} ${body}`)
    }
    expect(answers).toEqual([])
    expect(turns()).toBe(before)
    expect(await world.stored()).toBe(stored)
    expect(await post(port, world.genuine())).toEqual({ status: 200, body: '' })
    const tokens = MUTANT_CASES.length + TOKEN_CASES.length
    expect(tokens).toBeGreaterThanOrEqual(240)
    process.stdout.write(`gate: ${tokens} wrong tokens and ${BODY_CASES.length} wrong bodies refused\n`)
  })
})

describe('Strangers who send without end', () => {
  const REQUESTS = times(3_000, 100_000)
  const CONNECTIONS = 20
  const PER_SECOND = 500
  const MOST_GROWTH = 20 * 1024 * 1024
  let child: ChildProcess
  let lines: Interface
  let start: GatedStart

  beforeAll(async () => {
    const script = join(__dirname, '..', 'support', 'gated-process.ts')
    const stdio: ['pipe', 'pipe', 'inherit'] = ['pipe', 'pipe', 'inherit']
    child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', script], { stdio })
    lines = createInterface({ input: child.stdout! })
    start = JSON.parse((await once(lines, 'line'))[0] as string) as GatedStart
  }, 180_000)
  afterAll(async () => {
    const ended = once(child, 'exit')
    child.stdin!.end()
    await ended
  })

  async function memory(): Promise<MemoryInUse> {
    const answer = once(lines, 'line')
    child.stdin!.write('memory\n')
    return JSON.parse((await answer)[0] as string) as MemoryInUse
  }

  const strangers = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  function send(headers: Record<string, string>, body: string, agent?: Agent): Promise<number> {
    return new Promise((resolve, reject) => {
      const options = { port: start.port, path: '/api/messages', method: 'POST', headers, ...(agent ? { agent } : {}) }
      const sent = sendRequest(options, (response) => {
        response.resume()
        response.on('end', () => resolve(response.statusCode ?? 0))
      })
      sent.on('error', reject)
      sent.end(body)
    })
  }

  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

  /** Unsigned and badly signed tokens of every kind, each for another tenant and under another name. */
  function strange(index: number): { headers: Record<string, string>; body: string } {
    const { authorization: _, ...headers } = start.headers
    const [, token = ''] = start.headers.authorization!.split(' ')
    const [header, claims] = token.split('.')
    const tenant = newId()
    const emulator = {
      iss: `https://sts.windows.net/${tenant}/`,
      appid: newId(),
      aud: newId(),
      ver: '1.0',
      tid: tenant,
    }
    const signature = randomBytes(256).toString('base64url')
    const tokens = [
      null,
      `Bearer ${encoded({ alg: 'none' })}.${encoded(emulator)}.`,
      `Bearer ${encoded({ alg: 'RS256', kid: newId() })}.${encoded(emulator)}.${signature}`,
      `Bearer ${header}.${claims}.${signature}`,
      `Bearer ${newId()}`,
    ]
    const authorization = tokens[index % tokens.length]
    const body = index % 100 === 0 ? start.body.padEnd(200_000) : start.body
    return { headers: authorization ? { ...headers, authorization } : headers, body }
  }

  async function flood(from: number, count: number): Promise<Record<number, number>> {
    const statuses: Record<number, number> = {}
    let next = from
    const began = performance.now()
    const one = async () => {
      while (next < from + count) {
        const index = next++
        const early = began + ((index - from) * 1_000) / PER_SECOND - performance.now()
        if (early > 1) await pause(early)
        const { headers, body } = strange(index)
        const status = await send(headers, body, strangers)
        statuses[status] = (statuses[status] ?? 0) + 1
      }
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, one))
    return statuses
  }

  const genuine = () => send(start.headers, JSON.stringify({ ...JSON.parse(start.body), id: newId() }))

  test(`${REQUESTS} requests leave a genuine user's answers fast and the memory flat`, async () => {
    const waits: Record<'alone' | 'among', number[]> = { alone: [], among: [] }
    const user = async (when: 'alone' | 'among') => {
      const asked = performance.now()
      expect(await genuine()).toBe(200)
      waits[when].push(performance.now() - asked)
      await pause(20)
    }
    for (let count = 0; count < times(20, 200); count++) await user('alone')
    await flood(0, times(500, 5_000))
    const before = await memory()
    let over = false
    const began = performance.now()
    const among = (async () => {
      while (!over || waits.among.length < 20) await user('among')
    })()
    const statuses = await flood(0, REQUESTS)
    const seconds = (performance.now() - began) / 1_000
    over = true
    await among
    strangers.destroy()
    await pause(500)
    const after = await memory()
    const part = (of: number[], share: number) =>
      Math.round([...of].sort((one, other) => one - other)[Math.ceil(of.length * share) - 1]!)
    const inMs = (of: number[]) => ({ count: of.length, p50: part(of, 0.5), p99: part(of, 0.99) })
    const [alone, genuineMs] = [inMs(waits.alone), inMs(waits.among)]
    const mebibytes = (bytes: number) => Number((bytes / 1024 / 1024).toFixed(1))
    const figures = {
      requests: REQUESTS,
      statuses,
      perSecond: Math.round(REQUESTS / seconds),
      aloneMs: alone,
      genuineMs,
      heapGrewMiB: mebibytes(after.heap - before.heap),
      rssGrewMiB: mebibytes(after.rss - before.rss),
    }
    process.stdout.write(`flood: ${JSON.stringify(figures)}\n`)
    expect(statuses).toEqual({ 401: REQUESTS })
    expect(after.heap - before.heap).toBeLessThan(MOST_GROWTH)
    if (full) expect(genuineMs.p99).toBeLessThan(300)
  }, 3_600_000)
})
