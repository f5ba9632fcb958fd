import { join, resolve } from 'node:path'
import { nextOpening } from '../../services/calendar/calendar.rules'
import { openDuties } from '../../services/duties/duties.store'
import { CaseworkError } from '../../services/platform/errors'
import { createLogger, faultCode } from '../../services/platform/logger'
import { checkReplicaSet } from '../../services/platform/mongo-topology'
import { readProfile } from '../../services/policy/policy.service'
import { type DevClock, devClock } from './dev-clock'
import { startDevelopment } from './development'
import { startMongo } from './mongod'
import { createPlaygrounds, seededConversation } from './playground'
import { readSampleUnions } from './sample-staff'
import { createStartPage } from './start-page'

const BOT_PORT = 3978
const PAGE_PORT = 3979
const CHATS_FROM_PORT = 4100

/** npm dies of a signal without handing it on, and would leave everything running that it has started. */
function whenAbandoned(stop: () => void): void {
  if (!process.env.npm_lifecycle_event) return
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && stop(), 500).unref()
}

/** Everything on a laptop: database, simulated Graph, bot, start page, and a chat for each persona when it is opened. */
async function start(): Promise<void> {
  const { CASEKEEPER_DATA = '.data', CASEKEEPER_DEV_CLOCK, CASEKEEPER_LOG = 'warn', MONGODB_URI } = process.env
  if (process.env.NODE_ENV === 'production') throw new CaseworkError('not-for-production')
  const headless = process.argv.includes('--headless')
  const dataFolder = resolve(CASEKEEPER_DATA)
  const log = createLogger(CASEKEEPER_LOG)
  const unions = readSampleUnions()
  const personas = unions.flatMap((union) => union.personas)
  const endings: (() => Promise<void>)[] = []
  const stopAll = async () => {
    for (const end of endings.reverse().splice(0)) await end().catch(() => undefined)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => void stopAll().then(() => process.exit(0)))
  whenAbandoned(() => process.kill(process.pid, 'SIGTERM'))

  try {
    if (MONGODB_URI) await checkReplicaSet(MONGODB_URI)
    const mongod = MONGODB_URI ? null : await startMongo({ dataFolder, log })
    if (mongod) endings.push(() => mongod.stop())
    const botUrl = `http://127.0.0.1:${BOT_PORT}/api/messages`
    const folder = join(dataFolder, 'chats')
    const playgrounds = createPlaygrounds({ personas, botUrl, folder, log, basePort: CHATS_FROM_PORT })
    endings.push(() => playgrounds.stop())
    let clock!: DevClock
    const development = await startDevelopment({
      mongoUri: MONGODB_URI || mongod!.uri,
      unions,
      clock: async (mongo) => {
        clock = await devClock(mongo, CASEKEEPER_DEV_CLOCK ? new Date(CASEKEEPER_DEV_CLOCK) : workingMoment())
        return clock
      },
      keyFile: join(dataFolder, 'key.json'),
      serviceHosts: playgrounds.serviceHosts(),
      port: BOT_PORT,
      log,
    })
    endings.push(() => development.stop())
    const { bot, graph, mongo } = development
    for (const persona of personas) {
      const { conversationId, serviceUrl, botId, userId, tenantId } = seededConversation(
        persona,
        playgrounds.portOf(persona.slug),
      )
      await bot.services.deliveries.remember(persona.orgId, {
        staffId: persona.id,
        serviceUrl,
        conversationId,
        botId,
        userId,
        tenantId,
      })
    }
    const page = await createStartPage({
      personas,
      clock: {
        now: clock.now,
        set: async (to) => {
          await clock.set(to)
          bot.worker.nudge()
        },
      },
      sentMail: () => graph.sentMail(),
      due: () => openDuties(mongo),
      setPresence: graph.setPresence,
      playgrounds: headless ? null : playgrounds,
      port: PAGE_PORT,
      log,
    })
    endings.push(() => page.stop())
    process.stdout.write(`Casekeeper is ready: ${page.url}\nPress Ctrl-C to stop.\n`)
  } catch (fault) {
    const help = fault instanceof CaseworkError ? fault.info.help : undefined
    process.stderr.write(`${help ?? `Casekeeper could not start: ${faultCode(fault)}`}\n`)
    await stopAll()
    process.exit(1)
  }

  /** A fresh database begins while the services are open, so that cards come at once. */
  function workingMoment(): Date {
    return nextOpening(new Date(), readProfile(unions[0]!.organisation.profile).calendar)
  }
}

void start()
