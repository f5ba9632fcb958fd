import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'

const ROOT = join(__dirname, '..', '..')

export interface RunningProgram {
  port: number
  /** Everything that it has printed so far, on both outputs. */
  printed(): string
  /** Asks it to end, as a service manager does. */
  terminate(): Promise<{ code: number | null; errors: string }>
}

/**
 * What `npm run build` makes, in another folder, with nothing beside it but the packages that production installs: what
 * stands in package.json only for development cannot be found from there.
 */
export async function buildInto(folder: string): Promise<void> {
  const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  const settings = join(ROOT, 'tsconfig.build.json')
  const choices = ['-p', settings, '--outDir', join(folder, 'dist')]
  await promisify(execFile)(process.execPath, [compiler, ...choices]).catch((fault: { stdout: string }) => {
    throw new Error(fault.stdout)
  })
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  for (const name of Object.keys(dependencies as Record<string, string>)) {
    const place = join(folder, 'node_modules', name)
    mkdirSync(dirname(place), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules', name), place)
  }
}

/** Starts the program in the folder and waits until it listens. */
export async function startBuilt(folder: string, environment: Record<string, string>): Promise<RunningProgram> {
  const child = spawn(process.execPath, [join('dist', 'bot', 'index.js')], {
    cwd: folder,
    env: { NODE_ENV: 'production', PATH: process.env.PATH ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const errors = text(child.stderr)
  const ended = once(child, 'exit')
  let log = ''
  child.stdout.on('data', (chunk: Buffer) => {
    log += chunk.toString('utf8')
  })
  while (!/"listening".*\n/.test(log)) {
    const [code] = await Promise.race([once(child.stdout, 'data'), ended])
    if (typeof code === 'number') throw new Error(`ended early with ${code}: ${log}${await errors}`)
  }
  const line = log.split('\n').find((one) => one.includes('"listening"'))!
  return {
    port: (JSON.parse(line) as { port: number }).port,
    printed: () => log,
    terminate: async () => {
      child.kill('SIGTERM')
      const [code] = await ended
      return { code, errors: await errors }
    },
  }
}
