import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { movableClock } from '../../services/platform/clock'
import { createLogger } from '../../services/platform/logger'
import { type Development, startDevelopment } from './development'
import { startMongo } from './mongod'
import { type SeenCard, startPretendTeams } from './pretend-teams'
import { type Persona, readSampleUnions } from './sample-staff'

/** The real server with sample staff and chats of its own, and a transcript of what its people do and see. */
export interface Stage extends Development {
  people: readonly Persona[]
  print(line: string): void
  /** Somebody's newest card, without anybody having pressed anything. */
  newest(who: Persona): SeenCard | undefined
  show(who: Persona, seen: SeenCard): void
  say(who: Persona, text: string): Promise<SeenCard>
  press(who: Persona, seen: SeenCard, title: string, inputs?: Record<string, string>): Promise<SeenCard>
}

export async function setStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'casekeeper-demo-'))
  const log = createLogger('silent')
  const mongod = await startMongo({ dataFolder: folder, log })
  const unions = readSampleUnions()
  const people = unions.flatMap(({ personas }) => personas)
  const clock = movableClock()
  clock.set(new Date('2026-11-24T10:00:00Z'))
  const teams = await startPretendTeams(() => development.bot.url)
  const development = await startDevelopment({
    mongoUri: mongod.uri,
    unions,
    clock: () => clock,
    keyFile: join(folder, 'key.json'),
    serviceHosts: [teams.host],
    port: 0,
    log,
  })
  for (const { orgId, id, conversationId, botId, userId, tenantId } of people) {
    const conversation = { staffId: id, serviceUrl: `http://${teams.host}/`, conversationId, botId, userId, tenantId }
    await development.bot.services.deliveries.remember(orgId, conversation)
  }
  const print = (line: string) => process.stdout.write(`${line}\n`)
  const show = (who: Persona, seen: SeenCard) => {
    for (const line of linesOf(seen.card.body)) print(`      | ${line.replaceAll('\n', '\n      |   ')}`)
    print(`        (${who.name} sees this)`)
  }
  return {
    ...development,
    people,
    print,
    show,
    newest: (who) => teams.chat(who).at(-1),
    say: async (who, text) => {
      print(`\n   ${who.name} types: ${text}`)
      const seen = await teams.say(who, text)
      show(who, seen)
      return seen
    },
    press: async (who, seen, title, inputs = {}) => {
      const typed = Object.entries(inputs).map(([field, value]) => `${field} = ${value}`)
      print(`\n   ${who.name} presses "${title}"${typed.length > 0 ? ` with ${typed.join(', ')}` : ''}`)
      const answer = await teams.press(who, seen, title, inputs)
      show(who, answer)
      return answer
    },
    stop: async () => {
      await development.stop()
      await teams.stop()
      await mongod.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

interface Part {
  type?: string
  text?: string
  label?: string
  title?: string
  value?: string
  items?: Part[]
  inlines?: Part[]
  facts?: Part[]
  choices?: Part[]
  actions?: Part[]
  selectAction?: Part
}

/** A card as lines of text, its fields and buttons in brackets. */
function linesOf(parts: unknown): string[] {
  return (parts as Part[]).flatMap(
    ({ type = '', text = '', label, title, items, inlines, facts, choices, actions }) => {
      if (type === 'TextBlock') return [readable(text)]
      if (inlines) return [inlines.map((inline) => inline.text).join('')]
      if (facts) return facts.map((fact) => `${readable(fact.title ?? '')}: ${readable(fact.value ?? '')}`)
      if (choices) return [`[${label}]`, ...choices.map((choice) => `   ( ) ${choice.title}`)]
      if (type.startsWith('Input.')) return [`[${label ?? title}]`]
      if (actions) return [actions.map((action) => `<${action.title}>`).join(' ')]
      return items ? linesOf(items) : []
    },
  )
}

/** Without what keeps markdown from being read. */
const readable = (text: string): string => text.replaceAll(/\\(?=[^\p{L}\p{N}\s])/gu, '')
