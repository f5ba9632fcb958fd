import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { newId } from '../../../services/platform/ids'
import { type Asking, consultationsOn, QUESTION, seenOn } from '../../support/consultation-world'
import { must, refused, type ServicesWorld, startServices } from '../../support/services'

let world: ServicesWorld
const { afresh, ask, asked, held, ofCase, questions, raise, record, show } = consultationsOn(() => world)
const { askedCards, entryOf, id, posted, waiting } = seenOn(() => world)
beforeAll(async () => {
  world = await startServices('consultation-asking')
})
beforeEach(afresh)
afterAll(() => world.stop())

describe('A question to colleagues', () => {
  test('CAM-03 goes to every other caseworker, and is kept in the case', async () => {
    const { caseId, id: question } = await asked()
    expect(await posted(question)).toEqual([id('Emery'), id('Winter')].sort())
    expect(await record(question)).toMatchObject({
      kind: 'case',
      reason: 'second-view',
      by: id('Wren'),
      binding: false,
    })
    expect(await entryOf('Wren', caseId, 'consultation')).toMatchObject({ byName: 'Wren Example', text: QUESTION })
    const [entry] = await world.entries({ subject: `case:${caseId}`, event: 'consultation-asked' })
    expect(entry).toMatchObject({ codes: { consultation: question, kind: 'case', reason: 'second-view' } })
  })

  test('CAM-03 may go to one of them alone', async () => {
    const { id: question } = await asked({ to: id('Winter') })
    expect(await posted(question)).toEqual([id('Winter')])
    expect([await waiting('Winter'), await waiting('Emery')]).toEqual([['asked'], []])
  })

  test('IMP-22 what is sent waits for open hours and holds ids alone', async () => {
    world.at(new Date('2021-04-16T18:00:00Z'))
    const { id: question } = await asked()
    const rows = await askedCards(question)
    expect(rows.map(({ dueAt, urgent }) => [dueAt, urgent])).toEqual(
      Array.from({ length: 2 }, () => [new Date('2021-04-19T09:00:00Z'), false]),
    )
    const stored = JSON.stringify([rows, await record(question)])
    expect(stored).not.toMatch(/bereavement|Quinn|Invented/)
  })

  test.each<[string, Asking, string]>([
    ['CAM-03 the surname', { text: `Ms Invented asks. ${QUESTION}` }, 'identifies'],
    ['IMP-49 a telephone number', { text: `${QUESTION} Ring 07700 900123.` }, 'identifies'],
    ['IMP-49 nobody has confirmed', { confirmed: false }, 'not-confirmed'],
    ['no words', { text: ' ' }, 'missing'],
    ['more words than fit', { text: 'x '.repeat(1001) }, 'too-long'],
    ['no reason', { reason: '' }, 'reason-missing'],
    ['a reason of another union', { reason: 'crime' }, 'reason-missing'],
    ['IMP-04 oneself', { to: 'Wren' }, 'not-to-be-asked'],
    ['somebody without a role', { to: 'Gale' }, 'not-to-be-asked'],
    ['somebody of another union', { to: 'Ada' }, 'not-to-be-asked'],
  ])('is refused and leaves nothing but the refusal: %s', async (_what, { to, ...changes }, reason) => {
    const caseId = await held('Wren')
    const outcome = await ask('Wren', caseId, { ...changes, ...(to ? { to: id(to) } : {}) })
    expect(outcome).toEqual(refused(reason))
    expect(await ofCase(caseId)).toEqual([])
    expect(await world.outbox({ card: 'consultation' })).toEqual([])
    expect(await world.entries({ subject: `case:${caseId}`, event: 'consultation-asked' })).toEqual([])
    const [refusal] = (
      await world.entries({ actor: id('Wren'), event: 'consultation-asked', outcome: 'refused' })
    ).slice(-1)
    expect(refusal).toMatchObject({ reason, codes: { about: caseId } })
    expect(JSON.stringify(refusal)).not.toMatch(/Invented|07700|bereavement/)
  })

  test('as many words as fit are sent', async () => {
    const { id: question } = await asked({ text: 'x '.repeat(1000) })
    expect(must(await show('Emery', question)).view.question).toHaveLength(1999)
  })

  test('CAM-03 IMP-49 the text is held against what the case knows when it is sent, not when it was checked', async () => {
    const wren = world.actor('Wren')
    const { caseId } = await world.opened(wren)
    const text = 'Somebody called Vandermeulen wrote.'
    const before = await questions().check(wren, { caseId, text: 'Somebody like vandermeulen wrote.' })
    const { version } = await world.caseRecord(caseId)
    must(await world.services.cases.correct(wren, { caseId, version, name: 'Quinn Vandermeulen', number: '' }))
    expect(before.refused.map((hit) => hit.text)).not.toContain('vandermeulen')
    expect(await ask('Wren', caseId, { text: 'Somebody like vandermeulen wrote.' })).toEqual(refused('identifies'))
    expect(await questions().check(wren, { caseId, text })).toMatchObject({
      ok: false,
      reason: 'identifies',
      refused: [{ kind: 'name', text: 'Vandermeulen' }],
    })
  })

  test('IMP-49 the number on which a client is to be called back gives them away as well', async () => {
    const caseId = await held('Wren')
    const agreed = { id: newId(), caseId, consent: true, number: '31 4159', when: '' }
    must(await world.services.callBacks.agree(world.actor('Wren'), agreed))
    expect(await ask('Wren', caseId, { text: `${QUESTION} See 314159.` })).toEqual(refused('identifies'))
  })

  test('IMP-49 what may tell who it is blocks nothing, and is named for a person to decide', async () => {
    const caseId = await held('Wren')
    const text = `A second-year Engineering matter. ${QUESTION}`
    const checked = await questions().check(world.actor('Wren'), { caseId, text })
    expect(checked).toMatchObject({ ok: true, refused: [], doubtful: [{ kind: 'course-and-year' }] })
    must(await ask('Wren', caseId, { text }))
  })

  test('CAM-03 IMP-14 IMP-37 is asked by nobody who may not open the case', async () => {
    const caseId = await held('Wren')
    await world.wall(caseId, id('Winter'))
    for (const [name, reason] of [
      ['Emery', 'no-longer-theirs'],
      ['Winter', 'walled'],
      ['Rowan', 'unknown'],
      ['Ada', 'no-permission'],
      ['Gale', 'no-permission'],
    ] as const) {
      expect(await ask(name, caseId)).toEqual(refused(reason))
      expect(await questions().colleagues(world.actor(name), { caseId })).toEqual(refused(reason))
      expect(await questions().check(world.actor(name), { caseId, text: QUESTION })).toMatchObject(refused(reason))
    }
    expect(await ofCase(caseId)).toEqual([])
  })

  test('IMP-14 goes to nobody behind a wall in the case, and their name is not offered', async () => {
    const caseId = await held('Wren')
    await world.wall(caseId, id('Winter'))
    const { colleagues } = must(await questions().colleagues(world.actor('Wren'), { caseId }))
    expect(colleagues).toEqual([{ staffId: id('Emery'), name: 'Emery Sample' }])
    expect(await ask('Wren', caseId, { to: id('Winter') })).toEqual(refused('not-to-be-asked'))
    const question = newId()
    must(await ask('Wren', caseId, { id: question }))
    expect(await posted(question)).toEqual([id('Emery')])
  })

  test('goes to nobody who is away, and to nobody at all when all are', async () => {
    for (const [name, left] of [
      ['Emery', ['Winter']],
      ['Winter', []],
    ] as const) {
      must(await world.services.people.away(world.actor(name), { id: newId(), until: '2021-04-16' }))
      const caseId = await held('Wren')
      const { colleagues } = must(await questions().colleagues(world.actor('Wren'), { caseId }))
      expect(colleagues.map(({ staffId }) => staffId)).toEqual(left.map(id))
      expect(await ask('Wren', caseId, { to: id('Emery') })).toEqual(
        refused(left.length > 0 ? 'not-to-be-asked' : 'nobody-to-ask'),
      )
    }
  })

  test('IMP-34 sent ten times at once is one question', async () => {
    const caseId = await held('Wren')
    const question = newId()
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => ask('Wren', caseId, { id: question })))
    expect(outcomes.filter((outcome) => outcome.ok && !outcome.repeated)).toHaveLength(1)
    expect(outcomes.every(({ ok }) => ok)).toBe(true)
    expect(await posted(question)).toHaveLength(2)
    expect(await world.entries({ subject: `case:${caseId}`, event: 'consultation-asked' })).toHaveLength(1)
    expect(await ask('Wren', await held('Wren'), { id: question })).toEqual(refused('unknown'))
  })

  test('CAM-03 is asked nowhere but where the union has it', async () => {
    for (const name of ['Ada', 'Avery', 'Kit']) {
      const caseId = (await world.accepted(world.actor(name), world.actor(name === 'Ada' ? 'Robin' : name))).caseId
      expect(await ask(name, caseId)).toEqual(refused('no-permission'))
    }
    expect(await ask('Rowan', await held('Rowan'))).toEqual(refused('not-offered'))
    expect(await raise('Wren', await held('Wren'))).toEqual(refused('not-offered'))
  })
})
