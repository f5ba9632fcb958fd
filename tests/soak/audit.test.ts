import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { CHAIN_START, macOf } from '../../services/audit/audit.chain'
import type { AuditEntry, AuditHead, AuditSubject } from '../../services/audit/audit.types'
import { isWhole } from '../../services/audit/audit.verification'
import { migrate } from '../../services/platform/migrations'
import { type AuditWorld, anEntry, fileOf, startAuditWorld } from '../support/audit-world'
import { times } from './counts'

const TAMPERINGS = times(500, 10_000)
const ENTRIES = times(20_000, 1_000_000)
/** The goal is 30 on a machine with nothing else to do; a busy one gets more. */
const SECONDS = 120

/** The same sequence in every run (mulberry32). */
let seed = 20_260_420
function chance(): number {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
}
const below = (limit: number) => Math.floor(chance() * limit)
const oneOf = <T>(list: readonly T[]): T => list[below(list.length)]!

type Row = AuditEntry & { orgId: string }
type Broken = readonly { subject: string; seq: number }[]
interface Found {
  broken: Broken
  checkpoint: number | null
}

describe(`IMP-19 ${TAMPERINGS} random tamperings by somebody who may write to the whole database, or to the checkpoints`, () => {
  let world: AuditWorld
  let file: ReturnType<typeof fileOf>
  let chains: Map<AuditSubject, Row[]>
  let rows: Row[]
  let heads: (AuditHead & { orgId: string })[]
  let lines: string[]
  /** The whole database as it was before the last checkpoint. */
  let earlier: { rows: Row[]; heads: typeof heads; states: unknown[] }

  const subjects = Array.from({ length: 10 }, (_, index) => `case:${index}` as AuditSubject)
  const snapshot = async () => ({
    rows: (await world.entries().find().sort({ subject: 1, seq: 1 }).toArray()) as Row[],
    heads: (await world.heads().find().toArray()) as typeof heads,
    states: await world.states().find().toArray(),
  })

  beforeAll(async () => {
    world = await startAuditWorld('soak-audit')
    file = fileOf(world)
    for (let round = 0; round < 4; round++) {
      if (round === 3) earlier = await snapshot()
      for (const subject of subjects) await world.append(...Array.from({ length: 1 + below(3) }, () => subject))
      await world.anHourLater()
    }
    ;({ rows, heads } = await snapshot())
    chains = new Map(subjects.map((subject) => [subject, rows.filter((row) => row.subject === subject)]))
    lines = file.lines()
  })
  afterAll(() => world.close())

  const replace = async (some: readonly Row[], by: readonly object[]) => {
    const ids = some.map(({ _id }) => _id)
    if (ids.length > 0) await world.entries().deleteMany({ _id: { $in: ids } })
    if (by.length > 0) await world.entries().insertMany(by as Row[])
  }
  const setHead = (subject: AuditSubject, change: Partial<Record<keyof AuditHead, unknown>>) =>
    world.heads().updateOne({ _id: `cardiff:${subject}` }, { $set: change as never })
  const somewhereIn = (subject: AuditSubject) => {
    const chain = chains.get(subject)!
    const place = below(chain.length)
    return { chain, place, entry: chain[place]!, at: (seq: number): Broken => [{ subject, seq }] }
  }

  const EDITS: ((entry: Row) => object)[] = [
    ({ actor }) => ({ actor: `${actor}x` }),
    () => ({ event: 'case-opened' }),
    () => ({ outcome: 'refused' }),
    () => ({ reason: 'walled' }),
    () => ({ lookup: 'ABCDEF' }),
    ({ at }) => ({ at: new Date(at.getTime() + 1 + below(1e6)) }),
    ({ recordedAt }) => ({ recordedAt: new Date(recordedAt.getTime() - 1 - below(1e6)) }),
    () => ({ 'codes.about': `case-${2 + below(100)}` }),
    () => ({ [`codes.more${below(9)}`]: true }),
    () => ({ 'codes.count': '3' }),
    () => ({ profile: '2022-01.1' }),
    ({ previous }) => ({ previous: `${previous}A` }),
    ({ mac }) => ({ mac: mac.startsWith('A') ? `B${mac.slice(1)}` : `A${mac.slice(1)}` }),
    () => ({ at: 'yesterday' }),
    () => ({ codes: null }),
    () => ({ recordedAt: null }),
    () => ({ note: 'a name that has no place here' }),
  ]

  /** What can be done to one chain, and what is broken then. */
  const CHAIN: Record<string, (subject: AuditSubject) => Promise<Broken>> = {
    edited: async (subject) => {
      const { entry, at } = somewhereIn(subject)
      await world.entries().updateOne({ _id: entry._id }, { $set: oneOf(EDITS)(entry) as never })
      return at(entry.seq)
    },
    deleted: async (subject) => {
      const { entry, at } = somewhereIn(subject)
      await replace([entry], [])
      return at(entry.seq)
    },
    inserted: async (subject) => {
      const { chain, place, at } = somewhereIn(subject)
      const other = oneOf(rows.filter((row) => row.subject !== subject))
      const put = { ...other, _id: `${subject}-put-in`, subject, seq: place + 1 }
      const moved = chain.slice(place).map((entry) => ({ ...entry, _id: `${entry._id}-moved`, seq: entry.seq + 1 }))
      await replace(chain.slice(place), [put, ...moved])
      if (chance() < 0.5) await setHead(subject, { seq: chain.length + 1 })
      return at(place + 1)
    },
    'added at the end': async (subject) => {
      const { chain, entry, at } = somewhereIn(subject)
      const { mac } = chain.at(-1)!
      await replace([], [{ ...entry, _id: `${subject}-put-in`, seq: chain.length + 1, previous: mac }])
      await setHead(subject, { seq: chain.length + 1, mac: entry.mac })
      return at(chain.length + 1)
    },
    swapped: async (subject) => {
      const { chain, entry: one, at } = somewhereIn(subject)
      const other = oneOf(chain.filter(({ seq }) => seq !== one.seq))
      await replace(
        [one, other],
        [
          { ...one, seq: other.seq },
          { ...other, seq: one.seq },
        ],
      )
      return at(Math.min(one.seq, other.seq))
    },
    'moved to another chain': async (subject) => {
      const nowhere: AuditSubject = `${subject}-nowhere`
      const { entry, at } = somewhereIn(subject)
      await world.entries().updateOne({ _id: entry._id }, { $set: { subject: nowhere } })
      return [...at(entry.seq), { subject: nowhere, seq: 1 }]
    },
    'given another organisation': async (subject) => {
      const { entry, at } = somewhereIn(subject)
      await world.entries().updateOne({ _id: entry._id }, { $set: { orgId: 'cambridge' } as never })
      return at(entry.seq)
    },
    'cut at the end': async (subject) => {
      const { chain, place, at } = somewhereIn(subject)
      await replace(chain.slice(place), [])
      return at(place + 1)
    },
    'cut at the end together with its head': async (subject) => {
      const { chain, place, at } = somewhereIn(subject)
      await replace(chain.slice(place), [])
      await setHead(subject, { seq: place, mac: chain[place - 1]?.mac ?? CHAIN_START })
      return at(place + 1)
    },
    'removed as a whole, with its head': async (subject) => {
      const { chain, at } = somewhereIn(subject)
      await replace(chain, [])
      await world.heads().deleteOne({ _id: `cardiff:${subject}` })
      return at(1)
    },
    'left without its head': async (subject) => {
      const { chain, at } = somewhereIn(subject)
      await world.heads().deleteOne({ _id: `cardiff:${subject}` })
      return at(chain.length)
    },
    'given the head of another': async (subject) => {
      const { chain, at } = somewhereIn(subject)
      await setHead(subject, { mac: oneOf(heads.filter((head) => head.subject !== subject)).mac })
      return at(chain.length)
    },
    'rolled back, and written on': async (subject) => {
      const { at } = somewhereIn(subject)
      const kept = earlier.rows.filter((row) => row.subject === subject)
      await replace(chains.get(subject)!, kept)
      await setHead(subject, { seq: kept.length, mac: kept.at(-1)!.mac })
      await world.append(...Array.from({ length: 1 + below(6) }, () => subject))
      return at(kept.length + 1)
    },
  }

  /** What can be done to the database as a whole, or to the file of checkpoints. */
  const WHOLE: Record<string, () => Promise<Found>> = {
    'rolled back as a whole database': async () => {
      await replace(rows, earlier.rows)
      await world.heads().deleteMany({})
      await world.heads().insertMany(earlier.heads)
      const before = new Map(earlier.heads.map(({ subject, seq }) => [subject, seq]))
      return { broken: subjects.map((subject) => ({ subject, seq: before.get(subject)! + 1 })), checkpoint: null }
    },
    'a checkpoint altered': async () => {
      const place = below(lines.length)
      const line = lines[place]!
      const where = below(line.length)
      const other = oneOf([...'aZ7-"{}[],: '].filter((sign) => sign !== line[where]))
      file.write(lines.with(place, line.slice(0, where) + other + line.slice(where + 1)))
      return { broken: [], checkpoint: place + 1 }
    },
    'checkpoints removed': async () => {
      const place = below(lines.length)
      file.write(lines.toSpliced(place, 1 + below(3)))
      return { broken: [], checkpoint: place + 1 }
    },
    'checkpoints cut at the end': async () => {
      const left = below(lines.length)
      file.write(lines.slice(0, left))
      if (chance() < 0.5) file.add(lines[left]!.slice(0, below(lines[left]!.length)))
      return { broken: [], checkpoint: left + 1 }
    },
    'checkpoints in another order': async () => {
      const one = below(lines.length)
      const other = oneOf(lines.map((_, place) => place).filter((place) => place !== one))
      file.write(lines.with(one, lines[other]!).with(other, lines[one]!))
      return { broken: [], checkpoint: Math.min(one, other) + 1 }
    },
    'a checkpoint forged': async () => {
      const last = JSON.parse(lines.at(-1)!) as { number: number; code: string }
      file.add(`${JSON.stringify({ ...last, number: last.number + 1, previous: last.code })}\n`)
      return { broken: [], checkpoint: lines.length + 1 }
    },
  }

  /** The server keeps what was removed for five minutes, and passes over all of it in every walk. */
  async function makeAnew(): Promise<void> {
    for (const name of ['audit', 'auditHeads', 'migrations']) await world.mongo.db.dropCollection(name)
    await migrate(world.mongo)
  }

  let rounds = 0
  async function putRight(): Promise<void> {
    rounds += 1
    if (rounds % 20 === 0) await makeAnew()
    await Promise.all([world.entries().deleteMany({}), world.heads().deleteMany({})])
    await Promise.all([world.entries().insertMany(rows), world.heads().insertMany(heads)])
    file.write(lines)
  }

  test('are all found, and the first bad entry is named', async () => {
    expect(isWhole(await world.verify())).toBe(true)
    const missed: string[] = []
    const counted = new Map<string, number>()
    const check = async (kinds: readonly string[], wanted: Found) => {
      const { broken, brokenCheckpoint } = await world.verify()
      const sorted = (some: Broken) => some.map(({ subject, seq }) => `${subject} ${seq}`).sort()
      const found = JSON.stringify([sorted(broken), brokenCheckpoint])
      const expected = JSON.stringify([sorted(wanted.broken), wanted.checkpoint])
      if (found !== expected) missed.push(`${kinds.join()}: wanted ${expected}, found ${found}`)
      for (const kind of kinds) counted.set(kind, (counted.get(kind) ?? 0) + 1)
      await putRight()
    }
    const done = () => [...counted.values()].reduce((sum, count) => sum + count, 0)
    while (done() < TAMPERINGS) {
      // Every chain in a way of its own, and then the whole in one.
      const kinds = subjects.map(() => oneOf(Object.keys(CHAIN)))
      const broken = await Promise.all(subjects.map((subject, index) => CHAIN[kinds[index]!]!(subject)))
      await check(kinds, { broken: broken.flat(), checkpoint: null })
      const kind = oneOf(Object.keys(WHOLE))
      await check([kind], await WHOLE[kind]!())
    }
    expect(missed.slice(0, 5)).toEqual([])
    expect(counted.size).toBe(Object.keys({ ...CHAIN, ...WHOLE }).length)
    expect(isWhole(await world.verify())).toBe(true)
    const kinds = [...counted].map(([kind, count]) => `${count} ${kind}`).join(', ')
    process.stdout.write(`audit: ${done()} of ${done()} tamperings found, the first bad entry named (${kinds})\n`)
  })
})

describe(`IMP-19 An audit of ${ENTRIES} entries`, () => {
  let world: AuditWorld
  const EACH = 20

  beforeAll(async () => {
    world = await startAuditWorld('soak-audit-large')
    const key = (await world.keyring.shared('cardiff', 'audit')).bytes
    for (let done = 0; done < ENTRIES; done += 5_000) {
      const rows: Row[] = []
      const heads: (AuditHead & { orgId: string })[] = []
      for (let chain = 0; chain < 5_000 / EACH; chain++) {
        const subject: AuditSubject = `case:${crypto.randomUUID()}`
        let mac = CHAIN_START
        for (let seq = 1; seq <= EACH; seq++) {
          const about = { about: crypto.randomUUID(), part: 'content' }
          const entry = { ...anEntry(subject, { actor: crypto.randomUUID(), codes: about }), seq, previous: mac }
          mac = macOf(key, 'cardiff', entry)
          rows.push({ _id: `cardiff:${subject}:${seq}`, orgId: 'cardiff', ...entry, mac })
        }
        heads.push({ _id: `cardiff:${subject}`, orgId: 'cardiff', subject, seq: EACH, mac, changed: true })
      }
      await Promise.all([world.entries().insertMany(rows, { ordered: false }), world.heads().insertMany(heads)])
    }
  })
  afterAll(() => world.close())

  test('is verified while people wait, checkpoints included', async () => {
    let began = performance.now()
    await world.checkpoints.keepUp()
    const sealing = (performance.now() - began) / 1000
    began = performance.now()
    const before = process.cpuUsage()
    const found = await world.verify()
    const seconds = (performance.now() - began) / 1000
    const { user, system } = process.cpuUsage(before)
    expect(found).toMatchObject({ entries: ENTRIES, chains: ENTRIES / EACH, broken: [], brokenCheckpoint: null })
    expect(found.checkpoints).toBe(Math.floor(ENTRIES / EACH / 2_000) + 1)
    if (ENTRIES === 1_000_000) expect(seconds).toBeLessThan(SECONDS)

    began = performance.now()
    await world.anHourLater()
    const quiet = performance.now() - began
    process.stdout.write(
      `audit: ${found.entries} entries in ${found.chains} chains and ${found.checkpoints} checkpoints verified in ${seconds.toFixed(1)} s (${((user + system) / 1e6).toFixed(1)} s of one processor); all heads under checkpoints in ${sealing.toFixed(1)} s; an hour without changes ${quiet.toFixed(0)} ms\n`,
    )
  })
})
