import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { inputsOf } from '../../bot/dev/pretend-teams'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'
import { buttonWith, CALLER, storyOf, words } from '../support/story'

let casekeeper: Casekeeper
beforeAll(async () => {
  casekeeper = await startCasekeeper()
})
afterAll(() => casekeeper.stop())

const { say, press, script } = storyOf(() => casekeeper)

describe('The main job: a telephone enquiry becomes an allocated, accepted case', () => {
  test('CAR-12 a query that needs no advice is an enquiry in two presses, and no case', async () => {
    let card = await say('Robin', 'intake')
    card = await press('Robin', card, 'In person')
    card = await press('Robin', card, 'No: record the enquiry', { kind: 'opening-hours' })
    expect(words(card)).toContain('Enquiry recorded')
    const { db } = casekeeper.mongo
    const [engagement] = await db.collection('engagements').find({ outcome: 'enquiry' }).toArray()
    expect(engagement).toMatchObject({ channel: 'in-person', kind: 'opening-hours', caseId: null })
    expect(await db.collection('cases').countDocuments()).toBe(0)
  })

  test('CAR-71 CAR-62 CAR-69 the details stay locked until each step is ticked and answered', async () => {
    let card = await say('Robin', 'intake')
    card = await press('Robin', card, 'Telephone')
    card = await press('Robin', card, 'Yes: advice is needed', { kind: 'general' })
    const locked = await press('Robin', card, 'Go on', {})
    expect(words(locked)).toContain('Tick the box')
    expect(inputsOf(locked.card)).toEqual(['done'])
    card = await press('Robin', locked, 'Go on', { done: 'true' })
    const unanswered = await press('Robin', card, 'Go on', { done: 'true', answer: '' })
    expect(words(unanswered)).toContain('Choose their answer')
    card = await press('Robin', unanswered, 'Go on', { done: 'true', answer: 'yes' })
    card = await press('Robin', card, 'Go on', { done: 'true' })
    const noAssessors = await press('Robin', card, 'Go on', { done: 'true' })
    expect(words(noAssessors)).toContain('Choose their answer')
    card = await press('Robin', noAssessors, 'Go on', { done: 'true', answer: 'no' })
    expect(inputsOf(card.card)).toEqual(['name', 'number', 'reason'])
    await press('Robin', card, 'Cancel')
  })

  test('CAR-34 on the telephone exactly three details are asked for', async () => {
    const card = await script()
    expect(inputsOf(card.card)).toEqual(['name', 'number', 'reason'])
    const wrong = await press('Robin', card, 'Open the case', { ...CALLER, number: '12' })
    expect(words(wrong)).toContain('type it like 1234567')
    expect(JSON.stringify(wrong.card)).toContain('Quinn Invented')
    const long = await press('Robin', wrong, 'Open the case', { ...CALLER, reason: 'x'.repeat(9_999) })
    expect(words(long)).toContain('shorten this to 200 characters')
    await press('Robin', long, 'Cancel')
  })

  test('CAR-13 CAR-14 CAR-21 CAR-22 CAR-24 CAR-26 the case is opened, offered, accepted and noted', async () => {
    let card = await script('no')
    card = await press('Robin', card, 'Open the case', CALLER)
    expect(words(card)).toContain('Ada Sample is next on the rota')
    expect(words(card)).toContain('Quinn Invented')
    card = await press('Robin', card, 'Offer the case', { urgent: 'false' })
    expect(words(card)).toContain('offered to Ada Sample')
    await casekeeper.bot.worker.drain()
    const [offer] = casekeeper.teams.chat(casekeeper.person('Ada'))
    expect(words(offer!)).toContain('New case for you')
    expect(JSON.stringify(offer)).not.toMatch(/Quinn|Invented|1234567|module/)
    const [mail] = casekeeper.graph.sentMail()
    expect(JSON.stringify(mail)).not.toMatch(/Quinn|Invented|1234567|module/)
    expect(mail!.subject).toContain('waits for your answer in Teams')

    const asSeenBefore = structuredClone(offer!)
    const accepted = await press('Ada', offer!, 'Accept case')
    expect(words(accepted)).toContain('accepted by Ada Sample')
    expect(words(await press('Ada', asSeenBefore, 'Accept case'))).toContain('accepted by Ada Sample')
    let content = await press('Ada', accepted, 'Open the case')
    expect(words(content)).toContain('Quinn Invented 1234567 OPEN AQS CONSENT REFUSED')
    const form = await press('Ada', content, 'Add a note')
    const noted = await press('Ada', form, 'Save', { text: 'Explained the appeal form.' })
    content = await press('Ada', noted, 'Open the case')
    expect(words(content)).toContain('Explained the appeal form.')
    expect(words(await press('Ada', content, 'Put away'))).not.toContain('Quinn')

    const mine = await say('Ada', 'my cases')
    expect(words(mine)).toContain('November 2026, week W48')
    expect(words(mine)).not.toContain('Quinn')
    expect(words(await press('Ada', mine, 'Show names'))).toContain('Quinn Invented 1234567 OPEN')

    const late = await press(
      'Robin',
      await say('Robin', 'waiting'),
      buttonWith(await say('Robin', 'waiting'), 'accepted'),
    )
    expect(words(late)).toContain('There is no case here that you can open')
    const verified = await casekeeper.bot.services.audit.verify('cardiff')
    expect(verified.broken).toEqual([])
    expect(verified.entries).toBeGreaterThan(10)
  })

  test('CAR-26 without an answer by the next working day the Coordinator is reminded once a day', async () => {
    let card = await script()
    card = await press('Robin', card, 'Open the case', CALLER)
    expect(words(card)).toContain('Bo Specimen is next on the rota')
    await press('Robin', card, 'Offer the case', { urgent: 'true' })
    await casekeeper.bot.worker.drain()
    const bo = casekeeper.person('Bo')
    expect(casekeeper.teams.chat(bo)).toHaveLength(1)
    casekeeper.clock.set(new Date('2026-11-25T08:59:00Z'))
    await casekeeper.bot.worker.drain()
    expect(casekeeper.teams.chat(bo)).toHaveLength(1)
    casekeeper.clock.set(new Date('2026-11-25T09:00:01Z'))
    await casekeeper.bot.worker.drain()
    expect(casekeeper.teams.chat(bo).map(words).join('\n')).toContain('Still waiting for your answer')
    expect(casekeeper.teams.chat(bo)).toHaveLength(2)
  })
})
