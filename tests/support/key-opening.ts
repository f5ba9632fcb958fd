import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Opening } from './key-opening-process'
import type { TestMongo } from './test-mongo'

/** A process of its own that opens keys, again and again. */
export interface OpeningProcess {
  /** Names the key and waits until opening it has this answer, which it returns. */
  until(answer: string, keyId: string): Promise<string>
  /** When it last opened the key, as milliseconds since 1970; 0 for never. */
  lastOpenedAt(keyId: string): number
  stop(): void
}

export async function startOpening({ uri, keyFile }: TestMongo): Promise<OpeningProcess> {
  const script = join(__dirname, 'key-opening-process.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', script, uri, keyFile], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })
  await once(lines, 'line')
  const openedAt = new Map<string, number>()
  const answers = new Map<string, string>()
  lines.on('line', (line) => {
    const { keyId, answer, at } = JSON.parse(line) as Opening
    answers.set(keyId, answer)
    if (answer === 'open') openedAt.set(keyId, at)
  })
  return {
    until: async (answer, keyId) => {
      child.stdin.write(`${keyId}\n`)
      while (answers.get(keyId) !== answer) await once(lines, 'line')
      return answer
    },
    lastOpenedAt: (keyId) => openedAt.get(keyId) ?? 0,
    stop: () => {
      child.kill()
    },
  }
}
