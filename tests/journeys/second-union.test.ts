import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { inputsOf, type SeenCard } from '../../bot/dev/pretend-teams'
import { newReference, showReference } from '../../services/platform/ids'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'
import { buttonWith, everythingKept, storyOf, words } from '../support/story'

let casekeeper: Casekeeper
beforeAll(async () => {
  casekeeper = await startCasekeeper()
})
afterAll(() => casekeeper.stop())

const { say, press, person, newest, offer } = storyOf(() => casekeeper)

const VALE = { name: 'Sasha Madeup', number: 'vs123', reason: 'Wants to change supervisor' }
const WORDS_OF_VALE = /Sasha|Madeup|vs123|supervisor/i

/** A user who gets in touch by telephone, up to the card on which the caseworker is chosen. */
async function enquiry(details = VALE): Promise<SeenCard> {
  let card = await say('Wren', 'intake')
  card = await press('Wren', card, 'Telephone')
  card = await press('Wren', card, 'Yes: advice is needed', { kind: 'education' })
  return press('Wren', card, 'Open the case', details)
}

/** Chooses who takes the case; the last card of whoever chose. */
async function choose(proposal: SeenCard, name: string, because = 'user-wish'): Promise<SeenCard> {
  const form = await press('Wren', proposal, buttonWith(proposal, 'Choose'))
  const card = await press('Wren', form, 'Offer the case', { to: person(name).id, because, urgent: 'false' })
  await casekeeper.bot.worker.drain()
  return card
}

const referenceOn = (card: SeenCard): string => /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(words(card))![0]
const withoutCode = (seen: SeenCard) => words(seen).replaceAll(/code [0-9A-Z]{6}/g, 'code')

describe('Cambridge: peers take contact themselves, and choose by hand who takes a case', () => {
  let reference = ''

  test('CAM-02 a caseworker takes the enquiry: no script stands before the details, which are in the words of the union', async () => {
    let card = await say('Wren', 'intake')
    card = await press('Wren', card, 'Telephone')
    card = await press('Wren', card, 'Yes: advice is needed', { kind: 'welfare' })
    expect(inputsOf(card.card)).toEqual(['name', 'number', 'reason'])
    expect(words(card)).toContain('Details of the user')
    const wrong = await press('Wren', card, 'Open the case', { ...VALE, number: '1234567' })
    expect(words(wrong)).toContain('type it like abc123')
    await press('Wren', wrong, 'Cancel')
  })

  test('CAM-13 a user without a number is turned away from nothing', async () => {
    const proposal = await enquiry({ ...VALE, number: '' })
    expect(words(proposal)).toContain('Sasha Madeup')
    const [found] = await casekeeper.mongo.db.collection('cases').find({ orgId: 'cambridge' }).toArray()
    expect(found).toMatchObject({ client: { number: null }, holder: null })
  })

  test('CAM-02 nobody is proposed: the card asks who takes the case, and a choice needs a person', async () => {
    const proposal = await enquiry()
    reference = referenceOn(proposal)
    expect(words(proposal)).toContain('Choose who takes the case')
    expect(words(proposal)).not.toMatch(/rota/)
    const form = await press('Wren', proposal, 'Choose who takes it')
    for (const name of ['Wren Example', 'Emery Sample', 'Winter Specimen'])
      expect(JSON.stringify(form.card)).toContain(name)
    expect(JSON.stringify(form.card)).not.toMatch(/Gale|Ada Sample|Bo Specimen/)
    const unchosen = await press('Wren', form, 'Offer the case', { because: 'user-wish' })
    expect(words(unchosen)).toContain('choose one')
    const offered = await press('Wren', unchosen, 'Offer the case', {
      to: person('Emery').id,
      urgent: 'false',
    })
    expect(words(offered)).toContain(`Case ${reference} is offered to Emery Sample`)
    await casekeeper.bot.worker.drain()
    expect(words(newest('Emery'))).toContain('whoever gave it to you chooses again')
  })

  test('CAM-23 IMP-22 Emery is asked by card, without a word about the user, and without mail', async () => {
    expect(words(newest('Emery'))).toContain('New case for you')
    expect(words(newest('Emery'))).toContain(reference)
    expect(JSON.stringify(newest('Emery'))).not.toMatch(WORDS_OF_VALE)
    expect(casekeeper.teams.chat(person('Winter'))).toEqual([])
    expect(casekeeper.graph.sentMail()).toEqual([])
  })

  test('CAM-15 Emery accepts, opens the case and writes down what was said', async () => {
    const accepted = await press('Emery', newest('Emery'), 'Accept case')
    expect(words(accepted)).toContain(`Case ${reference} accepted by Emery Sample`)
    let content = await press('Emery', accepted, 'Open the case')
    expect(words(content)).toContain('Sasha Madeup vs123 OPEN')
    expect(words(content)).toContain('Wants to change supervisor')
    const form = await press('Emery', content, 'Add a note')
    const noted = await press('Emery', form, 'Save', { text: 'Went through the options together.' })
    content = await press('Emery', noted, 'Open the case')
    expect(words(content)).toContain('Went through the options together.')
    expect(words(await press('Emery', content, 'Put away'))).not.toMatch(WORDS_OF_VALE)
    expect(words(await say('Emery', 'my cases'))).toContain(reference)
  })

  test('CAM-18 from then on it is for Emery alone: neither who took the call nor another caseworker opens it', async () => {
    const unknown = withoutCode(await say('Winter', `case ${showReference(newReference())}`))
    expect(unknown).toContain('There is no case here that you can open')
    for (const name of ['Wren', 'Winter']) expect(withoutCode(await say(name, `case ${reference}`))).toBe(unknown)
  })

  test('CAM-30 who cannot be impartial declines, and whoever gave the case out chooses anew', async () => {
    const proposal = await enquiry()
    await choose(proposal, 'Winter')
    const form = await press('Winter', newest('Winter'), 'Decline')
    const declined = await press('Winter', form, 'Decline', { because: 'impartial' })
    expect(words(declined)).toContain('Not able to be impartial')
    await casekeeper.bot.worker.drain()
    expect(words(newest('Wren'))).toContain(`Case ${referenceOn(proposal)} needs you to choose`)
    expect(casekeeper.teams.chat(person('Emery')).map(words).join()).not.toContain(referenceOn(proposal))
    const anew = await press('Wren', newest('Wren'), 'Go on')
    const again = await press('Wren', anew, buttonWith(anew, 'Choose'))
    const refused = await press('Wren', again, 'Offer the case', { to: person('Winter').id, because: 'user-wish' })
    expect(words(refused)).toContain('They cannot take cases now')
    const card = await press('Wren', refused, 'Offer the case', { to: person('Wren').id, because: 'own-case' })
    expect(words(card)).toContain('is offered to Wren Example')
  })
})

describe('Cambridge and Cardiff in one process', () => {
  test('IMP-37 CAM-23 neither sees a case of the other: not by reference, not in a list, not by a button', async () => {
    const { card } = await offer()
    const theirs = referenceOn(card)
    const ours = referenceOn(await enquiry())
    for (const [name, foreign] of [
      ['Wren', theirs],
      ['Emery', theirs],
      ['Robin', ours],
      ['Morgan', ours],
      ['Ada', ours],
    ] as const) {
      const unknown = withoutCode(await say(name, `case ${showReference(newReference())}`))
      expect(withoutCode(await say(name, `case ${foreign}`))).toBe(unknown)
      expect(words(await say(name, 'home'))).not.toContain(foreign)
    }
    expect(words(await say('Wren', 'waiting'))).toContain(ours)
    expect(words(await say('Wren', 'waiting'))).not.toContain(theirs)
    expect(words(await say('Robin', 'waiting'))).toContain(theirs)
    expect(words(await say('Robin', 'waiting'))).not.toContain(ours)
  })

  test('IMP-37 a button of the other union opens nothing, though it carries the right id', async () => {
    const { card, asked } = await offer()
    const waiting = await say('Robin', 'waiting')
    const theirs = await press('Robin', waiting, buttonWith(waiting, referenceOn(card)))
    expect(words(theirs)).toContain('Take the offer')
    const stolen = { ...newest('Wren'), card: newest(asked).card }
    const refused = await press('Wren', stolen, 'Accept case')
    expect(words(refused)).toContain('There is no case here that you can open')
    expect(JSON.stringify(refused)).not.toContain(referenceOn(card))
    expect(words(newest(asked))).toContain('New case for you')
  })

  test('CAM-23 who has no role in the service is let in nowhere', async () => {
    for (const text of ['home', 'intake', 'waiting'])
      expect(words(await say('Gale', text))).toContain('You have no access here')
  })

  test('IMP-22 nothing that was posted, logged or stored holds a word of the user, in either union', async () => {
    await casekeeper.bot.worker.drain()
    const all = await everythingKept(casekeeper)
    expect(all.length).toBeGreaterThan(10_000)
    expect(all).not.toMatch(WORDS_OF_VALE)
    for (const orgId of ['cambridge', 'cardiff'])
      expect((await casekeeper.bot.services.audit.verify(orgId)).broken).toEqual([])
  })
})
