import { readFileSync } from 'node:fs'
import { CardFactory, type TurnContext } from 'botbuilder'
import { createAdapter } from '../../bot/adapter'
import { readConfiguration } from '../../bot/config'
import { createGate } from '../../bot/gate'
import { startServer } from '../../bot/server'
import { createLogger } from '../../services/platform/logger'

/** A bot that does nothing but answer every message with one card, behind the same gate and in the same server. */
async function main(): Promise<void> {
  const { ECHO_CARD = '', ECHO_SDK = '{}' } = process.env
  const read = await readConfiguration(process.env)
  if (!read.ok) throw new Error(read.problems.join('\\n'))
  const { organisations, serviceHosts, listen } = read.configuration
  const { openIdMetadataUrl, tokenIssuer } = read.configuration.endpoints!
  const log = createLogger('info')
  const attachment = CardFactory.adaptiveCard(JSON.parse(readFileSync(ECHO_CARD, 'utf8')))
  const adapter = createAdapter(JSON.parse(ECHO_SDK))
  const gate = createGate({
    organisations,
    openIdMetadataUrl,
    issuer: tokenIssuer,
    allowedServiceHosts: serviceHosts,
    tokens: 'required',
    log,
  })
  const turn = async (context: TurnContext) => {
    await context.sendActivity({ type: 'message', summary: 'Casekeeper', attachments: [attachment] })
  }
  const ready = async () => ({ checkpointsLate: false })
  const parts = { gate, adapterOf: () => adapter, bot: { turn }, dossier: async () => undefined, ready, log }
  const server = await startServer(parts, listen.port, listen.host)
  process.once('SIGTERM', () => void server.stop().then(() => process.exit(0)))
  log.info('listening', { port: Number(new URL(server.url).port) })
}

void main()
