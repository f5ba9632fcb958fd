import { createInterface } from 'node:readline'
import { simulatedToken } from '../../bot/dev/graph-simulator'
import { readSampleUnions } from '../../bot/dev/sample-staff'
import { createServices } from '../../services'
import { systemActor } from '../../services/people/people.types'
import { movableClock } from '../../services/platform/clock'
import { createGraph } from '../../services/platform/graph'
import { fileKeyProvider } from '../../services/platform/key-provider'
import { createLogger } from '../../services/platform/logger'
import { connectMongo } from '../../services/platform/mongo'
import { readProfile } from '../../services/policy/policy.service'

/** One line on standard input: press this offer so many times at once, in all three ways. */
export interface Round {
  allocationId: string
  version: number
  holder: string
  giver: string
  presses: number
}

/** One line on standard output: what each press was answered. */
export interface RoundAnswer {
  decided: string[]
  reasons: string[]
  /** How many presses got an answer of any kind. */
  answered: number
}

/** A second bot process, as far as the database can tell: the same services on the same data. */
async function main(): Promise<void> {
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
  const { orgId } = organisations.find(({ profile }) => profile === 'cardiff')!
  const as = (staffId: string, role: string) => ({ ...systemActor(orgId), staffId, roles: [role] })
  process.stdout.write('ready\n')
  for await (const line of createInterface({ input: process.stdin })) {
    const { allocationId, version, holder, giver, presses } = JSON.parse(line) as Round
    const pressed = { allocationId, version }
    const { accept, decline, withdraw } = services.allocation
    const outcomes = await Promise.all(
      Array.from({ length: presses }, async (_, index) => {
        const [kind, press] = [
          ['accepted', () => accept(as(holder, 'caseworker'), pressed)] as const,
          ['declined', () => decline(as(holder, 'caseworker'), { ...pressed, because: 'away' })] as const,
          ['withdrawn', () => withdraw(as(giver, 'front'), pressed)] as const,
        ][index % 3]!
        const outcome = await press()
        return { kind, outcome }
      }),
    )
    const answer: RoundAnswer = {
      decided: outcomes.flatMap(({ kind, outcome }) => (outcome.ok && !outcome.repeated ? [kind] : [])),
      reasons: [...new Set(outcomes.flatMap(({ outcome }) => (outcome.ok ? [] : [outcome.reason])))],
      answered: outcomes.length,
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`)
  }
}

void main()
