import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { buttonsOf, inputsOf, type SeenCard } from '../../bot/dev/pretend-teams'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'
import { consultationStoryOf, exactly, postedQuestion, shownQuestion, VALE } from '../support/consultation-story'
import { storyOf, words } from '../support/story'

let casekeeper: Casekeeper
beforeAll(async () => {
  casekeeper = await startCasekeeper()
})
afterAll(() => casekeeper.stop())

const { say, press, person, newest } = storyOf(() => casekeeper)
const { drain, heldCase, expectNothingKept } = consultationStoryOf(() => casekeeper)

describe('Cambridge: a caseworker asks the others about a case without naming the user', () => {
  const QUESTION = 'Somebody asks for an extension of time after a bereavement. Who decides on it now?'
  let file: SeenCard
  let reference: string
  let form: SeenCard

  beforeAll(async () => {
    ;({ file, reference } = await heldCase('Emery', 'education', 'user-wish', VALE))
  })

  test('CAM-03 the case has a button for it; the form asks why, whom and what, and offers the others only', async () => {
    form = await press('Emery', file, 'Ask a colleague')
    expect(inputsOf(form.card)).toEqual(['reason', 'to', 'text'])
    const offered = JSON.stringify(form.card)
    for (const name of ['Wren Example', 'Winter Specimen', 'Everybody, 2 today']) expect(offered).toContain(name)
    expect(offered).not.toMatch(/Emery Sample|Gale Bystander|Ada Sample/)
    expect(words(form)).toContain(`Ask about case ${reference} without naming anybody`)
  })

  test('CAM-03 IMP-49 a surname in it blocks it: the card shows what it found and keeps what was typed', async () => {
    const named = { reason: 'second-view', to: 'everybody', text: `Madeupson asks: ${QUESTION}` }
    form = await press('Emery', form, 'Go on', named)
    expect(words(form)).toContain('A name: “Madeupson”. Write this another way.')
    expect(JSON.stringify(form.card)).toContain(`"value":"Madeupson asks: ${QUESTION}"`)
    expect(JSON.stringify(form.card)).toContain('"value":"second-view"')
    const numbered = await press('Emery', form, 'Go on', { ...named, text: `${QUESTION} It is QVXZ 98765.` })
    expect(words(numbered)).toContain('A number: “QVXZ 98765”')
    form = numbered
    expect(await casekeeper.mongo.db.collection('consultations').countDocuments()).toBe(0)
    const refusals = await casekeeper.mongo.db.collection('audit').find({ reason: 'identifies' }).toArray()
    expect(refusals.map(({ event, outcome }) => [event, outcome])).toEqual([
      ['consultation-asked', 'refused'],
      ['consultation-asked', 'refused'],
    ])
  })

  test('IMP-49 what may tell who it is is shown beside the text, and a person has to say that nobody can be recognised', async () => {
    const doubtful = { reason: 'second-view', to: 'everybody', text: `A second-year Engineering matter. ${QUESTION}` }
    const again = await press('Emery', form, 'Go on', doubtful)
    expect(words(again)).toContain(doubtful.text)
    expect(words(again)).toMatch(/A course with a year: “.*second-year Engineering.*”. Could this tell/)
    const unticked = await press('Emery', again, 'Send', { confirmed: 'false' })
    expect(words(unticked)).toContain('nobody can be recognised')
    form = await press('Emery', unticked, 'Back')
    expect(JSON.stringify(form.card)).toContain(doubtful.text)
  })

  test('CAM-03 it goes to the other caseworkers: what is posted to them holds neither reference nor a word of it', async () => {
    const again = await press('Emery', form, 'Go on', { reason: 'second-view', to: 'everybody', text: QUESTION })
    expect(words(again)).not.toContain('Could this tell')
    const sent = await press('Emery', again, 'Send', { confirmed: 'true' })
    expect(words(sent)).toContain(`Your question about case ${reference} was sent`)
    expect(words(sent)).toContain('2 colleagues were asked')
    await drain()
    for (const name of ['Wren', 'Winter']) {
      const posted = newest(name)
      expect(words(posted)).toMatch(/A colleague asks for advice\nA reply is hoped for by Wed 25 Nov 2026, 10:/)
      expect(JSON.stringify(posted)).not.toContain(reference)
      expect(exactly(posted)).toEqual(postedQuestion('Wed 25 Nov 2026, 10:00'))
    }
    expect(casekeeper.teams.chat(person('Gale'))).toEqual([])
  })

  test('CAM-03 "Show" answers with the words, and home has a row for it until it is answered', async () => {
    const shown = await press('Wren', newest('Wren'), 'Show')
    const asker = 'Emery Sample, Tue 24 Nov 2026, 10:00. A second view on what to advise'
    expect(exactly(shown)).toEqual(shownQuestion(asker, QUESTION))
    expect(words(await press('Wren', shown, 'Put away'))).not.toContain(QUESTION)
    const home = await say('Wren', 'home')
    expect(words(await press('Wren', home, 'A colleague asks for advice'))).toContain(QUESTION)
  })

  test('CAM-03 a reply goes to whoever asked and into the case, with the name of who gave it', async () => {
    const card = casekeeper.teams.chat(person('Wren')).find((seen) => words(seen).includes('A colleague asks'))!
    const answer = await press('Wren', card, 'Reply')
    expect(words(answer)).toContain(QUESTION)
    const blank = await press('Wren', answer, 'Send', { text: ' ' })
    expect(words(blank)).toContain('fill this in')
    const done = await press('Wren', blank, 'Send', { text: 'Try mediation first.' })
    expect(words(done)).toContain('You have replied')
    await drain()
    expect(words(newest('Emery'))).toContain(`Case ${reference}: a colleague has replied`)
    expect(words(newest('Winter'))).toContain('Somebody has replied already')
    const home = await say('Emery', 'home')
    expect(words(home)).toContain(`Case ${reference}: a colleague has replied`)
    const shown = await press('Emery', home, `Case ${reference}: a colleague has replied`)
    expect(words(shown)).toContain('Try mediation first.')
    expect(words(shown)).toContain('2 people were asked; one has replied')
    expect(words(await say('Emery', 'home'))).not.toContain('has replied')
    const content = words(await press('Emery', shown, 'Open the case'))
    expect(content).toMatch(/Question to colleagues, .*Emery Sample\nSomebody asks/)
    expect(content).toMatch(/Reply of a colleague, .*Wren Example\nTry mediation first\./)
  })

  test('CAM-03 once it is closed, whoever has not replied is thanked, and their card shrinks to two lines', async () => {
    const told = casekeeper.teams.chat(person('Emery')).find((seen) => words(seen).includes('has replied'))!
    const own = await press('Emery', told, 'Show')
    const ask = await press('Emery', own, 'Close the question')
    expect(words(ask)).toContain('nobody can reply any more')
    await press('Emery', ask, 'Close the question')
    await drain()
    const settled = casekeeper.teams.chat(person('Winter')).at(-1)!
    expect(words(settled).split('\n').slice(1)).toEqual([
      'This question is closed, with thanks',
      'Your colleague has what they need. There is nothing to do.',
    ])
    expect(buttonsOf(settled.card)).toEqual([])
    expect(words(await say('Winter', 'home'))).not.toContain('asks for advice')
  })

  test('CAM-03 a question that nobody has answered can be taken back, and says so', async () => {
    let card = await say('Emery', 'ask a colleague')
    card = await press('Emery', card, 'Go on', { reference: 'ABCD-EFGH' })
    expect(words(card)).toContain('This one has a slip in it')
    card = await press('Emery', card, 'Go on', { reference })
    card = await press('Emery', card, 'Go on', {
      reason: 'continuity',
      to: person('Winter').id,
      text: 'Who is in on Friday?',
    })
    card = await press('Emery', card, 'Send', { confirmed: 'true' })
    expect(words(card)).toContain('One colleague was asked')
    await drain()
    expect(words(newest('Winter'))).toContain('A colleague asks for advice')
    const form = await press('Winter', newest('Winter'), 'Reply')
    card = await press('Emery', await press('Emery', card, 'Show'), 'Close the question')
    await press('Emery', card, 'Close the question')
    await drain()
    expect(words(newest('Winter'))).toContain('This question was taken back')
    const late = await press('Winter', form, 'Send', { text: 'A second view would help.' })
    expect(words(late)).toContain('this was not sent')
    expect(JSON.stringify(late.card)).toContain('A second view would help.')
    await press('Winter', late, 'Cancel')
  })

  test('CAM-03 CAM-18 nobody else can ask about it, and typing the reference does not help', async () => {
    const card = await say('Winter', `consult ${reference}`)
    expect(words(card)).toContain('There is no case here that you can open')
    const offered = await say('Emery', `consult ${reference}`)
    expect(words(await press('Emery', offered, 'Go on'))).toContain('without naming anybody')
  })
})

test('IMP-22 CAM-03 nothing posted, mailed, logged, stored or audited holds a word of a client or of a question', () =>
  expectNothingKept())
