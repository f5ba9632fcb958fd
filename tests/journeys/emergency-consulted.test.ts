import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { buttonsOf, type SeenCard } from '../../bot/dev/pretend-teams'
import { breachStoryOf } from '../support/breach-story'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'
import { emergencyStoryOf } from '../support/emergency-story'
import { everythingKept, storyOf, words } from '../support/story'

let casekeeper: Casekeeper
beforeAll(async () => {
  casekeeper = await startCasekeeper()
})
afterAll(() => casekeeper.stop())

const { say, press, newest, person } = storyOf(() => casekeeper)
const { heldBy } = breachStoryOf(() => casekeeper)
const { drained, record } = emergencyStoryOf(() => casekeeper)
const titles = (seen: SeenCard) => buttonsOf(seen.card).map(({ title }) => String(title))
const OWED = 'A consultation with a colleague is still owed'
const IN_HOME = 'After the emergency: ask a colleague, then note the advice'

/** Marked words that must not be anywhere but in the answers to presses. */
const SAID = { advisers: 'Zebulon Invented', advice: 'Tell the porter of Juniper House' }
const LEAKS = /Zebulon|porter of Juniper|warden of Juniper/i

/** An emergency in which something was given out before a colleague advised; the card on which it is recorded. */
async function recorded(name: string, reference = ''): Promise<SeenCard> {
  await say(name, `emergency ${reference}`.trim())
  await drained()
  const time = casekeeper.clock.now().toISOString().slice(11, 16)
  const done = await record(name, newest(name), { call: { time, told: 'On a roof' } })
  await drained()
  return done
}

/** The card about the newest emergency in somebody's chat. */
const cardWith = (name: string, part: string) =>
  casekeeper.teams.chat(person(name)).findLast((each) => words(each).includes(part))!

test('AMB-54 the officer notes from their own card who advised, and whoever was told or reviews sees it', async () => {
  const done = await recorded('Winter')
  expect(words(done)).toContain(OWED)
  expect(words(await say('Winter', 'home'))).toContain(IN_HOME)
  for (const part of ['An emergency was opened', 'An emergency waits for your review'])
    expect(words(cardWith('Wren', part))).toContain(OWED)
  expect(words(await press('Wren', cardWith('Wren', 'waits for your review'), 'Show'))).toContain(OWED)

  const asIs = structuredClone(done)
  let form = await press('Winter', done, 'Note who advised')
  expect(words(form)).toContain('Who advised after the emergency of')
  form = await press('Winter', form, 'Save', { advisers: SAID.advisers, advice: ' ' })
  expect(words(form)).toContain('What they advised (required): fill this in')
  expect(JSON.stringify(form.card)).toContain('Zebulon')
  expect(words(await press('Winter', form, 'Save', SAID))).toContain('The advice is noted')
  await drained()

  expect(words(await press('Winter', asIs, 'Note who advised'))).toContain('The advice was noted already')
  expect(words(await say('Winter', 'home'))).not.toContain(IN_HOME)
  for (const part of ['An emergency was opened', 'An emergency waits for your review'])
    expect(words(cardWith('Wren', part))).not.toContain(OWED)
  const file = words(await press('Wren', cardWith('Wren', 'waits for your review'), 'Show'))
  expect(file).not.toContain(OWED)
  expect(file).toMatch(/Advised afterwards: Zebulon Invented, noted Tue 24 Nov 2026[\s\S]*Tell the porter/)
})

test('AMB-54 from home as well; a form that was filled in twice is noted once', async () => {
  await recorded('Winter')
  const first = await press('Winter', await say('Winter', 'home'), IN_HOME)
  const second = await press('Winter', await say('Winter', 'home'), IN_HOME)
  expect(words(await press('Winter', first, 'Save', SAID))).toContain('The advice is noted')
  const again = await press('Winter', second, 'Save', { advisers: 'Somebody else', advice: 'Nothing' })
  expect(words(again)).toMatch(/The advice was noted already\n[\s\S]*What was noted first stands/)
})

test('AMB-54 of an emergency about a case it stands in the case, and the request can still be raised first', async () => {
  const { reference } = await heldBy('Wren')
  const done = await recorded('Wren', reference)
  expect(titles(done)).toEqual(['Raise the request now', 'Note who advised', 'Home'])
  const form = await press('Wren', done, 'Note who advised')
  expect(words(await press('Wren', form, 'Save', SAID))).toContain('The advice is noted')
  const file = await press('Wren', await say('Wren', `case ${reference}`), 'Show')
  expect(words(file)).toMatch(
    /Emergency, [\s\S]*Advised afterwards: Zebulon Invented: Tell the porter of Juniper House/,
  )
})

test('AMB-54 nobody else’s press notes anything, and none where nothing is owed', async () => {
  const done = await recorded('Winter')
  const { data } = buttonsOf(done.card).find(({ title }) => title === 'Note who advised')!
  const pressed = async (name: string, about: unknown) => {
    const value = { action: { type: 'Action.Execute', verb: 'emergency.consulted', data: about } }
    const sent = { type: 'invoke', name: 'adaptiveCard/action', value }
    return JSON.stringify((await casekeeper.teams.send(person(name), sent)).body)
  }
  expect(await pressed('Wren', data)).toContain('There is no case here that you can open')
  const elsewhere = await recorded('Avery')
  expect(titles(elsewhere)).not.toContain('Note who advised')
  const { _id } = (await casekeeper.mongo.db.collection('emergencies').findOne({ openedBy: person('Avery').id }))!
  expect(await pressed('Avery', { emergencyId: _id })).toContain('No consultation is owed for this emergency')
})

test('AMB-54 IMP-22 nothing of what was advised was posted, mailed, logged or kept in the open', async () => {
  await drained()
  expect(await everythingKept(casekeeper)).not.toMatch(LEAKS)
  expect(JSON.stringify(casekeeper.graph.sentMail())).not.toMatch(LEAKS)
  expect((await casekeeper.bot.services.audit.verify('cambridge')).broken).toEqual([])
})
