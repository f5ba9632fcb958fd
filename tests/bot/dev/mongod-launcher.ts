import { startMongo } from '../../../bot/dev/mongod'
import { createLogger } from '../../../services/platform/logger'

/** A launcher that mongod.test.ts can kill: starts the database on the folder given and prints its address. */
async function main(): Promise<void> {
  const mongo = await startMongo({ dataFolder: process.argv[2]!, log: createLogger('silent') })
  process.stdout.write(`${mongo.uri}\n`)
  setInterval(() => undefined, 60_000)
}

void main()
