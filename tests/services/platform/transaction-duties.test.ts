import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { AuditEntry } from '../../../services/audit/audit.types'
import { nextOpening } from '../../../services/calendar/calendar.rules'
import { claimDuty } from '../../../services/duties/duties.store'
import type { Duty } from '../../../services/duties/duties.types'
import { systemActor } from '../../../services/people/people.types'
import { createKeyring } from '../../../services/platform/keyring'
import { connectMongo, type Mongo } from '../../../services/platform/mongo'
import type { Transaction, Tx } from '../../../services/platform/transaction'
import { readProfile } from '../../../services/policy/policy.service'
import { transactionsOn } from '../../support/casework-transaction'
import { anActor, WEDNESDAY } from '../../support/records'
import { type TestMongo, testMongo } from '../../support/test-mongo'

let base: TestMongo
let elsewhere: Mongo
let processes: Transaction[]

beforeAll(async () => {
  base = await testMongo('transaction-duties')
  elsewhere = await connectMongo(base.uri)
  const other = { mongo: elsewhere, keyring: createKeyring(elsewhere, base.keyProvider) }
  processes = [transactionsOn(base).transaction, transactionsOn(other).transaction]
})

afterAll(async () => {
  await elsewhere.close()
  await base.close()
})

beforeEach(async () => {
  for (const name of ['audit', 'auditHeads', 'outbox', 'duties']) await base.mongo.db.collection(name).deleteMany({})
})

const opening = { event: 'case-opened', permission: null } as const

describe('What somebody did', () => {
  test('IMP-58 is dated by the service’s clock, and beside it by real time', async () => {
    const before = Date.now()
    await processes[0]!(anActor(), opening, async (tx) => {
      expect(tx.now).toEqual(WEDNESDAY)
      tx.audit({ subject: 'case:case-1', event: 'case-opened' })
      return { ok: true }
    })
    const entry = await base.mongo.db.collection<AuditEntry>('audit').findOne({})
    expect(entry!.at).toEqual(WEDNESDAY)
    expect(entry!.recordedAt.getTime()).toBeGreaterThanOrEqual(before)
    expect(entry!.recordedAt.getTime()).toBeLessThanOrEqual(Date.now())
  })

  test('CAR-27 waits for the next opening before it is sent, unless it is urgent', async () => {
    const night = new Date('2021-04-17T22:00:00Z')
    await transactionsOn(base, night).transaction(anActor(), opening, async (tx) => {
      await tx.send({ to: 'ada', by: 'card', card: 'offer', subject: 'can wait' })
      await tx.send({ to: 'ada', by: 'card', card: 'offer', subject: 'urgent', urgent: true })
      tx.audit({ subject: 'case:case-1', event: 'case-opened' })
      return { ok: true }
    })
    const sent = await base.mongo.db.collection('outbox').find().sort({ subject: 1 }).toArray()
    const monday = nextOpening(night, readProfile('cardiff').calendar)
    expect(monday).toEqual(new Date('2021-04-19T08:00:00Z'))
    expect(sent.map(({ dueAt }) => dueAt)).toEqual([monday, night])
  })
})

describe('IMP-36 A duty that is due', () => {
  const system = systemActor('cardiff')
  const wake = { event: 'call-back-done', permission: null } as const
  const due = (tx: Tx) => tx.due({ kind: 'call-back', subject: 'case-1', owner: 'ada', dueAt: WEDNESDAY })
  const agreed = () =>
    processes[0]!(system, wake, async (tx) => {
      await due(tx)
      return { ok: true, repeated: true }
    })
  const finish = async (duty: Duty, process = processes[0]!) => {
    const ended: boolean[] = []
    await process(system, wake, async (tx) => {
      ended.push(await tx.finish(duty))
      return { ok: true, repeated: true }
    })
    return ended.at(-1)
  }

  test('is woken by one worker, and not once more after it is done', async () => {
    await agreed()
    const claimed = await Promise.all(
      [0, 1, 2, 3].map((index) => claimDuty([base.mongo, elsewhere][index % 2]!.db, WEDNESDAY)),
    )
    const [duty, ...more] = claimed.filter((one) => one !== null)
    expect(more).toEqual([])
    expect([await finish(duty!), await finish(duty!)]).toEqual([true, false])
    expect(await base.mongo.db.collection('duties').findOne({})).toMatchObject({ state: 'done' })
  })

  test('is not ended by a worker that comes back late, nor when it was settled meanwhile', async () => {
    await agreed()
    const late = await claimDuty(base.mongo.db, WEDNESDAY)
    await base.mongo.db.collection('duties').updateOne({}, { $set: { 'lease.until': new Date(0) } })
    const second = await claimDuty(elsewhere.db, WEDNESDAY)
    expect(await finish(late!)).toBe(false)
    await processes[0]!(system, wake, async (tx) => {
      await tx.settle('call-back', 'case-1')
      return { ok: true, repeated: true }
    })
    expect(await finish(second!, processes[1]!)).toBe(false)
  })
})
