import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lockFileIn, takeLock } from '../../bot/dev/launcher-lock'
import { type RunningMongo, startMongo } from '../../bot/dev/mongod'
import { adoptServer } from '../../bot/dev/mongod-process'
import { createLogger } from '../../services/platform/logger'
import { checkReplicaSet } from '../../services/platform/mongo-topology'

const PREFIX = 'casekeeper-test-'

/** What the teardown, which runs in the same process, has to put away. */
export interface TestDatabase {
  mongo: RunningMongo
  folder: string
}

/** One real MongoDB for the whole run, unless CASEKEEPER_TEST_MONGODB_URI names one; every test file uses a database of its own. */
export default async function startDatabase(): Promise<void> {
  const given = process.env.CASEKEEPER_TEST_MONGODB_URI
  if (given) return checkReplicaSet(given)
  await clearAbandoned()
  const folder = await mkdtemp(join(tmpdir(), PREFIX))
  const mongo = await startMongo({ dataFolder: folder, log: createLogger('warn') })
  process.env.CASEKEEPER_TEST_MONGODB_URI = mongo.uri
  Object.assign(globalThis, { casekeeperTestDatabase: { mongo, folder } satisfies TestDatabase })
}

/** Runs that were killed could not put their server and folder away. */
async function clearAbandoned(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(PREFIX))
  for (const folder of names.map((name) => join(tmpdir(), name))) {
    if (!existsSync(lockFileIn(folder))) continue
    const lock = await takeLock(folder).catch(() => null)
    if (!lock) continue
    for (const name of (await readdir(folder)).filter((entry) => /^mongodb-\d+$/.test(entry)))
      await (await adoptServer(join(folder, name)))?.end()
    await rm(folder, { recursive: true, force: true })
  }
}
