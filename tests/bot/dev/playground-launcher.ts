import { createPlaygrounds } from '../../../bot/dev/playground'
import { readSampleUnions } from '../../../bot/dev/sample-staff'
import { createLogger } from '../../../services/platform/logger'

/** A launcher that playground.test.ts can kill: opens the first persona's chat and prints its address. */
async function main(): Promise<void> {
  const [, , folder, botUrl, basePort] = process.argv
  const personas = readSampleUnions().flatMap((union) => union.personas)
  const log = createLogger('silent')
  const playgrounds = createPlaygrounds({ personas, botUrl: botUrl!, folder: folder!, log, basePort: Number(basePort) })
  const { url } = await playgrounds.open(personas[0]!.slug)
  process.stdout.write(`${url}\n`)
  setInterval(() => undefined, 60_000)
}

void main()
