import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { EmergencyRecord, TypedRecord } from '../../../services/emergency/emergency.types'
import type { Actor } from '../../../services/people/people.types'
import { newId } from '../../../services/platform/ids'
import { WEDNESDAY } from '../../support/records'
import { must, refused, type ServicesWorld, startServices } from '../../support/services'

let world: ServicesWorld
beforeAll(async () => {
  world = await startServices('emergency')
})
beforeEach(async () => {
  world.at(WEDNESDAY)
  world.graph.setFault('transitiveMembers', null)
  for (const name of ['outbox', 'duties', 'absences', 'emergencies'])
    await world.mongo.db.collection(name).deleteMany({})
})
afterAll(() => world.stop())

const emergencies = () => world.services.emergencies
const stored = async (id: string) =>
  (await world.mongo.db.collection<EmergencyRecord>('emergencies').findOne({ _id: id }))!
const later = (minutes: number) => world.at(world.minutesLater(minutes))

const SAID: TypedRecord = {
  calls: [
    { service: 'emergency-services', other: '', date: '2021-04-14', time: '10:58', told: 'Quinn Invented on a roof' },
  ],
  toldClient: 'no',
  danger: 'client',
  shared: 'The warden, Quinn Invented',
  excluded: '',
  consulted: '',
}

interface Opened {
  id?: string
  origin?: string
  caseId?: string | undefined
}

async function open(by: Actor, { id = newId(), origin = newId(), caseId }: Opened = {}): Promise<string> {
  const named = caseId ? { caseId } : null
  const { view } = must(
    await emergencies().open(
      { ...by, roles: [] },
      { id, origin, at: world.services.clock.now(), named, shownAs: null },
    ),
  )
  return view.emergencyId
}

const record = (by: Actor, emergencyId: string, changes: Partial<TypedRecord> = {}, reference: string | null = null) =>
  emergencies().record(by, { emergencyId, reference, after: { ...SAID, ...changes }, told: 'Called 999' })

/** Who got what, by the beginning of their names, cards before mails. */
async function sent(card: Parameters<ServicesWorld['outbox']>[0]['card'], id: string): Promise<string[]> {
  const rows = await world.outbox({ card, subject: id })
  return rows.map(({ to, by }) => `${by} ${to}`).sort()
}
const both = (...people: Actor[]) => people.flatMap(({ staffId }) => [`card ${staffId}`, `mail ${staffId}`]).sort()

/** Whoever opens it in each union, and who hears of it. */
const UNIONS: [string, string, string, string[]][] = [
  ['LMU-35', 'londonmet', 'Avery', ['Sutton']],
  ['N15', 'cardiff', 'Robin', ['Morgan']],
  ['N15', 'worcester', 'Rowan', ['Marlowe']],
  ['N15 CAM-07', 'cambridge', 'Wren', ['Emery', 'Winter']],
  ['N15', 'lancaster', 'Kit', ['Reese']],
]

describe('Opening', () => {
  test.each(UNIONS)('%s %s: %s opens it, %j hear at once, and in the night too', async (_id, _union, opener, told) => {
    world.at(new Date('2021-04-14T23:00:00Z'))
    const id = await open(world.actor(opener))
    expect(await world.wakeAll()).toBe(1)
    expect(await sent('emergency-opened', id)).toEqual(both(...told.map(world.actor)))
    const rows = await world.outbox({ card: 'emergency-opened' })
    expect(rows.every(({ dueAt }) => dueAt <= world.services.clock.now())).toBe(true)
    expect(await world.entries({ subject: `engagement:${id}`, event: 'emergency-told' })).toMatchObject([
      { actor: 'system', codes: { emergency: id, count: told.length } },
    ])
  })

  test('LMU-35 AMB-49 the executive hears where the director is away', async () => {
    must(await world.services.people.away(world.actor('Sutton'), { id: newId(), until: '2021-04-20' }))
    const id = await open(world.actor('Avery'))
    await world.wakeAll()
    expect(await sent('emergency-opened', id)).toEqual(both(world.actor('Ariel')))
  })

  test('IMP-06 where a wall keeps out everybody who would be told, the last resort hears', async () => {
    const rowan = world.actor('Rowan')
    const { caseId } = await world.accepted(rowan, rowan)
    const people = ['Marlowe', 'Sage'].map((name) => world.actor(name).staffId)
    await world.wall(caseId, ...people)
    const id = await open(rowan, { caseId })
    await world.wakeAll()
    expect(await sent('emergency-opened', id)).toEqual(both(world.actor('Arden'), world.actor('Lane')))
  })

  test('IMP-55 anybody may, without a role', async () => {
    const id = await open(world.actor('Linden'))
    expect(await stored(id)).toMatchObject({ state: 'opened', openedBy: world.actor('Linden').staffId, caseId: null })
    await world.wakeAll()
    expect(await sent('emergency-opened', id)).toEqual(both(world.actor('Sutton')))
  })

  test('IMP-55 a repeated delivery, and a second press on the same card, are one emergency', async () => {
    const avery = world.actor('Avery')
    const [id, origin] = [newId(), newId()]
    await open(avery, { id, origin })
    await open(avery, { id, origin })
    expect(await open(avery, { origin })).toBe(id)
    expect(await world.mongo.db.collection('emergencies').countDocuments()).toBe(1)
    expect(await world.entries({ subject: `engagement:${id}`, event: 'emergency-opened' })).toHaveLength(1)
    must(await emergencies().standDown(avery, { emergencyId: id, reason: 'trial' }))
    expect(await open(avery, { origin })).not.toBe(id)
  })

  test('IMP-55 pressed many times at once it is one', async () => {
    const avery = world.actor('Avery')
    const origin = newId()
    const ids = await Promise.all(Array.from({ length: 6 }, () => open(avery, { origin })))
    expect(new Set(ids).size).toBe(1)
    expect(await world.mongo.db.collection('emergencies').countDocuments()).toBe(1)
  })

  test('IMP-55 an id that is somebody else’s opens nothing', async () => {
    const id = await open(world.actor('Avery'))
    const tried = { id, origin: newId(), at: WEDNESDAY, named: null, shownAs: null }
    expect(await emergencies().open(world.actor('Jamie'), tried)).toEqual(refused('unknown'))
  })

  test('IMP-56 one that could be recorded only later keeps the time at which it was asked for', async () => {
    const id = newId()
    const at = world.minutesLater(-20)
    must(await emergencies().open(world.actor('Avery'), { id, origin: id, at, named: null, shownAs: null }))
    expect((await stored(id)).openedAt).toEqual(at)
  })

  test('IMP-14 behind a wall it is recorded without the case, and who is behind one is not told', async () => {
    const ada = world.actor('Ada')
    const { caseId } = await world.accepted(ada)
    await world.wall(caseId, ada.staffId, world.actor('Morgan').staffId)
    expect((await stored(await open(ada, { caseId }))).caseId).toBeNull()
    const id = await open(world.actor('Bo'), { caseId })
    expect((await stored(id)).caseId).toBe(caseId)
    await world.wakeAll()
    expect(await sent('emergency-opened', id)).toEqual(both(world.actor('Sam')))
    expect(await emergencies().summary('cardiff', id, world.actor('Morgan').staffId)).toBeNull()
    expect(await emergencies().view(world.actor('Morgan'), id)).toEqual(refused('walled'))
  })

  test('IMP-55 a case that does not exist, or is another union’s, sounds the same as any', async () => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    for (const named of [{ caseId: newId() }, { caseId }, { reference: 'ABCDEFGH' }]) {
      const id = newId()
      const opening = { id, origin: id, at: WEDNESDAY, named, shownAs: null }
      expect(await emergencies().open(world.actor('Avery'), opening)).toMatchObject({
        ok: true,
        view: { state: 'opened' },
      })
      expect((await stored(id)).caseId).toBeNull()
    }
  })

  test('IMP-55 with Graph out of reach it is recorded, and told as soon as people are known again', async () => {
    world.services.people.forget()
    world.graph.setFault('transitiveMembers', { kind: 'status', status: 503 })
    const id = await open(world.actor('Avery'))
    expect(await world.wakeAll()).toBe(1)
    expect(await sent('emergency-opened', id)).toEqual([])
    world.graph.setFault('transitiveMembers', null)
    expect(await world.wakeAll()).toBe(0)
    later(1)
    expect(await world.wakeAll()).toBe(1)
    expect(await sent('emergency-opened', id)).toEqual(both(world.actor('Sutton')))
  }, 60_000)
})

describe('Until it is recorded', () => {
  test('LMU-35 whoever opened it is reminded every 15 minutes, not sooner, and after a restart as well', async () => {
    const avery = world.actor('Avery')
    const id = await open(avery)
    await world.wakeAll()
    later(14)
    expect(await world.wakeAll()).toBe(0)
    later(15)
    expect(await world.wakeAll()).toBe(1)
    later(29)
    expect(await world.wakeAll()).toBe(0)
    later(30)
    expect(await world.secondProcess().duties.wakeNext()).toBe(true)
    expect(await world.wakeAll()).toBe(0)
    expect(await sent('emergency-reminder', id)).toEqual([`card ${avery.staffId}`, `card ${avery.staffId}`])
  })

  test('IMP-56 after an hour, not before, whoever was told and the manager hear of it, once', async () => {
    const id = await open(world.actor('Avery'))
    await world.wakeAll()
    later(59)
    await world.wakeAll()
    expect(await sent('emergency-unrecorded', id)).toEqual([])
    later(60)
    await world.wakeAll()
    later(180)
    await world.wakeAll()
    expect(await sent('emergency-unrecorded', id)).toEqual(both(world.actor('Sutton'), world.actor('Remy')))
    expect(await world.entries({ subject: `engagement:${id}`, event: 'emergency-alerted' })).toMatchObject([
      { codes: { why: 'unrecorded' } },
    ])
  })

  test('IMP-56 what is recorded in time brings neither reminder nor alert', async () => {
    const avery = world.actor('Avery')
    const id = await open(avery)
    await world.wakeAll()
    must(await record(avery, id))
    later(180)
    await world.wakeAll()
    expect([await sent('emergency-reminder', id), await sent('emergency-unrecorded', id)]).toEqual([[], []])
  })

  test('IMP-56 the third by one person within thirty days is brought to the manager, not the second', async () => {
    const avery = world.actor('Avery')
    const ids = [await open(avery), await open(avery)]
    await open(world.actor('Jamie'))
    await world.wakeAll()
    expect(await world.outbox({ card: 'emergency-frequent' })).toEqual([])
    ids.push(await open(avery))
    must(await emergencies().standDown(avery, { emergencyId: ids[2]!, reason: 'trial' }))
    await world.wakeAll()
    expect(await sent('emergency-frequent', ids[2]!)).toEqual(both(world.actor('Remy')))
    expect(await sent('emergency-opened', ids[2]!)).toEqual([])
  })

  test('LMU-35 opened by mistake it ends, with a reason; whoever was told has a card that says so', async () => {
    const avery = world.actor('Avery')
    const id = await open(avery)
    await world.wakeAll()
    const mistake = { emergencyId: id, reason: 'mistake' as const }
    expect(await emergencies().standDown(world.actor('Jamie'), mistake)).toEqual(refused('not-theirs'))
    must(await emergencies().standDown(avery, mistake))
    expect(must(await emergencies().standDown(avery, mistake)).repeated).toBe(true)
    expect(await stored(id)).toMatchObject({ state: 'stood-down', stoodDown: { reason: 'mistake' } })
    expect(await world.outbox({ card: 'emergency-opened', subject: id, by: 'card' })).toHaveLength(2)
    expect(await record(avery, id)).toEqual(refused('settled'))
    later(180)
    await world.wakeAll()
    expect([await sent('emergency-reminder', id), await sent('emergency-unrecorded', id)]).toEqual([[], []])
  })
})

describe('The record', () => {
  test('LMU-35 is kept sealed, once, and by whoever opened it alone', async () => {
    const avery = world.actor('Avery')
    const id = await open(avery)
    await world.wakeAll()
    expect(await record(world.actor('Jamie'), id)).toEqual(refused('not-theirs'))
    expect(await record(avery, newId())).toEqual(refused('unknown'))
    expect(await record(avery, id, { calls: [] })).toEqual(refused('no-call'))
    expect(await stored(id)).toMatchObject({ state: 'opened', after: null })
    must(await record(avery, id))
    expect(must(await record(avery, id, { shared: 'Somebody else' })).repeated).toBe(true)
    const kept = await stored(id)
    expect(kept).toMatchObject({ state: 'recorded', after: { shared: true, outside: false, consult: null } })
    expect(JSON.stringify(kept)).not.toMatch(/Quinn|warden|roof/)
    expect(Buffer.from(kept.after!.sealed).toString('latin1')).not.toMatch(/Quinn|warden|roof/)
    expect(await world.entries({ subject: `engagement:${id}`, event: 'emergency-recorded' })).toHaveLength(1)
  })

  test('LMU-35 stands in the case that it was opened from, under the case’s key', async () => {
    const ada = world.actor('Ada')
    const { caseId } = await world.accepted(ada)
    later(1)
    const id = await open(ada, { caseId })
    expect(must(await record(ada, id))).toMatchObject({ caseId, outside: true })
    expect((await stored(id)).after!.keyId).toBe((await world.caseRecord(caseId)).keyId)
    const { view } = must(await world.services.caseFile.open(ada, { caseId, postedAs: null }))
    expect(view.entries.at(-1)).toMatchObject({ kind: 'emergency', byName: ada.displayName, text: 'Called 999' })
    expect(await world.entries({ subject: `case:${caseId}`, event: 'emergency-recorded' })).toHaveLength(1)
  })

  test('LMU-35 a case named afterwards is taken where the person may open it, and else not spoken of', async () => {
    const ada = world.actor('Ada')
    const { caseId } = await world.accepted(ada)
    const { reference } = await world.caseRecord(caseId)
    const lee = world.actor('Lee')
    expect(await record(lee, await open(lee), {}, reference)).toEqual(refused('no-such-case'))
    expect(await record(lee, await open(lee), {}, 'ABCDEFGH')).toEqual(refused('no-such-case'))
    expect(must(await record(ada, await open(ada), {}, reference)).caseId).toBe(caseId)
  })

  test('IMP-15 whoever may not open the case hears nothing of it', async () => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    const robin = world.actor('Robin')
    const id = await open(robin, { caseId })
    expect(must(await emergencies().own(robin, id)).view.reference).toBeNull()
    expect(await emergencies().summary('cardiff', id, robin.staffId)).toMatchObject({ reference: null })
    expect(must(await record(robin, id)).caseId).toBeNull()
    expect((await stored(id)).caseId).toBe(caseId)
    expect(await emergencies().own(world.actor('Ada'), id)).toEqual(refused('not-theirs'))
  })

  test('AMB-54 what was given out before a colleague advised is marked as owed', async () => {
    const wren = world.actor('Wren')
    const owed = await open(wren)
    expect(must(await record(wren, owed))).toMatchObject({ outside: true, consult: 'owed' })
    expect(must(await record(wren, await open(wren), { consulted: 'Emery' }))).toMatchObject({ consult: 'done' })
  })
})

describe('The review', () => {
  async function recorded(by = world.actor('Avery')): Promise<string> {
    const id = await open(by)
    await world.wakeAll()
    must(await record(by, id))
    return id
  }
  const finding = { within: true, finding: 'Quinn Invented was well looked after' }

  test('IMP-55 waits for the manager, who reads the record, which is noted first, and says what came of it', async () => {
    const id = await recorded()
    const remy = world.actor('Remy')
    expect(await sent('emergency-review', id)).toEqual([`card ${remy.staffId}`])
    const { view } = must(await emergencies().view(remy, id))
    expect(view).toMatchObject({ mayReview: true, after: { shared: 'The warden, Quinn Invented' } })
    expect(view.after!.calls[0]!.at).toEqual(new Date('2021-04-14T09:58:00Z'))
    expect(await world.entries({ subject: `engagement:${id}`, event: 'emergency-viewed' })).toMatchObject([
      { actor: remy.staffId, codes: { part: 'content' } },
    ])
    expect(await emergencies().review(remy, { emergencyId: id, ...finding, finding: ' ' })).toEqual(refused('missing'))
    must(await emergencies().review(remy, { emergencyId: id, ...finding }))
    expect(must(await emergencies().review(remy, { emergencyId: id, ...finding })).repeated).toBe(true)
    expect(JSON.stringify(await stored(id))).not.toMatch(/Quinn|looked/)
    expect(must(await emergencies().view(remy, id)).view).toMatchObject({
      state: 'reviewed',
      mayReview: false,
      review: finding,
    })
  })

  test('IMP-55 the director was told, and sees when and by whom, not what was done', async () => {
    const id = await recorded()
    const { view } = must(await emergencies().view(world.actor('Sutton'), id))
    expect(view).toMatchObject({ openedByName: 'Avery Example', after: null, review: null, mayReview: false })
    expect(await emergencies().review(world.actor('Sutton'), { emergencyId: id, ...finding })).toEqual(
      refused('unknown'),
    )
  })

  test('IMP-55 nobody else, and nobody their own', async () => {
    const id = await recorded()
    for (const name of ['Jamie', 'Ariel', 'Linden'])
      expect(await emergencies().view(world.actor(name), id)).toEqual(refused('unknown'))
    expect(await emergencies().view(world.actor('Morgan'), id)).toEqual(refused('unknown'))
    const own = await recorded(world.actor('Remy'))
    expect(await emergencies().review(world.actor('Remy'), { emergencyId: own, ...finding })).toEqual(refused('own'))
  })

  test('IMP-55 whoever was told reviews what the only manager opened', async () => {
    const id = await recorded(world.actor('Reese'))
    const darcy = world.actor('Darcy')
    expect(await sent('emergency-review', id)).toEqual([`card ${darcy.staffId}`])
    must(await emergencies().review(darcy, { emergencyId: id, ...finding }))
  })

  test('LAN-26 whoever may have to investigate sees nothing of it, whatever else they are', async () => {
    const id = await recorded(world.actor('Kit'))
    const harper = { ...world.actor('Harper'), roles: ['manager', 'complaint-investigator'] }
    expect(await emergencies().view(harper, id)).toEqual(refused('investigator'))
    expect(await emergencies().review(harper, { emergencyId: id, ...finding })).toEqual(refused('investigator'))
  })

  test('IMP-55 no review before the record', async () => {
    const id = await open(world.actor('Avery'))
    expect(await emergencies().review(world.actor('Remy'), { emergencyId: id, ...finding })).toEqual(refused('settled'))
  })
})

describe('Care', () => {
  test('IMP-67 on the next working day, not before, whoever went through it is asked; it is ticked once', async () => {
    const avery = world.actor('Avery')
    const id = await open(avery)
    must(await record(avery, id))
    world.at(new Date('2021-04-15T07:59:00Z'))
    await world.wakeAll()
    expect(await sent('emergency-debrief', id)).toEqual([])
    world.at(new Date('2021-04-15T08:00:00Z'))
    await world.wakeAll()
    expect(await sent('emergency-debrief', id)).toEqual([`card ${avery.staffId}`])
    const done = { emergencyId: id, answer: 'declined' as const }
    expect(await emergencies().debrief(world.actor('Remy'), done)).toEqual(refused('not-theirs'))
    must(await emergencies().debrief(avery, done))
    expect(must(await emergencies().debrief(avery, { ...done, answer: 'done' })).repeated).toBe(true)
    expect(await stored(id)).toMatchObject({ debrief: { state: 'declined' } })
  })

  test('IMP-67 a Friday’s is asked on Monday', async () => {
    world.at(new Date('2021-04-16T15:00:00Z'))
    const avery = world.actor('Avery')
    const id = await open(avery)
    must(await record(avery, id))
    expect((await stored(id)).debrief!.dueAt).toEqual(new Date('2021-04-19T08:00:00Z'))
  })
})

describe('What waits for somebody', () => {
  const tasks = async (name: string) => {
    const { tasks } = await world.services.together(world.actor(name).orgId, {
      tasks: emergencies().tasksOf(world.actor(name), 5),
    })
    return tasks.map(({ task }) => task).filter((task) => task !== 'none')
  }

  test('LMU-35 IMP-55 IMP-67 one’s own to record, others’ to review, then the talk about it', async () => {
    const avery = world.actor('Avery')
    const id = await open(avery)
    expect([await tasks('Avery'), await tasks('Remy'), await tasks('Jamie')]).toEqual([['record'], [], []])
    must(await record(avery, id))
    expect([await tasks('Avery'), await tasks('Remy'), await tasks('Jamie')]).toEqual([[], ['review'], []])
    world.at(new Date('2021-04-15T08:00:00Z'))
    expect(await tasks('Avery')).toEqual(['debrief'])
  })
})
