import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { EmergencyRecord } from '../../services/emergency/emergency.types'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'
import { type MongoNodes, startOnlyNode } from '../support/mongo-nodes'
import { storyOf, words } from '../support/story'

/** Nobody in danger looks at an empty chat for longer. */
const ANSWERED_WITHIN_MS = 1_000
const PATIENCE_MS = 60_000

let nodes: MongoNodes
let casekeeper: Casekeeper
beforeAll(async () => {
  nodes = await startOnlyNode()
  casekeeper = await startCasekeeper()
}, 120_000)
afterAll(async () => {
  try {
    await nodes?.primary()
    await casekeeper?.stop()
  } finally {
    await nodes?.stop()
  }
}, 120_000)

const { say, press, newest, person } = storyOf(() => casekeeper)
const recorded = (name: string) =>
  casekeeper.mongo.db
    .collection<EmergencyRecord>('emergencies')
    .find({ openedBy: person(name).id })
    .toArray()

/** Waits for what the bot does by itself: without its database no round of the worker ever ends. */
async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  for (const began = performance.now(); !(await what()); await pause(50))
    if (performance.now() - began > PATIENCE_MS) throw new Error('it never came to that')
}

test('LMU-34 IMP-55 with MongoDB stopped the numbers come at once, the card says what is not recorded, and later it is, once', async () => {
  const home = await say('Jamie', 'home')
  const port = await nodes.primary()
  nodes.signal(port, 'SIGKILL')

  const began = performance.now()
  const typed = await say('Avery', 'emergency')
  const pressed = await press('Jamie', home, 'Emergency')
  const stranger = await say('Linden', '999')
  expect(performance.now() - began).toBeLessThan(3 * ANSWERED_WITHIN_MS)
  for (const card of [typed, pressed, stranger]) expect(words(card)).toMatch(/999[\s\S]*3333/)

  const openedAt = casekeeper.clock.now()
  await until(() => words(newest('Avery')).includes('This cannot be recorded at the moment'))
  expect(words(newest('Avery'))).toMatch(/999[\s\S]*3333[\s\S]*told nobody. Then tell: Director of Membership/)
  expect(casekeeper.logged()).toContain('emergency-not-recorded')
  const again = await press('Avery', newest('Avery'), 'Try again to record it')
  expect(words(again)).toMatch(/999[\s\S]*3333/)
  const failed = await say('Avery', 'home')
  expect(words(failed)).toContain('Something went wrong')
  expect(words(await press('Avery', failed, 'Emergency'))).toMatch(/999[\s\S]*3333/)

  await nodes.restart(port)
  await nodes.primary()
  await until(() => words(casekeeper.teams.chat(person('Linden')).at(-1)!).includes('Noted at'))
  await until(() =>
    casekeeper.teams.chat(person('Sutton')).some((card) => words(card).includes('An emergency was opened')),
  )
  for (const name of ['Jamie', 'Linden']) expect(await recorded(name)).toHaveLength(1)
  const [first, second, ...more] = (await recorded('Avery')).sort(
    (one, other) => one.openedAt.getTime() - other.openedAt.getTime(),
  )
  expect(first!.openedAt.getTime()).toBeLessThanOrEqual(openedAt.getTime())
  expect(second!.origin).toBe(failed.id)
  expect(more).toEqual([])
  expect(words(newest('Jamie'))).toContain('Noted at')
  expect((await casekeeper.bot.services.audit.verify('londonmet')).broken).toEqual([])
}, 240_000)

test('IMP-55 what a process took with it when it ended is recorded from its card, with the time at which it was asked', async () => {
  const port = await nodes.primary()
  nodes.signal(port, 'SIGKILL')
  await say('Hollis', 'emergency')
  const openedAt = casekeeper.clock.now()
  await until(() => words(newest('Hollis')).includes('This cannot be recorded'))
  const card = structuredClone(newest('Hollis'))
  await nodes.restart(port)
  await nodes.primary()
  await casekeeper.mongo.db.collection('emergencies').deleteMany({ openedBy: person('Hollis').id })
  await casekeeper.restart()
  await casekeeper.mongo.db.collection('emergencies').deleteMany({ openedBy: person('Hollis').id })
  expect(words(await press('Hollis', card, 'Try again to record it'))).toMatch(/999/)
  await until(async () => (await recorded('Hollis')).length > 0)
  const [found, ...more] = await recorded('Hollis')
  expect(more).toEqual([])
  expect(Math.abs(found!.openedAt.getTime() - openedAt.getTime())).toBeLessThan(10_000)
}, 240_000)
