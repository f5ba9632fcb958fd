import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import {
  type GraphSimulator,
  type GraphSimulatorOptions,
  simulatedToken,
  startGraphSimulator,
} from '../../../bot/dev/graph-simulator'
import { createGraph } from '../../../services/platform/graph'
import { aPerson, aTenant, objectId } from '../../support/simulated-tenant'

const mailbox = 'advice@union.example'
const mail = { to: 'ada@union.example', subject: 'A subject', body: 'Some words', key: '1' }
const putAway: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const step of putAway.splice(0).reverse()) await step()
})

async function start(options: Partial<GraphSimulatorOptions> = {}): Promise<GraphSimulator> {
  const simulator = await startGraphSimulator({ directories: [aTenant()], ...options })
  putAway.push(() => simulator.stop())
  return simulator
}

const graphOf = (simulator: GraphSimulator, tenant = 'tenant', token?: string) =>
  createGraph({ baseUrl: simulator.url, token: async () => simulatedToken(objectId(tenant), token) })

async function mailFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'casekeeper-test-mail-'))
  putAway.push(() => rm(folder, { recursive: true }))
  return folder
}

test('people, groups and mailboxes of another union are not found', async () => {
  const other = aTenant({
    tenantId: objectId('other'),
    people: [aPerson('eve')],
    groups: [],
    serviceMailboxes: ['help@other.example'],
  })
  const simulator = await start({ directories: [aTenant(), other] })
  const graph = graphOf(simulator, 'other')
  await expect(graph.memberGroups(objectId('ada'), [objectId('hub')])).rejects.toMatchObject({
    code: 'graph-not-found',
  })
  await expect(graph.groupMembers(objectId('hub'))).rejects.toMatchObject({ code: 'graph-not-found' })
  await expect(graph.sendMail(mailbox, mail)).rejects.toMatchObject({ info: { code: 'ErrorInvalidUser' } })
  expect((await graph.presences([objectId('ada')])).get(objectId('ada'))).toBe('unknown')
  expect(await graph.memberGroups(objectId('eve'), [objectId('hub')])).toEqual([])
})

test('a union whose token has another beginning is refused', async () => {
  const simulator = await start({ token: 'chosen' })
  await expect(graphOf(simulator).presences(['x'])).rejects.toMatchObject({ info: { status: 401 } })
  await expect(graphOf(simulator, 'tenant', 'chosen').presences(['x'])).resolves.toBeDefined()
})

test('sent mail outlives a restart when it has a folder, and is dated by the clock it was given', async () => {
  const folder = await mailFolder()
  const now = () => new Date('2024-03-28T10:00:00Z')
  const first = await start({ mailFolder: folder, now })
  await graphOf(first).sendMail(mailbox, mail)
  await first.stop()
  const second = await start({ mailFolder: folder, now })
  await graphOf(second).sendMail(mailbox, { ...mail, key: '2' })
  expect(second.sentMail().map(({ at, headers }) => [at, headers['x-casekeeper-key']])).toEqual([
    ['2024-03-28T10:00:00.000Z', '1'],
    ['2024-03-28T10:00:00.000Z', '2'],
  ])
  expect((await readdir(folder)).sort()).toEqual(['000001.json', '000002.json'])
})

test('a mail written after another was deleted overwrites none', async () => {
  const folder = await mailFolder()
  const first = await start({ mailFolder: folder })
  for (const key of ['1', '2']) await graphOf(first).sendMail(mailbox, { ...mail, key })
  await rm(join(folder, '000001.json'))
  await graphOf(await start({ mailFolder: folder })).sendMail(mailbox, { ...mail, key: '3' })
  expect((await readdir(folder)).sort()).toEqual(['000002.json', '000003.json'])
})

test('a fault that was set for one request is over after it', async () => {
  const simulator = await start()
  simulator.setFault('presences', { kind: 'status', status: 503, times: 1 })
  await expect(graphOf(simulator).presences(['x'])).rejects.toMatchObject({ code: 'graph-unavailable' })
  await expect(graphOf(simulator).presences(['x'])).resolves.toBeDefined()
})

test('groups that contain each other are read once', async () => {
  const simulator = await start()
  simulator.setMembership(objectId('hub'), [objectId('advisers'), objectId('ada')])
  expect(await graphOf(simulator).groupMembers(objectId('advisers'))).toHaveLength(2)
})

test('a person is no group, and is not a member of themselves', async () => {
  const simulator = await start()
  expect(await graphOf(simulator).memberGroups(objectId('ada'), [objectId('ada')])).toEqual([])
})

test('a group with a member who does not exist is a mistake in the data', async () => {
  const groups = [{ id: objectId('hub'), displayName: 'Hub', members: [objectId('nobody')] }]
  await expect(startGraphSimulator({ directories: [aTenant({ groups })] })).rejects.toMatchObject({
    code: 'simulated-member-unknown',
  })
  const simulator = await start()
  expect(() => simulator.setMembership(objectId('nowhere'), [])).toThrow('simulated-object-unknown')
  expect(() => simulator.setPresence(objectId('nobody'), 'Busy')).toThrow('simulated-object-unknown')
})

test('a link of one union shows another nothing', async () => {
  const other = aTenant({ tenantId: objectId('other') })
  const simulator = await start({ directories: [aTenant(), other], longestPage: 1 })
  const ask = (url: string, tenant: string) =>
    fetch(url, {
      headers: { consistencylevel: 'eventual', authorization: `Bearer ${simulatedToken(objectId(tenant))}` },
    })
  const path = `/v1.0/groups/${objectId('advisers')}/transitiveMembers/microsoft.graph.user?$count=true`
  const page = (await (await ask(simulator.url + path, 'tenant')).json()) as { '@odata.nextLink': string }
  expect((await ask(page['@odata.nextLink'], 'tenant')).status).toBe(200)
  expect((await ask(page['@odata.nextLink'], 'other')).status).toBe(400)
  expect((await ask(`${page['@odata.nextLink']}x`, 'tenant')).status).toBe(400)
})

test('what is not simulated is refused, and recorded without the token', async () => {
  const simulator = await start()
  const authorization = `Bearer ${simulatedToken(objectId('tenant'))}`
  const answers = await Promise.all([
    fetch(`${simulator.url}/v1.0/me`, { headers: { authorization } }),
    fetch(`${simulator.url}/v1.0/users/${objectId('ada')}?$expand=manager`, { headers: { authorization } }),
    fetch(`${simulator.url}/v1.0/users/%E0%A4%A`, { headers: { authorization } }),
  ])
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400])
  expect(simulator.requests()).toHaveLength(3)
  expect(JSON.stringify(simulator.requests())).not.toContain(authorization)
  expect(simulator.requests().every(({ tenantId }) => tenantId === objectId('tenant'))).toBe(true)
})

test('it does not start in production', async () => {
  const before = process.env.NODE_ENV
  process.env.NODE_ENV = 'production'
  try {
    await expect(startGraphSimulator({ directories: [] })).rejects.toThrow('simulator-in-production')
  } finally {
    process.env.NODE_ENV = before
  }
})

test('it can be stopped twice, and while somebody waits for an answer', async () => {
  const simulator = await start()
  simulator.setFault('presences', { kind: 'slow', ms: 60_000 })
  const waiting = graphOf(simulator).presences(['x'], 20_000)
  const settled = expect(waiting).rejects.toMatchObject({ code: 'graph-unavailable' })
  while (simulator.requests().length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  await simulator.stop()
  await simulator.stop()
  await settled
})
