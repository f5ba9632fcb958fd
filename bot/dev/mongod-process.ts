import { type ChildProcess, spawn } from 'node:child_process'
import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CaseworkError } from '../../services/platform/errors'
import type { Logger } from '../../services/platform/logger'
import type { Mongod } from './mongod-trial'
import { forgetPorts, notePort, readPorts, settlePort } from './port-notes'
import { processMark } from './process-mark'
import { becomePrimary, REPLICA_SET, servesFolder, shutDown } from './replica-set'

const READY_LIMIT_MS = 60_000
const STOP_LIMIT_MS = 5000
const ENDING_LIMIT_MS = 1000

/** A mongod that is the writable primary of its set. */
export interface Server {
  port: number
  adopted: boolean
  end(): Promise<void>
}

/** Why a mongod ended before it was ready. 100: another one serves the folder. 48: the port is taken. */
export type EarlyEnd = { endedWith: number | string }

interface SpawnOptions {
  mongod: Mongod
  dbFolder: string
  port: number
  environment: NodeJS.ProcessEnv
  log: Logger
}

/** Starts a server; its log lies beside the database folder. Throws `mongod-not-ready` after a minute. */
export async function spawnServer(options: SpawnOptions): Promise<Server | EarlyEnd> {
  const { mongod, dbFolder, port, environment, log } = options
  const logFile = `${dbFolder}.log`
  await rename(logFile, `${dbFolder}.previous.log`).catch(() => undefined)
  await notePort(dbFolder, port)
  // Detached: Ctrl-C must not reach the server before the bot has finished its last turn.
  const child = spawn(mongod.file, flags(dbFolder, port, logFile), {
    detached: true,
    stdio: 'ignore',
    env: environment,
    windowsHide: true,
  })
  const ended = endOf(child)
  const early = await untilReady(child, ended, port, dbFolder)
  if (early !== null) return { endedWith: early }
  child.unref()
  await settlePort(dbFolder, port)
  let ending = false
  void ended.then((endedWith) => ending || log.error('mongod-ended', { code: String(endedWith), port }))
  return {
    port,
    adopted: false,
    end: async () => {
      ending = true
      await endChild(child, ended)
      await forgetPorts(dbFolder)
    },
  }
}

/** Takes over the server that a launcher which is gone left on this folder. Null when there is none. */
export async function adoptServer(dbFolder: string): Promise<Server | null> {
  const pid = Number((await readFile(join(dbFolder, 'mongod.lock'), 'utf8').catch(() => '')).trim())
  const mark = pid > 0 ? await processMark(pid) : null
  if (mark === null) return null
  for (const port of await readPorts(dbFolder)) {
    if (!(await servesFolder(port, dbFolder))) continue
    await becomePrimary(port, dbFolder, AbortSignal.timeout(READY_LIMIT_MS))
    await settlePort(dbFolder, port)
    return { port, adopted: true, end: () => endAdopted(port, dbFolder, pid, mark) }
  }
  return null
}

function flags(dbFolder: string, port: number, logFile: string): string[] {
  const parameters = [
    'shutdownTimeoutMillisForSignaledShutdown=100',
    'ttlMonitorSleepSecs=1',
    // A process that died inside a transaction must not hold its records for a minute.
    'transactionLifetimeLimitSeconds=15',
    'diagnosticDataCollectionEnabled=false',
  ]
  return [
    ...['--dbpath', dbFolder, '--port', String(port), '--logpath', logFile],
    ...['--replSet', REPLICA_SET, '--bind_ip', '127.0.0.1', '--oplogSize', '64', '--wiredTigerCacheSizeGB', '0.25'],
    ...(process.platform === 'win32' ? [] : ['--nounixsocket']),
    ...parameters.flatMap((parameter) => ['--setParameter', parameter]),
  ]
}

function endOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'))
    child.once('error', (fault: NodeJS.ErrnoException) => resolve(fault.code ?? 'unknown'))
  })
}

async function untilReady(
  child: ChildProcess,
  ended: Promise<number | string>,
  port: number,
  dbFolder: string,
): Promise<number | string | null> {
  const waiting = new AbortController()
  const limit = setTimeout(() => waiting.abort(), READY_LIMIT_MS)
  const ready = becomePrimary(port, dbFolder, waiting.signal).then(() => null)
  try {
    return await Promise.race([ready, ended])
  } catch (fault) {
    // When the connection broke because the server ended, how it ended is the better answer.
    const early = await Promise.race([ended, pause(ENDING_LIMIT_MS, null)])
    if (early !== null) return early
    child.kill('SIGKILL')
    throw new CaseworkError('mongod-not-ready', { port }, { cause: fault })
  } finally {
    clearTimeout(limit)
    waiting.abort()
    ready.catch(() => undefined)
  }
}

async function endChild(child: ChildProcess, ended: Promise<number | string>): Promise<void> {
  child.ref()
  child.kill('SIGTERM')
  const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS)
  await ended
  clearTimeout(limit)
}

/** The folder's lock names the process and the server confirmed the folder, so this is no stranger. */
async function endAdopted(port: number, dbFolder: string, pid: number, mark: string): Promise<void> {
  const began = performance.now()
  await shutDown(port).catch(() => undefined)
  while ((await processMark(pid)) === mark) {
    if (performance.now() - began > STOP_LIMIT_MS) killIfThere(pid)
    await pause(20)
  }
  await forgetPorts(dbFolder)
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'ESRCH') throw fault
  }
}
