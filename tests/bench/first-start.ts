import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Figure, figure } from './measure'

const ROOT = join(__dirname, '..', '..', '..')

/** `npm start` with an empty data folder, until it says that it is ready. */
export async function firstStart(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'casekeeper-bench-'))
  const begun = performance.now()
  const npm = spawn('npm', ['start'], {
    cwd: ROOT,
    env: { ...process.env, CASEKEEPER_DATA: folder, MONGODB_URI: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  for await (const chunk of npm.stdout) {
    printed += String(chunk)
    if (printed.includes('is ready')) break
  }
  const seconds = (performance.now() - begun) / 1000
  const ready = printed.includes('is ready')
  npm.kill('SIGTERM')
  if (npm.exitCode === null && npm.signalCode === null) await once(npm, 'exit')
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 })
  return ready ? [figure('first-start-s', seconds, 's')] : []
}
