import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { CaseworkError } from '../../services/platform/errors'

const FAILURE_COUNTS_FOR_MS = 24 * 60 * 60 * 1000

/** What was kept: compared at each start, so that a cut-off or changed file is never run. */
interface Receipt {
  file: string
  size: number
  mtimeMs: number
}

/** Where fetched servers are kept: `CASEKEEPER_CACHE`, else a folder in the home directory (`npm ci` empties node_modules). */
export const cacheFolderFrom = (environment: NodeJS.ProcessEnv): string =>
  environment.CASEKEEPER_CACHE || join(homedir(), '.cache', 'casekeeper')

/** Refuses a file whose content is not the one expected. Throws `checksum-mismatch`. */
export async function verifySha256(file: string, expected: string): Promise<void> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  const found = hash.digest('hex')
  if (found !== expected) throw new CaseworkError('checksum-mismatch', { expected, found })
}

/** The mongod kept for this platform, if it is still the file that was kept. Null otherwise. */
export async function readCached(cacheFolder: string): Promise<string | null> {
  const receipt = await readJson<Receipt>(receiptIn(cacheFolder))
  const now = receipt && (await stat(receipt.file).catch(() => null))
  return now && now.size === receipt.size && now.mtimeMs === receipt.mtimeMs ? receipt.file : null
}

/** Remembers a fetched mongod as the one to use on this platform from now on. */
export async function keepInCache(cacheFolder: string, file: string): Promise<void> {
  const { size, mtimeMs } = await stat(file)
  await writeJson(receiptIn(cacheFolder), { file, size, mtimeMs } satisfies Receipt)
}

/** Whether a download failed within the last day. */
export async function downloadFailedLately(cacheFolder: string): Promise<boolean> {
  const failure = await readJson<{ at: number }>(failureIn(cacheFolder))
  return failure !== null && Math.abs(Date.now() - failure.at) < FAILURE_COUNTS_FOR_MS
}

/** Lets the starts of the next day try other ways first. */
export async function rememberFailedDownload(cacheFolder: string): Promise<void> {
  await mkdir(cacheFolder, { recursive: true })
  await writeJson(failureIn(cacheFolder), { at: Date.now() })
}

const receiptIn = (folder: string): string => join(folder, `mongod-${process.platform}-${process.arch}.json`)
const failureIn = (folder: string): string => join(folder, 'download-failed.json')

async function readJson<Content>(file: string): Promise<Content | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Content
  } catch {
    return null
  }
}

async function writeJson(file: string, content: object): Promise<void> {
  const unfinished = `${file}.${process.pid}`
  await writeFile(unfinished, JSON.stringify(content))
  await rename(unfinished, file)
}
