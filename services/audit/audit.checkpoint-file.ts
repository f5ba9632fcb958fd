import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Checkpoint } from './audit.types'

/** Where checkpoints are kept: a place that whoever administers the database cannot write to. */
export interface CheckpointStore {
  /** Adds one at the end. It is safe when this resolves. */
  append(checkpoint: Checkpoint): Promise<void>
  /** The organisation's newest checkpoint that passes the test. */
  newest(orgId: string, genuine: (checkpoint: Checkpoint) => boolean): Promise<Checkpoint | null>
  /** All that claim to be the organisation's, in the order in which they lie there; nobody has tested them yet. */
  read(orgId: string): AsyncIterable<Checkpoint>
}

const FIRST_LOOK = 64 * 1024
const NEW_LINE = 10

/**
 * Checkpoints as lines of JSON in a file that only its owner may read and write (mode 0600), of all organisations
 * together. A line that was not finished, or is none of ours, is passed over: what it should have been shows by the gap.
 */
export function checkpointFile(path: string): CheckpointStore {
  return {
    append: async (checkpoint) => {
      const file = await openToAppend(path)
      try {
        const { size } = await file.stat()
        const broken = size > 0 && (await readAt(file, size - 1, 1))[0] !== NEW_LINE
        const line = Buffer.from(`${broken ? '\n' : ''}${JSON.stringify(checkpoint)}\n`)
        // In one piece: other processes may append for other organisations.
        const { bytesWritten } = await file.write(line)
        if (bytesWritten < line.length) throw new Error('disk full')
        await file.sync()
        if (size === 0) await syncFolder(path)
      } finally {
        await file.close()
      }
    },
    newest: async (orgId, genuine) => {
      const file = await open(path, 'r').catch(ifMissing)
      if (!file) return null
      try {
        const { size } = await file.stat()
        for (let length = FIRST_LOOK; ; length *= 4) {
          const start = Math.max(0, size - length)
          const lines = (await readAt(file, start, size - start)).toString('utf8').split('\n')
          for (const line of (start > 0 ? lines.slice(1) : lines).reverse()) {
            const checkpoint = parse(line)
            if (checkpoint?.orgId === orgId && genuine(checkpoint)) return checkpoint
          }
          if (start === 0) return null
        }
      } finally {
        await file.close()
      }
    },
    read: async function* (orgId) {
      const file = await open(path, 'r').catch(ifMissing)
      if (!file) return
      for await (const line of file.readLines()) {
        const checkpoint = parse(line)
        if (checkpoint?.orgId === orgId) yield checkpoint
      }
    },
  }
}

/** Fails where no checkpoint could be written. */
export async function tryCheckpointFile(path: string): Promise<void> {
  await (await openToAppend(path)).close()
}

async function openToAppend(path: string): Promise<FileHandle> {
  const flags = constants.O_APPEND | constants.O_CREAT | constants.O_RDWR
  const file = await open(path, flags, 0o600)
  await file.chmod(0o600).catch(() => undefined)
  return file
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}

/** A file that was just made is there after a power cut only when its folder is safe as well. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function ifMissing(fault: NodeJS.ErrnoException): null {
  if (fault.code === 'ENOENT') return null
  throw fault
}

function parse(line: string): Checkpoint | null {
  try {
    const read = JSON.parse(line) as Partial<Checkpoint> | null
    return read && Array.isArray(read.heads) ? (read as Checkpoint) : null
  } catch {
    return null
  }
}
