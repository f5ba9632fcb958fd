import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { readSampleUnions, type SampleUnion } from '../../../bot/dev/sample-staff'
import { EVERYBODY } from '../../../services/consultation/consultation.service'
import type { ConsultationRecord, ConsultationSummary } from '../../../services/consultation/consultation.types'
import type { Actor } from '../../../services/people/people.types'
import { newId } from '../../../services/platform/ids'
import { parseProfile } from '../../../services/policy/policy.service'
import cambridge from '../../../services/policy/profiles/cambridge.json'
import { WEDNESDAY } from '../../support/records'
import { must, refused, type ServicesWorld, startServices } from '../../support/services'

let world: ServicesWorld
beforeAll(async () => {
  world = await startServices('consultation')
})
beforeEach(async () => {
  world.at(WEDNESDAY)
  for (const name of ['outbox', 'duties', 'absences', 'consultations'])
    await world.mongo.db.collection(name).deleteMany({})
})
afterAll(() => world.stop())

const QUESTION = 'Somebody asks for more time after a bereavement. Who decides on it now?'
const ADVICE = 'The department does; send the form first.'

const questions = () => world.services.consultations
const id = (name: string) => world.actor(name).staffId
const record = async (consultationId: string) =>
  (await world.mongo.db.collection<ConsultationRecord>('consultations').findOne({ _id: consultationId }))!
const ofCase = (caseId: string) =>
  world.mongo.db.collection<ConsultationRecord>('consultations').find({ caseId }).toArray()
const entriesOf = async (name: string, caseId: string) =>
  must(await world.services.caseFile.open(world.actor(name), { caseId, postedAs: null })).view.entries
const entryOf = async (name: string, caseId: string, wanted: string) =>
  (await entriesOf(name, caseId)).find(({ kind }) => kind === wanted)
const askedCards = (subject: string) => world.outbox({ card: 'consultation', subject })
const posted = async (subject: string) => (await askedCards(subject)).map(({ to }) => to).sort()
const waiting = async (name: string): Promise<ConsultationSummary['what'][]> => {
  const actor = world.actor(name)
  const read = await world.services.together(actor.orgId, { rows: questions().waitingFor(actor, 100) })
  return read.rows.map(({ what }) => what)
}

interface Asking {
  id?: string
  reason?: string
  to?: string
  text?: string
  confirmed?: boolean
}
const ask = (name: string, caseId: string, { id: given = newId(), ...changes }: Asking = {}) => {
  const question = { reason: 'second-view', to: EVERYBODY, text: QUESTION, confirmed: true, ...changes }
  return questions().ask(world.actor(name), { id: given, caseId, ...question })
}
const reply = (name: string, consultationId: string, text = ADVICE, given = newId()) =>
  questions().reply(world.actor(name), { id: given, consultationId, text })
const show = (name: string, consultationId: string) => questions().show(world.actor(name), { consultationId })
const close = (name: string, consultationId: string) => questions().close(world.actor(name), { consultationId })

/** A case that this person holds. */
const held = async (name: string) => (await world.accepted(world.actor(name), world.actor(name))).caseId

/** A question that Wren asked everybody. */
async function asked(changes: Asking = {}) {
  const caseId = await held('Wren')
  const given = newId()
  must(await ask('Wren', caseId, { id: given, ...changes }))
  return { caseId, id: given }
}

interface Concern {
  id?: string
  concern?: string
  said?: boolean
  when?: { day: string; time: string }
  text?: string
  confirmed?: boolean
}
const raise = (name: string, caseId: string, { id: given = newId(), ...changes }: Concern = {}) => {
  const said = { concern: 'crime', said: true, when: { day: '', time: '10:50' }, text: QUESTION, confirmed: true }
  return questions().raiseConcern(world.actor(name), { id: given, caseId, ...said, ...changes })
}

/** A concern that Rowan raised. */
async function raised(changes: Concern = {}) {
  const caseId = await held('Rowan')
  const given = newId()
  must(await raise('Rowan', caseId, { id: given, ...changes }))
  return { caseId, id: given }
}

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

describe('People who may have to investigate a complaint', () => {
  /** Cambridge with such a role, which Winter holds beside their own. */
  const profile = parseProfile({
    ...structuredClone(cambridge),
    id: 'camelot',
    access: {
      roles: {
        ...cambridge.access.roles,
        investigator: { title: 'Investigator', titles: [], permissions: [], home: [] },
      },
    },
    breach: { ...cambridge.breach, investigators: 'investigator' },
  })

  let other: ServicesWorld
  let winter: Actor
  beforeAll(async () => {
    const group = newId()
    const sample = readSampleUnions().find(({ organisation }) => organisation.orgId === 'cambridge')!
    const { organisation, directory } = sample
    const members = [world.actor('Winter').staffId]
    const union: SampleUnion = {
      ...sample,
      organisation: { ...organisation, profile: 'camelot', roles: { ...organisation.roles, investigator: [group] } },
      directory: { ...directory, groups: [...directory.groups, { id: group, displayName: 'Investigators', members }] },
    }
    other = await startServices('consultation-investigators', [union], new Map([['camelot', profile]]))
    winter = other.actor('Winter')
  })
  afterAll(() => other.stop())

  test('LAN-26 are neither offered nor asked', async () => {
    const { consultations } = other.services
    const [wren, emery] = [other.actor('Wren'), other.actor('Emery')]
    const { caseId } = await other.accepted(wren, wren)
    const { colleagues } = must(await consultations.colleagues(wren, { caseId }))
    expect(colleagues.map(({ staffId }) => staffId)).toEqual([emery.staffId])
    const question = { caseId, reason: 'second-view', text: QUESTION, confirmed: true }
    const toWinter = await consultations.ask(wren, { id: newId(), ...question, to: winter.staffId })
    expect(toWinter).toEqual(refused('not-to-be-asked'))
    must(await consultations.ask(wren, { id: newId(), ...question, to: EVERYBODY }))
    expect((await other.outbox({ card: 'consultation' })).map(({ to }) => to)).toEqual([emery.staffId])
  })

  test('LAN-26 take no part any more in what they were asked before', async () => {
    const { consultations } = other.services
    const [wren, emery] = [other.actor('Wren'), other.actor('Emery')]
    const { caseId } = await other.accepted(wren, wren)
    const question = { id: newId(), caseId, reason: 'second-view', to: EVERYBODY, text: QUESTION, confirmed: true }
    must(await consultations.ask(wren, question))
    const became = { ...emery, roles: [...emery.roles, 'investigator'] }
    const given = { id: newId(), consultationId: question.id, text: ADVICE }
    expect(await consultations.show(became, given)).toEqual(refused('not-theirs'))
    expect(await consultations.reply(became, given)).toEqual(refused('not-theirs'))
    must(await consultations.reply(emery, given))
  })
})
