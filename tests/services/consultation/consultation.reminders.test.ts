import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { ConsultationRecord } from '../../../services/consultation/consultation.types'
import { newId } from '../../../services/platform/ids'
import { consultationsOn, seenOn } from '../../support/consultation-world'
import { must, refused, type ServicesWorld, startServices } from '../../support/services'

let world: ServicesWorld
const { afresh, asked, close, questions, raised, record, reply } = consultationsOn(() => world)
const { askedCards, entryOf, id, waiting } = seenOn(() => world)
beforeAll(async () => {
  world = await startServices('consultation-reminders')
})
beforeEach(afresh)
afterAll(() => world.stop())

describe('A question that nobody answers', () => {
  const unanswered = (subject: string) => world.duties({ kind: 'consultation-unanswered', subject })

  test('CAM-03 is brought up again after a day that was open, once, and not the minute before', async () => {
    const { id: question } = await asked()
    await world.mongo.db.collection('outbox').deleteMany({})
    // Asked at eleven, with five hours left of that day and one due on the next.
    const due = new Date('2021-04-15T10:00:00Z')
    expect(await unanswered(question)).toMatchObject([{ dueAt: due, owner: id('Wren') }])
    world.at(new Date(due.getTime() - 1))
    await world.wakeAll()
    expect(await askedCards(question)).toEqual([])
    for (const minutes of [0, 60, 3000]) {
      world.at(new Date(due.getTime() + minutes * 60_000))
      await world.wakeAll()
    }
    const again = await askedCards(question)
    expect(again.map(({ to, renew }) => [to, renew]).sort()).toEqual(
      [
        [id('Emery'), true],
        [id('Winter'), true],
      ].sort(),
    )
  })

  test('is brought up to nobody who is away, behind a wall by now, or no longer in the role', async () => {
    const { caseId, id: question } = await asked()
    must(await world.services.people.away(world.actor('Emery'), { id: newId(), until: '2021-04-20' }))
    await world.wall(caseId, id('Winter'))
    // Gale was a caseworker when it was asked.
    const records = world.mongo.db.collection<ConsultationRecord>('consultations')
    await records.updateOne({ _id: question }, { $push: { asked: id('Gale'), waitsFor: id('Gale') } })
    await world.mongo.db.collection('outbox').deleteMany({})
    world.at(new Date('2021-04-15T10:00:00Z'))
    await world.wakeAll()
    expect(await askedCards(question)).toEqual([])
    const told = await world.outbox({ card: 'consultation-news', subject: question })
    expect(told).toMatchObject([{ to: id('Wren'), renew: true }])
    expect(await questions().news('cambridge', question, id('Wren'))).toMatchObject({ state: 'silent' })
  })

  test('is not brought up once somebody has replied, or it is closed', async () => {
    const answered = await asked()
    must(await reply('Emery', answered.id))
    const closed = await asked()
    must(await close('Wren', closed.id))
    await world.mongo.db.collection('outbox').deleteMany({})
    world.at(new Date('2021-04-15T11:00:00Z'))
    await world.wakeAll()
    expect(await world.outbox({ card: 'consultation' })).toEqual([])
  })
})

describe('A concern about which nobody was consulted yet', () => {
  const reminders = async (subject: string) =>
    (await askedCards(subject)).filter(({ renew }) => renew).map(({ to, dueAt }) => [to, dueAt] as const)
  const hours = (from: string, count: number) =>
    Array.from({ length: count }, (_, hour) => new Date(new Date(from).getTime() + hour * 3_600_000))

  test('WOR-19 is brought up every open hour and in no other, until somebody replies', async () => {
    const { id: concern } = await raised()
    for (let minute = 0; minute < 24 * 60; minute += 10) {
      world.at(world.minutesLater(minute))
      await world.wakeAll()
    }
    // Raised at eleven in the morning: at twelve, at one, and so on till four; at five the service has closed.
    const expected = [...hours('2021-04-14T11:00:00Z', 5), ...hours('2021-04-15T08:00:00Z', 2)]
    const sent = (await reminders(concern)).filter(([to]) => to === id('Lane')).map(([, dueAt]) => dueAt)
    expect(sent).toEqual(expected)
    must(await reply('Arden', concern))
    world.at(world.minutesLater(30 * 60))
    await world.wakeAll()
    expect((await reminders(concern)).filter(([to]) => to === id('Lane'))).toHaveLength(expected.length)
  })

  test('WOR-19 after a weekend out of order it is brought up once, by whichever process comes first', async () => {
    world.at(new Date('2021-04-16T13:00:00Z'))
    const { id: concern } = await raised()
    await world.mongo.db.collection('outbox').deleteMany({})
    world.at(new Date('2021-04-19T09:10:00Z'))
    const other = world.secondProcess()
    await Promise.all([world.wakeAll(), other.duties.wakeNext(), other.duties.wakeNext()])
    await world.wakeAll()
    expect((await reminders(concern)).map(([to]) => to).sort()).toEqual([id('Arden'), id('Lane')].sort())
    const [duty] = await world.duties({ kind: 'consultation-unanswered', subject: concern })
    expect(duty).toMatchObject({ state: 'open', dueAt: new Date('2021-04-19T10:10:00Z') })
  })

  test('WOR-19 woken late in the evening, it waits for the morning', async () => {
    const { id: concern } = await raised()
    world.at(new Date('2021-04-14T20:00:00Z'))
    await world.wakeAll()
    const when = (await reminders(concern)).map(([, dueAt]) => dueAt)
    expect(when).toEqual([new Date('2021-04-15T08:00:00Z'), new Date('2021-04-15T08:00:00Z')])
    expect((await record(concern)).until).toEqual(new Date('2021-04-15T09:00:00Z'))
  })

  test('WOR-19 cannot be closed', async () => {
    const { id: concern } = await raised()
    expect(await close('Rowan', concern)).toEqual(refused('not-consulted'))
    expect((await record(concern)).ended).toBeNull()
    must(await reply('Lane', concern))
    must(await close('Rowan', concern))
  })

  const note = (name: string, consultationId: string, changes: object = {}) =>
    questions().noteOtherwise(world.actor(name), {
      id: newId(),
      consultationId,
      with: 'Lane, by telephone',
      when: { day: '', time: '10:59' },
      ...changes,
    })

  test('WOR-19 is brought up no more once it is noted who was consulted another way, and when', async () => {
    const { caseId, id: concern } = await raised()
    const given = newId()
    must(await note('Rowan', concern, { id: given }))
    expect(must(await note('Rowan', concern, { id: given })).repeated).toBe(true)
    expect(await note('Rowan', concern)).toEqual(refused('settled'))
    expect(await entryOf('Rowan', caseId, 'consulted')).toMatchObject({
      text: 'Lane, by telephone',
      at: new Date('2021-04-14T09:59:00Z'),
    })
    expect(await waiting('Rowan')).toEqual([])
    await world.mongo.db.collection('outbox').deleteMany({})
    world.at(world.minutesLater(180))
    await world.wakeAll()
    expect(await world.outbox({ card: 'consultation' })).toEqual([])
    expect(await world.entries({ subject: `case:${caseId}`, event: 'consultation-otherwise' })).toHaveLength(1)
    must(await reply('Arden', concern))
    must(await close('Rowan', concern))
  })

  test.each([
    ['nobody', { with: ' ' }, 'missing'],
    ['at no time', { when: { day: '', time: 'noon' } }, 'not-a-time'],
    ['in a minute', { when: { day: '', time: '11:01' } }, 'in-future'],
  ])('WOR-19 is still owed where somebody notes %s', async (_what, changes, reason) => {
    const { id: concern } = await raised()
    expect(await note('Rowan', concern, changes)).toEqual(refused(reason))
    expect(await waiting('Rowan')).toEqual(['owed'])
  })

  test('WOR-19 who was consulted is noted by nobody else, and of nothing but a concern', async () => {
    const { id: concern } = await raised()
    for (const [name, reason] of [
      ['Ellis', 'not-theirs'],
      ['Arden', 'no-permission'],
      ['Wren', 'unknown'],
    ] as const)
      expect(await note(name, concern)).toEqual(refused(reason))
    const { id: question } = await asked()
    expect(await note('Wren', question)).toEqual(refused('settled'))
  })
})
