import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type GraphSimulator, simulatedToken, startGraphSimulator } from '../../bot/dev/graph-simulator'
import { createGraph, type Graph } from '../../services/platform/graph'
import { newId } from '../../services/platform/ids'
import { aTenant, objectId } from '../support/simulated-tenant'

/**
 * What the gateway relies on, held against Microsoft's Graph when the environment names a tenant and against the
 * simulator otherwise. A tenant needs: a person (with mail, job title and business telephone) in a group that is nested
 * in a group of at least two people, a group the person is not in, a mailbox that the application may send from, and an
 * application access policy that keeps it out of the person's own mailbox.
 */
const environment = process.env
const inTenant = environment.CASEKEEPER_GRAPH_URL !== undefined
const setting = (name: string, simulated: string): string => (inTenant ? (environment[name] ?? '') : simulated)

const person = setting('CASEKEEPER_GRAPH_PERSON', objectId('ada'))
const innerGroup = setting('CASEKEEPER_GRAPH_INNER_GROUP', objectId('hub'))
const outerGroup = setting('CASEKEEPER_GRAPH_OUTER_GROUP', objectId('advisers'))
const otherGroup = setting('CASEKEEPER_GRAPH_OTHER_GROUP', objectId('managers'))
const mailbox = setting('CASEKEEPER_GRAPH_MAILBOX', 'advice@union.example')
const recipient = setting('CASEKEEPER_GRAPH_RECIPIENT', 'ada@union.example')
const LIMIT_MS = 20_000

let simulator: GraphSimulator | undefined
let baseUrl: string
let token: string
let graph: Graph

beforeAll(async () => {
  simulator = inTenant ? undefined : await startGraphSimulator({ directories: [aTenant()] })
  baseUrl = simulator?.url ?? setting('CASEKEEPER_GRAPH_URL', '')
  token = setting('CASEKEEPER_GRAPH_TOKEN', simulatedToken(objectId('tenant')))
  graph = createGraph({ baseUrl, token: async () => token })
})

afterAll(() => simulator?.stop())

describe('the gateway', () => {
  test('a nested group counts as membership, and a group the person is not in does not', async () => {
    const groups = await graph.memberGroups(person, [otherGroup, outerGroup, innerGroup, newId()], LIMIT_MS)
    expect(groups.sort()).toEqual([outerGroup, innerGroup].sort())
  })

  test('an object id in capitals is the same person and the same group', async () => {
    const group = outerGroup.toUpperCase()
    expect(await graph.memberGroups(person.toUpperCase(), [group], LIMIT_MS)).toEqual([group])
  })

  test('somebody unknown is not found', async () => {
    await expect(graph.memberGroups(newId(), [outerGroup], LIMIT_MS)).rejects.toMatchObject({
      code: 'graph-not-found',
      info: { status: 404, code: 'Request_ResourceNotFound' },
    })
  })

  test('the members of a group include those of the groups within it, with what the register needs', async () => {
    const members = await graph.groupMembers(outerGroup, LIMIT_MS)
    expect(members.find(({ staffId }) => staffId === person)).toEqual({
      staffId: person,
      displayName: expect.stringMatching(/./),
      mail: expect.anything(),
      jobTitle: expect.anything(),
      phone: expect.anything(),
      enabled: true,
    })
  })

  test('a group that does not exist is not found', async () => {
    await expect(graph.groupMembers(newId(), LIMIT_MS)).rejects.toMatchObject({ code: 'graph-not-found' })
  })

  test('availability is known for staff', async () => {
    const presences = await graph.presences([person], LIMIT_MS)
    expect([...presences.keys()]).toEqual([person])
    expect(['free', 'busy', 'away', 'unknown']).toContain(presences.get(person))
  })

  test('a mail from the service mailbox is accepted', async () => {
    const mail = { to: recipient, subject: 'Contract test', body: 'Nothing to do.', key: newId() }
    await expect(graph.sendMail(mailbox, mail, LIMIT_MS)).resolves.toBeUndefined()
  })

  test('IMP-27 a mail from a mailbox that is not the service\u2019s is refused and has not left', async () => {
    const mail = { to: recipient, subject: 'Contract test', body: 'Never to be seen.', key: newId() }
    await expect(graph.sendMail(person, mail, LIMIT_MS)).rejects.toMatchObject({
      code: 'graph-refused',
      info: { sent: 'no' },
    })
  })
})

describe('the answers themselves', () => {
  const ask = (path: string, changes: RequestInit = {}) =>
    fetch(`${baseUrl}/v1.0${path}`, {
      ...changes,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...changes.headers },
      signal: AbortSignal.timeout(LIMIT_MS),
    })
  const post = (path: string, body: object) => ask(path, { method: 'POST', body: JSON.stringify(body) })
  const membersPath = `/groups/${outerGroup}/transitiveMembers/microsoft.graph.user`
  const eventual = { headers: { ConsistencyLevel: 'eventual' } }

  test('an error is JSON with a code, and names the request in its header', async () => {
    const clientRequestId = newId()
    const answer = await ask(`/users/${newId()}`, { headers: { 'client-request-id': clientRequestId } })
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
    expect(answer.headers.get('request-id')).toMatch(/^[\w-]+$/)
    expect(answer.headers.get('client-request-id')).toBe(clientRequestId)
    expect(await answer.json()).toMatchObject({ error: { code: 'Request_ResourceNotFound' } })
  })

  test('a token that is none is refused', async () => {
    const answer = await ask(`/users/${person}`, { headers: { authorization: 'Bearer none' } })
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({ error: { code: 'InvalidAuthenticationToken' } })
  })

  test('a person has the properties selected, and accountEnabled only when selected', async () => {
    const fields = 'id,displayName,mail,userPrincipalName,accountEnabled,jobTitle'
    const chosen = (await (await ask(`/users/${person}?$select=${fields}`)).json()) as object
    expect(Object.keys(chosen).sort()).toEqual(['@odata.context', ...fields.split(',')].sort())
    expect(await (await ask(`/users/${person}`)).json()).not.toHaveProperty('accountEnabled')
  })

  test('a property that people do not have cannot be selected', async () => {
    expect((await ask(`/users/${person}?$select=id,shoeSize`)).status).toBe(400)
  })

  test('twenty groups may be asked about in one call, twenty-one may not', async () => {
    const path = `/users/${person}/checkMemberGroups`
    const groupIds = Array.from({ length: 20 }, newId)
    expect((await post(path, { groupIds })).status).toBe(200)
    expect((await post(path, { groupIds: [...groupIds, newId()] })).status).toBe(400)
  })

  test('members are listed with their count when eventual consistency is asked for, and not otherwise', async () => {
    const answer = await ask(`${membersPath}?$count=true&$select=id`, eventual)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ '@odata.count': expect.any(Number), value: expect.any(Array) })
    expect((await ask(`${membersPath}?$select=id`)).status).toBe(400)
  })

  test('a list continues at an absolute link to the same place', async () => {
    const answer = await ask(`${membersPath}?$count=true&$select=id&$top=1`, eventual)
    const first = (await answer.json()) as { value: { id: string }[]; '@odata.nextLink': string }
    expect(first.value).toHaveLength(1)
    expect(new URL(first['@odata.nextLink']).origin).toBe(baseUrl)
    const next = await ask(first['@odata.nextLink'].slice(`${baseUrl}/v1.0`.length), eventual)
    expect(next.status).toBe(200)
    expect(await next.json()).toMatchObject({ value: [{ id: expect.not.stringContaining(first.value[0]!.id) }] })
  })

  test('a thousand members to a page are too many', async () => {
    expect((await ask(`${membersPath}?$count=true&$top=1000`, eventual)).status).toBe(400)
  })

  test('an accepted mail is answered with 202, no content and no content type', async () => {
    const answer = await post(`/users/${encodeURIComponent(mailbox)}/sendMail`, {
      message: {
        subject: 'Contract test',
        body: { contentType: 'text', content: 'Nothing to do.' },
        toRecipients: [{ emailAddress: { address: recipient } }],
      },
      saveToSentItems: false,
    })
    expect(answer.status).toBe(202)
    expect(answer.headers.get('content-type')).toBeNull()
    expect(await answer.text()).toBe('')
  })

  test('a mail to nobody is refused', async () => {
    const answer = await post(`/users/${encodeURIComponent(mailbox)}/sendMail`, {
      message: { subject: '', body: { contentType: 'text', content: '' }, toRecipients: [] },
    })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: { code: 'ErrorInvalidRecipients' } })
  })
})
