import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CaseworkError } from '../../services/platform/errors'
import { processMark } from './process-mark'

interface Holder {
  pid: number
  mark: string
}

export interface LauncherLock {
  release(): Promise<void>
}

export const lockFileIn = (folder: string): string => join(folder, 'launcher.lock')

/**
 * Takes the data folder for this process. The lock of a process that is gone is taken over.
 * @throws CaseworkError `data-folder-in-use` (pid, and a sentence in `help`) while a launcher, be it this one, holds it
 */
export async function takeLock(folder: string): Promise<LauncherLock> {
  const file = lockFileIn(folder)
  await removeStale(file)
  const holder: Holder = { pid: process.pid, mark: (await processMark(process.pid)) ?? '' }
  const unfinished = `${file}.${randomUUID()}`
  await writeFile(unfinished, JSON.stringify(holder))
  try {
    // A link appears whole or not at all, and never over another's lock.
    await link(unfinished, file)
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'EEXIST') throw fault
    throw inUse(readHolder(await readFile(file, 'utf8').catch(() => '')))
  } finally {
    await rm(unfinished, { force: true })
  }
  return { release: () => rm(file, { force: true }) }
}

async function removeStale(file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text === null) return
  const holder = readHolder(text)
  if (holder && (await processMark(holder.pid)) === holder.mark) throw inUse(holder)
  const aside = `${file}.${randomUUID()}`
  await rename(file, aside).catch(() => undefined)
  const taken = await readFile(aside, 'utf8').catch(() => null)
  // Another launcher may have replaced the stale lock in between: then this is its lock, and goes back.
  if (taken !== null && taken !== text) await link(aside, file).catch(() => undefined)
  await rm(aside, { force: true })
}

function readHolder(text: string): Holder | null {
  try {
    const { pid, mark } = JSON.parse(text) as Partial<Holder>
    return typeof pid === 'number' && typeof mark === 'string' ? { pid, mark } : null
  } catch {
    return null
  }
}

const inUse = (holder: Holder | null): CaseworkError =>
  new CaseworkError('data-folder-in-use', {
    pid: holder?.pid ?? 0,
    help: `Another start (process ${holder?.pid ?? 'unknown'}) runs on this data folder; stop it, or use another folder.`,
  })
