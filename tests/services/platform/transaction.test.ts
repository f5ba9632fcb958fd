import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { AuditEntry } from '../../../services/audit/audit.types'
import { CaseworkError } from '../../../services/platform/errors'
import { isDuplicate } from '../../../services/platform/mongo'
import { type Outcome, refuse } from '../../../services/platform/outcome'
import type { Transaction, Tx } from '../../../services/platform/transaction'
import { readProfile } from '../../../services/policy/policy.service'
import { transactionsOn } from '../../support/casework-transaction'
import { anActor } from '../../support/records'
import { type TestMongo, testMongo } from '../../support/test-mongo'

let base: TestMongo
let transaction: Transaction
let queued: () => number

beforeAll(async () => {
  base = await testMongo('transaction')
})

afterAll(() => base.close())

beforeEach(async () => {
  for (const name of ['cases', 'audit', 'auditHeads', 'outbox', 'duties'])
    await base.mongo.db.collection(name).deleteMany({})
  ;({ transaction, queued } = transactionsOn(base))
})

const robin = anActor({ roles: ['front'] })
const CASE = 'case:case-1'
const opening = { event: 'case-opened', permission: 'intake.take', about: 'case-1' } as const
const later = new Date('2021-04-15T09:00:00Z')

/** Everything that a use case can do, about one case. */
async function everything(tx: Tx): Promise<void> {
  await tx.collection('cases').insert({ _id: 'case-1', reference: 'ABCDEFGH' } as never)
  await tx.due({ kind: 'call-back', subject: 'case-1', owner: 'robin', dueAt: later })
  await tx.send({ to: 'ada', by: 'card', card: 'offer', subject: 'case-1' })
  tx.audit({ subject: CASE, event: 'case-opened', codes: { channel: 'telephone' } })
}

const run = (work: (tx: Tx) => Promise<Outcome>, actor = robin) => transaction(actor, opening, work)
const count = (name: string) => base.mongo.db.collection(name).countDocuments()
const effects = async () => [await count('cases'), await count('duties'), await count('outbox')]
const entries = () =>
  base.mongo.db
    .collection<AuditEntry>('audit')
    .find({}, { projection: { _id: 0 } })
    .toArray()

describe('What somebody did', () => {
  test('IMP-19 stays together with its entry in the audit, what is due and what must be sent', async () => {
    const outcome = await run(async (tx) => {
      await everything(tx)
      return { ok: true }
    })
    expect(outcome).toEqual({ ok: true })
    expect(await effects()).toEqual([1, 1, 1])
    const [entry, ...more] = await entries()
    expect(more).toEqual([])
    expect(entry).toMatchObject({ subject: CASE, seq: 1, event: 'case-opened', outcome: 'done', actor: 'robin' })
    expect(entry).toMatchObject({ codes: { channel: 'telephone' }, profile: readProfile('cardiff').version })
    expect(queued()).toBe(1)
  })

  test('IMP-34 that was done before is answered as such, and recorded no second time', async () => {
    const outcome = await run(async () => ({ ok: true, repeated: true }))
    expect(outcome).toEqual({ ok: true, repeated: true })
    expect(await entries()).toEqual([])
  })

  test('calls nobody to work when there is nothing to send', async () => {
    await run(async (tx) => {
      tx.audit({ subject: CASE, event: 'case-viewed' })
      return { ok: true }
    })
    expect(queued()).toBe(0)
  })
})

describe('What was refused', () => {
  test('IMP-19 changes nothing, and is recorded with a code that the manager can look up', async () => {
    const outcome = await run(async (tx) => {
      await everything(tx)
      return refuse('walled')
    })
    expect(outcome).toEqual({ ok: false, reason: 'walled', lookup: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{6}$/) })
    expect(await effects()).toEqual([0, 0, 0])
    const { lookup } = outcome as { lookup: string }
    const refused = { subject: 'staff:robin', event: 'case-opened', outcome: 'refused', reason: 'walled', lookup }
    expect(await entries()).toEqual([expect.objectContaining({ ...refused, codes: { about: 'case-1' } })])
    expect(queued()).toBe(0)
  })

  test('IMP-14 stands in the person’s own chain, never in that of the case they may not see', async () => {
    await run(async () => refuse('walled'))
    expect(await base.mongo.db.collection('audit').countDocuments({ subject: CASE })).toBe(0)
  })

  test.each([
    ['without a role', []],
    ['of another role', ['senior']],
    ['of a role that the profile does not know', ['owner']],
  ])('CAR-05 is not even begun for somebody %s', async (_who, roles) => {
    let begun = false
    const outcome = await run(
      async () => {
        begun = true
        return { ok: true }
      },
      { ...robin, roles },
    )
    expect(outcome).toMatchObject({ ok: false, reason: 'no-permission', lookup: expect.any(String) })
    expect(begun).toBe(false)
    expect(await entries()).toEqual([expect.objectContaining({ outcome: 'refused', reason: 'no-permission' })])
  })

  test('IMP-19 twenty times at once has twenty codes, in one whole chain', async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => run(async () => refuse('walled'))))
    expect(new Set(outcomes.map((outcome) => !outcome.ok && outcome.lookup)).size).toBe(20)
    expect((await entries()).map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(outcomes.map((_, index) => index + 1))
  })
})

describe('What went wrong', () => {
  test.each([new CaseworkError('key-destroyed'), new TypeError('x')])('leaves nothing behind: %p', async (fault) => {
    const failing = run(async (tx) => {
      await everything(tx)
      throw fault
    })
    await expect(failing).rejects.toBe(fault)
    expect(await effects()).toEqual([0, 0, 0])
    expect(await entries()).toEqual([])
    expect(queued()).toBe(0)
  })

  test('IMP-19 a change that says nothing to the audit is a fault, and does not stay', async () => {
    const silent = run(async (tx) => {
      await tx.collection('cases').insert({ _id: 'case-1', reference: 'ABCDEFGH' } as never)
      return { ok: true }
    })
    await expect(silent).rejects.toMatchObject({ code: 'nothing-audited', info: { event: 'case-opened' } })
    expect(await effects()).toEqual([0, 0, 0])
  })

  test('IMP-19 without its entry in the audit nothing is done, and no other entry of it stays', async () => {
    const taken = { _id: 'cardiff:case:case-1:1', subject: CASE, seq: 1 }
    await base.mongo.forOrg('cardiff').collection('audit').insert(taken)
    const failing = run(async (tx) => {
      tx.audit({ subject: 'staff:robin', event: 'case-opened' })
      await everything(tx)
      return { ok: true }
    })
    expect(await failing.catch(isDuplicate)).toBe(true)
    expect([await effects(), await count('audit')]).toEqual([[0, 0, 0], 1])
  })
})
