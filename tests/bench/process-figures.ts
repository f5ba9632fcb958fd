import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { type Figure, figure } from './measure'
import type { Served } from './world'

const SETTLE_MS = 3000

/** How soon the process was ready, its database being up, and what it takes when nobody needs it. Linux only. */
export async function idleMemory({ pid, readyMs }: Served): Promise<Figure[]> {
  await pause(SETTLE_MS)
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const kilobytes = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1])
  return [figure('ready-s', readyMs / 1000, 's', '< 2.5'), figure('idle-rss-mb', kilobytes / 1024, 'MiB', '< 220')]
}
