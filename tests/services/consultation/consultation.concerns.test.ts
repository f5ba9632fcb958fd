import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { newId } from '../../../services/platform/ids'
import { type Concern, consultationsOn, QUESTION, seenOn } from '../../support/consultation-world'
import { WEDNESDAY } from '../../support/records'
import { must, refused, type ServicesWorld, startServices } from '../../support/services'

let world: ServicesWorld
const { afresh, held, ofCase, questions, raise, raised, show } = consultationsOn(() => world)
const { askedCards, entriesOf, entryOf, id, waiting } = seenOn(() => world)
beforeAll(async () => {
  world = await startServices('consultation-concerns')
})
beforeEach(afresh)
afterAll(() => world.stop())

describe('A concern', () => {
  test('WOR-15 is kept in the case with the words that the client heard, their version, and when', async () => {
    const { caseId, id: concern } = await raised()
    expect(await entryOf('Rowan', caseId, 'concern')).toMatchObject({
      text: QUESTION,
      warning: { text: 'crime-warning', version: 1, at: new Date('2021-04-14T09:50:00Z') },
    })
    const [entry] = await world.entries({ subject: `case:${caseId}`, event: 'concern-recorded' })
    expect(entry).toMatchObject({
      codes: { consultation: concern, concern: 'crime', warning: 'crime-warning', version: 1 },
    })
  })

  test.each<[string, Concern, string]>([
    ['the warning was not said', { said: false }, 'warning-not-said'],
    ['nobody says when', { when: { day: '', time: '' } }, 'not-a-time'],
    ['it would be said in a minute', { when: { day: '', time: '11:01' } }, 'in-future'],
    ['WOR-19 the client is named', { text: 'Quinn Invented did it.' }, 'identifies'],
    ['nobody has confirmed that the client cannot be recognised', { confirmed: false }, 'not-confirmed'],
    ['it asks nothing', { text: '' }, 'missing'],
    ['the union knows no such concern', { concern: 'debt' }, 'not-offered'],
  ])('WOR-15 is refused and nothing is kept where %s', async (_what, changes, reason) => {
    const caseId = await held('Rowan')
    expect(await raise('Rowan', caseId, changes)).toEqual(refused(reason))
    expect(await ofCase(caseId)).toEqual([])
    expect((await entriesOf('Rowan', caseId)).map(({ kind }) => kind)).toEqual(['first-contact'])
    expect(await world.outbox({ card: 'consultation' })).toEqual([])
  })

  test('WOR-15 a warning said this very minute counts', async () => {
    await raised({ when: { day: '2021-04-14', time: '11:00' } })
  })

  test('WOR-19 AMB-27 goes at once to everybody in Senior Management, who are away or not, in the evening too', async () => {
    must(await world.services.people.away(world.actor('Arden'), { id: newId(), until: '2021-04-20' }))
    world.at(new Date('2021-04-16T18:30:00Z'))
    const { id: concern } = await raised()
    const rows = await askedCards(concern)
    expect(rows.map(({ to, urgent, dueAt }) => [to, urgent, dueAt]).sort()).toEqual(
      [id('Arden'), id('Lane')].map((to) => [to, true, new Date('2021-04-16T18:30:00Z')]).sort(),
    )
  })

  test('AMB-29 opens no request to breach confidentiality', async () => {
    const { caseId } = await raised()
    expect(await world.mongo.db.collection('breaches').countDocuments({ caseId })).toBe(0)
  })

  test('WOR-19 is raised by whoever may open the case, and by nobody else', async () => {
    const caseId = await held('Rowan')
    await world.wall(caseId, id('Tatum'))
    for (const [name, reason] of [
      ['Tatum', 'walled'],
      ['Marlowe', 'no-permission'],
      ['Arden', 'no-permission'],
      ['Wren', 'unknown'],
    ] as const)
      expect(await raise(name, caseId)).toEqual(refused(reason))
    must(await raise('Ellis', caseId))
  })

  test('IMP-14 WOR-19 is kept even where nobody can be asked, and whoever raised it is reminded to consult somebody', async () => {
    const caseId = await held('Rowan')
    await world.wall(caseId, id('Arden'), id('Lane'))
    const concern = newId()
    expect(must(await raise('Rowan', caseId, { id: concern })).asked).toBe(0)
    expect(await world.outbox({ card: 'consultation' })).toEqual([])
    expect(await waiting('Rowan')).toEqual(['owed'])
    world.at(world.minutesLater(60))
    await world.wakeAll()
    expect(await world.outbox({ card: 'consultation-news', subject: concern })).toMatchObject([{ to: id('Rowan') }])
  })

  test('WOR-19 whoever is asked sees the words, and neither name nor reference', async () => {
    const { caseId, id: concern } = await raised()
    const { view } = must(await show('Arden', concern))
    const { reference } = await world.caseRecord(caseId)
    expect(view).toEqual({
      consultationId: concern,
      kind: 'crime',
      reason: null,
      byName: 'Rowan Example',
      at: WEDNESDAY,
      question: QUESTION,
      own: null,
    })
    const all = JSON.stringify([view, await questions().asked('worcester', concern, id('Arden'))])
    expect(all).not.toContain(reference)
    expect(all).not.toContain(caseId)
  })
})
