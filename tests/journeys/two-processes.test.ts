import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'
import type { Round, RoundAnswer } from '../support/pressing-process'
import { CALLER, storyOf } from '../support/story'

const ROUNDS = 20
const PRESSES = 64
const STEPS = ['opening', 'storage', 'rights', 'assessors'].map((step) => ({
  step,
  done: true,
  answer: 'yes' as const,
}))

let casekeeper: Casekeeper
let processes: { child: ChildProcess; lines: Interface }[]
const { actor, person } = storyOf(() => casekeeper)

beforeAll(async () => {
  casekeeper = await startCasekeeper()
  const environment = {
    ...process.env,
    PRESS_MONGODB_URI: casekeeper.mongoUri,
    PRESS_KEY_FILE: casekeeper.keyFile,
    PRESS_GRAPH_URL: casekeeper.graph.url,
    PRESS_CLOCK: casekeeper.clock.now().toISOString(),
  }
  const script = join(__dirname, '..', 'support', 'pressing-process.ts')
  processes = [1, 2].map(() => {
    const child = spawn(process.execPath, ['--import', 'tsx', script], {
      env: environment,
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    return { child, lines: createInterface({ input: child.stdout! }) }
  })
  // Listened to together: a line that nobody listens for is gone.
  expect(await Promise.all(processes.map(({ lines }) => once(lines, 'line')))).toEqual([['ready'], ['ready']])
}, 120_000)
afterAll(async () => {
  for (const { child } of processes) child.kill()
  await casekeeper.stop()
})

async function pressed({ child, lines }: (typeof processes)[number], round: Round): Promise<RoundAnswer> {
  const answer = once(lines, 'line')
  child.stdin!.write(`${JSON.stringify(round)}\n`)
  return JSON.parse((await answer)[0] as string) as RoundAnswer
}

test(`IMP-08 ${PRESSES} presses at once from two processes have exactly one outcome, ${ROUNDS} times`, async () => {
  const { intake, allocation, audit } = casekeeper.bot.services
  const seen = new Set<string>()
  for (let index = 0; index < ROUNDS; index++) {
    const id = crypto.randomUUID()
    const opened = await intake.openCase(actor('Robin'), { id, channel: 'telephone', steps: STEPS, details: CALLER })
    if (!opened.ok) throw new Error(opened.reason)
    const { allocationId } = opened
    const offered = await allocation.confirm(actor('Robin'), { allocationId, version: 1, urgent: false })
    if (!offered.ok) throw new Error(offered.reason)
    const { version, offeredTo } = offered.view
    const round = { allocationId, version, holder: offeredTo!.staffId, giver: person('Robin').id, presses: PRESSES / 2 }
    const answers = await Promise.all(processes.map((each) => pressed(each, round)))
    const decided = answers.flatMap((answer) => answer.decided)
    expect(decided).toHaveLength(1)
    seen.add(decided[0]!)
    for (const reason of answers.flatMap((answer) => answer.reasons))
      expect(['settled', 'stale', 'not-offered-to-them', 'no-longer-theirs']).toContain(reason)
    const events = { $in: ['allocation-accepted', 'allocation-declined', 'allocation-withdrawn'] }
    const entries = await casekeeper.mongo.db
      .collection('audit')
      .find({ subject: `case:${id}`, event: events })
      .toArray()
    expect(entries.map(({ event }) => event)).toEqual([`allocation-${decided[0]}`])
    const found = await casekeeper.mongo.db
      .collection<{ _id: string; holder: string | null }>('cases')
      .findOne({ _id: id })
    expect(found!.holder).toBe(decided[0] === 'accepted' ? offeredTo!.staffId : null)
  }
  expect((await audit.verify('cardiff')).broken).toEqual([])
  process.stdout.write(`won by: ${[...seen].join(', ')}\n`)
}, 120_000)
