import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startMongo } from '../../bot/dev/mongod'
import { createLogger } from '../../services/platform/logger'
import { withAdmin } from '../../services/platform/mongo-topology'

/** A server of the test file's own, with settings that no other test would survive. */
export interface OwnMongo {
  uri: string
  stop(): Promise<void>
}

/**
 * What a process had begun when it was killed or paused stays open on the server, and in everybody's way, for a minute;
 * here for three seconds.
 */
export async function ownMongo(database: string): Promise<OwnMongo> {
  const folder = mkdtempSync(join(tmpdir(), 'casekeeper-test-'))
  const server = await startMongo({ dataFolder: folder, log: createLogger('warn') })
  await withAdmin(server.uri, (admin) => admin.command({ setParameter: 1, transactionLifetimeLimitSeconds: 3 }))
  const address = new URL(server.uri)
  address.pathname = `/${database}`
  return {
    uri: address.toString(),
    stop: async () => {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
