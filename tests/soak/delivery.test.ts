import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import type { SimulatedFault } from '../../bot/dev/graph-simulator'
import type { TeamsFault } from '../../bot/dev/pretend-teams'
import { home } from '../../bot/views'
import { createLook } from '../../cards/look'
import { type OutboxRow, queueDeliveries, THROTTLED } from '../../services/platform/outbox'
import { type DeliveryWorld, startDeliveryWorld } from '../support/delivery-world'
import { later as timePasses } from '../support/real-time'
import { WEDNESDAY } from '../support/records'
import { times } from './counts'

const LIMIT_MS = 150
const SLOW = { kind: 'slow', ms: 2 * LIMIT_MS } as const

/** What ends a message, whatever the others before it did; null for an answer after which it is tried again. */
type End = 'sent' | 'refused' | 'uncertain' | null
interface Answer<Fault> {
  name: string
  fault: Fault | null
  end: End
  /** Whether the other side has the message all the same. */
  arrives?: true
  /** Seconds to wait, as it says. */
  wait?: number
  /** The chat is closed: somebody is told another way at once. */
  closed?: true
}

const status = (number: number, end: End, more: Partial<Answer<TeamsFault>> = {}): Answer<TeamsFault> => ({
  name: String(number),
  fault: { kind: 'status', status: number },
  end,
  ...more,
})
/** Later than the test ends by more than the wait that is asked for. */
const later = new Date(Date.now() + 6 * 3_600_000).toUTCString()

const TEAMS: readonly Answer<TeamsFault>[] = [
  { name: 'taken', fault: null, end: 'sent', arrives: true },
  status(400, 'refused'),
  status(401, null),
  status(403, null, { fault: { kind: 'status', status: 403, code: 'ConversationBlockedByUser' }, closed: true }),
  status(404, null, { fault: { kind: 'status', status: 404, code: 'ConversationNotFound' }, closed: true }),
  status(408, 'uncertain'),
  status(412, null),
  status(413, 'refused'),
  status(429, null),
  { name: '429 for 90 s', fault: { kind: 'status', status: 429, retryAfter: '90' }, end: null, wait: 90 },
  {
    name: '429 until a date',
    fault: { kind: 'status', status: 429, retryAfter: later },
    end: null,
    wait: 3 * 3_600,
  },
  status(500, 'uncertain'),
  status(503, 'uncertain'),
  {
    name: '503 after it was taken',
    fault: { kind: 'status', status: 503, commit: true },
    end: 'uncertain',
    arrives: true,
  },
  { name: 'a redirect', fault: { kind: 'status', status: 307, location: 'http://127.0.0.1:9/' }, end: 'refused' },
  { name: 'reset', fault: { kind: 'reset' }, end: 'uncertain' },
  { name: 'reset after it was taken', fault: { kind: 'reset', commit: true }, end: 'uncertain', arrives: true },
  { name: 'half-closed', fault: { kind: 'half-close' }, end: 'uncertain' },
  { name: 'too slow', fault: SLOW, end: 'uncertain' },
  { name: 'too slow after it was taken', fault: { ...SLOW, commit: true }, end: 'uncertain', arrives: true },
  { name: '201 and no JSON', fault: { kind: 'garbled', commit: true }, end: 'sent', arrives: true },
]

const mailStatus = (number: number, end: End): Answer<SimulatedFault> => ({
  name: String(number),
  fault: { kind: 'status', status: number },
  end,
})

const GRAPH: readonly Answer<SimulatedFault>[] = [
  { name: 'taken', fault: null, end: 'sent', arrives: true },
  mailStatus(400, 'refused'),
  mailStatus(401, null),
  mailStatus(403, null),
  mailStatus(404, null),
  mailStatus(408, 'uncertain'),
  mailStatus(412, null),
  mailStatus(413, 'refused'),
  mailStatus(429, null),
  { name: '429 for 90 s', fault: { kind: 'status', status: 429, retryAfter: '90' }, end: null, wait: 90 },
  mailStatus(500, 'uncertain'),
  mailStatus(503, 'uncertain'),
  {
    name: '503 after it was taken',
    fault: { kind: 'status', status: 503, commit: true },
    end: 'uncertain',
    arrives: true,
  },
  { name: 'an empty 503', fault: { kind: 'status', status: 503, empty: true }, end: 'uncertain' },
  { name: 'a redirect', fault: { kind: 'redirect', to: 'http://127.0.0.1:9/' }, end: 'refused' },
  { name: 'reset', fault: { kind: 'reset' }, end: 'uncertain' },
  { name: 'reset after it was taken', fault: { kind: 'reset', commit: true }, end: 'uncertain', arrives: true },
]

/** Every order of so many in which each is heard: one that ends a message is the last. */
function orders<Item extends { end: End }>(items: readonly Item[], length: number): Item[][] {
  if (length === 0) return [[]]
  const going = orders(items, length - 1).filter((order) => order.every(({ end }) => end === null))
  return going.flatMap((order) => items.map((item) => [...order, item]))
}

/** Every answer alone, and every order of two, in full of three. */
const sequences = <Item extends { end: End }>(items: readonly Item[]) =>
  [1, 2, 3].slice(0, times(2, 3)).flatMap((length) => orders(items, length))

let world: DeliveryWorld
beforeAll(async () => {
  world = await startDeliveryWorld('soak-delivery', LIMIT_MS)
})
afterAll(async () => {
  jest.restoreAllMocks()
  await world.stop()
})

const rows = () => world.mongo.db.collection<OutboxRow>('outbox')
const rowNow = (id: string) => rows().findOne({ _id: id })

async function nothingIsKnown(): Promise<void> {
  // Longer than a process takes a conversation to be as it was.
  timePasses(60)
  for (const name of ['outbox', 'posts', 'conversations', 'duties'])
    await world.mongo.db.collection(name).deleteMany({})
  for (const name of ['Ada', 'Bo', 'Cleo']) await world.isThere(name)
}

async function queued(to: string, subject: string, by: 'card' | 'mail'): Promise<string> {
  await queueDeliveries(world.mongo.forOrg('cardiff'), [
    { delivery: { to, by, card: 'offer', subject }, dueAt: WEDNESDAY },
  ])
  return (await rows().findOne({ subject, by, state: 'queued' }))!._id
}

/** The wait is over; a bounded one, so that nothing that is never tried again passes for something that is. */
async function waited(id: string): Promise<void> {
  const { notBefore } = (await rowNow(id))!
  const seconds = (notBefore.getTime() - Date.now()) / 1_000
  if (!(seconds < 24 * 3_600)) throw new Error(`not tried again for ${seconds} s`)
  await rows().updateOne({ _id: id }, { $set: { notBefore: new Date(0) } })
}

/** Takes the row as the worker does, and sends it. */
async function tryIt(id: string): Promise<OutboxRow> {
  const row = await world.services.deliveries.next()
  if (row?._id !== id) throw new Error(`another row was due: ${row?.by} ${row?.state}`)
  await world.send(row)
  return (await rowNow(id))!
}

async function homeOf(name: string): Promise<string> {
  const actor = world.actor(name)
  const { services } = world
  const { labels, calendar } = services.policyOf(actor.orgId)
  const look = createLook({ labels, zone: calendar.zone, rota: true, sampleData: true, now: services.clock.now })
  return JSON.stringify(await home({ actor, look, policy: services.policyOf(actor.orgId), services }))
}

const nameOf = <Fault>(order: readonly Answer<Fault>[]) => order.map(({ name }) => name).join(', ')
/** How long the chain is in which it stands what did not reach somebody. */
async function entriesOf(staffId: string): Promise<number> {
  const heads = world.mongo.db.collection<{ seq: number }>('auditHeads')
  return (await heads.findOne({ subject: `staff:${staffId}` }))?.seq ?? 0
}

describe('IMP-35 Whatever Teams answers, a card ends sent, refused or uncertain, or somebody is told another way', () => {
  test('each answer alone, and in every order', async () => {
    await nothingIsKnown()
    const ada = world.person('Ada')
    const { allocationId: subject } = await world.offered(world.actor('Ada'))
    const ended: Record<string, number> = {}
    const all = sequences(TEAMS)
    const began = Date.now()
    for (const order of all) {
      await rows().deleteMany({})
      await world.mongo.db.collection('posts').deleteMany({})
      await world.isThere('Ada')
      const before = { cards: world.teams.chat(ada).length, entries: await entriesOf(ada.id) }
      const id = await queued(ada.id, subject, 'card')
      let told = false
      for (const { fault, end, wait = 0, closed, name } of order) {
        world.teams.setFaults(ada, [fault])
        const asked = Date.now()
        // Who is told that a chat is closed opens it again; that comes later in this story.
        if (told) await world.isThere('Ada')
        if (told) await rows().updateMany({ by: 'mail' }, { $set: { dueAt: new Date('2100-01-01') } })
        const row = await tryIt(id)
        if (row.state !== (end ?? 'queued')) throw new Error(`${nameOf(order)}: ${row.state} after ${name}`)
        told ||= closed === true
        if (end) continue
        expect([row.notBefore.getTime() >= asked + 1_000 * (wait || 1), row.reason !== '']).toEqual([true, true])
        expect(row.lease.until).toBeNull()
        if (row.reason === THROTTLED) {
          await world.services.deliveries.hasten('cardiff', ada.id)
          expect((await rowNow(id))!.notBefore).toEqual(row.notBefore)
        }
        await waited(id)
      }
      const row = (await rowNow(id))!
      const arrived = world.teams.chat(ada).length - before.cards
      const wanted = order.filter(({ arrives }) => arrives).length
      if (arrived !== wanted || arrived > 1) throw new Error(`${nameOf(order)}: arrived ${arrived} times`)
      if (row.state === 'queued' && told !== (row.escalated === true)) throw new Error(`${nameOf(order)}: not told`)
      const state = row.state === 'queued' && told ? 'escalated' : row.state
      ended[state] = (ended[state] ?? 0) + 1

      const mails = await rows().countDocuments({ by: 'mail', subject })
      if (mails !== (told || row.state === 'refused' ? 1 : 0)) throw new Error(`${nameOf(order)}: ${mails} mails`)
      const shown = (await world.services.deliveries.inDoubt('cardiff', 'offer')).has(`${subject} ${ada.id}`)
      if (shown !== ['refused', 'uncertain', 'escalated'].includes(state)) throw new Error(`${nameOf(order)}: unseen`)
      const entries = (await entriesOf(ada.id)) - before.entries
      if (entries !== Number(told) + Number(['refused', 'uncertain'].includes(row.state)))
        throw new Error(`${nameOf(order)}: ${entries} entries`)
      if (row.state !== 'queued') await rows().updateMany({}, { $set: { 'lease.until': new Date(0) } })
      if (row.state !== 'queued' && (await world.services.deliveries.next())?._id === id)
        throw new Error(`${nameOf(order)}: again`)
    }
    expect(ended.sent).toBeGreaterThan(0)
    expect((await world.services.audit.verify('cardiff')).broken).toEqual([])
    const seconds = ((Date.now() - began) / 1_000).toFixed(1)
    process.stdout.write(`teams: ${all.length} orders of answers in ${seconds} s: ${JSON.stringify(ended)}\n`)
  })

  test('a card that is known is drawn anew until Teams takes it, however it failed', async () => {
    await nothingIsKnown()
    const bo = world.person('Bo')
    const { allocationId: subject } = await world.offered(world.actor('Bo'))
    await rows().deleteMany({})
    const uncertain = TEAMS.filter(({ end }) => end === 'uncertain')
    for (const { fault, name } of uncertain) {
      const id = await queued(bo.id, subject, 'card')
      const cards = () => world.teams.chat(bo).length
      if ((await world.services.deliveries.postOf('cardiff', (await rowNow(id))!)) === null) await tryIt(id)
      else {
        const before = cards()
        world.teams.setFaults(bo, [fault])
        expect([name, (await tryIt(id)).state]).toEqual([name, 'queued'])
        await waited(id)
        expect([name, (await tryIt(id)).state, cards()]).toEqual([name, 'sent', before])
      }
    }
    expect(world.teams.chat(bo)).toHaveLength(1)
  })
})

test('IMP-35 Whatever Graph answers, a mail ends sent, refused or uncertain, or is tried on', async () => {
  await nothingIsKnown()
  const { id: cleo } = world.person('Cleo')
  const { allocationId: subject } = await world.offered(world.actor('Cleo'))
  const ended: Record<string, number> = {}
  const all = sequences(GRAPH)
  const began = Date.now()
  for (const order of all) {
    await rows().deleteMany({})
    const before = world.graph.sentMail().length
    const id = await queued(cleo, subject, 'mail')
    for (const { fault, end, wait = 0, name } of order) {
      world.graph.setFault('sendMail', fault && { ...fault, times: 1 })
      const asked = Date.now()
      const row = await tryIt(id)
      if (row.state !== (end ?? 'queued')) throw new Error(`${nameOf(order)}: ${row.state} after ${name}`)
      if (end) continue
      expect(row.notBefore.getTime()).toBeGreaterThanOrEqual(asked + 1_000 * (wait || 1))
      await waited(id)
    }
    const { state } = (await rowNow(id))!
    ended[state] = (ended[state] ?? 0) + 1
    const arrived = world.graph.sentMail().length - before
    const wanted = order.filter(({ arrives }) => arrives).length
    if (arrived !== wanted || arrived > 1) throw new Error(`${nameOf(order)}: arrived ${arrived} times`)
  }
  const seconds = ((Date.now() - began) / 1_000).toFixed(1)
  process.stdout.write(`graph: ${all.length} orders of answers in ${seconds} s: ${JSON.stringify(ended)}\n`)
  expect(JSON.stringify(world.graph.sentMail())).not.toMatch(/Quinn|1234567|module/)
})

describe('IMP-35 A chat that is closed to the bot', () => {
  test.each([403, 404])(
    'and answers %s: a neutral mail, the home list, and the card when they are back',
    async (code) => {
      await nothingIsKnown()
      const ada = world.person('Ada')
      const { allocationId, caseId } = await world.offered(world.actor('Ada'))
      await rows().deleteMany({ by: 'mail' })
      const { reference } = (await world.services.cases.summary('cardiff', caseId))!
      const { _id } = (await rows().findOne({ subject: allocationId }))!
      world.teams.setFaults(ada, [{ kind: 'status', status: code }])
      const before = { mails: world.graph.sentMail().length, cards: world.teams.chat(ada).length }
      await tryIt(_id)
      for (let row = await world.services.deliveries.next(); row; row = await world.services.deliveries.next())
        await world.send(row)
      const mails = world.graph.sentMail().slice(before.mails)
      expect(mails).toHaveLength(1)
      expect(mails[0]!.subject).toContain(reference.slice(0, 4))
      expect(JSON.stringify(mails)).not.toMatch(/Quinn|1234567|module/)
      const shown = `Case ${reference.slice(0, 4)}-${reference.slice(4)}: the card for Ada Sample may not have arrived`
      expect(await homeOf('Robin')).toContain(shown)
      expect(await homeOf('Ada')).not.toContain('may not have arrived')

      await waited(_id)
      await tryIt(_id)
      expect((await rowNow(_id))!.reason).toBe('no-conversation')
      await rows().updateOne({ _id }, { $set: { attempts: 299, notBefore: new Date(0) } })
      expect((await tryIt(_id)).state).toBe('refused')
      expect(await homeOf('Robin')).toContain(shown)
      await world.isThere('Ada')
      expect((await tryIt(_id)).state).toBe('sent')
      expect(world.teams.chat(ada)).toHaveLength(before.cards + 1)
      expect(await homeOf('Robin')).not.toContain('may not have arrived')
      expect(world.graph.sentMail()).toHaveLength(before.mails + 1)
    },
  )
})

test('IMP-35 a message that ends every worker that takes it is refused at last, and somebody is told', async () => {
  await nothingIsKnown()
  const { id } = world.person('Ada')
  const { allocationId } = await world.offered(world.actor('Ada'))
  await rows().deleteMany({ by: 'mail' })
  const { _id } = (await rows().findOne({ subject: allocationId }))!
  const before = await entriesOf(id)
  let tries = 0
  while ((await world.services.deliveries.next())?._id === _id) {
    tries += 1
    await rows().updateOne({ _id }, { $set: { 'lease.until': new Date(Date.now() - 1_000) } })
    if (tries > 20) break
  }
  expect(tries).toBe(5)
  expect(await rowNow(_id)).toMatchObject({ state: 'refused', reason: 'worker-lost' })
  expect(await rows().countDocuments({ by: 'mail', subject: allocationId })).toBe(1)
  expect(await entriesOf(id)).toBe(before + 1)
})
