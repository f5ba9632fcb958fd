import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { GraphSimulator, SimulatedFault } from '../../../bot/dev/graph-simulator'
import { CALL_LIMIT_MS, createGraph, type Graph, TURN_LIMIT_MS } from '../../../services/platform/graph'
import { ada, advisers, crowdGroup, SHORT_MS, startGraph, token } from '../../support/graph-world'
import { objectId } from '../../support/simulated-tenant'

let simulator: GraphSimulator
let graph: Graph

beforeEach(async () => {
  ;({ simulator, graph } = await startGraph())
})

afterEach(() => simulator.stop())

describe('who is in which group', () => {
  test('45 groups are asked about in three calls and answered as one', async () => {
    const many = Array.from({ length: 43 }, (_, index) => objectId(`group-${index}`))
    expect(await graph.memberGroups(ada, [objectId('hub'), ...many, advisers])).toEqual([objectId('hub'), advisers])
    const sizes = simulator.requests().map(({ body }) => (body as { groupIds: string[] }).groupIds.length)
    expect(sizes.sort()).toEqual([20, 20, 5].sort())
  })

  test('no groups are no call', async () => {
    expect(await graph.memberGroups(ada, [])).toEqual([])
    expect(simulator.requests()).toEqual([])
  })

  test('a removal from the group within shows at the next question', async () => {
    simulator.setMembership(objectId('hub'), [])
    expect(await graph.memberGroups(ada, [advisers])).toEqual([])
  })

  test('a group of 250 is read page by page, everybody once, each page with the header Graph asks for', async () => {
    const members = await graph.groupMembers(crowdGroup.id)
    expect(members.map(({ staffId }) => staffId)).toEqual(crowdGroup.members)
    expect(simulator.requests().map(({ headers }) => headers.consistencylevel)).toEqual(Array(3).fill('eventual'))
  })

  test('an empty page with a link to the next is not the end', async () => {
    simulator.setFault('transitiveMembers', { kind: 'empty-pages', pages: 2 })
    expect(await graph.groupMembers(advisers)).toHaveLength(2)
    expect(simulator.requests()).toHaveLength(3)
  })

  test('links without end are given up', async () => {
    simulator.setFault('transitiveMembers', { kind: 'empty-pages', pages: 1_000 })
    await expect(graph.groupMembers(advisers)).rejects.toMatchObject({
      code: 'graph-unavailable',
      info: { code: 'too-many-pages' },
    })
    expect(simulator.requests()).toHaveLength(100)
  })

  test('members come with name, mail, title, first telephone number and whether the account is blocked', async () => {
    expect(await graph.groupMembers(advisers)).toEqual([
      {
        staffId: ada,
        displayName: 'Ada Case',
        mail: 'ada@union.example',
        jobTitle: 'Adviser',
        phone: '110',
        enabled: true,
      },
      {
        staffId: objectId('bo'),
        displayName: 'bo',
        mail: 'bo@union.example',
        jobTitle: null,
        phone: null,
        enabled: false,
      },
    ])
  })
})

describe('availability', () => {
  test.each([
    ['Available', 'free'],
    ['AvailableIdle', 'free'],
    ['Busy', 'busy'],
    ['BusyIdle', 'busy'],
    ['DoNotDisturb', 'busy'],
    ['Away', 'away'],
    ['BeRightBack', 'away'],
    ['Offline', 'away'],
    ['PresenceUnknown', 'unknown'],
    ['SomethingNew', 'unknown'],
  ])('%s reads as %s', async (availability, presence) => {
    simulator.setPresence(ada, availability)
    expect((await graph.presences([ada])).get(ada)).toBe(presence)
  })

  test('somebody whom Graph does not know is unknown, and 651 people are two calls', async () => {
    const strangers = Array.from({ length: 650 }, (_, index) => objectId(`stranger-${index}`))
    const presences = await graph.presences([...strangers, ada])
    expect([...presences.values()]).toEqual([...Array(650).fill('unknown'), 'busy'])
    expect(simulator.requests()).toHaveLength(2)
  })
})

describe('a question that fails', () => {
  const rows: [string, SimulatedFault, string, object][] = [
    ['401', { kind: 'status', status: 401 }, 'graph-refused', { status: 401, code: 'InvalidAuthenticationToken' }],
    ['403', { kind: 'status', status: 403 }, 'graph-refused', { status: 403, code: 'Authorization_RequestDenied' }],
    ['404', { kind: 'status', status: 404 }, 'graph-not-found', { status: 404, code: 'Request_ResourceNotFound' }],
    ['429', { kind: 'status', status: 429, retryAfter: '9' }, 'graph-throttled', { retryAfterSeconds: 9 }],
    ['429 without a wait', { kind: 'status', status: 429 }, 'graph-throttled', { status: 429 }],
    ['500', { kind: 'status', status: 500 }, 'graph-unavailable', { status: 500 }],
    ['503', { kind: 'status', status: 503 }, 'graph-unavailable', { code: 'ServiceUnavailable' }],
    ['503 without content', { kind: 'status', status: 503, empty: true }, 'graph-unavailable', { status: 503 }],
    ['200 without content', { kind: 'status', status: 200, empty: true }, 'graph-unavailable', { status: 200 }],
    ['200 of another shape', { kind: 'status', status: 200 }, 'graph-unavailable', { status: 200 }],
    ['a broken connection', { kind: 'reset' }, 'graph-unavailable', { status: 0 }],
    ['a redirect', { kind: 'redirect', to: 'http://127.0.0.1:9/' }, 'graph-refused', { status: 307 }],
  ]
  test.each(rows)('answered with %s says so, after one try', async (_, fault, code, info) => {
    for (const route of ['checkMemberGroups', 'transitiveMembers', 'presences'] as const)
      simulator.setFault(route, fault)
    await expect(graph.memberGroups(ada, [advisers])).rejects.toMatchObject({ code, info })
    await expect(graph.groupMembers(advisers)).rejects.toMatchObject({ code, info })
    await expect(graph.presences([ada])).rejects.toMatchObject({ code, info })
    expect(simulator.requests()).toHaveLength(3)
  })

  test('is given up after the time it was given', async () => {
    simulator.setFault('checkMemberGroups', { kind: 'slow', ms: 20_000 })
    const began = Date.now()
    await expect(graph.memberGroups(ada, [advisers], SHORT_MS)).rejects.toMatchObject({
      code: 'graph-unavailable',
      info: { status: 0, code: 'timeout' },
    })
    expect(Date.now() - began).toBeLessThan(10_000)
  })

  test('takes two seconds at most in a conversation and five otherwise', () => {
    expect([TURN_LIMIT_MS, CALL_LIMIT_MS]).toEqual([2_000, 5_000])
  })

  test('on a later page fails as a whole: half a group is no answer', async () => {
    let pages = 0
    const failing = createGraph({
      baseUrl: simulator.url,
      token: () => {
        pages += 1
        if (pages === 2) simulator.setFault('transitiveMembers', { kind: 'status', status: 503 })
        return token()
      },
    })
    await expect(failing.groupMembers(crowdGroup.id)).rejects.toMatchObject({ code: 'graph-unavailable' })
    expect(pages).toBe(2)
  })
})
