import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { AuditEntry } from '../../services/audit/audit.types'
import type { CaseRecord } from '../../services/cases/cases.types'
import { newId } from '../../services/platform/ids'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'
import { type LineProcesses, startLineProcesses } from '../support/line-processes'
import type { Round, RoundAnswer } from '../support/pressing-process'
import { CALLER, storyOf } from '../support/story'
import { times } from './counts'

const ROUNDS = times(20, 500)
/** How many presses each process makes; 64 in all. */
const PRESSES = [22, 21, 21]
const STEPS = ['opening', 'storage', 'rights', 'assessors'].map((step) => ({
  step,
  done: true,
  answer: 'yes' as const,
}))
/** What somebody who was not first is told, in words of its own or with the card as it stands. */
const COURTEOUS = ['settled', 'stale', 'not-offered-to-them', 'no-longer-theirs']
const DECISIONS = ['allocation-accepted', 'allocation-declined', 'allocation-withdrawn'] as const

let casekeeper: Casekeeper
let processes: LineProcesses<Round, RoundAnswer>
const { actor, person } = storyOf(() => casekeeper)

beforeAll(async () => {
  casekeeper = await startCasekeeper()
  // Nothing is sent meanwhile: what is asked here is who was first.
  await casekeeper.bot.worker.stop()
  processes = await startLineProcesses(casekeeper, 'pressing-process.ts', PRESSES.length)
}, 180_000)
afterAll(async () => {
  processes?.stop()
  await casekeeper.stop()
})

/** A case that is offered to whoever is next. */
async function offeredCase() {
  const { intake, allocation } = casekeeper.bot.services
  const id = newId()
  // Nobody's caseload fills up, however many rounds there are.
  await casekeeper.mongo.db.collection('workloads').deleteMany({})
  const opened = await intake.openCase(actor('Robin'), { id, channel: 'telephone', steps: STEPS, details: CALLER })
  if (!opened.ok) throw new Error(opened.reason)
  const { allocationId } = opened
  const offered = await allocation.confirm(actor('Robin'), { allocationId, version: 1, urgent: false })
  if (!offered.ok) throw new Error(offered.reason)
  return { id, allocationId, version: offered.view.version, holder: offered.view.offeredTo!.staffId }
}

async function decisionsOn(caseId: string): Promise<string[]> {
  const about = { subject: `case:${caseId}` as const, event: { $in: [...DECISIONS] } }
  const entries = await casekeeper.mongo.db.collection<AuditEntry>('audit').find(about).toArray()
  return entries.map(({ event }) => event)
}

test(`IMP-08 64 presses at once from three processes have exactly one outcome, ${ROUNDS} times`, async () => {
  const won: Record<string, number> = {}
  const slowest: number[] = []
  let courteous = 0
  const began = Date.now()
  for (let index = 0; index < ROUNDS; index++) {
    const { id, holder, ...offer } = await offeredCase()
    const { id: giver, orgId } = person('Robin')
    const start = performance.now()
    const answers = await processes.ask(PRESSES.map((presses) => ({ ...offer, orgId, holder, giver, presses })))
    slowest.push(performance.now() - start)
    const decided = answers.flatMap((answer) => answer.decided)
    expect(decided).toHaveLength(1)
    won[decided[0]!] = (won[decided[0]!] ?? 0) + 1
    for (const reason of answers.flatMap((answer) => answer.reasons)) expect(COURTEOUS).toContain(reason)
    courteous += answers.reduce((sum, { answered }) => sum + answered, 0) - 1
    expect(await decisionsOn(id)).toEqual([`allocation-${decided[0]}`])
    const found = await casekeeper.mongo.db.collection<CaseRecord>('cases').findOne({ _id: id })
    expect(found!.holder).toBe(decided[0] === 'accepted' ? holder : null)
  }
  expect(courteous).toBe(ROUNDS * 63)
  expect((await casekeeper.bot.services.audit.verify('cardiff')).broken).toEqual([])
  slowest.sort((one, other) => one - other)
  const seconds = Math.round((Date.now() - began) / 1_000)
  const middle = Math.round(slowest[Math.floor(slowest.length / 2)]!)
  const figures = { rounds: ROUNDS, won, courteous, seconds, roundMs: { middle, longest: Math.round(slowest.at(-1)!) } }
  process.stdout.write(`presses: ${JSON.stringify(figures)}\n`)
}, 3_600_000)
