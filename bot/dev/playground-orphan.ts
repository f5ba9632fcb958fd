import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { type PlaygroundNote, type PlaygroundPlace, readNote } from './playground-note'
import { endProcess, type PlaygroundProcess } from './playground-process'
import { processMark } from './process-mark'

const PROBE_LIMIT_MS = 1000
const LOOK_EVERY_MS = 200

/**
 * Takes over the Playground of a launcher that was killed, so that pages which are open in a browser go on. One on
 * another port, or that speaks to another address of the bot, is ended instead. Null when there is none to take over.
 */
export async function adoptPlayground(place: PlaygroundPlace): Promise<PlaygroundProcess | null> {
  const left = await readNote(place)
  if (left === null || (await processMark(left.pid)) !== left.mark) return null
  if ((await userOn(left.port)) !== place.persona.userId) return null
  const orphan = orphanProcess(left)
  if (left.port === place.port && left.botUrl === place.botUrl) return orphan
  await orphan.stop()
  return null
}

const testConfig = z.object({ config: z.object({ currentUser: z.object({ id: z.string() }) }) })

/** Whose Playground answers on the port. Its better known `/config` waits for the bot; this one answers at once. */
async function userOn(port: number): Promise<string | null> {
  try {
    const signal = AbortSignal.timeout(PROBE_LIMIT_MS)
    const response = await fetch(`http://127.0.0.1:${port}/_internal/v1/testConfig`, { signal })
    return testConfig.parse(await response.json()).config.currentUser.id
  } catch {
    return null
  }
}

function orphanProcess({ pid, mark }: PlaygroundNote): PlaygroundProcess {
  const gone = async (): Promise<void> => {
    while ((await processMark(pid)) === mark) await pause(LOOK_EVERY_MS, undefined, { ref: false })
  }
  const ended = gone()
  return { adopted: true, ended, stop: () => endProcess((name) => signal(pid, name), ended) }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'ESRCH') throw fault
  }
}
