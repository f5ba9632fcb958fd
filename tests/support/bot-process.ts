import { appendFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { type Development, startDevelopment } from '../../bot/dev/development'
import { readSampleUnions } from '../../bot/dev/sample-staff'
import { type MovableClock, movableClock } from '../../services/platform/clock'
import { createLogger } from '../../services/platform/logger'
import { readProfile } from '../../services/policy/policy.service'

/** What the bot in a process of its own is told, one a line on its standard input. */
export interface BotOrder {
  start?: { mongoUri: string; keyFile: string; logFile: string; serviceHosts: string[]; at: string }
  /** Sends itself a signal at its so-many-th write to any connection from now on, before the write or after it. */
  signal?: { name: 'SIGKILL' | 'SIGSTOP'; atWrite: number; when: 'before' | 'after' }
  clock?: string
  nudge?: true
  stop?: true
}

/** What it says, one a line on its standard output: once when it is loaded, and once for each order but the signal. */
export type BotAnswer = { loaded: true } | { url: string } | { done: true }

/** Nobody's caseload fills up, however long the test lasts. */
function unlimited(profile: string) {
  const policy = readProfile(profile)
  return { ...policy, allocation: { ...policy.allocation, caseloadMax: null } }
}

const clock: MovableClock = movableClock()
let development: Development | null = null

async function start({ mongoUri, keyFile, logFile, serviceHosts, at }: NonNullable<BotOrder['start']>) {
  clock.set(new Date(at))
  const unions = readSampleUnions()
  // Written at once: a process that is killed has no time to write what it kept.
  const sink = { write: (line: string) => appendFileSync(logFile, line) }
  development = await startDevelopment({
    mongoUri,
    unions,
    profiles: new Map(unions.map(({ organisation: { profile } }) => [profile, unlimited(profile)])),
    clock: () => clock,
    keyFile,
    serviceHosts,
    port: 0,
    log: createLogger('info', sink),
  })
  return { url: development.bot.url }
}

/** The boundaries between one step and the next are where something leaves the process. */
function armed({ name, atWrite, when }: NonNullable<BotOrder['signal']>): void {
  const write = Socket.prototype.write
  let left = atWrite
  Socket.prototype.write = function counted(this: Socket, ...parameters: Parameters<typeof write>) {
    if (this === process.stdout) return write.apply(this, parameters)
    left -= 1
    if (left === 0 && when === 'before') process.kill(process.pid, name)
    const written = write.apply(this, parameters)
    if (left === 0 && when === 'after') process.kill(process.pid, name)
    return written
  } as typeof write
}

const say = (answer: BotAnswer) => process.stdout.write(`${JSON.stringify(answer)}\n`)

async function main(): Promise<void> {
  say({ loaded: true })
  for await (const line of createInterface({ input: process.stdin })) {
    const order = JSON.parse(line) as BotOrder
    if (order.signal) armed(order.signal)
    if (order.clock) clock.set(new Date(order.clock))
    if (order.nudge) development!.bot.worker.nudge()
    if (order.stop) await development!.stop()
    if (order.start) say(await start(order.start))
    else say({ done: true })
    if (order.stop) process.exit(0)
  }
}

void main()
