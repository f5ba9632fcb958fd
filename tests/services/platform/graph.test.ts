import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import {
  type GraphSimulator,
  type SimulatedFault,
  simulatedToken,
  startGraphSimulator,
} from '../../../bot/dev/graph-simulator'
import { CALL_LIMIT_MS, createGraph, type Graph, TURN_LIMIT_MS } from '../../../services/platform/graph'
import { graphCaller } from '../../../services/platform/graph-client'
import { aPerson, aTenant, objectId } from '../../support/simulated-tenant'

const tenantId = objectId('tenant')
const ada = objectId('ada')
const advisers = objectId('advisers')
const mailbox = 'advice@union.example'
const mail = { to: 'ada@union.example', subject: 'Private subject', body: 'Private words', key: 'outbox-17' }
const token = () => Promise.resolve(simulatedToken(tenantId))
const SHORT_MS = 300

const crowd = Array.from({ length: 250 }, (_, index) => aPerson(`person-${index}`))
const crowdGroup = { id: objectId('crowd'), displayName: 'Crowd', members: crowd.map(({ id }) => id) }

let simulator: GraphSimulator
let graph: Graph

beforeEach(async () => {
  const { people, groups } = aTenant()
  const directory = aTenant({ people: [...people, ...crowd], groups: [...groups, crowdGroup] })
  simulator = await startGraphSimulator({ directories: [directory], longestPage: 100 })
  graph = createGraph({ baseUrl: simulator.url, token })
})

afterEach(() => simulator.stop())

async function caught(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work
  } catch (fault) {
    return fault
  }
}

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

describe('mail', () => {
  test('leaves as plain text to one person, with the key in a header', async () => {
    await graph.sendMail(mailbox, mail)
    expect(simulator.sentMail()).toEqual([
      {
        at: expect.any(String),
        from: mailbox,
        to: [mail.to],
        subject: mail.subject,
        body: mail.body,
        headers: { 'x-casekeeper-key': mail.key },
      },
    ])
    expect(simulator.requests()[0]!.body).toMatchObject({ saveToSentItems: false })
  })

  const inAMinute = new Date(Date.now() + 60_000).toUTCString()
  const notSent: [string, SimulatedFault, string, object][] = [
    ['400', { kind: 'status', status: 400, code: 'ErrorInvalidRecipients' }, 'graph-refused', { status: 400 }],
    ['401', { kind: 'status', status: 401 }, 'graph-refused', { code: 'InvalidAuthenticationToken' }],
    ['403', { kind: 'status', status: 403, code: 'ErrorAccessDenied' }, 'graph-refused', { code: 'ErrorAccessDenied' }],
    ['404', { kind: 'status', status: 404, code: 'ErrorInvalidUser' }, 'graph-refused', { code: 'ErrorInvalidUser' }],
    ['a redirect', { kind: 'redirect', to: 'http://127.0.0.1:9/' }, 'graph-refused', { status: 307 }],
    ['429 and a wait', { kind: 'status', status: 429, retryAfter: '7' }, 'graph-throttled', { retryAfterSeconds: 7 }],
    [
      '429 without JSON and a wait',
      { kind: 'status', status: 429, retryAfter: '7', empty: true },
      'graph-throttled',
      { code: 'unexpected-answer', retryAfterSeconds: 7 },
    ],
    ['429 without a wait', { kind: 'status', status: 429 }, 'graph-throttled', { code: 'TooManyRequests' }],
  ]
  test.each(notSent)('answered with %s has not left and may be sent again', async (_, fault, code, info) => {
    simulator.setFault('sendMail', fault)
    await expect(graph.sendMail(mailbox, mail)).rejects.toMatchObject({ code, info: { sent: 'no', ...info } })
    expect(simulator.requests()).toHaveLength(1)
    expect(simulator.sentMail()).toEqual([])
  })

  test('answered with 429 and a date says how many seconds to wait', async () => {
    simulator.setFault('sendMail', { kind: 'status', status: 429, retryAfter: inAMinute })
    const { info } = (await caught(graph.sendMail(mailbox, mail))) as { info: { retryAfterSeconds: number } }
    expect(info.retryAfterSeconds).toBeGreaterThan(10)
    expect(info.retryAfterSeconds).toBeLessThanOrEqual(60)
  })

  test('that found no connection has not left', async () => {
    await simulator.stop()
    await expect(graph.sendMail(mailbox, mail)).rejects.toMatchObject({
      code: 'graph-unavailable',
      info: { status: 0, code: 'ECONNREFUSED', sent: 'no' },
    })
  })

  test('without a token has not left, and Graph is not asked', async () => {
    const broken = createGraph({ baseUrl: simulator.url, token: () => Promise.reject(new Error('secret text')) })
    const fault = await caught(broken.sendMail(mailbox, mail))
    expect(fault).toMatchObject({ code: 'graph-unavailable', info: { code: 'no-token', sent: 'no' } })
    expect(inspect(fault)).not.toContain('secret text')
    expect(simulator.requests()).toEqual([])
  })

  test('whose token never comes has not left, and is given up in time', async () => {
    const waiting = createGraph({ baseUrl: simulator.url, token: () => new Promise(() => undefined) })
    await expect(waiting.sendMail(mailbox, mail, SHORT_MS)).rejects.toMatchObject({
      code: 'graph-unavailable',
      info: { code: 'timeout', sent: 'no' },
    })
  })

  const perhapsSent: [string, SimulatedFault, object, number][] = [
    ['408', { kind: 'status', status: 408 }, { status: 408 }, 0],
    ['500', { kind: 'status', status: 500 }, { status: 500 }, 0],
    ['502', { kind: 'status', status: 502 }, { status: 502 }, 0],
    [
      '503 and a wait',
      { kind: 'status', status: 503, retryAfter: '2' },
      { code: 'ServiceUnavailable', retryAfterSeconds: 2 },
      0,
    ],
    ['503 without content', { kind: 'status', status: 503, empty: true }, { code: 'unexpected-answer' }, 0],
    ['503 after leaving', { kind: 'status', status: 503, commit: true }, { status: 503 }, 1],
    ['504 after leaving', { kind: 'status', status: 504, commit: true }, { status: 504 }, 1],
    ['a broken connection', { kind: 'reset' }, { status: 0 }, 0],
    ['a broken connection after leaving', { kind: 'reset', commit: true }, { status: 0 }, 1],
    ['silence', { kind: 'slow', ms: 20_000 }, { status: 0, code: 'timeout' }, 0],
  ]
  test.each(perhapsSent)('answered with %s is uncertain, and is not sent twice', async (_, fault, info, left) => {
    simulator.setFault('sendMail', fault)
    await expect(graph.sendMail(mailbox, mail, fault.kind === 'slow' ? SHORT_MS : undefined)).rejects.toMatchObject({
      code: 'graph-uncertain',
      info: { sent: 'unknown', ...info },
    })
    expect(simulator.requests()).toHaveLength(1)
    expect(simulator.sentMail()).toHaveLength(left)
  })

  test('that failed leaves no word, address or token of it in the fault', async () => {
    const fault = await caught(graph.sendMail('nobody@union.example', mail))
    expect(fault).toMatchObject({ code: 'graph-refused', info: { status: 404, requestId: expect.any(String) } })
    const shown = inspect(fault, { depth: 10, showHidden: true })
    for (const word of ['nobody', 'ada@', 'Private', mail.key, simulatedToken(tenantId)]) {
      expect(shown).not.toContain(word)
    }
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

describe('the token stays at home', () => {
  let elsewhere: GraphSimulator

  beforeEach(async () => {
    elsewhere = await startGraphSimulator({ directories: [aTenant()] })
  })

  afterEach(() => elsewhere.stop())

  const links: [string, () => string][] = [
    ['at another port', () => `${elsewhere.url}/v1.0/groups/${advisers}/transitiveMembers`],
    [
      'that hides its host behind a user name',
      () => `${simulator.url}@127.0.0.1:${new URL(elsewhere.url).port}/v1.0/x`,
    ],
    ['without a host', () => '/v1.0/groups/x'],
    ['of another version', () => `${simulator.url}/beta/groups/x`],
    ['that climbs out of the version', () => `${simulator.url}/v1.0/../beta/groups/x`],
  ]
  test.each(links)('a next page %s is not followed', async (_, link) => {
    simulator.setFault('transitiveMembers', { kind: 'foreign-link', link: link() })
    await expect(graph.groupMembers(advisers)).rejects.toMatchObject({
      code: 'graph-unavailable',
      info: { code: 'foreign-link' },
    })
    expect(elsewhere.requests()).toEqual([])
    expect(simulator.requests()).toHaveLength(1)
  })

  test('a redirect is not followed, neither by a question nor by a mail', async () => {
    simulator.setFault('presences', {
      kind: 'redirect',
      to: `${elsewhere.url}/v1.0/communications/getPresencesByUserId`,
    })
    simulator.setFault('sendMail', { kind: 'redirect', to: `${elsewhere.url}/v1.0/users/${mailbox}/sendMail` })
    await expect(graph.presences([ada])).rejects.toMatchObject({ code: 'graph-refused' })
    await expect(graph.sendMail(mailbox, mail)).rejects.toMatchObject({ code: 'graph-refused' })
    expect(elsewhere.requests()).toEqual([])
  })

  test('a path that turns out to be an address elsewhere is not called', async () => {
    const call = graphCaller({ baseUrl: simulator.url, token })
    const path = 'https://elsewhere.example/v1.0/users'
    expect(await call({ method: 'GET', path, limitMs: 5_000 })).toEqual({
      answered: false,
      sent: false,
      code: 'foreign-origin',
    })
  })

  test('it is asked for once per call, and every call has an id of its own', async () => {
    let asked = 0
    const counting = createGraph({ baseUrl: simulator.url, token: () => token().finally(() => asked++) })
    await counting.groupMembers(crowdGroup.id)
    expect(asked).toBe(3)
    const ids = simulator.requests().map(({ headers }) => headers['client-request-id'])
    expect(new Set(ids).size).toBe(3)
  })

  test.each([
    'http://graph.microsoft.com',
    'https://graph.microsoft.com/v1.0',
    'https://user:word@graph.microsoft.com',
    'https://graph.microsoft.com/?a=b',
    'ftp://127.0.0.1',
    'graph.microsoft.com',
    '',
  ])('%p is no address for Graph', (baseUrl) => {
    expect(() => createGraph({ baseUrl, token })).toThrow('graph-base-url')
  })

  test.each([
    'https://graph.microsoft.com',
    'https://graph.microsoft.com/',
    'http://127.0.0.1:4000',
    'http://localhost',
  ])('%p is one', (baseUrl) => {
    expect(() => createGraph({ baseUrl, token })).not.toThrow()
  })
})

describe('an id is only ever an id', () => {
  test.each([
    `${ada}/manager?`,
    `../groups/${advisers}`,
    `x?$select=id#`,
    'https://elsewhere.example/v1.0/users/x',
    '%2e%2e',
    'x%2f..%2f..',
    "'x'",
    'ünïcode & spaces',
  ])('%p stays inside its part of the path', async (id) => {
    await expect(graph.memberGroups(id, [advisers])).rejects.toMatchObject({ code: 'graph-not-found' })
    await expect(graph.groupMembers(id)).rejects.toMatchObject({ code: 'graph-not-found' })
    await expect(graph.sendMail(id, mail)).rejects.toMatchObject({ info: { code: 'ErrorInvalidUser' } })
    const paths = simulator.requests().map(({ path }) => decodeURIComponent(path.split('/')[3]!))
    expect(paths).toEqual([id, id, id])
  })

  test.each(['', '.', '..', '\ud800'])('%p is refused before Graph is asked', async (id) => {
    const refused = { code: 'graph-refused', info: { code: 'bad-id', status: 0 } }
    await expect(graph.memberGroups(id, [advisers])).rejects.toMatchObject(refused)
    await expect(graph.groupMembers(id)).rejects.toMatchObject(refused)
    await expect(graph.sendMail(id, mail)).rejects.toMatchObject(refused)
    expect(simulator.requests()).toEqual([])
  })
})
