import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { inspect } from 'node:util'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { Document } from 'mongodb'
import { findMongod } from '../../../bot/dev/mongod'
import { createLogger } from '../../../services/platform/logger'
import { checkReplicaSet, topologyFault, withAdmin } from '../../../services/platform/mongo-topology'

const children: ChildProcess[] = []
const folders: string[] = []

afterEach(async () => {
  for (const child of children.splice(0)) {
    const ended = once(child, 'exit')
    if (child.kill('SIGKILL')) await ended
  }
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

describe('Which MongoDB the product runs on', () => {
  const set = { setName: 'rs0', hosts: ['a:27017', 'b:27017', 'c:27017'], isWritablePrimary: true }
  test.each<[string, object, string | null]>([
    ['a replica set', set, null],
    ['a replica set of one', { setName: 'rs0', hosts: ['a:27017'] }, null],
    ['a replica set whose list of arbiters is empty', { ...set, arbiters: [] }, null],
    ['a sharded cluster', { msg: 'isdbgrid', isWritablePrimary: true }, null],
    ['a lone server', { isWritablePrimary: true }, 'mongodb-not-a-replica-set'],
    ['a member that was never set up', { isreplicaset: true, info: 'no config' }, 'mongodb-not-a-replica-set'],
    ['a set with an arbiter', { ...set, arbiters: ['c:27018'] }, 'mongodb-has-an-arbiter'],
  ])('%s', (_what, hello, fault) => {
    expect(topologyFault(hello)).toBe(fault)
  })
})

describe('A start', () => {
  test('goes on with the replica set that these tests run on', async () => {
    await expect(checkReplicaSet(process.env.CASEKEEPER_TEST_MONGODB_URI!)).resolves.toBeUndefined()
  })

  test('without a server is refused after a while, and the password of the address is not told', async () => {
    const port = await freePort()
    const fault = await checkReplicaSet(`mongodb://robin:pass-word@127.0.0.1:${port}/`).catch((caught) => caught)
    expect(fault).toMatchObject({ code: 'mongodb-not-reachable' })
    expect(inspect(fault, { depth: 10 })).not.toContain('pass-word')
  })

  test('on a real set of one member and one arbiter is refused', async () => {
    const ports = [await freePort(), await freePort()]
    for (const port of ports) await startMember(port)
    const [data, arbiter] = ports.map((port) => `127.0.0.1:${port}`)
    const direct = `mongodb://${data}/?directConnection=true`
    for (const uri of [direct, `mongodb://${arbiter}/?directConnection=true`]) await until(uri, () => true)
    const members = [
      { _id: 0, host: data },
      { _id: 1, host: arbiter, arbiterOnly: true },
    ]
    const settings = { electionTimeoutMillis: 1_000 }
    await withAdmin(direct, (admin) => admin.command({ replSetInitiate: { _id: 'rs0', members, settings } }))
    await until(direct, ({ isWritablePrimary }) => isWritablePrimary)
    await expect(checkReplicaSet(`mongodb://${data}/`)).rejects.toMatchObject({ code: 'mongodb-has-an-arbiter' })
  })
})

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function startMember(port: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'casekeeper-member-'))
  folders.push(folder)
  await mkdir(join(folder, 'data'))
  const mongod = await findMongod({ environment: process.env, log: createLogger('silent') })
  const place = ['--dbpath', join(folder, 'data'), '--port', String(port), '--bind_ip', '127.0.0.1']
  children.push(spawn(mongod, [...place, '--replSet', 'rs0', '--nounixsocket'], { stdio: 'ignore' }))
}

/** Waits until the server answers, and then until it is as wanted. */
async function until(uri: string, wanted: (hello: Document) => boolean): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const hello = await withAdmin(uri, (admin) => admin.command({ hello: 1 })).catch(() => null)
    if (hello && wanted(hello)) return
    await wait(200)
  }
  throw new Error('not as wanted')
}
