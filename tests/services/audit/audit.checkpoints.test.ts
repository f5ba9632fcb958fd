import { statSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { checkpointFile } from '../../../services/audit/audit.checkpoint-file'
import { appendEntries } from '../../../services/audit/audit.store'
import type { Checkpoint } from '../../../services/audit/audit.types'
import { isWhole } from '../../../services/audit/audit.verification'
import { type AuditWorld, anEntry, fileOf, startAuditWorld } from '../../support/audit-world'

let world: AuditWorld
let file: ReturnType<typeof fileOf>

beforeEach(async () => {
  world = await startAuditWorld('audit-checkpoints')
  file = fileOf(world)
})

afterEach(() => world.close())

const written = (): Checkpoint[] => file.lines().map((line) => JSON.parse(line) as Checkpoint)
const alerts = () =>
  world
    .logged()
    .split('\n')
    .filter((line) => line.includes('"level":50'))
    .map((line) => String((JSON.parse(line) as { msg: string }).msg))
const due = () => world.states().updateMany({}, { $set: { dueAt: new Date(0) } })
const writtenMinutesAgo = (minutes: number) =>
  world.states().updateMany({}, { $set: { writtenAt: new Date(Date.now() - minutes * 60_000) } })

describe('IMP-19 The hourly checkpoint', () => {
  test('holds where each chain stands that changed in the hour, by ids and codes alone, and follows the one before', async () => {
    await world.append('case:one', 'case:one', 'case:two')
    await world.checkpoints.keepUp()
    await world.append('case:two')
    await world.anHourLater()
    const [first, second] = written() as [Checkpoint, Checkpoint]
    expect(first).toMatchObject({ orgId: 'cardiff', number: 1, previous: '', more: false })
    expect(first.heads.map(([subject, seq]) => [subject, seq])).toEqual(
      expect.arrayContaining([
        ['case:one', 2],
        ['case:two', 1],
      ]),
    )
    expect(second.heads.map(([subject, seq]) => [subject, seq])).toEqual([['case:two', 2]])
    expect(second).toMatchObject({ number: 2, previous: first.code })
    expect(Math.abs(Date.parse(second.at) - Date.now())).toBeLessThan(60_000)
    expect(isWhole(await world.verify())).toBe(true)
  })

  test('is written in a file that nobody but its owner may read', async () => {
    await world.checkpoints.keepUp()
    expect(statSync(world.path).mode & 0o777).toBe(0o600)
  })

  test('is written when nothing has changed as well, so that a missing hour shows', async () => {
    await world.checkpoints.keepUp()
    await world.anHourLater()
    expect(written().map(({ number, heads }) => [number, heads.length])).toEqual([
      [1, 0],
      [2, 0],
    ])
  })

  test('is written once in the hour, however often somebody looks, and by one of several processes', async () => {
    const processes = [world.checkpoints, world.anotherProcess(), world.anotherProcess(), world.anotherProcess()]
    for (let hour = 1; hour <= 5; hour++) {
      await due()
      await world.append('case:one')
      await Promise.all([...processes, ...processes].map((process) => process.keepUp()))
      expect(written().map(({ number }) => number)).toEqual(Array.from({ length: hour }, (_, index) => index + 1))
    }
    expect(await world.verify()).toMatchObject({ checkpoints: 5, brokenCheckpoint: null, broken: [] })
    expect(alerts()).toEqual([])
  })

  test('reads the heads that changed and no others', async () => {
    await world.append('case:one', 'case:two')
    await world.checkpoints.keepUp()
    const plan = await world
      .heads()
      .find({ $and: [{ orgId: 'cardiff' }, { changed: true }] } as never)
      .explain('executionStats')
    expect(plan.executionStats).toMatchObject({ nReturned: 0, totalDocsExamined: 0 })
  })

  test('a head that moves on while it is written stays for the next', async () => {
    const slow = {
      ...world.store,
      append: async (checkpoint: Checkpoint) => {
        await world.append('case:one')
        await world.store.append(checkpoint)
      },
    }
    await world.append('case:one')
    await world.anotherProcess(slow).keepUp()
    await world.anHourLater()
    expect(written().map(({ heads }) => heads.map(([, seq]) => seq))).toEqual([[1], [2]])
  })
})

describe('IMP-19 A process that dies or is paused while it writes a checkpoint', () => {
  const dying = (when: 'before' | 'after' | 'half') => ({
    ...world.store,
    append: async (checkpoint: Checkpoint) => {
      if (when === 'after') await world.store.append(checkpoint)
      if (when === 'half') file.add(JSON.stringify(checkpoint).slice(0, 80))
      throw new Error('gone')
    },
  })

  test.each(['before', 'after', 'half'] as const)(
    '%s the line: the next one goes on with the very same',
    async (when) => {
      await world.append('case:one')
      await world.checkpoints.keepUp()
      await world.append('case:one', 'case:two')
      await due()
      await world.anotherProcess(dying(when)).keepUp()
      await world.anHourLater()
      await world.anHourLater()
      expect(await world.verify()).toMatchObject({
        checkpoints: 3,
        brokenCheckpoint: null,
        broken: [],
        rolledBack: false,
      })
      expect(alerts()).toEqual(['checkpoint-failed'])
    },
  )

  test('writes late what another has long written for it, and that does no harm', async () => {
    let wake: () => void = () => undefined
    const paused = new Promise<void>((resolve) => {
      wake = resolve
    })
    let waiting = false
    const slow = {
      ...world.store,
      append: async (checkpoint: Checkpoint) => {
        waiting = true
        await paused
        await world.store.append(checkpoint)
      },
    }
    await world.append('case:one')
    const late = world.anotherProcess(slow).keepUp()
    while (!waiting) await new Promise((resolve) => setTimeout(resolve, 10))
    await world.states().updateMany({}, { $set: { 'lease.until': new Date(0) } })
    await world.anHourLater()
    await world.append('case:one')
    await world.anHourLater()
    wake()
    await late
    await world.anHourLater()
    expect(written().map(({ number }) => number)).toEqual([1, 2, 1, 3])
    expect(await world.verify()).toMatchObject({
      checkpoints: 3,
      brokenCheckpoint: null,
      broken: [],
      rolledBack: false,
    })
  })
})

describe('IMP-19 An hour without a checkpoint', () => {
  test('is an alert when the bot was down, and is over with the next one', async () => {
    await world.checkpoints.keepUp()
    expect(alerts()).toEqual([])
    await writtenMinutesAgo(200)
    await world.anHourLater()
    expect(alerts()).toEqual(['checkpoint-missed'])
    expect(world.checkpoints.late()).toEqual([])
  })

  test('is an alert, and shows, while it cannot be written; it is tried again each time', async () => {
    const unwritable = world.anotherProcess(checkpointFile('/nowhere/checkpoints.jsonl'))
    await unwritable.keepUp()
    expect(unwritable.late()).toEqual([])
    await writtenMinutesAgo(70)
    await unwritable.keepUp()
    await unwritable.keepUp()
    expect(unwritable.late()).toEqual(['cardiff'])
    expect(alerts()).toEqual(['checkpoint-failed', 'checkpoint-missed', 'checkpoint-failed', 'checkpoint-failed'])
    await world.checkpoints.keepUp()
    expect(world.checkpoints.late()).toEqual([])
    expect(written()).toHaveLength(1)
  })
})

describe('IMP-19 What is noticed as soon as the next checkpoint is written', () => {
  beforeEach(async () => {
    for (let hour = 0; hour < 3; hour++) {
      await world.append('case:one')
      await world.anHourLater()
    }
  })

  test('a file that was cut; the gap stays for everybody to see', async () => {
    file.write(file.lines().slice(0, 1))
    await world.append('case:one')
    await world.anHourLater()
    expect(alerts()).toEqual(['checkpoints-cut'])
    expect(await world.verify()).toMatchObject({ brokenCheckpoint: 2 })
  })

  test('a database that was taken back to an earlier hour', async () => {
    await world.states().updateMany({}, { $set: { number: 1, code: written()[0]!.code, pending: null } })
    expect(await world.verify()).toMatchObject({ rolledBack: true, broken: [], brokenCheckpoint: null })
    await world.anHourLater()
    expect(alerts()).toEqual(['database-rolled-back'])
    expect(written().map(({ number }) => number)).toEqual([1, 2, 3, 4])
  })

  test('a checkpoint that somebody planted in the database is not signed for, and not written', async () => {
    const planted = { ...written()[2]!, number: 4, heads: [] as const }
    await world.states().updateMany({}, { $set: { pending: planted } })
    await world.append('case:one')
    await world.anHourLater()
    expect(written()[3]!.heads).toHaveLength(1)
    expect(await world.verify()).toMatchObject({ brokenCheckpoint: null, broken: [] })
  })
})

test('IMP-19 a chain that somebody keeps from the checkpoints shows once it should have been under one', async () => {
  const recordedAt = new Date(Date.now() - 2 * 3_600_000)
  for (const subject of ['case:one', 'case:two', 'case:two'] as const)
    await appendEntries(world.mongo.forOrg('cardiff'), world.keyring, new Map(), [anEntry(subject, { recordedAt })])
  await world.heads().updateOne({ _id: 'cardiff:case:two' }, { $unset: { changed: true } })
  await world.checkpoints.keepUp()
  expect((await world.verify()).broken).toEqual([{ subject: 'case:two', seq: 1 }])
})
