import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { changeCase } from '../../../services/cases/cases.store'
import { newId, newReference } from '../../../services/platform/ids'
import { must, refused, type ServicesWorld, startServices } from '../../support/services'

let world: ServicesWorld
beforeAll(async () => {
  world = await startServices('cases')
})
afterAll(() => world.stop())

const RIGHT = { name: 'Quinn Corrected', number: '7654321' }

/** What the file says about its client now. */
async function clientOf(caseId: string) {
  const { caseFile } = world.services
  return must(await caseFile.open(world.actor('Morgan'), { caseId, postedAs: null })).view.client
}

async function correct(caseId: string, changes: Partial<typeof RIGHT & { version: number }> = {}, by = 'Robin') {
  const { version } = await world.caseRecord(caseId)
  return world.services.cases.correct(world.actor(by), { caseId, version, ...RIGHT, ...changes })
}

describe('Opening a file', () => {
  test('CAR-21 AMB-14 it is listed under month and ISO week of its opening', async () => {
    const { caseId } = await world.opened()
    const { listing, openedBy, firstContact, holder } = await world.caseRecord(caseId)
    expect(listing).toEqual({ year: 2021, month: 4, week: 15 })
    expect({ openedBy, firstContact, holder }).toEqual({
      openedBy: world.actor('Robin').staffId,
      firstContact: true,
      holder: null,
    })
  })

  test('CAR-02 it keeps the version of the policy under which it was opened', async () => {
    const { caseId } = await world.opened()
    expect((await world.caseRecord(caseId)).profile).toBe(world.services.policyOf('cardiff').version)
  })

  test('IMP-62 name and number are nowhere in the database as they were said', async () => {
    const { caseId } = await world.opened()
    const { client } = await world.caseRecord(caseId)
    for (const sealed of [client.name, client.number!]) expect(sealed.toString('latin1')).not.toMatch(/Quinn|1234567/)
    expect(await clientOf(caseId)).toEqual({ name: 'Quinn Invented', number: '1234567' })
  })
})

describe('Putting a mistyped name or number right', () => {
  test.each([
    ['before anybody is asked', () => world.opened()],
    ['while somebody is asked', () => world.offered(world.actor('Ada'))],
  ])('IMP-57 %s the front desk may, and the audit says what changed but not to what', async (_when, start) => {
    const { caseId } = await start()
    expect(await correct(caseId)).toMatchObject({ ok: true })
    expect(await clientOf(caseId)).toEqual(RIGHT)
    const [entry] = await world.entries({ subject: `case:${caseId}`, event: 'case-corrected' })
    expect(entry!.codes).toEqual({ name: true, number: true })
  })

  test('IMP-57 only what was changed is said to have changed', async () => {
    const { caseId } = await world.opened()
    must(await correct(caseId, { name: ' Quinn  Invented ' }))
    const [entry] = await world.entries({ subject: `case:${caseId}`, event: 'case-corrected' })
    expect(entry!.codes).toEqual({ name: false, number: true })
  })

  test('IMP-57 once it is accepted nobody may: neither who opened it nor who holds it', async () => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    expect(await correct(caseId)).toEqual(refused('no-longer-theirs'))
    expect(await correct(caseId, {}, 'Ada')).toEqual(refused('no-permission'))
    const theirs = await world.accepted(world.actor('Emery'), world.actor('Wren'))
    expect(await correct(theirs.caseId, { number: 'abc123' }, 'Emery')).toEqual(refused('accepted-already'))
    expect(await clientOf(caseId)).toEqual({ name: 'Quinn Invented', number: '1234567' })
  })

  test.each([
    ['no name', { name: '  ' }, 'missing'],
    ['a name that nobody can see', { name: '\u200b\u2066' }, 'missing'],
    ['a name of 101 characters', { name: 'x'.repeat(101) }, 'too-long'],
    ['no number', { number: '' }, 'missing'],
    ['a number that is none', { number: '12345678' }, 'not-a-student-number'],
  ])('CAR-34 %s is asked for again, as at intake', async (_what, typed, reason) => {
    const { caseId } = await world.opened()
    expect(await correct(caseId, typed)).toEqual(refused(reason))
    expect(await clientOf(caseId)).toEqual({ name: 'Quinn Invented', number: '1234567' })
  })

  test('CAR-34 a name of 100 characters is one, and a union that needs no number takes none', async () => {
    const { caseId } = await world.opened()
    expect(await correct(caseId, { name: 'x'.repeat(100) })).toMatchObject({ ok: true })
    const theirs = await world.opened(world.actor('Wren'))
    expect(await correct(theirs.caseId, { number: '' }, 'Wren')).toMatchObject({ ok: true })
  })

  test('IMP-10 a form that shows an earlier version is refused', async () => {
    const { caseId } = await world.opened()
    const { version } = await world.caseRecord(caseId)
    for (const other of [version - 1, version + 1])
      expect(await correct(caseId, { version: other })).toEqual(refused('stale'))
  })

  test('IMP-34 the same correction pressed twice is made once, and nobody is told that it came too late', async () => {
    const { caseId } = await world.opened()
    const { version } = await world.caseRecord(caseId)
    must(await correct(caseId, { version }))
    expect(await correct(caseId, { version })).toEqual({ ok: true, repeated: true })
    expect(await world.entries({ subject: `case:${caseId}`, event: 'case-corrected' })).toHaveLength(1)
  })

  test('IMP-08 of ten corrections at once exactly one is made', async () => {
    const { caseId } = await world.opened()
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, index) => correct(caseId, { version: 1, name: `Quinn Number ${index}` })),
    )
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await world.entries({ subject: `case:${caseId}`, event: 'case-corrected' })).toHaveLength(1)
    expect((await clientOf(caseId)).name).toBe(`Quinn Number ${outcomes.findIndex(({ ok }) => ok)}`)
  })

  test('IMP-08 IMP-57 a correction while the case is being accepted comes before it, or not at all', async () => {
    for (let round = 0; round < 5; round++) {
      const { caseId, ...pressed } = await world.offered(world.actor('Ada'))
      const [corrected, accepted] = await Promise.all([
        correct(caseId),
        world.services.allocation.accept(world.actor('Ada'), pressed),
      ])
      expect(accepted.ok).toBe(true)
      const events = (await world.entries({ subject: `case:${caseId}` })).map(({ event }) => event)
      const [at, until] = [events.indexOf('case-corrected'), events.indexOf('allocation-accepted')]
      expect({ made: at >= 0, tooLate: at > until }).toEqual({ made: corrected.ok, tooLate: false })
      expect((await clientOf(caseId)).name).toBe(corrected.ok ? RIGHT.name : 'Quinn Invented')
    }
  })
})

test('IMP-10 a case that has changed since it was read is not changed by who read it before', async () => {
  const { caseId } = await world.opened()
  const read = await world.caseRecord(caseId)
  const scope = world.mongo.forOrg('cardiff')
  expect(await changeCase(scope, read, { urgent: true })).toBe(true)
  expect(await changeCase(scope, read, { urgent: false })).toBe(false)
  expect(await world.caseRecord(caseId)).toMatchObject({ urgent: true, version: read.version + 1 })
})

describe('Asking for a case by its reference', () => {
  const find = async (by: string, reference: string) => world.services.cases.find(world.actor(by), { reference })

  test('CAR-04 CAR-07 gives what may be posted, and the view is on record', async () => {
    const { caseId } = await world.accepted(world.actor('Ada'))
    const { reference } = await world.caseRecord(caseId)
    const found = must(await find('Sam', reference))
    expect(found.view).toMatchObject({ caseId, reference, stage: 'accepted', urgent: false })
    const seen = (await world.entries({ subject: `case:${caseId}`, event: 'case-viewed' })).at(-1)!
    expect(seen).toMatchObject({ actor: world.actor('Sam').staffId, codes: { part: 'shell' } })
  })

  test('IMP-15 IMP-37 unknown, walled, foreign and not theirs are refused alike, and leave the same trace', async () => {
    const walled = await world.opened()
    await world.wall(walled.caseId, world.actor('Wren').staffId, world.actor('Cleo').staffId)
    const theirs = await world.accepted(world.actor('Emery'), world.actor('Wren'))
    const references = {
      unknown: newReference(),
      walled: (await world.caseRecord(walled.caseId)).reference,
      'not-theirs': (await world.caseRecord(theirs.caseId)).reference,
      empty: '',
    }
    const asked = [
      ['Cleo', references.unknown, 'unknown'],
      ['Cleo', references.walled, 'walled'],
      ['Cleo', references['not-theirs'], 'unknown'],
      ['Cleo', references.empty, 'unknown'],
      ['Winter', references['not-theirs'], 'no-longer-theirs'],
      ['Lee', references.walled, 'no-permission'],
      ['Lee', references.unknown, 'unknown'],
    ] as const
    for (const [name, reference, reason] of asked) {
      const outcome = await find(name, reference)
      expect(outcome).toEqual(refused(reason))
      const [entry] = (await world.entries({ actor: world.actor(name).staffId, outcome: 'refused' })).slice(-1)
      expect(entry).toMatchObject({ subject: `staff:${world.actor(name).staffId}`, event: 'case-viewed', codes: {} })
    }
    expect(await world.entries({ subject: `case:${walled.caseId}`, event: 'case-viewed' })).toEqual([])
  })

  test('IMP-37 the id of a case of another union opens nothing either', async () => {
    const { caseId } = await world.opened()
    const wren = world.actor('Wren')
    for (const id of [caseId, newId()]) {
      expect(await world.services.cases.find(wren, { caseId: id })).toEqual(refused('unknown'))
      expect(await world.services.caseFile.open(wren, { caseId: id, postedAs: null })).toEqual(refused('unknown'))
    }
    expect(await world.services.cases.summary('cambridge', caseId)).toBeNull()
    expect(await world.services.cases.summary('cardiff', caseId)).toMatchObject({ caseId })
  })
})
