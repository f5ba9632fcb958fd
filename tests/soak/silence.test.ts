import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { BreachRecord } from '../../services/breach/breach.types'
import { nextWorkingDayOpening } from '../../services/calendar/calendar.rules'
import type { Actor } from '../../services/people/people.types'
import { newId } from '../../services/platform/ids'
import { readProfile } from '../../services/policy/policy.service'
import { SAID } from '../support/breach-world'
import { type SoakWorld, startSoakWorldAlone } from '../support/soak-world'
import { times } from './counts'

const REQUESTS = times(4, 40)
const ON_TIME_MS = 30_000
const MINUTE_MS = 60_000

let world: SoakWorld

beforeAll(async () => {
  world = await startSoakWorldAlone('silence')
}, 120_000)
afterAll(() => world?.stop())

const silenceMs = () => readProfile('londonmet').breach.stages[0]!.silenceMinutes * MINUTE_MS

/** A request for which the director is asked, of a case that its requester holds. */
async function raised(): Promise<string> {
  const { orgId, id: staffId, name: displayName, roles } = world.person('Avery')
  const avery: Actor = { orgId, staffId, displayName, roles }
  const { intake, allocation, breaches } = world.services
  await world.mongo.db.collection('workloads').deleteMany({})
  const steps = [{ step: 'opening', done: true, answer: 'yes' as const }]
  const details = { name: 'Quinn Invented', number: '', reason: 'A letter' }
  const opened = await intake.openCase(avery, { id: newId(), channel: 'telephone', steps, details })
  if (!opened.ok) throw new Error(opened.reason)
  const { allocationId, caseId } = opened
  const because = readProfile('londonmet').allocation.otherReasons[0]!
  const choice = { allocationId, version: 1, urgent: false, to: staffId, because }
  const offered = await allocation.confirm(avery, choice)
  if (!offered.ok) throw new Error(offered.reason)
  await allocation.accept(avery, { allocationId, version: offered.view.version })
  const breachId = newId()
  const said = { ground: 'safeguarding', urgent: true, informed: true, states: SAID, confirmed: true }
  const sent = await breaches.raise(avery, { id: breachId, caseId, ...said })
  if (!sent.ok) throw new Error(sent.reason)
  return breachId
}

/** Some requests, all raised on the next working morning. */
async function many(): Promise<string[]> {
  world.clock.set(nextWorkingDayOpening(world.clock.now(), readProfile('londonmet').calendar))
  const requests: string[] = []
  while (requests.length < REQUESTS) requests.push(await raised())
  return requests
}

const historyOf = async (breachId: string) =>
  (await world.mongo.db.collection<BreachRecord>('breaches').findOne({ _id: breachId }))!.history

/** Business time at which each person was asked. */
async function askedOf(breachId: string): Promise<[string, Date][]> {
  const name = (to: string) => world.personas.find(({ id }) => id === to)!.name.split(' ')[0]!
  return (await historyOf(breachId)).flatMap((act) => (act.act === 'asked' ? [[name(act.to), act.at]] : []))
}

/** How many cards about a request are in somebody's chat. */
const cardsOf = (name: string, breachId: string) =>
  world.teams.chat(world.person(name)).filter(({ card }) => JSON.stringify(card).includes(breachId)).length

/** Waits until the deputy has a card about each of them, and gives the business time at which the last one came. */
async function deputyHasAll(requests: readonly string[]): Promise<Date> {
  while (requests.some((breachId) => cardsOf('Ariel', breachId) === 0)) await pause(50)
  return world.clock.now()
}

/** Everybody was asked once, the deputy in time after the director. @returns by how much the latest was late */
async function expectInTime(requests: readonly string[], notBefore = new Date(0)): Promise<number> {
  const lates: number[] = []
  for (const breachId of requests) {
    const [first, second, ...more] = await askedOf(breachId)
    expect([first![0], second![0], more]).toEqual(['Sutton', 'Ariel', []])
    const due = Math.max(first![1].getTime() + silenceMs(), notBefore.getTime())
    lates.push(second![1].getTime() - due)
  }
  expect(Math.min(...lates)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...lates)).toBeLessThan(ON_TIME_MS)
  return Math.max(...lates)
}

describe('When whoever was asked says nothing', () => {
  test(`LMU-28 the deputy has a card within 30 seconds of the limit, for ${REQUESTS} requests, and not before`, async () => {
    const requests = await many()
    const bot = await world.start()
    await world.settled(60_000)
    expect(requests.map((breachId) => cardsOf('Sutton', breachId))).toEqual(requests.map(() => 1))
    const [[, first]] = (await askedOf(requests[0]!)) as [[string, Date]]
    world.clock.set(new Date(first.getTime() + silenceMs() - 3_000))
    await bot.tell({ clock: world.clock.now().toISOString(), nudge: true })
    const last = await deputyHasAll(requests)
    const late = await expectInTime(requests)
    const [[, final]] = (await askedOf(requests.at(-1)!)) as [[string, Date]]
    const cardLate = last.getTime() - final.getTime() - silenceMs()
    expect(cardLate).toBeLessThan(ON_TIME_MS)
    bot.signal('SIGKILL')
    await bot.ended
    const figures = { requests: REQUESTS, askedMsAfterLimit: late, lastCardMsAfterLastLimit: cardLate }
    process.stdout.write(`silence: ${JSON.stringify(figures)}\n`)
  }, 300_000)

  test('IMP-36 LMU-28 after a restart as well: the limit that passed meanwhile counts at once, and once', async () => {
    const requests = await many()
    const killed = await world.start()
    await world.settled(60_000)
    killed.signal('SIGKILL')
    await killed.ended
    world.clock.set(new Date(world.clock.now().getTime() + silenceMs() + MINUTE_MS))
    const restarted = world.clock.now()
    const bot = await world.start()
    const last = await deputyHasAll(requests)
    const late = await expectInTime(requests, restarted)
    expect(last.getTime() - restarted.getTime()).toBeLessThan(ON_TIME_MS)
    bot.signal('SIGKILL')
    await bot.ended
    await world.runLeasesOut()
    const again = await world.start()
    await world.settled(60_000)
    await again.tell({ nudge: true })
    await world.settled(60_000)
    await expectInTime(requests, restarted)
    const figures = { requests: REQUESTS, askedMsAfterRestart: late, lastCardMs: last.getTime() - restarted.getTime() }
    process.stdout.write(`silence: ${JSON.stringify(figures)}\n`)
    again.signal('SIGKILL')
    await again.ended
  }, 300_000)
})
