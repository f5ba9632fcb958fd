import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { buttonsOf, inputsOf, type SeenCard, textsOf } from '../../bot/dev/pretend-teams'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'
import { buttonWith, everythingKept, storyOf, words } from '../support/story'

let casekeeper: Casekeeper
beforeAll(async () => {
  casekeeper = await startCasekeeper()
})
afterAll(() => casekeeper.stop())

const { say, press, person, newest } = storyOf(() => casekeeper)

const VALE = { name: 'Marguerite Madeupson', number: 'qvxz98765', reason: 'Wants to change supervisor' }
const IRIS = { name: 'Leonora Fabricated', number: '87654321', reason: 'Asks about accommodation' }
const OF_CLIENTS = /Marguerite|Madeupson|qvxz98765|supervisor|Leonora|Fabricated|87654321|accommodation/i
/** What somebody wrote in these stories, which no copy may hold. */
const NARRATIVE = /extension of time|deposit|second view would|mediation|locksmith|telephone with the director/i

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Everything that a card's JSON says: its texts, its buttons with what they carry, and what is read aloud or shown instead. */
function exactly({ card }: SeenCard) {
  const { $schema, type, version, body, speak, fallbackText, ...rest } = card
  expect([type, version, rest]).toEqual(['AdaptiveCard', '1.5', {}])
  return {
    texts: textsOf(body),
    buttons: buttonsOf(body).map(({ title, verb, data }) => [title, verb, data]),
    around: [speak, fallbackText],
  }
}

const drain = () => casekeeper.bot.worker.drain()
const referenceOn = (card: SeenCard): string => /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(words(card))![0]

/** A case that this person holds and has open on the screen. */
async function heldCase(by: string, kind: string, because: string, details: typeof VALE) {
  let card = await say(by, 'intake')
  card = await press(by, card, 'Telephone')
  card = await press(by, card, 'Yes: advice is needed', { kind })
  card = await press(by, card, 'Open the case', details)
  const form = await press(by, card, buttonWith(card, 'Choose'))
  await press(by, form, 'Offer the case', { to: person(by).id, because, urgent: 'false' })
  await drain()
  const accepted = await press(by, newest(by), 'Accept case')
  return { reference: referenceOn(accepted), file: await press(by, accepted, 'Open the case') }
}

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
      expect(exactly(posted)).toEqual({
        texts: [
          'Sample data: nobody here is real',
          'A colleague asks for advice',
          'A reply is hoped for by Wed 25 Nov 2026, 10:00.',
          'You are not told who it is about, and that is meant so. Your reply is kept with the case.',
        ],
        buttons: [
          ['Show', 'consultation.show', { consultationId: expect.stringMatching(UUID) }],
          ['Reply', 'consultation.reply', { consultationId: expect.stringMatching(UUID) }],
        ],
        around: ['A colleague asks for advice', 'Open this card in a current version of Teams.'],
      })
    }
    expect(casekeeper.teams.chat(person('Gale'))).toEqual([])
  })

  test('CAM-03 "Show" answers with the words, and home has a row for it until it is answered', async () => {
    const shown = await press('Wren', newest('Wren'), 'Show')
    expect(exactly(shown)).toEqual({
      texts: [
        'Sample data: nobody here is real',
        'A colleague asks for advice',
        'Emery Sample, Tue 24 Nov 2026, 10:00. A second view on what to advise',
        QUESTION,
        'You are not told who it is about, and that is meant so. Your reply is kept with the case.',
      ],
      buttons: [
        ['Reply', 'consultation.reply', { consultationId: expect.stringMatching(UUID) }],
        ['Put away', 'consultation.put-away', { consultationId: expect.stringMatching(UUID) }],
      ],
      around: ['Casekeeper has something for you', 'Open this card in a current version of Teams.'],
    })
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

describe('Worcester: a client speaks of a crime', () => {
  const QUESTION = 'A student may have damaged property while locked out. May we go on advising on the deposit?'
  let file: SeenCard
  let reference: string
  let card: SeenCard

  beforeAll(async () => {
    ;({ file, reference } = await heldCase('Rowan', 'general', 'own-case', IRIS))
  })

  test('WOR-15 the words to say stand alone and large; without the tick and the time nothing goes on or is kept', async () => {
    card = await press('Rowan', file, 'Concern about a crime')
    expect(words(card)).toContain('Step 1 of 3')
    const spoken = JSON.stringify(card.card)
    expect(spoken).toMatch(/What you have told me may be a crime[^}]*"size":"Large"/)
    expect(inputsOf(card.card)).toEqual(['said', 'time', 'day'])
    card = await press('Rowan', card, 'Go on', { said: 'false', time: '10:00', day: '' })
    expect(words(card)).toContain('Say the words first')
    card = await press('Rowan', card, 'Go on', { said: 'true', time: '', day: '' })
    expect(words(card)).toContain('Time: type it like 14:30')
    card = await press('Rowan', card, 'Go on', { said: 'true', time: '23:59', day: '' })
    expect(words(card)).toContain('this has not come yet')
    expect(await casekeeper.mongo.db.collection('consultations').countDocuments({ orgId: 'worcester' })).toBe(0)
    card = await press('Rowan', card, 'Go on', { said: 'true', time: '09.50', day: '' })
    expect(words(card)).toContain(`What you ask about case ${reference}, without naming anybody`)
  })

  test('WOR-19 AMB-27 the question names nobody, and goes at once to everybody in Senior Management, and to nobody else', async () => {
    const named = await press('Rowan', card, 'Go on', { text: `Leonora Fabricated says: ${QUESTION}` })
    expect(words(named)).toContain('A name: “Leonora Fabricated”')
    const again = await press('Rowan', named, 'Go on', { text: QUESTION })
    const sent = await press('Rowan', again, 'Send', { confirmed: 'true' })
    expect(words(sent)).toContain('2 people were asked, and are reminded until somebody was consulted')
    expect(words(sent)).toContain('Nothing is shared outside by this')
    await drain()
    for (const name of ['Arden', 'Lane']) {
      expect(words(newest(name))).toContain('A colleague asks for advice')
      expect(JSON.stringify(newest(name))).not.toContain(reference)
    }
    for (const name of ['Marlowe', 'Sage', 'Blair', 'Ellis', 'Devon'])
      expect(casekeeper.teams.chat(person(name)).map(words).join()).not.toContain('asks for advice')
    expect(await casekeeper.mongo.db.collection('breaches').countDocuments()).toBe(0)
  })

  test('WOR-19 after an open hour they are asked again, and home says that nobody was consulted', async () => {
    const posts = () => casekeeper.teams.chat(person('Arden')).length
    const before = posts()
    casekeeper.clock.set(new Date('2026-11-24T11:30:00Z'))
    await drain()
    expect(posts()).toBe(before + 1)
    expect(words(newest('Arden'))).toContain('A colleague asks for advice')
    expect(words(await say('Rowan', 'home'))).toContain(`Case ${reference}: nobody has been consulted yet`)
  })

  test('WOR-19 who has no way into the case reads the words alone, replies, and finds nothing else', async () => {
    const shown = await press('Arden', newest('Arden'), 'Show')
    expect(exactly(shown)).toEqual({
      texts: [
        'Sample data: nobody here is real',
        'A colleague asks for advice',
        'Rowan Example, Tue 24 Nov 2026, 10:00. Concern about a crime',
        QUESTION,
        'You are not told who it is about, and that is meant so. Your reply is kept with the case.',
      ],
      buttons: [
        ['Reply', 'consultation.reply', { consultationId: expect.stringMatching(UUID) }],
        ['Put away', 'consultation.put-away', { consultationId: expect.stringMatching(UUID) }],
      ],
      around: ['Casekeeper has something for you', 'Open this card in a current version of Teams.'],
    })
    expect(words(await say('Arden', `case ${reference}`))).toContain('There is no case here that you can open')
    const form = await press('Arden', shown, 'Reply')
    await press('Arden', form, 'Send', { text: 'Advise on the process only, and call the locksmith.' })
    await drain()
    expect(words(newest('Rowan'))).toContain(`Case ${reference}: a colleague has replied`)
    const content = words(await press('Rowan', await press('Rowan', newest('Rowan'), 'Show'), 'Open the case'))
    expect(content).toContain('Warning said Tue 24 Nov 2026, 09:50, wording 1')
    expect(content).toMatch(/Reply of a colleague, .*Arden Mock\nAdvise on the process only/)
  })

  test('WOR-19 the reminders end with the first reply', async () => {
    const posts = casekeeper.teams.chat(person('Lane')).length
    casekeeper.clock.set(new Date('2026-11-24T16:30:00Z'))
    await drain()
    expect(casekeeper.teams.chat(person('Lane'))).toHaveLength(posts)
  })

  test('WOR-19 whoever was consulted another way is noted instead, with whom and when', async () => {
    card = await say('Rowan', 'concern')
    card = await press('Rowan', card, 'Go on', { reference })
    card = await press('Rowan', card, 'Go on', { said: 'true', time: '16:00', day: '2026-11-24' })
    card = await press('Rowan', card, 'Go on', { text: QUESTION })
    card = await press('Rowan', card, 'Send', { confirmed: 'true' })
    const own = await press('Rowan', card, 'Show')
    expect(buttonsOf(own.card).map(({ title }) => title)).toEqual([
      'Open the case',
      'Consulted another way',
      'Put away',
    ])
    const form = await press('Rowan', own, 'Consulted another way')
    const early = await press('Rowan', form, 'Save', { with: '', time: '16:45', day: '' })
    expect(words(early)).toMatch(/With whom you spoke.*fill this in/)
    expect(words(early)).toContain('this has not come yet')
    const noted = await press('Rowan', early, 'Save', {
      with: 'Lane, by telephone with the director',
      time: '16:20',
      day: '',
    })
    expect(words(noted)).toContain('Nobody is reminded any more')
    expect(words(await say('Rowan', 'home'))).not.toContain('nobody has been consulted')
    const content = words(await press('Rowan', await press('Rowan', noted, 'Show'), 'Open the case'))
    expect(content).toMatch(/Consulted in another way, Tue 24 Nov 2026, 16:20, Rowan Example\nLane, by telephone/)
  })
})

describe('Unions without such questions', () => {
  test.each([
    ['Ada', 'consult'],
    ['Avery', 'consult'],
    ['Kit', 'consult'],
    ['Rowan', 'consult'],
    ['Robin', 'concern'],
    ['Wren', 'concern'],
  ])('%s types "%s" and is told that the service has none', async (name, line) => {
    expect(words(await say(name, line))).toContain('Its policy names none. Nothing was recorded.')
  })

  test('their case cards have no button for it', async () => {
    const { file } = await heldCase('Avery', 'general', 'own-case', { ...IRIS, number: '' })
    expect(buttonsOf(file.card).map(({ verb }) => verb)).not.toEqual(expect.arrayContaining(['consult']))
  })
})

test('IMP-22 CAM-03 WOR-19 nothing posted, mailed, logged, stored or audited holds a word of a client or of a question', async () => {
  await drain()
  const all = await everythingKept(casekeeper)
  expect(all.length).toBeGreaterThan(20_000)
  expect(all.match(OF_CLIENTS)).toBeNull()
  expect(all.match(NARRATIVE)).toBeNull()
  expect(JSON.stringify(casekeeper.graph.sentMail())).not.toMatch(OF_CLIENTS)
  for (const orgId of ['cambridge', 'worcester'])
    expect((await casekeeper.bot.services.audit.verify(orgId)).broken).toEqual([])
})
