import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestMongo } from './test-mongo'

const ROOT = join(__dirname, '..', '..')

export interface KeysCommand {
  child: ChildProcess
  /** What it has written so far. */
  output(): string
  /** Resolves when it has ended, with its code or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>
}

/** What the command needs: the example's deployment on this test's database and key. */
export function keysSettings(base: TestMongo, folder: string, key = `file:${base.keyFile}`): Record<string, string> {
  const deployment = join(folder, 'deployment.json')
  writeFileSync(deployment, readFileSync(join(ROOT, '.deployment.example.json')))
  return { CASEKEEPER_DEPLOYMENT: deployment, MONGODB_URI: base.uri, CASEKEEPER_KEY: key }
}

/** `npm run keys -- WORDS`, as a process of its own. */
export function startKeysCommand(settings: Record<string, string>, ...words: string[]): KeysCommand {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'bot', 'keys.ts'), ...words], {
    env: { PATH, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let written = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      written += chunk.toString('utf8')
    })
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals)
  return { child, output: () => written, ended }
}
