import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startPretendTeams } from '../../bot/dev/pretend-teams'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'
import { storyOf, words } from '../support/story'

let casekeeper: Casekeeper
beforeAll(async () => {
  casekeeper = await startCasekeeper()
})
afterAll(() => casekeeper.stop())

const { say, press, offer, person } = storyOf(() => casekeeper)

/** The card as it stands in the chat now, after updates. */
const now = (name: string, id: string) => casekeeper.teams.chat(person(name)).find((card) => card.id === id)!
const settled = () => casekeeper.bot.worker.drain()

test('home shows what needs somebody now, and no longer what they have done', async () => {
  const empty = await say('Ada', 'hi')
  expect(words(empty)).toContain('Nothing is waiting for you')
  const { asked } = await offer()
  expect(asked).toBe('Ada')
  const waiting = words(now('Ada', empty.id))
  expect(waiting).toMatch(/New case \S+ for you/)

  const card = casekeeper.teams.chat(person('Ada')).at(-1)!
  const accepted = await press('Ada', card, 'Accept case')
  await settled()
  expect(words(now('Ada', empty.id))).not.toMatch(/New case/)
  expect(words(now('Ada', empty.id))).toMatch(/needs its first note|note/i)

  const form = await press('Ada', await press('Ada', accepted, 'Open the case'), 'Add a note')
  await press('Ada', form, 'Save', { text: 'Explained the appeal form.' })
  await settled()
  expect(words(now('Ada', empty.id))).toContain('Nothing is waiting for you')
})

test('a home that has become a form is left alone', async () => {
  const home = await say('Bo', 'home')
  await press('Bo', home, 'I will be away')
  const { asked } = await offer()
  expect(asked).toBe('Bo')
  await settled()
  expect(words(now('Bo', home.id))).not.toMatch(/New case/)
})

test('nothing is sent to an address that the gate would not take today', async () => {
  const stranger = await startPretendTeams(() => casekeeper.bot.url)
  const { orgId, id, conversationId, botId, userId, tenantId } = person('Cleo')
  const remembered = { staffId: id, conversationId, botId, userId, tenantId }
  await casekeeper.bot.services.deliveries.remember(orgId, { ...remembered, serviceUrl: `http://${stranger.host}/` })
  const { asked } = await offer()
  expect(asked).toBe('Cleo')
  await settled()
  expect(stranger.everything()).toEqual([])
  expect(casekeeper.logged()).toContain('service-url-not-allowed')
  await stranger.stop()
})

test('what a press is answered with stays when the chat is loaded again, unless a client stands on it', async () => {
  const home = await say('Jules', 'home')
  const waiting = await press('Jules', home, 'Waiting to be accepted')
  expect(words(now('Jules', home.id))).toBe(words(waiting))

  const { asked } = await offer()
  const offered = casekeeper.teams.chat(person(asked)).at(-1)!
  const accepted = await press(asked, offered, 'Accept case')
  const content = await press(asked, accepted, 'Open the case')
  expect(words(content)).toContain('Quinn')
  expect(words(now(asked, offered.id))).toContain('accepted by')
  expect(casekeeper.teams.everything().join()).not.toContain('Quinn')
})

test('an answer is posted again when Teams was busy, and follows nobody to another host', async () => {
  const elsewhere = await startPretendTeams(() => casekeeper.bot.url)
  casekeeper.teams.setFaults(person('Jules'), [{ kind: 'status', status: 503 }])
  expect(words(await say('Jules', 'hi'))).toContain('Jules')

  const location = `http://${elsewhere.host}/v3/conversations/x/activities`
  casekeeper.teams.setFaults(person('Jules'), [{ kind: 'status', status: 307, location }])
  await expect(say('Jules', 'hi')).rejects.toThrow('no answer')
  expect(elsewhere.everything()).toEqual([])
  expect(words(await say('Jules', 'hi'))).toContain('Jules')
  await elsewhere.stop()
})
