import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { BotAnswer, BotOrder } from './bot-process'

/** A bot in a process of its own. */
export interface BotProcess {
  url: string
  pid: number
  tell(order: BotOrder): Promise<void>
  /** Resolves with how it ended. */
  ended: Promise<string>
  signal(name: NodeJS.Signals): void
}

export interface BotProcesses {
  /** Starts a bot on the same database, in a process that is loaded already. */
  start(at: Date): Promise<BotProcess>
  stop(): Promise<void>
}

type Settings = Omit<NonNullable<BotOrder['start']>, 'at'>

/** Starts bots one after the other; the next process loads while the last one still runs. */
export function botProcesses(settings: Settings): BotProcesses {
  let spare = load()
  const all: ChildProcess[] = []

  function load() {
    const script = join(__dirname, 'bot-process.ts')
    const child = spawn(process.execPath, ['--import', 'tsx', script], { stdio: ['pipe', 'pipe', 'inherit'] })
    const answers: BotAnswer[] = []
    const waiting: ((answer: BotAnswer | null) => void)[] = []
    // Every line is kept until somebody asks for it, so that none is lost to a listener that comes too late.
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const answer = JSON.parse(line) as BotAnswer
      const next = waiting.shift()
      if (next) next(answer)
      else answers.push(answer)
    })
    child.stdin!.on('error', () => undefined)
    const ended = once(child, 'exit').then(([code, signal]) => String(signal ?? code))
    void ended.then(() => {
      for (const next of waiting.splice(0)) next(null)
    })
    const answer = () =>
      new Promise<BotAnswer | null>((resolve) => {
        const kept = answers.shift()
        if (kept) resolve(kept)
        else if (child.exitCode !== null || child.signalCode !== null) resolve(null)
        else waiting.push(resolve)
      })
    return { child, ended, answer, tell: (order: BotOrder) => child.stdin!.write(`${JSON.stringify(order)}\n`) }
  }

  return {
    start: async (at) => {
      const { child, ended, answer, tell } = spare
      all.push(child)
      spare = load()
      await answer()
      tell({ start: { ...settings, at: at.toISOString() } })
      const started = await answer()
      if (!started || !('url' in started)) throw new Error(`the bot did not start: ${await ended}`)
      return {
        url: started.url,
        pid: child.pid!,
        ended,
        tell: async (order) => {
          tell(order)
          await answer()
        },
        signal: (name) => child.kill(name),
      }
    },
    stop: async () => {
      for (const child of [...all, spare.child])
        if (child.exitCode === null && child.signalCode === null) {
          const gone = once(child, 'exit')
          child.kill('SIGKILL')
          await gone
        }
    },
  }
}
