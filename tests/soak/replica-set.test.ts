import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { nextWorkingDayOpening } from '../../services/calendar/calendar.rules'
import { readProfile } from '../../services/policy/policy.service'
import type { BotProcess } from '../support/bot-processes'
import { chance, seedOfRun } from '../support/chance'
import { type MongoNodes, startNodes } from '../support/mongo-nodes'
import { type PersistentPeople, persistentPeople } from '../support/persistent-people'
import { postedOffers } from '../support/posted-offers'
import { type SoakWorld, startSoakWorld } from '../support/soak-world'
import { deliveryStates, halfDone, lostOf } from '../support/whole-database'
import { times } from './counts'

const FAULTS = ['step-down', 'kill', 'pause', 'no primary'] as const
const ROUNDS = times(1, 4)
const KINDS = times(1, FAULTS.length)
const PAUSED_MS = times(5_000, 60_000)
const BETWEEN_MS = times(1_500, 5_000)
const STORIES_AT_ONCE = 6
/** What somebody waits for an answer at the most, and a machine that is under load beside. */
const ANSWERED_WITHIN_MS = 20_000

let nodes: MongoNodes
let world: SoakWorld
let people: PersistentPeople
let bot: BotProcess
let end: string | null = null
const seed = seedOfRun()

beforeAll(async () => {
  nodes = await startNodes(3)
  const address = nodes.uri.replace('/?', '/fire?')
  world = await startSoakWorld(address)
  bot = await world.start()
  void bot.ended.then((how) => {
    end = how
  })
  people = persistentPeople({ ...world, ready: async () => undefined, tomorrow, hangsAfterMs: ANSWERED_WITHIN_MS })
}, 180_000)
afterAll(async () => {
  try {
    await world?.stop()
  } finally {
    await nodes?.stop()
  }
})

async function tomorrow() {
  world.clock.set(nextWorkingDayOpening(world.clock.now(), readProfile('cardiff').calendar))
  await bot.tell({ clock: world.clock.now().toISOString(), nudge: true })
}

/** Does it to whoever is primary now, and answers when the set is whole again. */
async function does(fault: (typeof FAULTS)[number]): Promise<void> {
  const primary = await nodes.primary()
  if (fault === 'step-down') await nodes.stepDown(primary)
  else if (fault === 'kill') {
    nodes.signal(primary, 'SIGKILL')
    await pause(BETWEEN_MS)
    await nodes.restart(primary)
  } else if (fault === 'pause') {
    nodes.signal(primary, 'SIGSTOP')
    await pause(PAUSED_MS)
    nodes.signal(primary, 'SIGCONT')
  } else {
    nodes.signal(primary, 'SIGSTOP')
    const next = await nodes.primary()
    nodes.signal(next, 'SIGSTOP')
    await pause(Math.min(PAUSED_MS, 30_000))
    for (const port of [primary, next]) nodes.signal(port, 'SIGCONT')
  }
  await nodes.primary()
}

test(`IMP-35 while the database changes its primary ${ROUNDS * KINDS} times under load, no acknowledged decision is lost or doubled, and everybody is answered`, async () => {
  const began = performance.now()
  let going = true
  let stories = 0
  const told = Array.from({ length: STORIES_AT_ONCE }, async (_, index) => {
    const own = chance(seed + index)
    while (going) {
      await people.story(world.person(index % 2 === 0 ? 'Robin' : 'Jules'), own)
      stories += 1
    }
  })
  const failed = Promise.all(told)
  failed.catch(() => undefined)
  const faults: string[] = []
  for (let round = 0; round < ROUNDS; round++)
    for (const fault of FAULTS.slice(0, KINDS)) {
      await Promise.race([pause(BETWEEN_MS), failed])
      await Promise.race([does(fault), failed])
      faults.push(fault)
    }
  await Promise.race([pause(BETWEEN_MS), failed])
  going = false
  await failed
  await tomorrow()
  await world.settled(120_000)
  expect(end).toBeNull()
  expect(await halfDone(world.mongo, world.services.audit, 'cardiff')).toEqual([])
  expect(await lostOf(people.told, world.mongo, world.keyring, 'cardiff')).toEqual([])
  expect([...postedOffers(world.teams).values()].filter(({ to }) => to.size > 1)).toEqual([])
  const { figures } = people
  const states = await deliveryStates(world.mongo)
  const seconds = Math.round((performance.now() - began) / 1000)
  process.stdout.write(
    `replica set: seed ${seed}, ${faults.join(', ')}; ${stories} stories, ${people.told.length} acknowledged writes, ` +
      `${figures.presses} presses of which ${figures.courteous} answered with a fault and ${figures.unanswered} unanswered, ` +
      `slowest ${figures.slowestMs} ms, deliveries ${JSON.stringify(states)}, ${seconds} s\n` +
      `logged: ${JSON.stringify(world.logged())}\n`,
  )
  expect(figures.unanswered).toBe(0)
}, 3_600_000)
