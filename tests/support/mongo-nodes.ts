import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Document } from 'mongodb'
import { locateMongod } from '../../bot/dev/mongod-binary'
import { createLogger } from '../../services/platform/logger'
import { withAdmin } from '../../services/platform/mongo-topology'

/** A replica set whose members can be made to fail. */
export interface MongoNodes {
  uri: string
  /** The port of the member that takes writes; waits until there is one that the others know. */
  primary(): Promise<number>
  stepDown(port: number): Promise<void>
  signal(port: number, name: NodeJS.Signals): void
  /** Starts a member again that was killed. */
  restart(port: number): Promise<void>
  /** Has the server answer some commands in its own way: MongoDB's `failCommand`. */
  fail(failPoint: Document): Promise<void>
  stop(): Promise<void>
}

/** Quick elections, so that a test need not wait for ten seconds each time. */
const SETTINGS = { electionTimeoutMillis: 2_000, heartbeatIntervalMillis: 500 }
const READY_LIMIT_MS = 60_000

/** Starts so many members on loopback, each with the smallest cache that there is. */
export async function startNodes(count: number): Promise<MongoNodes> {
  const folder = mkdtempSync(join(tmpdir(), 'casekeeper-nodes-'))
  const { file } = await locateMongod({ environment: process.env, log: createLogger('warn') })
  const ports = await freePorts(count)
  const members = new Map<number, ChildProcess>()

  function launch(port: number): void {
    const data = join(folder, String(port))
    mkdirSync(data, { recursive: true })
    const parameters = [
      'shutdownTimeoutMillisForSignaledShutdown=100',
      'diagnosticDataCollectionEnabled=false',
      'enableTestCommands=1',
    ]
    const flags = [
      ...['--dbpath', data, '--port', String(port), '--logpath', `${data}.log`, '--logappend', '--replSet', 'nodes'],
      ...['--bind_ip', '127.0.0.1', '--oplogSize', '64', '--wiredTigerCacheSizeGB', '0.25', '--nounixsocket'],
      ...parameters.flatMap((parameter) => ['--setParameter', parameter]),
    ]
    members.set(port, spawn(file, flags, { stdio: 'ignore' }))
  }

  const ask = (port: number, command: Document): Promise<Document> =>
    withAdmin(`mongodb://127.0.0.1:${port}/?directConnection=true`, (admin) => admin.command(command))

  async function until<T>(found: () => Promise<T | null>): Promise<T> {
    for (const began = performance.now(); performance.now() - began < READY_LIMIT_MS; ) {
      const value = await found().catch(() => null)
      if (value !== null) return value
      await pause(100)
    }
    throw new Error('the replica set is not ready')
  }

  for (const port of ports) launch(port)
  await Promise.all(ports.map((port) => until(() => ask(port, { ping: 1 }))))
  const first = ports.map((port, _id) => ({ _id, host: `127.0.0.1:${port}` }))
  await ask(ports[0]!, { replSetInitiate: { _id: 'nodes', members: first, settings: SETTINGS } })

  const alive = (port: number) => members.get(port)!.exitCode === null && members.get(port)!.signalCode === null
  const paused = new Set<number>()
  const nodes: MongoNodes = {
    uri: `mongodb://${ports.map((port) => `127.0.0.1:${port}`).join(',')}/?replicaSet=nodes`,
    primary: () =>
      until(async () => {
        const reachable = ports.filter((port) => alive(port) && !paused.has(port))
        const answers = await Promise.all(reachable.map((port) => ask(port, { hello: 1 }).catch((): Document => ({}))))
        const index = answers.findIndex(({ isWritablePrimary }) => isWritablePrimary)
        return index < 0 ? null : reachable[index]!
      }),
    stepDown: async (port) => {
      // A member that is not the primary any more refuses, and that is as well.
      await ask(port, { replSetStepDown: 5, secondaryCatchUpPeriodSecs: 2 }).catch(() => undefined)
    },
    signal: (port, name) => {
      if (name === 'SIGSTOP') paused.add(port)
      if (name === 'SIGCONT') paused.delete(port)
      members.get(port)!.kill(name)
    },
    restart: async (port) => {
      const member = members.get(port)!
      if (alive(port)) await once(member, 'exit')
      launch(port)
      await until(() => ask(port, { ping: 1 }))
    },
    fail: async (failPoint) => {
      // Nothing is taken back while a command is held up by it.
      await until(async () => ask(await nodes.primary(), { configureFailPoint: 'failCommand', ...failPoint }))
    },
    stop: async () => {
      for (const port of ports) {
        if (!alive(port)) continue
        const gone = once(members.get(port)!, 'exit')
        members.get(port)!.kill('SIGKILL')
        await gone
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await nodes.primary()
  return nodes
}

/** One member, on which everything works that the test file starts from now on. */
export async function startOnlyNode(): Promise<MongoNodes> {
  const nodes = await startNodes(1)
  process.env.CASEKEEPER_TEST_MONGODB_URI = nodes.uri
  return nodes
}

/** All held at once, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      return server
    }),
  )
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}
