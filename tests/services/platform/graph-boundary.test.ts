import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type GraphSimulator, startGraphSimulator } from '../../../bot/dev/graph-simulator'
import { createGraph, type Graph } from '../../../services/platform/graph'
import { graphCaller } from '../../../services/platform/graph-client'
import { ada, advisers, crowdGroup, mail, mailbox, startGraph, token } from '../../support/graph-world'
import { aTenant } from '../../support/simulated-tenant'

let simulator: GraphSimulator
let graph: Graph

beforeEach(async () => {
  ;({ simulator, graph } = await startGraph())
})

afterEach(() => simulator.stop())

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
