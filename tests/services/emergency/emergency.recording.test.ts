import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { newId } from '../../../services/platform/ids'
import { emergenciesOn } from '../../support/emergency-world'
import { must, refused, type ServicesWorld, startServices } from '../../support/services'

let world: ServicesWorld
const { afresh, emergencies, later, open, record, stored } = emergenciesOn(() => world)
beforeAll(async () => {
  world = await startServices('emergency-recording')
})
beforeEach(afresh)
afterAll(() => world.stop())

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
