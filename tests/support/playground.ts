import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { chromium } from 'playwright-core'
import { Person, type Size } from './person'

const ROOT = join(__dirname, '..', '..')
const START_PAGE = 'http://localhost:3979'

/** The product as `npm start` gives it, and a browser to use it with. */
export interface Playground {
  /** Somebody of the sample staff at a screen of their own, by the name of their address on the start page. */
  open(slug: string, size: Size): Promise<Person>
  /** The same at the screen that they have open already, where it is of this size. */
  at(slug: string, size: Size): Promise<Person>
  /** Lets time pass, as an ISO 8601 duration. */
  forward(duration: string): Promise<void>
  /** Stops the database, or lets it go on. */
  stopDatabase(): void
  continueDatabase(): void
  stop(): Promise<void>
}

export async function startPlayground(): Promise<Playground> {
  const folder = mkdtempSync(join(tmpdir(), 'casekeeper-e2e-'))
  const environment = { ...process.env, CASEKEEPER_DATA: folder, CASEKEEPER_DEV_CLOCK: '2026-11-24T10:00:00Z' }
  const started: ChildProcess = spawn('npm', ['start'], { cwd: ROOT, env: environment })
  await new Promise<void>((resolve, reject) => {
    started.stdout!.on('data', (chunk: Buffer) => chunk.includes('is ready') && resolve())
    started.once('exit', (code) => reject(new Error(`npm start ended with ${code}`)))
  })
  const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-sync']
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: quiet })
  const open = new Map<string, Person>()
  const openAnew = async (slug: string, size: Size) => {
    // The Playground shows what arrives on one of somebody's screens only.
    await open.get(slug)?.page.close()
    const person = await Person.open(browser, `${START_PAGE}/open/${slug}`, size)
    open.set(slug, person)
    return person
  }
  return {
    open: openAnew,
    at: async (slug, size) => {
      const known = open.get(slug)
      return known?.size === size ? known : openAnew(slug, size)
    },
    forward: async (duration) => {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ forward: duration })
      const { ok } = await fetch(`${START_PAGE}/clock`, { method: 'POST', headers, body })
      if (!ok) throw new Error('the clock stood still')
    },
    stopDatabase: () => signalMongod('-STOP', folder),
    continueDatabase: () => signalMongod('-CONT', folder),
    stop: async () => {
      await browser.close()
      const ended = new Promise((resolve) => started.once('exit', resolve))
      started.kill('SIGTERM')
      await ended
      await expectNothingLeft()
      // Its mongod may write for a moment longer.
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 })
    },
  }
}

/** The mongod whose data is in this folder. */
const signalMongod = (signal: '-STOP' | '-CONT', folder: string): void => {
  execFileSync('pkill', [signal, '-f', `mongod.*${folder}`])
}

/** npm ends at once; what it started ends by itself. */
async function expectNothingLeft(): Promise<void> {
  for (let tries = 0; tries < 40; tries++) {
    const answers = await fetch(START_PAGE).then(
      () => true,
      () => false,
    )
    if (!answers) return
    await pause(500)
  }
  throw new Error('npm start was ended, and something of it still runs')
}
