import { mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CaseworkError } from '../../services/platform/errors'
import { runProgram } from './run-program'

const STALLED_AFTER_MS = 20_000
const LOOK_EVERY_MS = 500

/**
 * Fetches MongoDB's own build for this machine through mongodb-memory-server, in a process of its own: a download inside
 * this one could not be broken off. Given up when no byte has arrived for 20 s, however long it took before that.
 * @returns the path of mongod
 * @throws CaseworkError `mongod-not-downloaded`
 */
export async function downloadMongod(cacheFolder: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const folder = join(cacheFolder, 'downloads')
  await mkdir(folder, { recursive: true })
  const watch = giveUpWhenStalled(folder)
  try {
    const program = [
      '--import',
      pathToFileURL(require.resolve('tsx')).href,
      require.resolve('./mongod-download-main.ts'),
    ]
    const end = await runProgram(process.execPath, program, {
      environment: settingsFor(folder, environment),
      stop: watch.stalled,
    })
    const file = end.output.trim().split('\n').at(-1)
    if (!end.ok || !file) throw new CaseworkError('mongod-not-downloaded')
    return file
  } finally {
    watch.end()
  }
}

function settingsFor(folder: string, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    MONGOMS_MAX_RETRIES: '1',
    MONGOMS_MD5_CHECK: 'true',
    MONGOMS_DOWNLOAD_DIR: folder,
    ...environment,
    // Without this the package accepts any certificate.
    npm_config_strict_ssl: 'true',
  }
}

function giveUpWhenStalled(folder: string): { stalled: AbortSignal; end(): void } {
  const controller = new AbortController()
  let size = -1
  let grewAt = Date.now()
  const look = async (): Promise<void> => {
    const now = await sizeOf(folder)
    if (now !== size) grewAt = Date.now()
    size = now
    if (Date.now() - grewAt > STALLED_AFTER_MS) controller.abort()
  }
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_EVERY_MS)
  return { stalled: controller.signal, end: () => clearInterval(timer) }
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder)
  const sizes = names.map((name) =>
    stat(join(folder, name)).then(
      (found) => found.size,
      () => 0,
    ),
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
