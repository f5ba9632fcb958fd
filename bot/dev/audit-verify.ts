import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { checkpointFile } from '../../services/audit/audit.checkpoint-file'
import { CaseworkError } from '../../services/platform/errors'
import { fileKeyProvider } from '../../services/platform/key-provider'
import { createLogger } from '../../services/platform/logger'
import { main, verifyAll, verifyOrSay } from '../audit-verify'
import { checkpointPath } from './development'
import { startMongo } from './mongod'
import { adoptServer } from './mongod-process'
import { REPLICA_SET } from './replica-set'
import { readSampleUnions } from './sample-staff'

/** On a laptop: the data of `npm start`, whether it runs or not. With a deployment set, as in production. */
async function verify(): Promise<void> {
  const { CASEKEEPER_DATA = '.data', CASEKEEPER_DEPLOYMENT, MONGODB_URI } = process.env
  if (CASEKEEPER_DEPLOYMENT) return main()
  const dataFolder = resolve(CASEKEEPER_DATA)
  const keyFile = join(dataFolder, 'key.json')
  if (!existsSync(keyFile))
    throw new CaseworkError('nothing-there', {
      help: `nothing has been kept in ${dataFolder} yet; run npm start first`,
    })
  const server = MONGODB_URI ? null : await serverOn(dataFolder)
  try {
    const whole = await verifyAll(
      {
        mongoUri: MONGODB_URI ?? server!.uri,
        keyProvider: fileKeyProvider(keyFile, { create: false }),
        checkpoints: checkpointFile(checkpointPath(keyFile)),
        orgIds: readSampleUnions().map(({ organisation }) => organisation.orgId),
      },
      process.argv,
    )
    if (!whole) process.exitCode = 1
  } finally {
    await server?.stop()
  }
}

/** The server that `npm start` runs, which is left running; else one of our own. */
async function serverOn(dataFolder: string): Promise<{ uri: string; stop(): Promise<void> }> {
  for (const name of readdirSync(dataFolder).filter((entry) => /^mongodb-\d+$/.test(entry))) {
    const running = await adoptServer(join(dataFolder, name))
    if (running)
      return { uri: `mongodb://127.0.0.1:${running.port}/?replicaSet=${REPLICA_SET}`, stop: async () => undefined }
  }
  return startMongo({ dataFolder, log: createLogger('warn') })
}

void verifyOrSay(verify)
