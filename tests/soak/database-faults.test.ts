import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { type MongoNodes, startOnlyNode } from '../support/mongo-nodes'
import { must, type ServicesWorld, startServices } from '../support/services'
import { times } from './counts'

/** Longer than anybody waits. */
const BLOCKED_MS = 11_000
const ANSWERED_WITHIN_MS = 18_000

let nodes: MongoNodes
let world: ServicesWorld

beforeAll(async () => {
  nodes = await startOnlyNode()
  world = await startServices('database-faults')
}, 120_000)
afterEach(() => nodes.fail({ mode: 'off' }), 60_000)
afterAll(async () => {
  try {
    await world?.stop()
  } finally {
    await nodes?.stop()
  }
})

/** The server does what it is asked, and answers that it failed. */
const doneButFailed = (command: string, mode: object | 'alwaysOn') =>
  nodes.fail({ mode, data: { failCommands: [command], writeConcernError: { code: 64, errmsg: 'not sure' } } })
/** The server answers only after a time in which everybody has given up, and does what it was asked none the less. */
const blocked = (...commands: string[]) =>
  nodes.fail({ mode: 'alwaysOn', data: { failCommands: commands, blockConnection: true, blockTimeMS: BLOCKED_MS } })

const ada = () => world.actor('Ada')
const acceptances = (caseId: string) => world.entries({ subject: `case:${caseId}`, event: 'allocation-accepted' })

async function faultOf(work: Promise<unknown>): Promise<{ code: unknown; ms: number }> {
  const began = performance.now()
  const fault: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  return { code: (fault as { code?: unknown } | null)?.code ?? null, ms: performance.now() - began }
}

describe('A decision whose writing was answered with an error although it took place', () => {
  test('IMP-35 is found done, and recorded once', async () => {
    const { caseId, ...pressed } = await world.offered(ada())
    await doneButFailed('commitTransaction', { times: 1 })
    must(await world.services.allocation.accept(ada(), pressed))
    expect(await world.caseRecord(caseId)).toMatchObject({ holder: ada().staffId })
    expect(await acceptances(caseId)).toHaveLength(1)
  })

  test('IMP-35 is the same draft, saved once', async () => {
    const { drafts } = world.services
    const draft = { id: crypto.randomUUID(), dialog: 'intake', version: 0, startedAt: new Date(), state: { typed: 1 } }
    await doneButFailed('insert', { times: 1 })
    await drafts.save('cardiff', ada().staffId, draft).catch(() => undefined)
    await drafts.save('cardiff', ada().staffId, draft).catch(() => undefined)
    expect(await drafts.load('cardiff', ada().staffId, draft.id)).toMatchObject({ version: 1, state: { typed: 1 } })
  })
})

const STUCK = [
  ['a commit that hangs', () => blocked('commitTransaction')],
  ['a commit that always fails', () => doneButFailed('commitTransaction', 'alwaysOn')],
  ['a read that hangs', () => blocked('find', 'aggregate')],
] as const

describe('A database that gives no answer', () => {
  test.each(STUCK.slice(0, times(1, STUCK.length)))(
    'IMP-35 lets nobody wait for %s, and what is pressed again is done once',
    async (_what, fails) => {
      const { caseId, ...pressed } = await world.offered(ada())
      await fails()
      const { code, ms } = await faultOf(world.services.allocation.accept(ada(), pressed))
      expect(code).not.toBeNull()
      expect(ms).toBeLessThan(ANSWERED_WITHIN_MS)
      await nodes.fail({ mode: 'off' })
      let accepted = false
      for (let attempt = 1; !accepted && attempt <= 6; attempt++)
        accepted = await world.services.allocation.accept(ada(), pressed).then(
          ({ ok }) => ok,
          () => false,
        )
      expect(await world.caseRecord(caseId)).toMatchObject({ holder: ada().staffId })
      expect(await acceptances(caseId)).toHaveLength(1)
      process.stdout.write(`database: ended after ${Math.round(ms)} ms with ${String(code)}\n`)
    },
    120_000,
  )
})
