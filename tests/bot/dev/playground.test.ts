import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { readActivity } from '../../../bot/activity.schema'
import { createPlaygrounds, type Playgrounds, seededConversation } from '../../../bot/dev/playground'
import { processMark } from '../../../bot/dev/process-mark'
import { readSampleUnions } from '../../../bot/dev/sample-staff'
import { createLogger } from '../../../services/platform/logger'

const personas = readSampleUnions().flatMap((union) => union.personas)
const [first, second] = [personas[0]!, personas[1]!]
const log = createLogger('silent')
const ends: (() => Promise<unknown>)[] = []
let bot: Server
let botUrl: string
let heard: Buffer[]
let folder: string
let basePort: number

/** Stands where the bot would, and keeps what it is sent. */
beforeAll(async () => {
  bot = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      if (request.method === 'POST') heard.push(Buffer.concat(parts))
      response.setHeader('content-type', 'application/json')
      response.end('{}')
    })
  })
  bot.listen(0, '127.0.0.1')
  await once(bot, 'listening')
  botUrl = `http://127.0.0.1:${(bot.address() as AddressInfo).port}/api/messages`
})

afterAll(async () => {
  const closed = once(bot, 'close')
  bot.close()
  bot.closeAllConnections()
  await closed
})

beforeEach(async () => {
  heard = []
  folder = await mkdtemp(join(tmpdir(), 'casekeeper-playground-'))
  basePort = await freePort()
})

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
  await rm(folder, { recursive: true, force: true })
})

describe('the chats of npm start', () => {
  test('opened twice at once, a chat starts once; it speaks to the bot from where the seeded conversation says', async () => {
    const playgrounds = create()
    expect(playgrounds.isOpen(first.slug)).toBe(false)
    const [one, other] = await Promise.all([playgrounds.open(first.slug), playgrounds.open(first.slug)])
    expect([one, other]).toEqual([{ url: `http://localhost:${basePort}/` }, { url: one.url }])
    expect(await playgrounds.open(first.slug)).toEqual(one)
    expect(playgrounds.isOpen(first.slug)).toBe(true)
    expect(await (await fetch(one.url)).text()).toContain('<html')

    await say(one.url, 'hello')
    const read = readActivity(heard[0]!)
    if (!read.ok) throw new Error(read.reason)
    const { from, recipient, conversation, channelData, channelId, serviceUrl } = read.activity
    const seeded = seededConversation(first, playgrounds.portOf(first.slug))
    expect({
      conversationId: conversation.id,
      serviceUrl,
      botId: recipient.id,
      userId: from.id,
      channelId,
      tenantId: conversation.tenantId,
    }).toEqual(seeded)
    expect([from.aadObjectId, channelData?.tenant?.id]).toEqual([first.id, first.tenantId])
    expect(conversation.conversationType).toBe('personal')
    expect(playgrounds.serviceHosts()).toContain(new URL(serviceUrl).host)

    const pid = await playgroundPid()
    await playgrounds.stop()
    expect(await processMark(pid)).toBeNull()
    expect(playgrounds.isOpen(first.slug)).toBe(false)
    await expect(playgrounds.open(first.slug)).rejects.toMatchObject({ code: 'playgrounds-stopped' })
  })

  test('a chat that ended by itself starts again when it is opened again', async () => {
    const playgrounds = create()
    const { url } = await playgrounds.open(first.slug)
    const pid = await playgroundPid()
    process.kill(pid, 'SIGKILL')
    while (playgrounds.isOpen(first.slug)) await new Promise(setImmediate)
    await playgrounds.open(first.slug)
    expect(await playgroundPid()).not.toBe(pid)
    expect((await fetch(url)).status).toBe(200)
  })

  test('a port that another program uses is named, and the chat opens once it is free', async () => {
    const blocker = createTcpServer((socket) => socket.destroy())
      .listen(basePort)
      .unref()
    await once(blocker, 'listening')
    const playgrounds = create()
    await expect(playgrounds.open(first.slug)).rejects.toMatchObject({
      code: 'playground-port-in-use',
      info: { help: `Port ${basePort} is used by another program; stop it, then open this chat again.` },
    })
    expect(playgrounds.isOpen(first.slug)).toBe(false)
    blocker.close()
    await once(blocker, 'close')
    await playgrounds.open(first.slug)
  })

  test('a chat left by a start that was killed is taken over, and ends with the start that took it over', async () => {
    await startAndKill()
    const pid = await playgroundPid()
    expect(await processMark(pid)).not.toBeNull()
    const playgrounds = create()
    const { url } = await playgrounds.open(first.slug)
    await say(url, 'still here')
    expect([await playgroundPid(), heard.length]).toEqual([pid, 1])
    await playgrounds.stop()
    expect(await processMark(pid)).toBeNull()
  })

  test('a chat left behind that speaks to another address of the bot is replaced', async () => {
    await startAndKill('http://127.0.0.1:9/api/messages')
    const pid = await playgroundPid()
    const { url } = await create().open(first.slug)
    expect(await processMark(pid)).toBeNull()
    await say(url, 'hello')
    expect(heard).toHaveLength(1)
  })

  test.each([
    ['before', false],
    ['after', true],
  ])('a stop in the middle of an opening, %s its process started, leaves nothing behind', async (_, spawned) => {
    const playgrounds = create()
    const opening = playgrounds.open(first.slug).then(
      () => 'opened',
      () => 'refused',
    )
    while (spawned && !playgrounds.isOpen(first.slug)) await new Promise(setImmediate)
    await playgrounds.stop()
    expect(await opening).toBe('refused')
    await expect(fetch(`http://127.0.0.1:${basePort}/`)).rejects.toThrow()
  })

  test('every persona keeps a port, and nobody else has a chat', async () => {
    const playgrounds = create()
    expect(playgrounds.portOf(second.slug)).toBe(basePort + 1)
    expect(new Set(playgrounds.serviceHosts()).size).toBe(personas.length)
    await expect(playgrounds.open('nobody')).rejects.toMatchObject({ code: 'persona-unknown' })
  })
})

function create(): Playgrounds {
  const playgrounds = createPlaygrounds({ personas, botUrl, folder, log, basePort })
  ends.push(playgrounds.stop)
  return playgrounds
}

/** What the page does when somebody sends a line. */
async function say(url: string, text: string): Promise<void> {
  const path = `_conversation/v1/conversations/${first.conversationId}/messages`
  const before = heard.length
  await fetch(url.replace('localhost', '127.0.0.1') + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ from: { id: first.userId }, text, textFormat: 'plain' }),
  })
  const until = performance.now() + 5000
  while (heard.length === before && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 10))
}

async function playgroundPid(): Promise<number> {
  const note = (await readdir(folder)).find((name) => name.endsWith('.json'))!
  return (JSON.parse(await readFile(join(folder, note), 'utf8')) as { pid: number }).pid
}

async function startAndKill(address = botUrl): Promise<void> {
  const program = require.resolve('./playground-launcher.ts')
  const args = ['--import', pathToFileURL(require.resolve('tsx')).href, program, folder, address, String(basePort)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
  const orphan = await playgroundPid()
  const mark = await processMark(orphan)
  ends.push(async () => {
    if (mark !== null && (await processMark(orphan)) === mark) process.kill(orphan, 'SIGKILL')
  })
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
