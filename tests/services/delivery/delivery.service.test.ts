import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { Conversation } from '../../../services/delivery/delivery.service'
import { MAX_ATTEMPTS, type OutboxRow } from '../../../services/platform/outbox'
import { later } from '../../support/real-time'
import { WEDNESDAY } from '../../support/records'
import { type ServicesWorld, startServices } from '../../support/services'

let world: ServicesWorld
beforeAll(async () => {
  world = await startServices('delivery')
})
beforeEach(async () => {
  world.at(WEDNESDAY)
  // Longer than anything is remembered.
  later(60)
  await world.mongo.db.collection('outbox').deleteMany({})
  await world.mongo.db.collection('conversations').deleteMany({})
})
afterAll(async () => {
  jest.restoreAllMocks()
  await world.stop()
})

const ADA: Conversation = {
  staffId: 'ada',
  serviceUrl: 'https://teams.example/',
  conversationId: 'a:1',
  botId: '28:bot',
  userId: '29:ada',
  tenantId: 'tenant',
}
const deliveries = () => world.services.deliveries
const rows = () => world.mongo.db.collection<OutboxRow>('outbox')
/** How many did not arrive, or may not have. */
const undelivered = (orgId: string) => rows().countDocuments({ orgId, state: { $in: ['uncertain', 'refused'] } })
const stateOf = async ({ _id }: OutboxRow) => (await rows().findOne({ _id }))!

/** The next row that is to go out; a test that expects none says so itself. */
async function next(): Promise<OutboxRow> {
  const row = await deliveries().next()
  if (!row) throw new Error('nothing is due')
  return row
}

/** Another worker may take it, as after the lease of one that died. */
const loseLeases = () => rows().updateMany({}, { $set: { 'lease.until': new Date(Date.now() - 60_000) } })

describe('Where somebody can be reached', () => {
  test('CAR-26 is what their last verified activity said', async () => {
    await deliveries().remember('cardiff', ADA)
    expect(await deliveries().conversationOf('cardiff', 'ada')).toMatchObject(ADA)
    await deliveries().remember('cardiff', { ...ADA, conversationId: 'a:2' })
    expect(await deliveries().conversationOf('cardiff', 'ada')).toMatchObject({ conversationId: 'a:2' })
    expect(await world.mongo.db.collection('conversations').countDocuments()).toBe(1)
  })

  test('IMP-37 is known in their union alone', async () => {
    await deliveries().remember('cardiff', ADA)
    expect(await deliveries().conversationOf('cambridge', 'ada')).toBeNull()
    expect(await deliveries().conversationOf('cardiff', 'bo')).toBeNull()
  })

  test('a conversation that takes nothing any more is not used, until they write again', async () => {
    await deliveries().remember('cardiff', ADA)
    await deliveries().bury('cardiff', 'ada')
    expect(await deliveries().conversationOf('cardiff', 'ada')).toBeNull()
    await deliveries().remember('cardiff', ADA)
    expect(await deliveries().conversationOf('cardiff', 'ada')).toMatchObject(ADA)
  })

  test('they can be reached again too when another process buried the conversation', async () => {
    const other = world.secondProcess().deliveries
    await deliveries().remember('cardiff', ADA)
    await other.bury('cardiff', 'ada')
    later(9)
    await deliveries().remember('cardiff', ADA)
    expect(await other.conversationOf('cardiff', 'ada')).toBeNull()
    later(2)
    await deliveries().remember('cardiff', ADA)
    for (const process of [deliveries(), other])
      expect(await process.conversationOf('cardiff', 'ada')).toMatchObject(ADA)
  })

  test('a conversation that takes nothing is tried once an hour, since others than the person may open it', async () => {
    await deliveries().remember('cardiff', ADA)
    await deliveries().bury('cardiff', 'ada')
    const buriedAt = new Date(Date.now() - 61 * 60_000)
    await world.mongo.db.collection('conversations').updateMany({}, { $set: { buriedAt } })
    expect(await deliveries().conversationOf('cardiff', 'ada')).toMatchObject(ADA)
    await deliveries().bury('cardiff', 'ada')
    expect(await deliveries().conversationOf('cardiff', 'ada')).toBeNull()
  })

  test('a conversation that nobody has is buried without a trace', async () => {
    await deliveries().bury('cardiff', 'nobody')
    expect(await world.mongo.db.collection('conversations').countDocuments()).toBe(0)
  })
})

describe('What is to go out', () => {
  test('CAR-26 an offer goes by card and by mail, and holds ids only', async () => {
    await world.offered(world.actor('Ada'))
    const sent = [await next(), await next()]
    expect(sent.map(({ by }) => by).sort()).toEqual(['card', 'mail'])
    expect(JSON.stringify(sent)).not.toMatch(/Quinn|1234567|module/)
    expect(await deliveries().next()).toBeNull()
  })

  test('at night it waits for the opening, unless it is urgent', async () => {
    world.at(new Date('2021-04-14T21:00:00Z'))
    const { allocationId } = await world.offered(world.actor('Ada'))
    expect(await deliveries().next()).toBeNull()
    const urgent = { allocationId: (await world.opened()).allocationId, version: 1, urgent: true }
    await world.services.allocation.confirm(world.actor('Robin'), urgent)
    expect((await next()).subject).toBe(urgent.allocationId)
    expect((await next()).subject).toBe(urgent.allocationId)
    world.at(new Date('2021-04-15T07:59:59.999Z'))
    expect(await deliveries().next()).toBeNull()
    world.at(new Date('2021-04-15T08:00:00Z'))
    expect((await next()).subject).toBe(allocationId)
  })

  test('IMP-35 two processes never take the same row', async () => {
    await Promise.all(Array.from({ length: 4 }, () => world.offered(world.actor('Bo'))))
    const processes = [deliveries(), world.secondProcess().deliveries, world.secondProcess().deliveries]
    const taken: string[] = []
    await Promise.all(
      processes.map(async (process) => {
        for (let row = await process.next(); row; row = await process.next()) taken.push(row._id)
      }),
    )
    expect(taken).toHaveLength(8)
    expect(new Set(taken).size).toBe(8)
  })
})

describe('What became of it', () => {
  beforeEach(async () => {
    await world.offered(world.actor('Cleo'))
    await rows().deleteMany({ by: 'mail' })
  })

  test('IMP-35 delivered, it goes out no more, and the card is known for when it has to be drawn anew', async () => {
    const row = await next()
    await deliveries().delivered(row, 'activity-1')
    await loseLeases()
    expect(await deliveries().next()).toBeNull()
    expect(await stateOf(row)).toMatchObject({ state: 'sent' })
    expect(await deliveries().postOf('cardiff', row)).toBe('activity-1')
    await deliveries().delivered(row, 'activity-2')
    expect(await deliveries().postOf('cardiff', row)).toBe('activity-2')
    expect(await deliveries().postOf('cambridge', row)).toBeNull()
    expect(await deliveries().postOf('cardiff', { ...row, to: 'somebody else' })).toBeNull()
  })

  test('delivered without a card, no card is known', async () => {
    const row = await next()
    await deliveries().delivered(row, null)
    expect(await stateOf(row)).toMatchObject({ state: 'sent' })
    expect(await deliveries().postOf('cardiff', row)).toBeNull()
  })

  const nextCard = async () => {
    for (let row = await deliveries().next(); row; row = await deliveries().next()) if (row.by === 'card') return row
    return null
  }
  const entries = async (staffId: string) => (await world.entries({ subject: `staff:${staffId}` })).slice(-1)

  test.each(['refused', 'uncertain'] as const)(
    'IMP-35 %s, it is not repeated by itself, stands in the audit, and counts as undelivered',
    async (state) => {
      const before = await undelivered('cardiff')
      const row = await next()
      await deliveries().failed(row, state, 'status-403')
      await loseLeases()
      expect(await nextCard()).toBeNull()
      expect(await stateOf(row)).toMatchObject({ state, reason: 'status-403' })
      const codes = { about: row.subject, card: 'offer', by: 'card', state, reason: 'status-403' }
      expect(await entries(row.to)).toMatchObject([{ event: 'delivery-failed', actor: 'system', codes }])
      expect([...(await deliveries().inDoubt('cardiff', 'offer'))]).toEqual([`${row.subject} ${row.to}`])
      expect([...(await deliveries().inDoubt('cambridge', 'offer'))]).toEqual([])
      expect(await undelivered('cardiff')).toBe(before + 1)
      expect(await undelivered('cambridge')).toBe(0)
    },
  )

  test('IMP-35 put off, it goes out again after the wait and not during it', async () => {
    const row = await next()
    await deliveries().postpone(row, 3_600, 'status-429')
    expect(await deliveries().next()).toBeNull()
    expect(await stateOf(row)).toMatchObject({ state: 'queued', attempts: 1, reason: 'status-429' })
    await rows().updateOne({ _id: row._id }, { $set: { notBefore: new Date(Date.now() - 1) } })
    expect((await next())._id).toBe(row._id)
  })

  test('IMP-35 put off for the last time, it is given up and shown', async () => {
    const before = await undelivered('cardiff')
    const row = await next()
    await deliveries().postpone(row, 0, 'ECONNREFUSED')
    expect(await stateOf(row)).toMatchObject({ attempts: 1, state: 'queued' })
    await rows().updateOne({ _id: row._id }, { $set: { attempts: MAX_ATTEMPTS - 1 } })
    await deliveries().postpone(await next(), 0, 'ECONNREFUSED')
    expect(await stateOf(row)).toMatchObject({ attempts: MAX_ATTEMPTS, state: 'refused' })
    expect(await deliveries().next()).toMatchObject({ by: 'mail', subject: row.subject, to: row.to })
    expect(await nextCard()).toBeNull()
    expect(await undelivered('cardiff')).toBe(before + 1)
  })

  test('IMP-35 the word of a worker that another has overtaken does not count', async () => {
    const late = await next()
    await loseLeases()
    const present = await next()
    expect(present._id).toBe(late._id)
    await deliveries().failed(late, 'refused', 'late')
    await deliveries().postpone(late, 0, 'late')
    expect(await stateOf(present)).toMatchObject({ state: 'queued', attempts: 0 })
    await deliveries().delivered(present, 'activity-1')
    expect(await stateOf(present)).toMatchObject({ state: 'sent' })
  })

  test('IMP-35 told another way, it is tried on: one mail, one entry, however often', async () => {
    const row = await next()
    await Promise.all([deliveries().escalate(row, 'status-403'), deliveries().escalate(row, 'status-403')])
    await deliveries().postpone(row, 0, 'status-403')
    const again = (await nextCard())!
    expect(again).toMatchObject({ _id: row._id, escalated: true, attempts: 1 })
    await deliveries().escalate(again, 'no-conversation')
    expect(await world.outbox({ by: 'mail' })).toHaveLength(1)
    expect(await entries(row.to)).toMatchObject([{ codes: { state: 'escalated', reason: 'status-403' } }])
    expect((await deliveries().inDoubt('cardiff', 'offer')).size).toBe(1)
    await deliveries().delivered(again, 'activity-9')
    expect((await deliveries().inDoubt('cardiff', 'offer')).size).toBe(0)
  })

  test('a mail that went with the card is the other way already', async () => {
    const { by: _, ...row } = await next()
    await rows().insertOne({ ...row, by: 'mail', _id: 'its mail', state: 'sent' })
    await deliveries().failed({ ...row, by: 'card' }, 'refused', 'status-413')
    expect(await world.outbox({ by: 'mail' })).toHaveLength(1)
  })

  test('IMP-35 what was given up for want of a chat goes out when there is one', async () => {
    const row = await next()
    await deliveries().failed(row, 'refused', 'no-conversation')
    await rows().deleteMany({ by: 'mail' })
    expect(await nextCard()).toBeNull()
    await deliveries().remember('cardiff', { ...ADA, staffId: row.to })
    expect(await nextCard()).toMatchObject({ _id: row._id })
  })

  test('IMP-35 a pause that Teams asked for is not ended by the person being there', async () => {
    const row = await next()
    await deliveries().holdBack(row, 90, 'status-429')
    await deliveries().postpone(row, 90, 'status-429')
    await deliveries().hasten('cardiff', row.to)
    expect(await nextCard()).toBeNull()
  })

  test('IMP-35 what ends every worker that takes it is given up after five of them', async () => {
    const { _id } = await next()
    for (let lost = 1; lost < 5; lost++) {
      await loseLeases()
      expect(await next()).toMatchObject({ _id, lease: { lost } })
    }
    await loseLeases()
    expect(await nextCard()).toBeNull()
    expect(await rows().findOne({ _id })).toMatchObject({ state: 'refused', reason: 'worker-lost' })
  })

  test('tries whose worker died count as tries', async () => {
    await next()
    await loseLeases()
    const row = await next()
    await deliveries().postpone(row, 0, 'ECONNREFUSED')
    expect(await stateOf(row)).toMatchObject({ state: 'queued', attempts: 2 })
  })

  test('nothing is taken for a chat, or a mailbox, in which something is under way', async () => {
    const row = await next()
    await world.offered(world.actor('Cleo'))
    const mail = (await deliveries().next([row]))!
    expect(mail.by).toBe('mail')
    expect(await deliveries().next([row, mail])).toBeNull()
    await world.offered(world.actor('Bo'))
    expect(await deliveries().next([row, mail])).toMatchObject({ by: 'card', to: world.actor('Bo').staffId })
    expect(await deliveries().next([row, mail])).toBeNull()
  })
})
