import { createInterface } from 'node:readline'
import { simulatedToken } from '../../bot/dev/graph-simulator'
import { readSampleUnions } from '../../bot/dev/sample-staff'
import { createServices, type Services } from '../../services'
import { movableClock } from '../../services/platform/clock'
import { createGraph } from '../../services/platform/graph'
import { fileKeyProvider } from '../../services/platform/key-provider'
import { createLogger } from '../../services/platform/logger'
import { connectMongo } from '../../services/platform/mongo'
import { readProfile } from '../../services/policy/policy.service'

/**
 * A second bot process, as far as the database can tell: the same services on the same data. Each line on standard
 * input is a question, and is answered with a line on standard output, after a first one that says `ready`.
 */
export async function answerLines<Question, Answer>(
  answer: (services: Services, question: Question) => Promise<Answer>,
): Promise<void> {
  const { PRESS_MONGODB_URI = '', PRESS_KEY_FILE = '', PRESS_GRAPH_URL = '', PRESS_CLOCK = '' } = process.env
  const organisations = readSampleUnions().map(({ organisation }) => organisation)
  const clock = movableClock()
  clock.set(new Date(PRESS_CLOCK))
  const services = createServices({
    organisations,
    policies: new Map(organisations.map(({ orgId, profile }) => [orgId, readProfile(profile)])),
    mongo: await connectMongo(PRESS_MONGODB_URI),
    graphOf: (orgId) => {
      const { tenantId } = organisations.find((organisation) => organisation.orgId === orgId)!
      return createGraph({ baseUrl: PRESS_GRAPH_URL, token: async () => simulatedToken(tenantId) })
    },
    keyProvider: fileKeyProvider(PRESS_KEY_FILE, { create: false }),
    clock,
    log: createLogger('silent'),
    onQueued: () => undefined,
  })
  process.stdout.write('ready\n')
  for await (const line of createInterface({ input: process.stdin }))
    process.stdout.write(`${JSON.stringify(await answer(services, JSON.parse(line) as Question))}\n`)
}
