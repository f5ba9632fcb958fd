import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { fileKeyProvider } from '../../services/platform/key-provider'
import { createKeyring } from '../../services/platform/keyring'
import { faultCode } from '../../services/platform/logger'
import { connectMongo } from '../../services/platform/mongo'

/** One line of output: what came of opening this key, and when. */
export interface Opening {
  keyId: string
  /** `open`, or the code of the fault. */
  answer: string
  at: number
}

/** Another bot process, as far as keys are concerned: opens every key that was named, again and again. */
async function main([mongoUri = '', keyFile = '']: string[]): Promise<void> {
  const mongo = await connectMongo(mongoUri)
  const keyring = createKeyring(mongo, fileKeyProvider(keyFile, { create: false }))
  const named = new Set<string>()
  createInterface({ input: process.stdin }).on('line', (line) => named.add(line))
  process.stdout.write('ready\n')
  for (;;) {
    await wait(20)
    for (const keyId of named) {
      const answer = await keyring.open(mongo.forOrg('north'), keyId).then(() => 'open', faultCode)
      process.stdout.write(`${JSON.stringify({ keyId, answer, at: Date.now() } satisfies Opening)}\n`)
    }
  }
}

void main(process.argv.slice(2))
