import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { EmergencyRecord } from '../../../services/emergency/emergency.types'
import type { Actor } from '../../../services/people/people.types'
import { newId } from '../../../services/platform/ids'
import { WEDNESDAY } from '../../support/records'
import { must, refused, type ServicesWorld, startServices } from '../../support/services'

let world: ServicesWorld
let wren: Actor
beforeAll(async () => {
  world = await startServices('emergency-consulted')
  wren = world.actor('Wren')
})
beforeEach(async () => {
  world.at(WEDNESDAY)
  for (const name of ['outbox', 'duties', 'emergencies']) await world.mongo.db.collection(name).deleteMany({})
})
afterAll(() => world.stop())

const emergencies = () => world.services.emergencies
const stored = async (id: string) =>
  (await world.mongo.db.collection<EmergencyRecord>('emergencies').findOne({ _id: id }))!

/** Marked words that must not be anywhere in the open. */
const SAID = { advisers: 'Zebulon Invented', advice: 'Quillon should hear of it\nand the porter' }
const LEAKS = /Zebulon|Quillon|porter|Juniper/

interface Given {
  by?: Actor
  caseId?: string
  consulted?: string
}

/** An emergency in which something was given out, as it stands once it is recorded. */
async function recorded({ by = wren, caseId, consulted = '' }: Given = {}): Promise<string> {
  const id = newId()
  const named = caseId ? { caseId } : null
  must(await emergencies().open(by, { id, origin: id, at: WEDNESDAY, named, shownAs: null }))
  await world.wakeAll()
  const call = { service: 'emergency-services', other: '', date: '2021-04-14', time: '10:58', told: 'On a roof' }
  const danger = { toldClient: 'no', danger: 'client' } as const
  const after = { calls: [call], ...danger, shared: 'Juniper House', excluded: '', consulted }
  must(await emergencies().record(by, { emergencyId: id, reference: null, after, told: 'Called 999' }))
  return id
}

const consulted = (by: Actor, emergencyId: string, said = SAID, id = newId()) =>
  emergencies().consulted(by, { ...said, id, emergencyId, told: `${said.advisers}: ${said.advice}` })

const entries = (subject: `case:${string}` | `engagement:${string}`) =>
  world.entries({ subject, event: 'emergency-consulted' })

/** What of an emergency waits for somebody in their home. */
async function waiting(actor: Actor, emergencyId: string) {
  const read = await world.services.together(actor.orgId, { tasks: emergencies().tasksOf(actor, 5) })
  const found = read.tasks.find((task) => task.emergencyId === emergencyId)
  return found ? { task: found.task, owed: found.owed } : null
}

describe('A colleague advises after the emergency', () => {
  test('AMB-54 whoever opened it says who and what: nothing is owed any more, and the audit has it', async () => {
    const id = await recorded()
    expect(await stored(id)).toMatchObject({ after: { consult: 'owed' }, lateAdvice: null })
    const before = await stored(id)
    world.at(world.minutesLater(30))
    must(await consulted(wren, id))
    expect(await stored(id)).toMatchObject({
      state: 'recorded',
      after: { ...before.after, consult: 'done' },
      lateAdvice: { at: world.minutesLater(30) },
    })
    expect(await entries(`engagement:${id}`)).toMatchObject([
      { actor: wren.staffId, outcome: 'done', codes: { emergency: id } },
    ])
  })

  test('AMB-54 a second time changes nothing and is no error; what was noted first stands', async () => {
    const id = await recorded()
    must(await consulted(wren, id))
    const kept = await stored(id)
    const cards = (await world.outbox({})).length
    expect(must(await consulted(wren, id, { advisers: 'Emery', advice: 'Nothing' })).repeated).toBe(true)
    expect(await stored(id)).toEqual(kept)
    expect(await entries(`engagement:${id}`)).toHaveLength(1)
    expect(await world.outbox({})).toHaveLength(cards)
  })

  test('AMB-54 pressed many times at once it is noted once', async () => {
    const { caseId } = await world.accepted(wren, wren)
    const id = await recorded({ caseId })
    const tried = await Promise.all(Array.from({ length: 6 }, () => consulted(wren, id)))
    expect(tried.filter((outcome) => !must(outcome).repeated)).toHaveLength(1)
    expect(await entries(`case:${caseId}`)).toHaveLength(1)
    const { view } = must(await world.services.caseFile.open(wren, { caseId, postedAs: null }))
    expect(view.entries.filter(({ text }) => text.includes('Zebulon'))).toHaveLength(1)
  })

  test('AMB-54 nobody else may, and of none that is unknown or another union’s', async () => {
    const id = await recorded()
    const kept = await stored(id)
    for (const name of ['Emery', 'Winter'])
      expect(await consulted(world.actor(name), id)).toEqual(refused('not-theirs'))
    expect(await consulted(world.actor('Avery'), id)).toEqual(refused('unknown'))
    expect(await consulted(wren, newId())).toEqual(refused('unknown'))
    expect(await stored(id)).toEqual(kept)
    expect(await entries(`engagement:${id}`)).toEqual([])
    const { staffId } = world.actor('Emery')
    const attempts = await world.entries({ subject: `staff:${staffId}`, event: 'emergency-consulted' })
    expect(attempts).toMatchObject([{ outcome: 'refused', reason: 'not-theirs', codes: { about: id } }])
  })

  test('AMB-54 only where it is owed: not before the record, not where a colleague had advised by then', async () => {
    const id = newId()
    must(await emergencies().open(wren, { id, origin: id, at: WEDNESDAY, named: null, shownAs: null }))
    expect(await consulted(wren, id)).toEqual(refused('not-owed'))
    expect(await consulted(wren, await recorded({ consulted: 'Emery' }))).toEqual(refused('not-owed'))
  })

  test('AMB-54 not in a union that asks for no consultation', async () => {
    const avery = world.actor('Avery')
    const id = await recorded({ by: avery })
    expect(await stored(id)).toMatchObject({ after: { consult: null } })
    expect(await consulted(avery, id)).toEqual(refused('not-owed'))
  })

  test('AMB-54 who and what are both needed, and it stays owed without them', async () => {
    const id = await recorded()
    expect(await consulted(wren, id, { ...SAID, advisers: ' ' })).toEqual(refused('advisers-missing'))
    expect(await consulted(wren, id, { ...SAID, advice: ' ' })).toEqual(refused('advice-missing'))
    expect(await stored(id)).toMatchObject({ after: { consult: 'owed' }, lateAdvice: null })
    must(await consulted(wren, id))
  })
})

describe('Where it is kept', () => {
  test('AMB-54 with a case it stands in the chronology too, and in the case’s audit', async () => {
    const { caseId } = await world.accepted(wren, wren)
    const id = await recorded({ caseId })
    world.at(world.minutesLater(30))
    const contact = newId()
    must(await consulted(wren, id, SAID, contact))
    const { view } = must(await world.services.caseFile.open(wren, { caseId, postedAs: null }))
    const at = world.minutesLater(30)
    const text = `${SAID.advisers}: ${SAID.advice}`
    expect(view.entries.at(-1)).toMatchObject({ at, kind: 'emergency', byName: wren.displayName, text })
    expect(await entries(`case:${caseId}`)).toMatchObject([{ codes: { emergency: id, contact } }])
    expect(await entries(`engagement:${id}`)).toEqual([])
  })

  test('AMB-54 without a case it makes no entry in any', async () => {
    const count = () => world.mongo.db.collection('contacts').countDocuments()
    const id = await recorded()
    const before = await count()
    must(await consulted(wren, id))
    expect(await count()).toBe(before)
  })

  test('AMB-54 IMP-22 no word of it stands in the open in any collection', async () => {
    const { caseId } = await world.accepted(wren, wren)
    for (const id of [await recorded({ caseId }), await recorded()]) must(await consulted(wren, id))
    await world.wakeAll()
    for (const db of [world.mongo.db, world.mongo.keysDb])
      for (const { name } of await db.listCollections().toArray())
        for (const record of await db.collection(name).find().toArray()) {
          const bytes = Object.values(record).flatMap((value) => bytesIn(value))
          expect([JSON.stringify(record), ...bytes].join('\n')).not.toMatch(LEAKS)
        }
  })

  /** Sealed fields as the letters that their bytes would be. */
  const bytesIn = (value: unknown): string[] => {
    if (Buffer.isBuffer(value)) return [value.toString('latin1')]
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(bytesIn) : []
  }

  test('AMB-54 it is sealed for its own place, under the key of the record', async () => {
    const id = await recorded()
    must(await consulted(wren, id))
    const { after, lateAdvice } = await stored(id)
    await world.mongo.db
      .collection<EmergencyRecord>('emergencies')
      .updateOne({ _id: id }, { $set: { 'after.sealed': lateAdvice!.sealed } })
    await expect(emergencies().view(world.actor('Emery'), id)).rejects.toMatchObject({
      code: 'sealed-field-unreadable',
    })
    await world.mongo.keysDb.collection<{ _id: string }>('keys').deleteOne({ _id: after!.keyId })
    await expect(world.secondProcess().emergencies.view(world.actor('Emery'), id)).rejects.toMatchObject({
      code: 'key-destroyed',
    })
  })
})

describe('Who sees it', () => {
  test('AMB-54 whoever reviews sees that it is owed, then who advised and what; also after the review', async () => {
    const id = await recorded()
    const emery = world.actor('Emery')
    expect(must(await emergencies().view(emery, id)).view).toMatchObject({ consult: 'owed', lateAdvice: null })
    must(await emergencies().review(emery, { emergencyId: id, within: true, finding: 'Done well' }))
    expect(await waiting(wren, id)).toMatchObject({ owed: true })
    must(await consulted(wren, id))
    expect(must(await emergencies().view(emery, id)).view).toMatchObject({
      state: 'reviewed',
      consult: 'done',
      lateAdvice: { ...SAID, at: WEDNESDAY },
    })
  })

  test('AMB-54 whoever was told has a card that is drawn anew, and so have reviewers; the opener reads nothing', async () => {
    const id = await recorded()
    await world.mongo.db.collection('outbox').deleteMany({})
    must(await consulted(wren, id))
    const colleagues = ['Emery', 'Winter'].map((name) => world.actor(name).staffId).sort()
    for (const card of ['emergency-opened', 'emergency-review'] as const) {
      const rows = await world.outbox({ card, subject: id })
      expect(rows.map(({ by, to, renew }) => [by, to, renew ?? false]).sort()).toEqual(
        colleagues.map((to) => ['card', to, false]),
      )
    }
    expect(await world.outbox({})).toHaveLength(4)
    expect(await emergencies().view(wren, id)).toEqual(refused('own'))
    expect(await emergencies().summary('cambridge', id, colleagues[0]!)).toMatchObject({ consult: 'done' })
  })

  test('AMB-54 in the home of whoever opened it while it is owed, beside what else they have to do', async () => {
    const id = await recorded()
    expect(await waiting(wren, id)).toEqual({ task: 'none', owed: true })
    expect(await waiting(world.actor('Emery'), id)).toEqual({ task: 'review', owed: false })
    world.at(new Date('2021-04-15T09:00:00Z'))
    expect(await waiting(wren, id)).toEqual({ task: 'debrief', owed: true })
    must(await emergencies().debrief(wren, { emergencyId: id, answer: 'done' }))
    must(await emergencies().review(world.actor('Winter'), { emergencyId: id, within: true, finding: 'Done well' }))
    expect(await waiting(wren, id)).toEqual({ task: 'none', owed: true })
    must(await consulted(wren, id))
    expect(await waiting(wren, id)).toBeNull()
  })
})
