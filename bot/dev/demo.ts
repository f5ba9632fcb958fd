import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { movableClock } from '../../services/platform/clock'
import { CaseworkError } from '../../services/platform/errors'
import { createLogger, faultCode } from '../../services/platform/logger'
import { startDevelopment } from './development'
import { startMongo } from './mongod'
import { inputsOf, type SeenCard, startPretendTeams, textsOf } from './pretend-teams'
import { type Persona, readSampleUnions } from './sample-staff'

const CALLER = { name: 'Quinn Invented', number: '1234567', reason: 'A letter about a module mark' }

const print = (line: string) => process.stdout.write(`${line}\n`)

/** Plays the main job through the real server and prints what each person sees, for somebody to follow. */
async function demo(): Promise<void> {
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
  const { bot, graph } = development
  for (const { orgId, id, conversationId, botId, userId, tenantId } of people) {
    const conversation = { staffId: id, serviceUrl: `http://${teams.host}/`, conversationId, botId, userId, tenantId }
    await bot.services.deliveries.remember(orgId, conversation)
  }
  const holding = (role: string) => people.find((person) => person.role === role)!
  const assistant = holding('front')
  const coordinator = holding('caseworker')
  const asked = () =>
    people.find((person) => teams.chat(person).some(({ summary }) => summary.includes('Action needed')))

  const show = (who: Persona, seen: SeenCard) => {
    const fields = inputsOf(seen.card)
    for (const text of textsOf(seen.card)) print(`      | ${text}`)
    if (fields.length > 0) print(`      | fields: ${fields.join(', ')}`)
    print(`        (${who.name} sees this)`)
  }
  const say = async (who: Persona, text: string) => {
    print(`\n   ${who.name} types: ${text}`)
    const seen = await teams.say(who, text)
    show(who, seen)
    return seen
  }
  const press = async (who: Persona, seen: SeenCard, title: string, inputs: Record<string, string> = {}) => {
    const typed = Object.entries(inputs).map(([field, value]) => `${field} = ${value}`)
    print(`\n   ${who.name} presses "${title}"${typed.length > 0 ? ` with ${typed.join(', ')}` : ''}`)
    const answer = await teams.press(who, seen, title, inputs)
    show(who, answer)
    return answer
  }

  try {
    print('1. The telephone rings. Before any details, the script.')
    let card = await say(assistant, 'intake')
    card = await press(assistant, card, 'Telephone')
    card = await press(assistant, card, 'Yes: advice is needed', { kind: 'general' })
    card = await press(assistant, card, 'Go on', { done: 'true' })
    card = await press(assistant, card, 'Go on', { done: 'true', answer: 'yes' })
    card = await press(assistant, card, 'Go on', { done: 'true' })
    card = await press(assistant, card, 'Go on', { done: 'true', answer: 'no' })
    print('\n2. Three details, read back; the next on the rota is proposed.')
    card = await press(assistant, card, 'Open the case', CALLER)
    await press(assistant, card, 'Offer the case', { urgent: 'false' })
    await bot.worker.drain()
    print('\n3. The card arrives by itself, and a mail. Neither names anybody.')
    const who = asked() ?? coordinator
    const offer = teams.chat(who).at(-1)!
    show(who, offer)
    for (const mail of graph.sentMail()) print(`      mail: ${mail.subject}`)
    print('\n4. Accepted; the file opens, and a first note is written.')
    card = await press(who, offer, 'Accept case')
    card = await press(who, card, 'Open the case')
    card = await press(who, card, 'Add a note')
    card = await press(who, card, 'Save', { text: 'Explained the appeal form and its deadline.' })
    card = await press(who, card, 'Open the case')
    await press(who, card, 'Put away')
    print('\n5. What was recorded holds.')
    const verified = await bot.services.audit.verify(who.orgId)
    print(`   ${verified.entries} audit entries in ${verified.chains} chains, ${verified.broken.length} broken.`)
    if (verified.broken.length > 0) throw new CaseworkError('audit-broken')
    print('\nThe story is complete.')
  } finally {
    await development.stop()
    await teams.stop()
    await mongod.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

demo().catch((fault: unknown) => {
  process.stderr.write(`The demo stopped: ${faultCode(fault)}\n`)
  process.exitCode = 1
})
