import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import os, { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { MongoClient } from 'mongodb'
import { findMongod, type RunningMongo, startMongo } from '../../../bot/dev/mongod'
import { processMark } from '../../../bot/dev/process-mark'
import { createLogger } from '../../../services/platform/logger'
import { checkReplicaSet } from '../../../services/platform/mongo-topology'

const log = createLogger('silent')
const running: RunningMongo[] = []
const children: ChildProcess[] = []
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'casekeeper-mongod-'))
})

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const mongo of running.splice(0)) await mongo.stop()
  await rm(folder, { recursive: true, force: true })
})

describe('the database of npm start', () => {
  test('a first start gives a replica set that can do transactions', async () => {
    const mongo = await start()
    await checkReplicaSet(mongo.uri)
    const written = await use(mongo.uri, async (client) => {
      const notes = client.db('casework').collection<{ _id: string }>('notes')
      await client.withSession((session) =>
        session.withTransaction(async () => {
          await notes.insertOne({ _id: 'first' }, { session })
        }),
      )
      return notes.countDocuments()
    })
    expect(written).toBe(1)
    expect(mongo.adopted).toBe(false)
  })

  test('after a stop, a second start on another port finds what was written', async () => {
    const first = await start()
    await write(first.uri, 'kept')
    const pid = await mongodPid()
    await first.stop()
    expect(await processMark(pid)).toBeNull()
    const blocker = await occupy(Number(new URL(first.uri).port))
    const second = await start()
    expect(second.uri).not.toBe(first.uri)
    expect(await written(second.uri)).toEqual(['kept'])
    blocker.close()
  })

  test('a database that was killed starts again with what was written', async () => {
    const first = await start()
    await write(first.uri, 'kept')
    process.kill(await mongodPid(), 'SIGKILL')
    await first.stop()
    expect(await written((await start()).uri)).toEqual(['kept'])
  })

  test('a database left behind by a killed start is adopted, and stopped with the one that adopted it', async () => {
    const uri = await startLauncher()
    await write(uri, 'kept')
    const pid = await mongodPid()
    await killLauncher()
    expect(await processMark(pid)).not.toBeNull()
    const second = await start()
    expect(second).toMatchObject({ uri, adopted: true })
    expect(await written(second.uri)).toEqual(['kept'])
    await second.stop()
    expect(await processMark(pid)).toBeNull()
  })

  test('a start that was killed with its database leaves nothing in the way of the next', async () => {
    const uri = await startLauncher()
    await write(uri, 'kept')
    process.kill(await mongodPid(), 'SIGKILL')
    await killLauncher()
    const second = await start()
    expect(second.adopted).toBe(false)
    expect(await written(second.uri)).toEqual(['kept'])
  })

  test('a second start on the same folder is refused and named, and the first one goes on', async () => {
    const uri = await startLauncher()
    await expect(start()).rejects.toMatchObject({
      code: 'data-folder-in-use',
      info: { pid: children[0]!.pid, help: expect.stringContaining(String(children[0]!.pid)) },
    })
    await write(uri, 'still here')
    await killLauncher()
    const adopted = await start()
    expect(adopted.adopted).toBe(true)
    await expect(start()).rejects.toMatchObject({ code: 'data-folder-in-use' })
  })

  test('a lock of a process number that now belongs to another process is taken over', async () => {
    await writeFile(join(folder, 'launcher.lock'), JSON.stringify({ pid: process.pid, mark: 'an earlier process' }))
    await start()
  })

  test('a MongoDB without a replica set is refused, because it has no transactions', async () => {
    const mongod = await findMongod({ environment: process.env, log })
    const blocker = await occupy(0)
    const { port } = blocker.address() as AddressInfo
    blocker.close()
    const alone = spawn(mongod, ['--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1'], {
      stdio: 'ignore',
    })
    children.push(alone)
    const ended = once(alone, 'exit')
    await expect(checkReplicaSet(`mongodb://127.0.0.1:${port}`)).rejects.toMatchObject({
      code: 'mongodb-not-a-replica-set',
    })
    alone.kill('SIGKILL')
    await ended
  })
})

async function start(): Promise<RunningMongo> {
  const mongo = await startMongo({ dataFolder: folder, log })
  running.push(mongo)
  return mongo
}

async function use<Result>(uri: string, work: (client: MongoClient) => Promise<Result>): Promise<Result> {
  const client = new MongoClient(uri, { runtimeAdapters: { os }, serverSelectionTimeoutMS: 5000 })
  try {
    return await work(client)
  } finally {
    await client.close()
  }
}

const write = (uri: string, id: string): Promise<unknown> =>
  use(uri, (client) =>
    client
      .db('casework')
      .collection<{ _id: string }>('notes')
      .insertOne({ _id: id }, { writeConcern: { w: 'majority', journal: true } }),
  )

const written = (uri: string): Promise<unknown[]> =>
  use(uri, async (client) =>
    (await client.db('casework').collection('notes').find().toArray()).map(({ _id }) => _id as unknown),
  )

async function mongodPid(): Promise<number> {
  const name = (await readdir(folder)).find((entry) => /^mongodb-\d+$/.test(entry))!
  return Number(await readFile(join(folder, name, 'mongod.lock'), 'utf8'))
}

/** A start in a process of its own. Its answer is the address of the database. */
async function startLauncher(): Promise<string> {
  const program = [
    '--import',
    pathToFileURL(require.resolve('tsx')).href,
    require.resolve('./mongod-launcher.ts'),
    folder,
  ]
  const child = spawn(process.execPath, program, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  const [line] = (await once(child.stdout!, 'data')) as [Buffer]
  return line.toString().trim()
}

/** Ends everything in the launcher's process group, as a closed terminal may. */
async function killLauncher(): Promise<void> {
  const [child] = children.splice(0)
  const ended = once(child!, 'exit')
  process.kill(-child!.pid!, 'SIGKILL')
  await ended
}

/** Something else on the port, which hangs up on everybody. */
async function occupy(port: number): Promise<Server> {
  const server = createServer((socket) => socket.destroy())
    .listen(port, '127.0.0.1')
    .unref()
  await once(server, 'listening')
  return server
}
