import { execFileSync } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { nextWorkingDayOpening } from '../../services/calendar/calendar.rules'
import type { Duty } from '../../services/duties/duties.types'
import { newId } from '../../services/platform/ids'
import type { OutboxRow } from '../../services/platform/outbox'
import { readProfile } from '../../services/policy/policy.service'
import type { BotProcess } from '../support/bot-processes'
import { chance, seedOfRun } from '../support/chance'
import { type SoakWorld, startSoakWorldAlone } from '../support/soak-world'
import { CALLER } from '../support/story'
import { times } from './counts'

const REMINDERS = times(12, 60)
const KILLS = times(2, 20)
const PAUSES = times(3, 100)
/** Waking one duty and sending what it asks for makes about as many writes. */
const WRITES_OF_ONE = 20
const LEASES_RUN_OUT_BY_THEMSELVES = times(0, 1) === 1
const RECOVERED_WITHIN_MS = 30_000

let world: SoakWorld
const seed = seedOfRun()
const which = chance(seed)

beforeAll(async () => {
  world = await startSoakWorldAlone('duties')
}, 120_000)
afterAll(() => world?.stop())

/** A case that came by mail, whose first contact has to be in the file within an hour. */
async function openedByMail(): Promise<string> {
  const { orgId, id: staffId, name: displayName } = world.person('Robin')
  const actor = { orgId, staffId, displayName, roles: ['front'] }
  const steps = [{ step: 'mail-notice', done: true }]
  const opened = await world.services.intake.openCase(actor, { id: newId(), channel: 'email', steps, details: CALLER })
  if (!opened.ok) throw new Error(opened.reason)
  return opened.caseId
}

async function manyByMail(): Promise<string[]> {
  const caseIds: string[] = []
  while (caseIds.length < REMINDERS) caseIds.push(await openedByMail())
  return caseIds
}

/** The next working morning, so that what falls due in the hours after it may go out at once. */
const tomorrow = () => world.clock.set(nextWorkingDayOpening(world.clock.now(), readProfile('cardiff').calendar))
const later = (minutes: number) => world.clock.set(new Date(world.clock.now().getTime() + minutes * 60_000))
const reminders = (caseId: string) =>
  world.mongo.db.collection<OutboxRow>('outbox').find({ card: 'first-contact', subject: caseId }).toArray()
/** How often the reminder came into the chat. */
const cards = (caseId: string) =>
  world.teams.everything().filter((text) => text.includes(caseId) && text.includes('lacks its first contact')).length

async function expectOneEach(caseIds: readonly string[], killed: number): Promise<number> {
  const rows = (await Promise.all(caseIds.map(reminders))).map((found) => found.map(({ state }) => state))
  expect(rows).toEqual(caseIds.map(() => ['sent']))
  const came = caseIds.map(cards)
  expect(Math.min(...came)).toBeGreaterThan(0)
  const extra = came.reduce((sum, count) => sum + count - 1, 0)
  expect(extra).toBeLessThanOrEqual(killed)
  return extra
}

async function kill(bot: BotProcess): Promise<void> {
  bot.signal('SIGKILL')
  expect(await bot.ended).toBe('SIGKILL')
}

describe('What fell due while the bot was down', () => {
  test(`IMP-36 after two hours ${REMINDERS} reminders come once each, and not once more`, async () => {
    tomorrow()
    const caseIds = await manyByMail()
    later(120)
    const began = performance.now()
    const bot = await world.start()
    await world.settled(60_000)
    const seconds = Math.round((performance.now() - began) / 100) / 10
    later(120)
    await bot.tell({ clock: world.clock.now().toISOString(), nudge: true })
    await pause(1_500)
    await expectOneEach(caseIds, 0)
    await kill(bot)
    process.stdout.write(`duties: ${REMINDERS} overdue reminders done ${seconds} s after the start began\n`)
  }, 120_000)

  test(`IMP-36 killed ${KILLS} times in the middle of it, they still come once each`, async () => {
    tomorrow()
    const caseIds = await manyByMail()
    later(120)
    const points: string[] = []
    for (let round = 0; round < KILLS; round++) {
      const bot = await world.start()
      const atWrite = which.between(1, WRITES_OF_ONE)
      const when = which.pick(['before', 'after'] as const)
      await bot.tell({ signal: { name: 'SIGKILL', atWrite, when } })
      expect(await bot.ended).toBe('SIGKILL')
      points.push(`${when} ${atWrite}`)
      await world.runLeasesOut()
    }
    const bot = await world.start()
    await world.settled(60_000)
    const extra = await expectOneEach(caseIds, KILLS)
    await kill(bot)
    process.stdout.write(
      `duties: seed ${seed}, ${KILLS} kills at writes ${points.join(', ')}; ${REMINDERS} reminders, ${extra} cards posted once more\n`,
    )
  }, 600_000)

  test('all of it is taken up within 30 seconds of the restart', async () => {
    tomorrow()
    const caseIds = await manyByMail()
    later(120)
    const killed = await world.start()
    await killed.tell({ signal: { name: 'SIGKILL', atWrite: which.between(3, WRITES_OF_ONE), when: 'before' } })
    await killed.ended
    // In full, what the dead worker held is waited for.
    if (!LEASES_RUN_OUT_BY_THEMSELVES) await world.runLeasesOut()
    const bot = await world.start()
    const began = performance.now()
    await world.settled(60_000)
    const took = performance.now() - began
    await expectOneEach(caseIds, 1)
    await kill(bot)
    process.stdout.write(`duties: everything overdue was done ${Math.round(took / 100) / 10} s after the restart\n`)
    expect(took).toBeLessThan(RECOVERED_WITHIN_MS)
  })
})

describe('A worker that was paused', () => {
  const isPaused = ({ pid }: BotProcess) =>
    execFileSync('ps', ['-o', 'stat=', '-p', String(pid)])
      .toString()
      .startsWith('T')

  /** Somebody's claim that has not run out. */
  const claims = async (caseId: string) =>
    (await world.mongo.db
      .collection<Duty>('duties')
      .countDocuments({ subject: caseId, state: 'open', 'lease.until': { $ne: null } })) +
    (await world.mongo.db
      .collection<OutboxRow>('outbox')
      .countDocuments({ subject: caseId, state: 'queued', 'lease.until': { $ne: null } }))

  test(`IMP-36 comes back too late ${PAUSES} times, and writes nothing over what another did meanwhile`, async () => {
    const paused = await world.start()
    const other = await world.start()
    const extras: number[] = []
    let heldOne = 0
    for (let round = 0; round < PAUSES; round++) {
      other.signal('SIGSTOP')
      tomorrow()
      const caseId = await openedByMail()
      later(61)
      const clock = world.clock.now().toISOString()
      const signal = {
        name: 'SIGSTOP',
        atWrite: which.between(1, WRITES_OF_ONE),
        when: which.pick(['before', 'after'] as const),
      } as const
      void paused.tell({ signal, clock, nudge: true })
      while (!isPaused(paused)) await pause(20)
      heldOne += await claims(caseId)
      await world.runLeasesOut()
      other.signal('SIGCONT')
      await other.tell({ clock, nudge: true })
      await world.settled(60_000)
      const [before] = await reminders(caseId)
      paused.signal('SIGCONT')
      await paused.tell({ nudge: true })
      await pause(200)
      const [after, ...more] = await reminders(caseId)
      expect(more).toEqual([])
      expect(after).toEqual(before)
      extras.push(cards(caseId) - 1)
    }
    // Not every pause falls between the post and writing it down; of many, some do not.
    if (PAUSES >= 20) expect(Math.min(...extras)).toBe(0)
    await Promise.all([kill(paused), kill(other)])
    const twice = extras.filter((extra) => extra > 0).length
    process.stdout.write(
      `duties: seed ${seed}, ${PAUSES} pauses, in ${heldOne} of which the worker held something; ${twice} cards posted once more\n`,
    )
  }, 1_200_000)
})
