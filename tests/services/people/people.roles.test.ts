import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { SimulatedFault } from '../../../bot/dev/graph-simulator'
import { readSampleUnions } from '../../../bot/dev/sample-staff'
import { newId } from '../../../services/platform/ids'
import { withMovableDate } from '../../support/movable-date'
import { must, refused, type ServicesWorld, startServices } from '../../support/services'
import { aPerson, objectId } from '../../support/simulated-tenant'

/** Somebody who has the same name as a colleague, and another account. */
const namesake = aPerson('ada-2', { displayName: 'Ada Sample', businessPhones: ['119'], mail: 'ada.two@union.example' })
const blocked = aPerson('blocked', { displayName: 'Aaron Blocked', accountEnabled: false })

let world: ServicesWorld
let caseworkers: string
beforeAll(async () => {
  const unions = readSampleUnions()
  const { organisation, directory } = unions.find(({ organisation: { orgId } }) => orgId === 'cardiff')!
  caseworkers = organisation.roles.caseworker![0]!
  directory.people.push(namesake, blocked)
  directory.groups.find(({ id }) => id === caseworkers)!.members.push(namesake.id, blocked.id)
  world = await startServices('people-roles', unions)
})
afterAll(() => world.stop())

const calls = () => world.graph.requests().filter(({ route }) => route === 'checkMemberGroups').length
const AWAY: [string, SimulatedFault][] = [
  ['is down', { kind: 'status', status: 503 }],
  ['breaks off', { kind: 'reset' }],
  ['has no room for more calls', { kind: 'status', status: 429, retryAfter: '10' }],
  ['does not let Casekeeper in', { kind: 'status', status: 403 }],
]

/** Runs work while Graph answers no question about people. */
async function withGraphAway<T>(fault: SimulatedFault, work: () => Promise<T>): Promise<T> {
  for (const route of ['checkMemberGroups', 'transitiveMembers', 'presences'] as const)
    world.graph.setFault(route, fault)
  try {
    return await work()
  } finally {
    for (const route of ['checkMemberGroups', 'transitiveMembers', 'presences'] as const)
      world.graph.setFault(route, null)
  }
}

const MINUTE = 60_000

describe('Which roles somebody holds', () => {
  test('CAR-03 CAM-23 those of the groups that they are in, groups within groups included, in their union alone', async () => {
    const { people } = world.services
    const rolesOf = (name: string, orgId = 'cardiff') => people.rolesOf(orgId, world.actor(name).staffId, 'live')
    expect(await rolesOf('Robin')).toEqual(['front'])
    expect(await rolesOf('Bo')).toEqual(['caseworker'])
    expect(await rolesOf('Winter', 'cambridge')).toEqual(['caseworker'])
    expect(await rolesOf('Bo', 'cambridge')).toEqual([])
    expect(await rolesOf('Winter')).toEqual([])
  })

  test('CAR-05 somebody whom no group names holds none, and neither does somebody whom Graph does not know', async () => {
    const { people } = world.services
    for (const freshness of ['live', 'cached'] as const)
      for (const staffId of [world.actor('Lee').staffId, newId()])
        expect(await people.rolesOf('cardiff', staffId, freshness)).toEqual([])
  })

  test('somebody in two groups holds both roles', async () => {
    const { people } = world.secondProcess()
    const { staffId } = world.actor('Sam')
    world.graph.setMembership(caseworkers, [staffId])
    expect((await people.rolesOf('cardiff', staffId, 'live')).sort()).toEqual(['caseworker', 'senior'])
    world.graph.setMembership(caseworkers, ['Ada', 'Cleo'].map((name) => world.actor(name).staffId).concat(namesake.id))
  })

  test('a live question is asked every time, a remembered answer serves for a minute', async () => {
    const { people } = world.secondProcess()
    const { staffId } = world.actor('Robin')
    await withMovableDate(async (later) => {
      const before = calls()
      for (const freshness of ['cached', 'cached', 'live', 'cached'] as const)
        await people.rolesOf('cardiff', staffId, freshness)
      expect(calls() - before).toBe(2)
      later(MINUTE - 1)
      await people.rolesOf('cardiff', staffId, 'cached')
      expect(calls() - before).toBe(2)
      later(1)
      await people.rolesOf('cardiff', staffId, 'cached')
      expect(calls() - before).toBe(3)
      people.forget()
      await people.rolesOf('cardiff', staffId, 'cached')
      expect(calls() - before).toBe(4)
    })
  })

  test('strangers who write to the bot cannot fill its memory: who wrote longest ago is forgotten', async () => {
    const { people } = world.secondProcess()
    const { staffId } = world.actor('Robin')
    await people.rolesOf('cardiff', staffId, 'cached')
    for (let hundred = 0; hundred < 20; hundred++)
      await Promise.all(Array.from({ length: 100 }, () => people.rolesOf('cardiff', newId(), 'cached')))
    const late = await people.rolesOf('cardiff', newId(), 'cached')
    expect(late).toEqual([])
    await withGraphAway({ kind: 'status', status: 503 }, async () => {
      await expect(people.rolesOf('cardiff', staffId, 'cached')).rejects.toMatchObject({ code: 'roles-unavailable' })
    })
  })

  test('IMP-11 IMP-12 who lost a role has lost it at once where it matters, and within a minute everywhere', async () => {
    const { people } = world.secondProcess()
    const { staffId } = world.actor('Cleo')
    const roles = (freshness: 'live' | 'cached') => people.rolesOf('cardiff', staffId, freshness)
    await withMovableDate(async (later) => {
      expect(await roles('cached')).toEqual(['caseworker'])
      world.graph.setMembership(caseworkers, [world.actor('Ada').staffId, namesake.id])
      later(MINUTE)
      expect(await roles('cached')).toEqual([])
      world.graph.setMembership(caseworkers, [world.actor('Ada').staffId, namesake.id, staffId])
      expect(await roles('live')).toEqual(['caseworker'])
      world.graph.setMembership(caseworkers, [world.actor('Ada').staffId, namesake.id])
      expect(await roles('live')).toEqual([])
      expect(await roles('cached')).toEqual([])
      world.graph.setMembership(caseworkers, [world.actor('Ada').staffId, namesake.id, staffId])
    })
  })

  test('IMP-12 somebody whose account was removed holds nothing from then on, whatever was remembered', async () => {
    const gone: SimulatedFault = { kind: 'status', status: 404 }
    for (const first of ['live', 'cached'] as const) {
      const { people } = world.secondProcess()
      const { staffId } = world.actor('Ada')
      await withMovableDate(async (later) => {
        expect(await people.rolesOf('cardiff', staffId, 'cached')).toEqual(['caseworker'])
        later(MINUTE)
        await withGraphAway(gone, async () => {
          expect(await people.rolesOf('cardiff', staffId, first)).toEqual([])
          expect(await people.rolesOf('cardiff', staffId, 'cached')).toEqual([])
        })
      })
    }
  })
})

describe('While Graph cannot say', () => {
  test.each(AWAY)('IMP-35 because it %s: nobody is let in whose role is not known', async (_why, fault) => {
    const { people } = world.secondProcess()
    for (const freshness of ['live', 'cached'] as const)
      await expect(
        withGraphAway(fault, () => people.rolesOf('cardiff', world.actor('Ada').staffId, freshness)),
      ).rejects.toMatchObject({ code: 'roles-unavailable', info: { orgId: 'cardiff' } })
    expect(await people.rolesOf('cardiff', world.actor('Ada').staffId, 'cached')).toEqual(['caseworker'])
  })

  test.each(AWAY)(
    'IMP-35 because it %s: a role known for less than 15 minutes serves for daily work, never for what asks for the live answer',
    async (_why, fault) => {
      const { people } = world.secondProcess()
      const roles = (freshness: 'live' | 'cached') =>
        withGraphAway(fault, () => people.rolesOf('cardiff', world.actor('Robin').staffId, freshness))
      await withMovableDate(async (later) => {
        await people.rolesOf('cardiff', world.actor('Robin').staffId, 'live')
        await expect(roles('live')).rejects.toMatchObject({ code: 'roles-unavailable' })
        later(15 * MINUTE - 1)
        expect(await roles('cached')).toEqual(['front'])
        await expect(roles('live')).rejects.toMatchObject({ code: 'roles-unavailable' })
        later(1)
        await expect(roles('cached')).rejects.toMatchObject({ code: 'roles-unavailable' })
      })
    },
  )

  test('IMP-35 CAR-19 a case is opened all the same, and can be proposed once the staff list is back', async () => {
    const services = world.secondProcess()
    const [fault] = AWAY.map(([, each]) => each)
    const robin = world.actor('Robin')
    const steps = ['opening', 'storage', 'rights', 'assessors'].map((step) => ({
      step,
      done: true,
      answer: 'yes' as const,
    }))
    const { allocationId } = await withGraphAway(fault!, async () => {
      const details = { name: 'Quinn Invented', number: '1234567', reason: 'A mark' }
      const opened = must(await services.intake.openCase(robin, { id: newId(), channel: 'telephone', steps, details }))
      const of = { allocationId: opened.allocationId, version: 1 }
      const { view } = must(await services.allocation.proposal(robin, of))
      expect(view).toMatchObject({ reachable: false, proposed: null, choices: [] })
      await expect(services.allocation.proposeAgain(robin, of)).rejects.toMatchObject({ code: 'staff-unavailable' })
      await expect(services.allocation.confirm(robin, { ...of, urgent: false })).rejects.toMatchObject({
        code: 'staff-unavailable',
      })
      return opened
    })
    const { view } = must(await services.allocation.proposeAgain(robin, { allocationId, version: 1 }))
    expect(view).toMatchObject({ reachable: true, version: 2 })
    expect(view.proposed).not.toBeNull()
  })

  test('IMP-35 an offer can be accepted all the same', async () => {
    const { allocation } = world.secondProcess()
    const { caseId, ...pressed } = await world.offered(world.actor('Ada'))
    const accepted = withGraphAway(AWAY[0]![1], () => allocation.accept(world.actor('Ada'), pressed))
    expect(await accepted).toMatchObject({ ok: true, view: { state: 'accepted', caseId } })
  })

  test('whether somebody can be reached is not known then, and hinders nobody', async () => {
    const { allocationId } = await world.opened()
    world.graph.setFault('presences', AWAY[0]![1])
    const shown = await world.services.allocation.proposal(world.actor('Robin'), { allocationId })
    world.graph.setFault('presences', null)
    expect(must(shown).view.proposed).toMatchObject({ presence: 'unknown' })
    world.graph.setPresence(must(shown).view.proposed!.staffId, 'DoNotDisturb')
    const again = await world.services.allocation.proposal(world.actor('Robin'), { allocationId })
    expect(must(again).view.proposed).toMatchObject({ presence: 'busy' })
  })
})

describe('The team', () => {
  test('CAR-14 is everybody with the role whose account is not blocked, by name, each once', async () => {
    const { people } = world.secondProcess()
    world.graph.setMembership(caseworkers, [
      blocked.id,
      ...['Cleo', 'Ada', 'Bo'].map((name) => world.actor(name).staffId),
      namesake.id,
    ])
    const team = await people.team('cardiff', 'caseworker')
    expect(team.map(({ displayName }) => displayName)).toEqual(['Ada Sample', 'Ada Sample', 'Bo Specimen', 'Cleo Mock'])
    expect(await people.team('cardiff', 'no-such-role')).toEqual([])
  })

  test('CAR-14 two people of one name are two people: each has their own cases, card and extension', async () => {
    const services = world.secondProcess()
    const one = world.actor('Ada')
    const other = { ...one, staffId: objectId('ada-2') }
    const { caseId, allocationId } = await world.opened()
    const choice = { allocationId, version: 1, urgent: false, to: other.staffId, because: 'expertise' }
    const { view } = must(await services.allocation.confirm(world.actor('Robin'), choice))
    expect(view.offeredTo).toEqual({ staffId: other.staffId, name: 'Ada Sample', phone: '119' })
    const pressed = { allocationId, version: view.version }
    expect(await services.allocation.accept(one, pressed)).toEqual(refused('not-offered-to-them'))
    expect(await services.allocation.accept(other, pressed)).toMatchObject({ ok: true })
    expect((await services.caseFile.held(one)).map((held) => held.caseId)).not.toContain(caseId)
    expect((await services.caseFile.held(other)).map((held) => held.caseId)).toEqual([caseId])
    const cards = await world.outbox({ subject: allocationId })
    expect(new Set(cards.map(({ to }) => to))).toEqual(new Set([other.staffId]))
  })
})
