import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newId } from '../../services/platform/ids'
import { fileKeyProvider, type KeyProvider } from '../../services/platform/key-provider'
import { createKeyring, type Keyring } from '../../services/platform/keyring'
import { migrate } from '../../services/platform/migrations'
import { connectMongo, type Mongo } from '../../services/platform/mongo'

/** A real database of the test file's own, in the present form, with the keys that belong to it. */
export interface TestMongo {
  uri: string
  mongo: Mongo
  keyProvider: KeyProvider
  /** Where `keyProvider` keeps its key. */
  keyFile: string
  keyring: Keyring
  /** Removes the database and closes the connection. */
  close(): Promise<void>
}

/** @param name says in the server's list of databases which test file left one behind */
export async function testMongo(name: string): Promise<TestMongo> {
  const folder = mkdtempSync(join(tmpdir(), 'casekeeper-keys-'))
  const address = new URL(process.env.CASEKEEPER_TEST_MONGODB_URI!)
  address.pathname = `/${name}-${newId().slice(0, 8)}`
  const mongo = await connectMongo(address.toString())
  await migrate(mongo)
  const keyFile = join(folder, 'key.json')
  const keyProvider = fileKeyProvider(keyFile, { create: true })
  return {
    uri: address.toString(),
    mongo,
    keyProvider,
    keyFile,
    keyring: createKeyring(mongo, keyProvider),
    close: async () => {
      await mongo.db.dropDatabase()
      await mongo.keysDb.dropDatabase()
      await mongo.close()
      rmSync(folder, { recursive: true })
    },
  }
}
