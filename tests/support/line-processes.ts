import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Casekeeper } from './casekeeper'

/** Processes beside the bot, on the same data and at the same business time, which answer a line with a line. */
export interface LineProcesses<Question, Answer> {
  /** Asks each process its own question, all of them at once. */
  ask(questions: readonly Question[]): Promise<Answer[]>
  stop(): void
}

/** @param script in this folder, which calls `answerLines` */
export async function startLineProcesses<Question, Answer>(
  { mongoUri, keyFile, graph, clock }: Casekeeper,
  script: string,
  count: number,
): Promise<LineProcesses<Question, Answer>> {
  const env = {
    ...process.env,
    PRESS_MONGODB_URI: mongoUri,
    PRESS_KEY_FILE: keyFile,
    PRESS_GRAPH_URL: graph.url,
    PRESS_CLOCK: clock.now().toISOString(),
  }
  const processes = Array.from({ length: count }, () => {
    const stdio: ['pipe', 'pipe', 'inherit'] = ['pipe', 'pipe', 'inherit']
    const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, script)], { env, stdio })
    return { child, lines: createInterface({ input: child.stdout! }) }
  })
  // Listened to together: a line that nobody listens for is gone.
  const ready = await Promise.all(processes.map(({ lines }) => once(lines, 'line')))
  if (ready.some(([line]) => line !== 'ready')) throw new Error(`a process began with ${ready.join(', ')}`)
  return {
    ask: (questions) =>
      Promise.all(
        questions.map(async (question, index) => {
          const { child, lines } = processes[index]!
          const answer = once(lines, 'line')
          child.stdin!.write(`${JSON.stringify(question)}\n`)
          return JSON.parse((await answer)[0] as string) as Answer
        }),
      ),
    stop: () => {
      for (const { child } of processes) child.kill()
    },
  }
}
