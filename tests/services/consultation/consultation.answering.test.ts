import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { newId } from '../../../services/platform/ids'
import { ADVICE, consultationsOn, QUESTION, seenOn } from '../../support/consultation-world'
import { must, refused, type ServicesWorld, startServices } from '../../support/services'

let world: ServicesWorld
const { afresh, asked, close, questions, record, reply, show } = consultationsOn(() => world)
const { entriesOf, entryOf, id, posted, waiting } = seenOn(() => world)
beforeAll(async () => {
  world = await startServices('consultation-answering')
})
beforeEach(afresh)
afterAll(() => world.stop())

describe('A reply', () => {
  test('CAM-03 is kept in the case with the name of who gave it, and whoever asked is told', async () => {
    const { caseId, id: question } = await asked()
    expect(must(await show('Emery', question)).view).toMatchObject({
      question: QUESTION,
      byName: 'Wren Example',
      own: null,
    })
    must(await reply('Emery', question))
    expect(await entryOf('Wren', caseId, 'reply')).toMatchObject({ byName: 'Emery Sample', text: ADVICE })
    const told = await world.outbox({ card: 'consultation-news', subject: question })
    expect(told.map(({ to, urgent = false }) => [to, urgent])).toEqual([[id('Wren'), false]])
    expect([await waiting('Wren'), await waiting('Emery'), await waiting('Winter')]).toEqual([['news'], [], ['asked']])
    const { view } = must(await show('Wren', question))
    expect(view.own).toMatchObject({ asked: 2, replies: [{ name: 'Emery Sample', text: ADVICE }], ended: false })
    expect(await waiting('Wren')).toEqual([])
    const events = (await world.entries({ subject: `case:${caseId}` })).map(({ event, actor }) => [event, actor])
    expect(events).toEqual(
      expect.arrayContaining([
        ['consultation-viewed', id('Emery')],
        ['consultation-replied', id('Emery')],
        ['consultation-viewed', id('Wren')],
      ]),
    )
    expect(JSON.stringify([await record(question), await world.entries({ subject: `case:${caseId}` })])).not.toMatch(
      /bereavement|department/,
    )
  })

  test('CAM-03 of two at the same moment both are kept, once each', async () => {
    const { caseId, id: question } = await asked()
    const same = newId()
    const outcomes = await Promise.all([
      reply('Emery', question, 'The first way.', same),
      reply('Winter', question, 'The other way.'),
      reply('Emery', question, 'The first way.', same),
    ])
    expect(outcomes.every(({ ok }) => ok)).toBe(true)
    const replies = (await entriesOf('Wren', caseId)).filter(({ kind }) => kind === 'reply').map(({ text }) => text)
    expect(replies.sort()).toEqual(['The first way.', 'The other way.'])
    expect((await record(question)).replies).toHaveLength(2)
    expect(await world.entries({ subject: `case:${caseId}`, event: 'consultation-replied' })).toHaveLength(2)
    expect(await waiting('Winter')).toEqual([])
  })

  test('CAM-03 is given once by each; another form of the same person changes nothing', async () => {
    const { caseId, id: question } = await asked()
    must(await reply('Emery', question))
    expect(await reply('Emery', question, 'Something else.')).toEqual(refused('replied-already'))
    expect((await entriesOf('Wren', caseId)).filter(({ kind }) => kind === 'reply')).toHaveLength(1)
  })

  test.each([
    ['', 'missing'],
    [' \u200b', 'missing'],
    ['x'.repeat(2001), 'too-long'],
  ])('needs words, and no more than fit', async (text, reason) => {
    const { id: question } = await asked()
    expect(await reply('Emery', question, text)).toEqual(refused(reason))
    expect((await record(question)).replies).toEqual([])
  })

  test('CAM-03 IMP-14 IMP-37 the words are seen and answered by nobody but those who were asked', async () => {
    const { caseId, id: question } = await asked({ to: id('Emery') })
    for (const [name, seen, given] of [
      ['Winter', 'not-theirs', 'not-theirs'],
      ['Wren', null, 'not-theirs'],
      ['Arden', 'unknown', 'unknown'],
      ['Ada', 'unknown', 'no-permission'],
      ['Gale', 'not-theirs', 'no-permission'],
    ] as const) {
      const shown = await show(name, question)
      if (seen) expect(shown).toEqual(refused(seen))
      else must(shown)
      expect(await reply(name, question)).toEqual(refused(given))
    }
    await world.wall(caseId, id('Emery'))
    expect(await show('Emery', question)).toEqual(refused('walled'))
    expect(await reply('Emery', question)).toEqual(refused('walled'))
    expect(await questions().asked('cambridge', question, id('Emery'))).toBeNull()
    expect((await record(question)).replies).toEqual([])
  })

  test('CAM-18 somebody who was asked gets no way into the case', async () => {
    const { caseId, id: question } = await asked()
    must(await show('Emery', question))
    expect(await world.services.cases.find(world.actor('Emery'), { caseId })).toEqual(refused('no-longer-theirs'))
    expect(await questions().news('cambridge', question, id('Emery'))).toBeNull()
  })

  test('is told to whoever holds the case by then as well', async () => {
    const { caseId, id: question } = await asked({ to: id('Emery') })
    await world.mongo.db
      .collection<{ _id: string }>('cases')
      .updateOne({ _id: caseId }, { $set: { holder: id('Winter') } })
    must(await reply('Emery', question))
    const told = await world.outbox({ card: 'consultation-news', subject: question })
    expect(told.map(({ to }) => to).sort()).toEqual([id('Wren'), id('Winter')].sort())
    expect(must(await show('Winter', question)).view.own).toMatchObject({ replies: [{ text: ADVICE }] })
    must(await show('Wren', question))
    must(await close('Winter', question))
  })
})

describe('A question that is closed', () => {
  test('CAM-03 tells everybody who was asked, and takes no reply any more', async () => {
    const { caseId, id: question } = await asked()
    must(await reply('Emery', question))
    await world.mongo.db.collection('outbox').deleteMany({})
    must(await close('Wren', question))
    expect(await posted(question)).toEqual([id('Emery'), id('Winter')].sort())
    expect(await questions().asked('cambridge', question, id('Winter'))).toMatchObject({ state: 'closed' })
    expect(await questions().asked('cambridge', question, id('Emery'))).toMatchObject({ state: 'replied' })
    expect(await reply('Winter', question)).toEqual(refused('settled'))
    expect(await show('Winter', question)).toEqual(refused('settled'))
    expect(await waiting('Winter')).toEqual([])
    expect(await world.duties({ kind: 'consultation-unanswered', subject: question })).toMatchObject([
      { state: 'done' },
    ])
    const closed = await world.entries({ subject: `case:${caseId}`, event: 'consultation-closed' })
    expect(closed).toMatchObject([{ codes: { consultation: question, as: 'closed' } }])
  })

  test('before anybody replied it was taken back', async () => {
    const { caseId, id: question } = await asked()
    must(await close('Wren', question))
    expect(await questions().asked('cambridge', question, id('Winter'))).toMatchObject({ state: 'withdrawn' })
    const closed = await world.entries({ subject: `case:${caseId}`, event: 'consultation-closed' })
    expect(closed).toMatchObject([{ codes: { as: 'withdrawn' } }])
  })

  test('closed twice, or ten times at once, it is closed once', async () => {
    const { caseId, id: question } = await asked()
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => close('Wren', question)))
    expect(outcomes.every(({ ok }) => ok)).toBe(true)
    expect(await world.entries({ subject: `case:${caseId}`, event: 'consultation-closed' })).toHaveLength(1)
  })

  test('closed at the same moment as somebody replies, the reply is kept or refused, never lost', async () => {
    for (let round = 0; round < 5; round++) {
      const { caseId, id: question } = await asked()
      const [replied, closed] = await Promise.all([reply('Emery', question), close('Wren', question)])
      expect(closed.ok).toBe(true)
      const kept = (await entriesOf('Wren', caseId)).filter(({ kind }) => kind === 'reply')
      expect(kept).toHaveLength(replied.ok ? 1 : 0)
      expect((await record(question)).replies).toHaveLength(kept.length)
    }
  })

  test('is closed by nobody else', async () => {
    const { id: question } = await asked()
    for (const [name, reason] of [
      ['Emery', 'not-theirs'],
      ['Rowan', 'unknown'],
      ['Gale', 'no-permission'],
    ] as const)
      expect(await close(name, question)).toEqual(refused(reason))
    expect((await record(question)).ended).toBeNull()
  })
})
