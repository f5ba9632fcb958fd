import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { nextWorkingDayOpening } from '../../services/calendar/calendar.rules'
import { readProfile } from '../../services/policy/policy.service'
import type { BotProcess } from '../support/bot-processes'
import { type Chance, chance, seedOfRun } from '../support/chance'
import { type PersistentPeople, persistentPeople } from '../support/persistent-people'
import { postedOffers } from '../support/posted-offers'
import { type SoakWorld, startSoakWorldAlone } from '../support/soak-world'
import { deliveryStates, halfDone, lostOf } from '../support/whole-database'
import { times } from './counts'

const KILLS = times(6, 200)
const STORIES_AT_ONCE = 4
const PRESS_HANGS_MS = 60_000
const SPEAK_EVERY = 20
/** As many writes as a story or two make. */
const WRITES = times(150, 400)
const LONGEST_MS = 1_500

let world: SoakWorld
let people: PersistentPeople
let bot: BotProcess | null = null
const wakeReady: (() => void)[] = []
const seed = seedOfRun()

beforeAll(async () => {
  world = await startSoakWorldAlone('kill')
  people = persistentPeople({ ...world, ready, tomorrow, hangsAfterMs: PRESS_HANGS_MS })
}, 120_000)
afterAll(() => world?.stop())

const ready = async () => {
  while (!bot) await new Promise<void>((resolve) => wakeReady.push(resolve))
}

async function tomorrow() {
  world.clock.set(nextWorkingDayOpening(world.clock.now(), readProfile('cardiff').calendar))
  await bot?.tell({ clock: world.clock.now().toISOString(), nudge: true })
}

async function begin(): Promise<BotProcess> {
  const started = await world.start()
  void started.ended.then(() => {
    bot = null
  })
  bot = started
  for (const wake of wakeReady.splice(0)) wake()
  return started
}

/** Ends the bot at a step or at a moment that chance names. */
async function killSomewhere(running: BotProcess, which: Chance): Promise<string> {
  if (which.happens(0.75)) {
    const atWrite = which.between(1, WRITES)
    const when = which.pick(['before', 'after'] as const)
    await running.tell({ signal: { name: 'SIGKILL', atWrite, when } })
    const slow = pause(20_000, 'slow', { ref: false })
    if ((await Promise.race([running.ended, slow])) === 'slow') running.signal('SIGKILL')
    expect(await running.ended).toBe('SIGKILL')
    return `${when} write ${atWrite}`
  }
  const ms = which.between(0, LONGEST_MS)
  await pause(ms)
  running.signal('SIGKILL')
  expect(await running.ended).toBe('SIGKILL')
  return `after ${ms} ms`
}

/** What a dead process had begun stays open on the server, and in everybody's way, for a while; as if that were over. */
const endSessions = () => world.mongo.db.admin().command({ killAllSessions: [] })

test(`IMP-36 killed ${KILLS} times in the middle of work, the bot loses nothing that was said to be done, and leaves nothing half done`, async () => {
  const began = performance.now()
  const which = chance(seed)
  const points: string[] = []
  let going = true
  let stories = 0
  const fronts = ['Robin', 'Jules', 'Robin', 'Jules'].slice(0, STORIES_AT_ONCE)
  let running = await begin()
  const told = fronts.map(async (front, index) => {
    const own = chance(seed + index + 1)
    while (going) {
      await people.story(world.person(front), own)
      stories += 1
    }
  })
  const failed = Promise.all(told)
  failed.catch(() => undefined)
  for (let kill = 0; kill < KILLS; kill++) {
    points.push(await Promise.race([killSomewhere(running, which), failed.then(() => 'over')]))
    bot = null
    if (which.happens(0.5)) await endSessions()
    if (which.happens(0.7)) await world.runLeasesOut()
    expect({ seed, after: points.at(-1), wrong: await halfDone(world.mongo, world.services.audit, 'cardiff') }).toEqual(
      { seed, after: points.at(-1), wrong: [] },
    )
    running = await begin()
    if ((kill + 1) % SPEAK_EVERY === 0) process.stdout.write(`kill: ${kill + 1} kills, ${stories} stories\n`)
  }
  going = false
  await failed
  await tomorrow()
  await world.runLeasesOut()
  await world.settled(60_000)
  expect(await halfDone(world.mongo, world.services.audit, 'cardiff')).toEqual([])
  expect(await lostOf(people.told, world.mongo, world.keyring, 'cardiff')).toEqual([])
  const states = await deliveryStates(world.mongo)
  expect(states.queued ?? 0).toBe(0)
  const offers = postedOffers(world.teams)
  const asked = await world.mongo.db
    .collection<{ _id: string }>('allocations')
    // One that was taken back may have been so before its card went out.
    .find({ state: { $in: ['offered', 'accepted', 'declined'] } })
    .toArray()
  expect(asked.filter(({ _id }) => !offers.has(_id))).toEqual([])
  expect([...offers.values()].filter(({ to }) => to.size > 1)).toEqual([])
  const { figures } = people
  const twice = [...offers.values()].reduce((sum, { extra }) => sum + extra, 0)
  // At most the one that was on its way.
  expect(twice).toBeLessThanOrEqual(KILLS)
  const seconds = Math.round((performance.now() - began) / 1000)
  process.stdout.write(
    `kill: seed ${seed}, ${KILLS} kills, ${KILLS + 1} starts, ${stories} stories, ${people.told.length} acknowledged writes, ` +
      `${figures.presses} presses of which ${figures.unanswered} unanswered and ${figures.courteous} answered with a fault, ` +
      `slowest ${figures.slowestMs} ms, deliveries ${JSON.stringify(states)}, ${twice} offers posted once more, ${seconds} s\n` +
      `kill points: ${points.join(', ')}\nlogged: ${JSON.stringify(world.logged())}\n`,
  )
}, 3_600_000)
