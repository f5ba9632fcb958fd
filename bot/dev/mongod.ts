import { mkdir, readdir } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CaseworkError } from '../../services/platform/errors'
import type { Logger } from '../../services/platform/logger'
import { type LauncherLock, takeLock } from './launcher-lock'
import { locateMongod } from './mongod-binary'
import { adoptServer, type EarlyEnd, type Server, spawnServer } from './mongod-process'
import type { Mongod } from './mongod-trial'
import { REPLICA_SET } from './replica-set'

export { findMongod } from './mongod-binary'

const FOLDER_SERVED = 100
const PORT_TAKEN = 48
const ATTEMPTS = 10
const BETWEEN_ATTEMPTS_MS = 500

/** `uri` names the replica set and no database. `stop` may be called more than once. */
export interface RunningMongo {
  uri: string
  adopted: boolean
  stop(): Promise<void>
}

export interface MongoOptions {
  dataFolder: string
  log: Logger
  environment?: NodeJS.ProcessEnv
}

/**
 * Starts (or adopts) a one-node replica set on the folder, on a free port of 127.0.0.1. The data lies in a folder named
 * after the server's major version, because an older server cannot open what a newer one wrote. The caller stops it
 * after the database client is closed; a server left behind by a crash is adopted by the next start.
 * @throws CaseworkError `data-folder-in-use`, `mongod-not-found`, `mongod-not-ready`, `mongod-ended-early`
 */
export async function startMongo({ dataFolder, log, environment = process.env }: MongoOptions): Promise<RunningMongo> {
  const began = performance.now()
  const folder = resolve(dataFolder)
  await mkdir(folder, { recursive: true })
  const lock = await takeLock(folder)
  try {
    const mongod = await locateMongod({ environment, log })
    const dbFolder = await makeDbFolder(folder, mongod, log)
    const server = await startServer({ mongod, dbFolder, environment, log })
    const ms = Math.round(performance.now() - began)
    log.info(server.adopted ? 'mongod-adopted' : 'mongod-started', { port: server.port, version: mongod.version, ms })
    return running(server, lock)
  } catch (fault) {
    await lock.release()
    throw fault
  }
}

function running(server: Server, lock: LauncherLock): RunningMongo {
  let stopped: Promise<void> | undefined
  const end = async (): Promise<void> => {
    await server.end()
    await lock.release()
  }
  return {
    uri: `mongodb://127.0.0.1:${server.port}/?replicaSet=${REPLICA_SET}`,
    adopted: server.adopted,
    stop: () => {
      stopped ??= end()
      return stopped
    },
  }
}

interface StartOptions {
  mongod: Mongod
  dbFolder: string
  environment: NodeJS.ProcessEnv
  log: Logger
}

async function startServer({ mongod, dbFolder, environment, log }: StartOptions): Promise<Server> {
  let last: EarlyEnd['endedWith'] = 'unknown'
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const adopted = await adoptServer(dbFolder)
    if (adopted) return adopted
    const server = await spawnServer({ mongod, dbFolder, port: await freePort(), environment, log })
    if (!('endedWith' in server)) return server
    last = server.endedWith
    if (last !== FOLDER_SERVED && last !== PORT_TAKEN) break
    // A server left behind may still be starting or ending: in a moment it can be adopted, or its place taken.
    if (last === FOLDER_SERVED) await pause(BETWEEN_ATTEMPTS_MS)
  }
  const cause = last === FOLDER_SERVED ? 'another mongod serves this folder' : `mongod ended with ${last}`
  const help = `The database did not start: ${cause}; its log is ${dbFolder}.log`
  log.error('mongod-ended-early', { code: String(last), reason: help })
  throw new CaseworkError('mongod-ended-early', { endedWith: last, help })
}

async function makeDbFolder(folder: string, { version }: Mongod, log: Logger): Promise<string> {
  const name = `mongodb-${Number.parseInt(version, 10)}`
  const before = (await readdir(folder)).filter((entry) => /^mongodb-\d+$/.test(entry))
  if (before.length > 0 && !before.includes(name))
    log.warn('data-of-another-mongod-version', { names: before, version })
  await mkdir(join(folder, name), { recursive: true })
  return join(folder, name)
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer().once('error', failed)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => found(port))
    })
  })
}
