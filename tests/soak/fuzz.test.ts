import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, createServer, type Server, request as sendRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Persona, readSampleUnions } from '../../bot/dev/sample-staff'
import { newId } from '../../services/platform/ids'
import { type BotProcess, type BotProcesses, botProcesses } from '../support/bot-processes'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'
import { chance, seedOfRun } from '../support/chance'
import { CALLER, storyOf } from '../support/story'
import { type KnownIds, strangeActivity } from '../support/strange-activities'
import { times } from './counts'

const ACTIVITIES = times(800, 200_000)
const BATCH = 500
/** Each speaks for people of its own, so that nobody waits for the chain of somebody else's entries. */
const LANES = 8
/** What only somebody who may can change, and nobody here does. */
const CASEWORK = [
  'absences',
  'allocations',
  'callbacks',
  'cases',
  'consents',
  'contacts',
  'engagements',
  'rota',
  'workloads',
]
const STEPS = ['opening', 'storage', 'rights', 'assessors'].map((step) => ({
  step,
  done: true,
  answer: 'yes' as const,
}))
/** What comes from within: stacks, paths, names of our classes and of the database's. */
const INTERNAL =
  /\n\s+at |node_modules|\.[jt]s:\d|file:\/\/|(?:Type|Range|Reference|Syntax|Mongo\w*|Zod|Casework)Error|Cannot read|is not a function|\[object |E11000|mongodb:/

let casekeeper: Casekeeper
let processes: BotProcesses
let bot: BotProcess
let teams: Server
let serviceUrl: string
let known: KnownIds
let logFile: string
let folder: string
const leaks: string[] = []
const { actor } = storyOf(() => casekeeper)
const personas: Persona[] = readSampleUnions().flatMap((union) => union.personas)
const seed = seedOfRun()
const agent = new Agent({ keepAlive: true, maxSockets: LANES })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'casekeeper-fuzz-'))
  logFile = join(folder, 'log')
  casekeeper = await startCasekeeper()
  await casekeeper.bot.worker.stop()
  const { intake, allocation } = casekeeper.bot.services
  const caseIds: string[] = []
  const allocationIds: string[] = []
  for (const offered of [true, true, true, false]) {
    const id = newId()
    const opened = await intake.openCase(actor('Robin'), { id, channel: 'telephone', steps: STEPS, details: CALLER })
    if (!opened.ok) throw new Error(opened.reason)
    caseIds.push(id)
    allocationIds.push(opened.allocationId)
    if (!offered) continue
    const asked = await allocation.confirm(actor('Robin'), {
      allocationId: opened.allocationId,
      version: 1,
      urgent: false,
    })
    if (!asked.ok) throw new Error(asked.reason)
  }
  known = { caseIds, allocationIds }
  // Nothing of this story is sent: what is in the chats comes from turns.
  await casekeeper.mongo.db.collection('outbox').deleteMany({})
  teams = createServer((request, response) => {
    void text(request).then((body) => {
      if (INTERNAL.test(body)) leaks.push(body.slice(0, 2_000))
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ id: newId() }))
    })
  })
  // As a front end keeps its connections: one that is closed just when it is used again would look like a fault of ours.
  teams.keepAliveTimeout = 75_000
  await new Promise<void>((resolve) => teams.listen(0, '127.0.0.1', resolve))
  const host = `localhost:${(teams.address() as AddressInfo).port}`
  serviceUrl = `http://${host}/`
  const { mongoUri, keyFile } = casekeeper
  processes = botProcesses({ mongoUri, keyFile, logFile, serviceHosts: [host] })
  bot = await processes.start(casekeeper.clock.now())
}, 180_000)
afterAll(async () => {
  await processes.stop()
  agent.destroy()
  teams.closeAllConnections()
  teams.close()
  await casekeeper.stop()
  rmSync(folder, { recursive: true })
})

function send(body: string | Buffer): Promise<{ status: number; body: string }> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  return new Promise((resolve, reject) => {
    const sent = sendRequest(`${bot.url}/api/messages`, { method: 'POST', headers, agent }, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Changes with every byte that is written: to these collections, or to all of both databases. */
async function hashOf(collections?: readonly string[]): Promise<string> {
  const { db, keysDb } = casekeeper.mongo
  if (collections) return String((await db.command({ dbHash: 1, collections })).md5)
  const hashes = await Promise.all([db, keysDb].map((each) => each.command({ dbHash: 1 })))
  return hashes.map(({ md5 }) => String(md5)).join(' ')
}

/** What is wrong with an answer; null when nothing is. */
function faultIn({ status, body }: { status: number; body: string }, hopeless: boolean): string | null {
  if (INTERNAL.test(body)) return 'internal text'
  if (hopeless && (status < 400 || status >= 500)) return `let in with ${status}`
  if (status >= 500 && status !== 501) return `answered ${status}`
  const isCard = status === 200 && /"type":"AdaptiveCard"/.test(body)
  return !isCard && body.length > 1024 ? `${body.length} characters` : null
}

test(`${ACTIVITIES} strange activities are answered shortly, end nothing and change no case`, async () => {
  const before = await hashOf(CASEWORK)
  const statuses: Record<string, number> = {}
  const began = Date.now()
  for (let first = 0; first < ACTIVITIES; first += BATCH) {
    const kind = (first / BATCH) % 4 === 3 ? 'hopeless' : 'any'
    const stored = kind === 'hopeless' ? await hashOf() : ''
    const lane = async (place: number) => {
      for (let index = first + place; index < Math.min(first + BATCH, ACTIVITIES); index += LANES) {
        const draw = chance(seed + index)
        const own = personas.filter((_, other) => other % LANES === place)
        const strange = strangeActivity(draw, draw.pick(own.length > 0 ? own : personas), serviceUrl, known, kind)
        const about = () => `SEED=${seed}, activity ${index}: ${String(strange.body).slice(0, 2_000)}`
        const answer = await send(strange.body).catch((fault: Error) => {
          throw new Error(`${fault.message} ${about()}`)
        })
        const fault = faultIn(answer, strange.hopeless)
        if (fault) throw new Error(`${fault}: ${answer.body.slice(0, 500)} ${about()}`)
        statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
      }
    }
    await Promise.all(Array.from({ length: LANES }, (_, place) => lane(place)))
    const where = `SEED=${seed}, activities from ${first}`
    if (kind === 'hopeless') expect([where, await hashOf()]).toEqual([where, stored])
    expect([where, await hashOf(CASEWORK)]).toEqual([where, before])
  }
  const seconds = Math.round((Date.now() - began) / 1_000)
  const events: Record<string, number> = {}
  for (const line of readFileSync(logFile, 'utf8').split('\n').filter(Boolean)) {
    const { msg, code = '', level } = JSON.parse(line) as { msg: string; code?: string; level: number }
    if (level >= 40) events[`${msg} ${code}`.trim()] = (events[`${msg} ${code}`.trim()] ?? 0) + 1
  }
  process.stdout.write(`fuzz: ${JSON.stringify({ activities: ACTIVITIES, seed, seconds, statuses, events })}\n`)
  expect(leaks).toEqual([])
  const broken = /^(?:turn-|process-ends|worker-round-failed)/
  expect(Object.keys(events).filter((event) => broken.test(event))).toEqual([])
  expect((await casekeeper.bot.services.audit.verify('cardiff')).broken).toEqual([])
}, 3_600_000)
