import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { buttonsOf, inputsOf, type SeenCard } from '../../bot/dev/pretend-teams'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'
import { consultationStoryOf, exactly, IRIS, shownQuestion } from '../support/consultation-story'
import { storyOf, words } from '../support/story'

let casekeeper: Casekeeper
beforeAll(async () => {
  casekeeper = await startCasekeeper()
})
afterAll(() => casekeeper.stop())

const { say, press, person, newest } = storyOf(() => casekeeper)
const { drain, heldCase, expectNothingKept } = consultationStoryOf(() => casekeeper)

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
    const asker = 'Rowan Example, Tue 24 Nov 2026, 10:00. Concern about a crime'
    expect(exactly(shown)).toEqual(shownQuestion(asker, QUESTION))
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

test('IMP-22 WOR-19 nothing posted, mailed, logged, stored or audited holds a word of a client or of a question', () =>
  expectNothingKept())
