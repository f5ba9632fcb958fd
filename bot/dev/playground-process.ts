import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { CaseworkError } from '../../services/platform/errors'
import { playgroundConfig } from './playground-config'
import { fileOf, leaveNote, type PlaygroundPlace } from './playground-note'

const PROGRAM = require.resolve('@microsoft/m365agentsplayground/cli.js')
const READY_LIMIT_MS = 30_000
const STOP_LIMIT_MS = 3000

/** `ended` settles when it is gone, whoever ended it. */
export interface PlaygroundProcess {
  adopted: boolean
  ended: Promise<void>
  stop(): Promise<void>
}

/**
 * Starts a Playground and waits until it listens. `onSpawn` gets the process at once, so that a stop can reach it.
 * @throws CaseworkError `playground-port-in-use`, `playground-not-started` (both with a sentence in `help`)
 */
export async function spawnPlayground(
  place: PlaygroundPlace,
  onSpawn: (started: PlaygroundProcess) => void,
): Promise<PlaygroundProcess> {
  const { port, botUrl } = place
  const config = fileOf(place, '.yml')
  const log = fileOf(place, '.log')
  await writeFile(config, playgroundConfig(place.persona))
  const flags = ['start', '-p', String(port), '-e', botUrl, '-c', 'msteams', '--disable-telemetry']
  const child = spawn(process.execPath, [PROGRAM, ...flags], {
    cwd: place.folder,
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
    env: environment(config, log),
  })
  const started = childProcess(child)
  onSpawn(started)
  if (child.pid !== undefined) await leaveNote(place, child.pid)
  const printed = await Promise.race([
    portPrinted(child),
    started.ended.then(() => 'ended' as const),
    pause(READY_LIMIT_MS, 'late' as const, { ref: false }),
  ])
  if (printed === port) return started
  await started.stop()
  if (typeof printed === 'number') throw portInUse(port)
  const how = printed === 'late' ? 'it took too long' : 'it ended'
  throw new CaseworkError('playground-not-started', {
    port,
    help: `The chat did not start (${how}); its log is ${log}`,
  })
}

function environment(config: string, log: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    M365_AGENTS_PLAYGROUND_CONFIG_PATH: config,
    M365_AGENTS_PLAYGROUND_LOGFILE: log,
    TEAMSAPPTESTER_BROWSER: 'none',
    // A proxy of the house would be asked for the bot on this machine.
    NO_PROXY: '127.0.0.1,localhost',
    no_proxy: '127.0.0.1,localhost',
  }
}

const portInUse = (port: number): CaseworkError =>
  new CaseworkError('playground-port-in-use', {
    port,
    help: `Port ${port} is used by another program; stop it, then open this chat again.`,
  })

/** It takes another port, without a word, when the one asked for is busy: what it prints is the truth. */
function portPrinted(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    let output = ''
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      output = (output + part).slice(-1000)
      const port = /Listening on (\d+)\n/.exec(output)?.[1]
      if (port !== undefined) resolve(Number(port))
    })
  })
}

function childProcess(child: ChildProcess): PlaygroundProcess {
  const settled = (): void => undefined
  const ended = once(child, 'exit').then(settled, settled)
  return { adopted: false, ended, stop: () => endProcess((name) => child.kill(name), ended) }
}

/** Asks a process to end, and ends it when it does not. */
export async function endProcess(kill: (name: NodeJS.Signals) => void, ended: Promise<void>): Promise<void> {
  kill('SIGTERM')
  const limit = setTimeout(() => kill('SIGKILL'), STOP_LIMIT_MS)
  await ended
  clearTimeout(limit)
}
