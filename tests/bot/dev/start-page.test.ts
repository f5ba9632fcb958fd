import { request } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { startGraphSimulator } from '../../../bot/dev/graph-simulator'
import { readSampleUnions } from '../../../bot/dev/sample-staff'
import { createStartPage, type StartPageParts } from '../../../bot/dev/start-page'
import { movableClock } from '../../../services/platform/clock'
import { CaseworkError } from '../../../services/platform/errors'
import { createLogger } from '../../../services/platform/logger'

const unions = readSampleUnions()
const personas = unions.flatMap((union) => union.personas)
const robin = personas.find(({ name }) => name === 'Robin Example')!
const log = createLogger('silent')
const ends: (() => Promise<void>)[] = []
let clock: ReturnType<typeof movableClock>
let presences: Record<string, string>

beforeEach(() => {
  clock = movableClock()
  clock.set(new Date('2026-03-28T14:30:00Z'))
  presences = {}
})

afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

async function start(changes: Partial<StartPageParts> = {}): Promise<string> {
  const page = await createStartPage({
    personas,
    clock: { now: clock.now, set: async (to) => clock.set(to) },
    sentMail: () => [],
    due: async () => [],
    setPresence: (staffId, availability) => {
      presences[staffId] = availability
    },
    playgrounds: null,
    port: 0,
    log,
    ...changes,
  })
  ends.push(page.stop)
  return page.url.replace('localhost', '127.0.0.1')
}

const post = (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

describe('the start page', () => {
  test('is one document that loads nothing from elsewhere and says that nobody is real', async () => {
    const response = await fetch(await start())
    const html = await response.text()
    expect(response.status).toBe(200)
    expect(html).toContain('Sample data: nobody here is real')
    expect(html).not.toMatch(/(?:src|href)="(?!data:)/)
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'sha256-/)
  })

  test('lists everybody with union, role and presence', async () => {
    const listed = (await (await fetch(`${await start()}personas`)).json()) as object[]
    expect(listed).toHaveLength(personas.length)
    expect(listed).toContainEqual({ ...robin, presence: 'Available' })
  })

  test('lists mail latest first and what is due soonest first', async () => {
    const mail = (at: string) => ({ at, from: 'a@b.example', to: ['c@d.example'], subject: at, body: '', headers: {} })
    const item = (hour: number) => ({ kind: 'k', about: 'a', owner: null, dueAt: new Date(Date.UTC(2026, 0, 1, hour)) })
    const url = await start({
      sentMail: () => [mail('2026-01-01T10:00:00Z'), mail('2026-01-01T11:00:00Z')],
      due: async () => [item(12), item(9)],
    })
    const [latest] = (await (await fetch(`${url}mail`)).json()) as { subject: string }[]
    const [soonest] = (await (await fetch(`${url}due`)).json()) as { dueAt: string }[]
    expect(latest?.subject).toBe('2026-01-01T11:00:00Z')
    expect(soonest?.dueAt).toBe('2026-01-01T09:00:00.000Z')
  })

  test.each<[object, string]>([
    [{ forward: 'PT1H' }, '2026-03-28T15:30'],
    [{ forward: 15 }, '2026-03-28T14:45'],
    // Summer time begins in the night: the next day at the same local time is 23 hours away.
    [{ forward: 'P1D' }, '2026-03-29T13:30'],
    [{ at: '2026-11-26T09:00' }, '2026-11-26T09:00'],
    [{ at: '2026-07-01T09:00' }, '2026-07-01T08:00'],
    [{ at: '2026-07-01T09:00:00Z' }, '2026-07-01T09:00'],
  ])('moves the business clock: %j', async (change, expected) => {
    const response = await post(`${await start()}clock`, change)
    expect(await response.json()).toMatchObject({ now: expect.stringContaining(expected), zone: 'Europe/London' })
    expect(clock.now().toISOString()).toContain(expected)
  })

  test.each<[unknown]>([
    [{}],
    [null],
    ['no JSON'],
    [{ at: 'tomorrow' }],
    [{ at: '1999-12-31T23:59:59Z' }],
    [{ at: '2100-01-01T00:00:00Z' }],
    [{ forward: 'an hour' }],
    [{ forward: 0 }],
    [{ forward: -5 }],
    [{ forward: 'PT0S' }],
    [{ forward: '-PT1H' }],
    [{ forward: 1e300 }],
    [{ forward: 'PT1H', at: '2026-01-01T00:00Z' }],
  ])('leaves the clock alone for %j', async (change) => {
    const response = await post(`${await start()}clock`, change)
    expect(response.status).toBe(400)
    expect((await response.text()).trim()).toMatch(/^[A-Z].*\.$|^Send /)
    expect(clock.now().toISOString()).toContain('2026-03-28T14:30')
  })

  test('takes no body longer than a change can be', async () => {
    const change = `{"forward":60${' '.repeat(10_000)}}`
    expect((await post(`${await start()}clock`, change)).status).toBe(400)
    expect(clock.now().toISOString()).toContain('2026-03-28T14:30')
  })

  test('sets who is free, for known people and known values alone', async () => {
    const simulator = await startGraphSimulator({ directories: unions.map(({ directory }) => directory) })
    ends.push(simulator.stop)
    const url = await start({ setPresence: simulator.setPresence })
    const change = (staffId: string, availability: string) => post(`${url}presence`, { staffId, availability })
    expect((await change(robin.id, 'Busy')).status).toBe(200)
    expect((await change(robin.id, 'Asleep')).status).toBe(400)
    expect((await change('nobody', 'Busy')).status).toBe(404)
    expect(await (await fetch(`${url}personas`)).json()).toContainEqual({ ...robin, presence: 'Busy' })
  })

  test('sends whoever opens a chat there, and says in a sentence why one does not open', async () => {
    const help = 'Port 4201 is used by another program; stop it, then open this chat again.'
    const playgrounds = {
      open: async (slug: string) => {
        if (slug === robin.slug) return { url: 'http://localhost:4200/' }
        throw new CaseworkError('playground-port-in-use', { port: 4201, help })
      },
    }
    const url = await start({ playgrounds })
    const opened = await fetch(`${url}open/${robin.slug}`, { redirect: 'manual' })
    expect([opened.status, opened.headers.get('location')]).toEqual([302, 'http://localhost:4200/'])
    const refused = await fetch(`${url}open/${personas[1]!.slug}`)
    expect([refused.status, await refused.text()]).toEqual([409, `${help}\n`])
    expect((await fetch(`${url}open/nobody`)).status).toBe(404)
    expect((await fetch(`${await start()}open/${robin.slug}`)).status).toBe(409)
  })

  test('answers to no other host name, so that no web page can reach it through a name of its own', async () => {
    const url = await start()
    expect(await statusFor(url, 'localhost:1')).toBe(200)
    for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:80', '0.0.0.0', ''])
      expect(await statusFor(url, host)).toBe(421)
  })

  test('lets no other web page change anything', async () => {
    const url = await start()
    const change = { forward: 60 }
    expect((await post(`${url}clock`, change, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await post(`${url}clock`, change, { origin: 'null' })).status).toBe(403)
    expect((await post(`${url}clock`, change, { 'content-type': 'text/plain' })).status).toBe(415)
    expect(clock.now().toISOString()).toContain('2026-03-28T14:30')
    expect((await post(`${url}clock`, change, { origin: new URL(url).origin })).status).toBe(200)
  })

  test('has no other addresses and methods, and survives a fault behind it', async () => {
    const url = await start({
      due: () => Promise.reject(new Error('secret')),
    })
    expect((await fetch(`${url}constructor`)).status).toBe(404)
    expect((await post(`${url}mail`, {})).status).toBe(404)
    expect((await fetch(`${url}clock`, { method: 'DELETE' })).status).toBe(405)
    const failed = await fetch(`${url}due`)
    expect(failed.status).toBe(500)
    expect(await failed.text()).not.toContain('secret')
    expect((await fetch(`${url}clock`)).status).toBe(200)
  })

  test('names the port that another program uses', async () => {
    const { port } = new URL(await start())
    await expect(start({ port: Number(port) })).rejects.toMatchObject({
      code: 'start-page-port-in-use',
      info: { help: expect.stringContaining(port) },
    })
  })
})

/** `fetch` does not let a test choose the host name. */
function statusFor(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${url}clock`, { setHost: false, headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .once('error', reject)
      .end()
  })
}
