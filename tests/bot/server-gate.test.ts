import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type RunningBot, startBot } from '../../bot/compose'
import type { GateRequest } from '../../bot/gate'
import { startServer } from '../../bot/server'
import { CANARY, NEIGHBOUR, ORGANISATION } from '../support/gate-world'
import { countTurns, type GatedWorld, post, startGatedWorld } from '../support/gated-bot'
import { type Answer, headOf, openWire, type Wire } from '../support/wire'
import { BODY_CASES } from './gate-body-cases'
import { TOKEN_CASES } from './gate-token-cases'
import { WIRE_CASES } from './wire-cases'

const CASES = [...TOKEN_CASES, ...BODY_CASES]
const REFUSED = '{"refused":true}'

let world: GatedWorld
let bot: RunningBot
let port: number
let turns: () => number

beforeAll(async () => {
  turns = countTurns()
  world = await startGatedWorld('server-gate')
  bot = await startBot(world.parts)
  port = Number(new URL(bot.url).port)
  await post(port, world.genuine())
})
afterAll(async () => {
  await bot.stop()
  await world.stop()
})

/** What a genuine message sets off, once each. */
const heard = () => ({ turns: turns(), posted: world.service.posted.length })
const more = (before: ReturnType<typeof heard>, times = 1) => ({
  turns: before.turns + times,
  posted: before.posted + times,
})

/** Nothing happened, and whoever is genuine is heard at once. */
async function nothingBut<T>(refused: () => Promise<T>): Promise<T> {
  const [before, stored] = [heard(), await world.stored()]
  const result = await refused()
  expect(heard()).toEqual(before)
  expect(await world.stored()).toBe(stored)
  expect(await post(port, world.genuine())).toEqual({ status: 200, body: '' })
  expect(heard()).toEqual(more(before))
  return result
}

/** The answers to what is written on a connection of its own. */
async function answersTo(bytes: readonly (string | Buffer)[], count: number): Promise<Answer[]> {
  const wire = await openWire(port)
  wire.write(...bytes)
  const answers = await wire.answers(count)
  wire.reset()
  return answers
}

const statuses = (answers: readonly Answer[]) => answers.map(({ status }) => status)

describe('Over HTTP, nobody without a good token and a good activity reaches a turn', () => {
  test('whichever of at least 140 wrong requests, and 90 wrong ways of sending a good one', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(140)
    expect(WIRE_CASES.length).toBeGreaterThanOrEqual(90)
  })

  test.each(CASES)('with $name: $status, and no word why', async ({ send, status }) => {
    const answer = await nothingBut(async () => post(port, await send(world)))
    expect(answer).toEqual({ status, body: REFUSED })
  })

  test.each(WIRE_CASES)('with $name: $statuses', async ({ bytes, statuses: expected }) => {
    const answers = await nothingBut(() => answersTo(bytes(world.genuine()), expected.length))
    expect(statuses(answers)).toEqual(expected)
    for (const { body, head } of answers) {
      expect(['', REFUSED]).toContain(body)
      expect(head.length).toBeLessThan(512)
    }
  })

  test('and nothing that was sent is in the log', () => {
    expect(world.logged()).toContain('activity-refused')
    for (const sent of [CANARY, 'canary', 'eyJ', 'evil.example']) expect(world.logged()).not.toContain(sent)
  })
})

describe('A genuine activity reaches exactly one turn', () => {
  test.each([ORGANISATION, NEIGHBOUR])('of $orgId, and the answer goes out once', async (organisation) => {
    const [before, stored] = [heard(), await world.stored()]
    expect(await post(port, world.genuine({ organisation }))).toEqual({ status: 200, body: '' })
    expect(heard()).toEqual(more(before))
    expect(await world.stored()).not.toBe(stored)
  })

  test.each<[string, (good: GateRequest) => (string | Buffer)[]]>([
    ['byte by byte', ({ body }) => Array.from(body, (byte) => Buffer.from([byte]))],
    ['in two halves', ({ body }) => [body.subarray(0, 100), body.subarray(100)]],
  ])('sent %s', async (_name, parts) => {
    const before = turns()
    const good = world.genuine()
    const wire = await openWire(port)
    wire.write(headOf(good))
    for (const part of parts(good)) {
      wire.write(part)
      await wait(1)
    }
    expect(statuses(await wire.answers(1))).toEqual([200])
    expect(turns()).toBe(before + 1)
    wire.reset()
  })

  test('and one each among wrong ones, all in one connection without waiting for answers', async () => {
    const before = heard()
    const [first, second] = [world.genuine(), world.genuine()]
    const stranger = headOf(first, { without: ['authorization'] })
    const bytes = [stranger, first.body, headOf(first), first.body, headOf(first, { method: 'GET' }), first.body]
    const answers = await answersTo([...bytes, headOf(second), second.body, stranger, first.body], 5)
    expect(statuses(answers)).toEqual([401, 200, 405, 200, 401])
    expect(heard()).toEqual(more(before, 2))
  })
})

describe('A request that never becomes whole', () => {
  const half = (good: GateRequest) => [headOf(good), good.body.subarray(0, good.body.length / 2)]
  const sendHalf = async () => {
    const wire = await openWire(port)
    wire.write(...half(world.genuine()))
    return wire
  }

  test.each<[string, (wire: Wire) => void]>([
    ['is broken off in the middle of its body', (wire) => wire.reset()],
    ['ends in the middle of its body', (wire) => wire.halfClose()],
  ])('%s: no turn', async (_name, end) => {
    const wire = await sendHalf()
    await nothingBut(async () => undefined)
    const answers = await nothingBut(async () => {
      end(wire)
      await wire.ended
      return wire.answers(1)
    })
    expect(answers.filter(({ status }) => status !== 400)).toEqual([])
  })

  test('holds nobody up while it lasts, even a hundred times', async () => {
    const wires = await Promise.all(Array.from({ length: 100 }, sendHalf))
    await nothingBut(async () => undefined)
    for (const wire of wires) wire.reset()
  })
})

describe('Somebody who is slow', () => {
  test.each<[string, (good: GateRequest) => (string | Buffer)[]]>([
    ['says nothing', () => []],
    ['stops in the middle of the headers', (good) => [headOf(good).slice(0, -30)]],
    ['stops in the middle of the body', (good) => [headOf(good), good.body.subarray(0, 20)]],
  ])('and %s is cut off', async (_name, bytes) => {
    const { log } = world.parts
    const never = () => {
      throw new Error('reached')
    }
    const parts = { gate: { check: never }, adapterOf: never, bot: { turn: never }, dossier: never, ready: never, log }
    const impatient = await startServer(parts, 0, '127.0.0.1', 500)
    const wire = await openWire(Number(new URL(impatient.url).port))
    wire.write(...bytes(world.genuine()))
    await wire.ended
    expect(statuses(await wire.answers(1))).toEqual([408])
    await impatient.stop()
  })
})

test('The bot stops although strangers hold connections open, whatever they asked for', async () => {
  const second = await startBot(world.parts)
  const good = world.genuine()
  const upgrade = ['connection: upgrade', 'upgrade: websocket', 'sec-websocket-key: AAAA']
  for (const bytes of ['', headOf(good).slice(0, -30), headOf(good), headOf(good, { method: 'GET', also: upgrade })]) {
    const wire = await openWire(Number(new URL(second.url).port))
    wire.write(bytes)
  }
  await nothingBut(async () => undefined)
  await second.stop()
})
