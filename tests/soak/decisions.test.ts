import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { AuditEntry } from '../../services/audit/audit.types'
import type { BreachRecord, PersonalDeed } from '../../services/breach/breach.types'
import { newId, showReference } from '../../services/platform/ids'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'
import type { DecisionAnswer, DecisionPress, DecisionRound } from '../support/deciding-process'
import { type LineProcesses, startLineProcesses } from '../support/line-processes'
import { CALLER, storyOf, words } from '../support/story'
import { times } from './counts'

const ROUNDS = times(6, 500)
const PRESSES = 64
const PROCESSES = 3
const SILENCE_MS = 31 * 60_000
/** Requests that are raised and asked about before a time of silence; their limits pass together. */
const BATCH = 50
const CODES = ['issues', 'why', 'achieves', 'recipients', 'at-risk', 'informed-how']
const STATES = Object.fromEntries(CODES.map((code) => [code, `the heron, ${code}`]))
const yes: PersonalDeed = { act: 'decided', answer: 'yes', untold: false }
const no: PersonalDeed = { act: 'decided', answer: 'no', untold: false }
const ENDS = ['breach-decided', 'breach-withdrawn'] as const

let casekeeper: Casekeeper
let processes: LineProcesses<DecisionRound, DecisionAnswer>
const { actor, person } = storyOf(() => casekeeper)

beforeAll(async () => {
  casekeeper = await startCasekeeper()
})
afterAll(async () => {
  processes?.stop()
  await casekeeper.stop()
})

interface Raised {
  breachId: string
  caseId: string
  reference: string
}

/** A request for which the director is asked. */
async function raised(): Promise<Raised> {
  const { intake, allocation, breaches, cases } = casekeeper.bot.services
  const [id, breachId] = [newId(), newId()]
  const avery = actor('Avery')
  // Nobody's caseload fills up, however many rounds there are.
  await casekeeper.mongo.db.collection('workloads').deleteMany({})
  const steps = [{ step: 'opening', done: true, answer: 'yes' as const }]
  const opened = await intake.openCase(avery, { id, channel: 'telephone', steps, details: { ...CALLER, number: '' } })
  if (!opened.ok) throw new Error(opened.reason)
  const { allocationId, caseId } = opened
  const because = casekeeper.bot.services.policyOf(avery.orgId).allocation.otherReasons[0]!
  const choice = { allocationId, version: 1, urgent: false, to: avery.staffId, because }
  const offered = await allocation.confirm(avery, choice)
  if (!offered.ok) throw new Error(offered.reason)
  await allocation.accept(avery, { allocationId, version: offered.view.version })
  const input = { id: breachId, caseId, ground: 'safeguarding', urgent: true, informed: true, states: STATES }
  const sent = await breaches.raise(avery, { ...input, confirmed: true })
  if (!sent.ok) throw new Error(sent.reason)
  const found = await cases.find(avery, { caseId })
  if (!found.ok) throw new Error(found.reason)
  return { breachId, caseId, reference: showReference(found.view.reference) }
}

/** So many requests of which the director has said nothing in time, so that the deputy is asked as well. */
async function unanswered(count: number): Promise<Raised[]> {
  const requests: Raised[] = []
  while (requests.length < count) requests.push(await raised())
  await casekeeper.bot.worker.drain()
  casekeeper.clock.set(new Date(casekeeper.clock.now().getTime() + SILENCE_MS))
  await casekeeper.bot.worker.drain()
  return requests
}

/** All that the three of them may press, the requester's own answers too, which are not theirs to give. */
function presses(): DecisionPress[] {
  const by = (name: string, deed: PersonalDeed) => ({ staffId: person(name).id, role: person(name).role!, deed })
  const ways = [
    ...[by('Sutton', yes), by('Ariel', no), by('Avery', { act: 'withdrawn' })],
    ...[by('Sutton', no), by('Ariel', yes), by('Avery', yes)],
  ]
  return Array.from({ length: PRESSES }, (_, index) => ways[index % ways.length]!)
}

/** In a random order, since whoever writes first to a process would mostly be the first. */
function shuffled<Value>(values: readonly Value[]): Value[] {
  return values
    .map((value) => ({ value, place: Math.random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ value }) => value)
}

const same = (one: DecisionPress, other: DecisionPress) =>
  one.staffId === other.staffId && JSON.stringify(one.deed) === JSON.stringify(other.deed)

/** What everybody but the first is told: that it is settled; whoever pressed the same, that it is done. */
function expectCourtesy(pressed: readonly DecisionPress[], answers: readonly string[], won: DecisionPress): void {
  for (const [index, press] of pressed.entries()) {
    const answer = answers[index]!
    if (same(press, won)) expect(['done', 'repeated']).toContain(answer)
    else if (press.staffId === person('Avery').id && press.deed.act === 'decided')
      expect(['not-theirs', 'settled']).toContain(answer)
    else expect(answer).toBe('settled')
  }
}

/** A connection that Teams closes just then has a card tried again some seconds later. */
async function everythingSent(): Promise<void> {
  const queued = () => casekeeper.mongo.db.collection('outbox').countDocuments({ state: 'queued' })
  await casekeeper.bot.worker.drain()
  while (await queued()) {
    await pause(100)
    await casekeeper.bot.worker.drain()
  }
}

/** What the chats say of a request once everything has gone out, each person's newest card about it. */
function cardsAbout({ reference }: Raised): string[] {
  return ['Avery', 'Sutton', 'Ariel'].map((name) => {
    const about = casekeeper.teams.chat(person(name)).filter((card) => words(card).includes(reference))
    return words(about.at(-1)!)
  })
}

const STANDS: Record<string, string> = { yes: 'May be shared until', no: 'The answer is no', withdrawn: 'Taken back' }

test(`IMP-08 IMP-09 64 answers at once from three processes have exactly one outcome, ${ROUNDS} times`, async () => {
  const won: Record<string, number> = {}
  const tookMs: number[] = []
  const told: Record<string, number> = {}
  const began = Date.now()
  let waiting: Raised[] = []
  for (let round = 0; round < ROUNDS; round++) {
    if (waiting.length === 0) {
      waiting = await unanswered(Math.min(BATCH, ROUNDS - round))
      processes?.stop()
      processes = await startLineProcesses(casekeeper, 'deciding-process.ts', PROCESSES)
    }
    const request = waiting.shift()!
    const { breachId, caseId } = request
    const pressed = shuffled(presses())
    const shares = Array.from({ length: PROCESSES }, (_, process) =>
      pressed.filter((_press, index) => index % PROCESSES === process),
    )
    const start = performance.now()
    const { orgId } = person('Avery')
    const answered = await processes.ask(shares.map((presses) => ({ orgId, breachId, presses })))
    tookMs.push(performance.now() - start)

    const answers = pressed.map((_, index) => answered[index % PROCESSES]![Math.floor(index / PROCESSES)]!)
    const winner = pressed[answers.indexOf('done')]!
    expect(answers.filter((answer) => answer === 'done')).toHaveLength(1)
    expectCourtesy(pressed, answers, winner)
    for (const answer of answers) told[answer] = (told[answer] ?? 0) + 1

    const end = winner.deed.act === 'decided' ? winner.deed.answer : 'withdrawn'
    const who =
      person('Sutton').id === winner.staffId ? 'director' : winner.deed.act === 'decided' ? 'deputy' : 'requester'
    won[`${who} ${end}`] = (won[`${who} ${end}`] ?? 0) + 1
    const { history } = (await casekeeper.mongo.db.collection<BreachRecord>('breaches').findOne({ _id: breachId }))!
    expect(history.map(({ act }) => act)).toEqual(['raised', 'asked', 'asked', winner.deed.act])
    expect(history.at(-1)).toMatchObject({ by: winner.staffId, ...winner.deed })
    const ended = { subject: `case:${caseId}` as const, event: { $in: [...ENDS] } }
    const entries = await casekeeper.mongo.db.collection<AuditEntry>('audit').find(ended).toArray()
    expect(entries).toMatchObject([{ event: `breach-${winner.deed.act}`, actor: winner.staffId, outcome: 'done' }])

    await everythingSent()
    const [requester, ...asked] = cardsAbout(request)
    expect(requester).toContain(STANDS[end])
    for (const card of asked) expect(card).toContain('waits for you no longer')
  }
  expect((await casekeeper.bot.services.audit.verify('londonmet')).broken).toEqual([])
  tookMs.sort((one, other) => one - other)
  const seconds = Math.round((Date.now() - began) / 1_000)
  const middle = Math.round(tookMs[Math.floor(tookMs.length / 2)]!)
  const figures = { rounds: ROUNDS, won, told, seconds, roundMs: { middle, longest: Math.round(tookMs.at(-1)!) } }
  process.stdout.write(`decisions: ${JSON.stringify(figures)}\n`)
}, 3_600_000)
