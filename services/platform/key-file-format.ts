import { closeSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { CaseworkError } from './errors'

export const KEY_BYTES = 32
export const LABEL =
  'Casekeeper key for development and small deployments. Whoever reads this file can read every case.'

const keyBytes = z.base64().refine((key) => Buffer.from(key, 'base64').length === KEY_BYTES)
const keyVersion = z.strictObject({ version: z.int().positive(), key: keyBytes })
const keyFile = z.strictObject({
  label: z.literal(LABEL),
  id: z.string().min(1),
  versions: z
    .array(keyVersion)
    .min(1)
    .refine((versions) => new Set(versions.map(({ version }) => version)).size === versions.length),
})
export type KeyFile = z.infer<typeof keyFile>

/** A file from before there were versions. */
const singleKey = keyVersion
  .extend({ id: z.string().min(1) })
  .transform(({ id, version, key }): KeyFile => ({ label: LABEL, id, versions: [{ version, key }] }))

export const newestOf = ({ versions }: KeyFile) =>
  versions.reduce((one, other) => (other.version > one.version ? other : one))

/** On the disk before anything is wrapped with it: a key lost to a power cut would be lost with all it had wrapped. */
export function writeDurably(path: string, file: KeyFile): void {
  const handle = openSync(path, 'wx', 0o600)
  try {
    writeSync(handle, `${JSON.stringify(file, null, 2)}\n`)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

export function syncFolderOf(path: string): void {
  // Windows opens no folders; NTFS keeps the names in its journal.
  if (process.platform === 'win32') return
  const handle = openSync(dirname(path), 'r')
  fsyncSync(handle)
  closeSync(handle)
}

/** What changes whenever the file does. */
export function stateOf(path: string): string {
  const { ino, mtimeMs, ctimeMs, size } = statOf(path)
  return [ino, mtimeMs, ctimeMs, size].join(':')
}

function statOf(path: string) {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) throw new CaseworkError('key-file-missing')
  // Windows has no such bits and reports them all as set.
  const others = process.platform === 'win32' ? 0 : stat.mode & 0o077
  if (others !== 0) throw new CaseworkError('key-file-too-open')
  return stat
}

export function readKeyFile(path: string): KeyFile {
  statOf(path)
  try {
    return z.union([keyFile, singleKey]).parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    // Without its cause: a parser quotes what it could not read, which may be the key.
    throw new CaseworkError('key-file-broken')
  }
}
