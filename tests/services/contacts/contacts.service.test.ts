import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { NOTE_MAX_LENGTH } from '../../../services/contacts/contacts.rules'
import type { ContactRecord } from '../../../services/contacts/contacts.types'
import { newId } from '../../../services/platform/ids'
import { WEDNESDAY } from '../../support/records'
import { must, refused, type ServicesWorld, startServices } from '../../support/services'

let world: ServicesWorld
beforeAll(async () => {
  world = await startServices('contacts')
})
beforeEach(() => world.at(WEDNESDAY))
afterAll(() => world.stop())

const record = (by: string, caseId: string, text: string, id = newId()) =>
  world.services.contacts.record(world.actor(by), { id, caseId, text })

async function chronology(caseId: string, by = 'Morgan') {
  const opened = await world.services.caseFile.open(world.actor(by), { caseId, postedAs: null })
  return must(opened).view.entries
}

const kinds = async (caseId: string) => (await chronology(caseId)).map(({ kind }) => kind)

describe('The chronology of a case', () => {
  test('CAR-25 begins with the first contact, and every note follows in order, by name and time', async () => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    for (const [minutes, text] of [
      [5, 'Rang Quinn.'],
      [9, 'Quinn rang back.'],
    ] as const) {
      world.at(world.minutesLater(minutes))
      must(await record('Ada', caseId, text))
    }
    expect(await chronology(caseId)).toEqual([
      { at: WEDNESDAY, kind: 'first-contact', byName: 'Robin Example', text: 'A letter about a module mark' },
      { at: world.minutesLater(5), kind: 'note', byName: 'Ada Sample', text: 'Rang Quinn.' },
      { at: world.minutesLater(9), kind: 'note', byName: 'Ada Sample', text: 'Quinn rang back.' },
    ])
  })

  test('IMP-62 what was written is sealed in the database', async () => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    must(await record('Ada', caseId, 'Quinn is frightened of the landlord.'))
    const raw = await world.mongo.db.collection<ContactRecord>('contacts').find({ caseId }).toArray()
    expect(raw).toHaveLength(2)
    for (const { text } of raw) expect(text.toString('latin1')).not.toMatch(/Quinn|landlord|module/)
  })

  test('CAR-30 an entry that is sealed for another place in the file does not open', async () => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    must(await record('Ada', caseId, 'One.'))
    const contacts = world.mongo.db.collection<ContactRecord>('contacts')
    const [first, note] = await contacts.find({ caseId }).sort({ kind: 1 }).toArray()
    await contacts.updateOne({ _id: first!._id }, { $set: { text: note!.text } })
    await expect(chronology(caseId)).rejects.toMatchObject({ code: 'sealed-field-unreadable' })
  })
})

describe('A note', () => {
  test.each([
    ['nothing', '', 'missing'],
    ['spaces and line breaks', ' \n\t\r\n ', 'missing'],
    ['characters that nobody can see', '\u200b\u2066\n\ufeff', 'missing'],
    [`${NOTE_MAX_LENGTH + 1} characters`, 'x'.repeat(NOTE_MAX_LENGTH + 1), 'too-long'],
  ])('CAR-28 of %s is refused', async (_what, text, reason) => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    expect(await record('Ada', caseId, text)).toEqual(refused(reason))
    expect(await kinds(caseId)).toEqual(['first-contact'])
  })

  test('CAR-28 may be as long as the limit, not counting the spaces around it, and keeps its lines', async () => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    const longest = `a\n\n${'b'.repeat(NOTE_MAX_LENGTH - 3)}`
    world.at(world.minutesLater(1))
    must(await record('Ada', caseId, `  ${longest}\n `))
    expect((await chronology(caseId)).at(-1)!.text).toBe(longest)
  })

  test('CAR-28 is written by the holder alone once somebody holds the case', async () => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    expect(await record('Bo', caseId, 'Not mine.')).toEqual(refused('not-theirs'))
    expect(await record('Robin', caseId, 'Not mine any more.')).toEqual(refused('no-longer-theirs'))
    expect(await record('Morgan', caseId, 'Not mine.')).toEqual(refused('no-permission'))
    expect(await kinds(caseId)).toEqual(['first-contact'])
  })

  test('CAR-24 until then it is written by the front desk, and not by those who may be asked to take it', async () => {
    const { caseId } = await world.offered(world.actor('Ada'))
    expect(await record('Ada', caseId, 'Too early.')).toEqual(refused('not-theirs'))
    world.at(world.minutesLater(1))
    expect(await record('Jules', caseId, 'They rang again.')).toMatchObject({ ok: true })
    expect(await kinds(caseId)).toEqual(['first-contact', 'note'])
  })

  test('IMP-37 in a case of another union is refused as one in a case that never was', async () => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    for (const id of [caseId, newId()]) expect(await record('Wren', id, 'Hello.')).toEqual(refused('unknown'))
  })

  test('IMP-34 that is sent ten times at once is one entry', async () => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    const id = newId()
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => record('Ada', caseId, 'Once.', id)))
    expect(outcomes.every(({ ok }) => ok)).toBe(true)
    expect(outcomes.filter((outcome) => outcome.ok && !outcome.repeated)).toHaveLength(1)
    expect((await kinds(caseId)).sort()).toEqual(['first-contact', 'note'])
    expect(await world.entries({ subject: `case:${caseId}`, event: 'contact-recorded' })).toHaveLength(1)
  })

  test('IMP-34 cannot be said to be written because one with its id is in another case', async () => {
    const [one, other] = [await world.accepted(world.actor('Ada')), await world.accepted(world.actor('Ada'))]
    const id = newId()
    must(await record('Ada', one.caseId, 'Here.', id))
    expect(await record('Ada', other.caseId, 'There.', id)).toEqual(refused('unknown'))
  })
})

describe('A file that lacks its first contact', () => {
  const missing = (caseId: string) => world.duties({ kind: 'first-contact-missing', subject: caseId })

  test('CAR-24 is brought up after an open hour, to whoever opened it, and once', async () => {
    const { caseId } = await world.openedByMail()
    const sent = () => world.outbox({ card: 'first-contact', subject: caseId })
    const [duty] = await missing(caseId)
    expect(duty).toMatchObject({ state: 'open', owner: world.actor('Robin').staffId, dueAt: world.minutesLater(60) })
    world.at(new Date(world.minutesLater(60).getTime() - 1))
    await world.wakeAll()
    expect(await sent()).toEqual([])
    world.at(world.minutesLater(60))
    await world.wakeAll()
    world.at(world.minutesLater(600))
    await world.wakeAll()
    expect(await sent()).toMatchObject([{ to: world.actor('Robin').staffId, by: 'card' }])
  })

  test('CAR-24 that came at half past four is brought up the next morning, when there has been an open hour', async () => {
    world.at(new Date('2021-04-14T15:30:00Z'))
    const { caseId } = await world.openedByMail()
    expect((await missing(caseId))[0]!.dueAt).toEqual(new Date('2021-04-15T08:30:00Z'))
  })

  test('CAR-24 has it with the first note, is not brought up after that, and may be given out', async () => {
    const { caseId, allocationId } = await world.openedByMail()
    const offer = () =>
      world.services.allocation.confirm(world.actor('Robin'), { allocationId, version: 1, urgent: false })
    expect(await offer()).toEqual(refused('no-first-contact'))
    for (const [minutes, name, text] of [
      [1, 'Jules', 'The whole thread: ...'],
      [2, 'Robin', 'They rang too.'],
    ] as const) {
      world.at(world.minutesLater(minutes))
      must(await record(name, caseId, text))
    }
    expect(await kinds(caseId)).toEqual(['intake', 'first-contact', 'note'])
    expect((await missing(caseId))[0]!.state).toBe('done')
    expect(await offer()).toMatchObject({ ok: true })
  })

  test('IMP-08 CAR-24 when two attach it at the same moment one is the first contact and the other a note', async () => {
    for (let round = 0; round < 5; round++) {
      const { caseId } = await world.openedByMail()
      const outcomes = await Promise.all([record('Robin', caseId, 'Mine.'), record('Jules', caseId, 'And mine.')])
      expect(outcomes.map(({ ok }) => ok)).toEqual([true, true])
      expect((await kinds(caseId)).sort()).toEqual(['first-contact', 'intake', 'note'])
    }
  })

  test('CAR-24 what came by telephone needs no further first contact', async () => {
    const { caseId } = await world.opened()
    expect(await missing(caseId)).toEqual([])
  })
})
