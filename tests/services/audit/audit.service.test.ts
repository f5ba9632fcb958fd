import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Audit, createAudit } from '../../../services/audit/audit.service'
import { transactionsOn } from '../../support/casework-transaction'
import { anActor, WEDNESDAY } from '../../support/records'
import { type TestMongo, testMongo } from '../../support/test-mongo'

let base: TestMongo
let audit: Audit

beforeAll(async () => {
  base = await testMongo('audit-service')
  const walledOff = async (_scope: unknown, staffId: string, caseIds: readonly string[]) =>
    new Set(caseIds.filter((id) => id === `not-for-${staffId}`))
  audit = createAudit({ ...base, transaction: transactionsOn(base).transaction, walledOff })
})

afterAll(() => base.close())

const lee = anActor({ staffId: 'lee' })
const manager = anActor({ staffId: 'morgan', roles: ['manager'] })
const chainOf = (staffId: string) =>
  base.mongo.db
    .collection('audit')
    .find({ subject: `staff:${staffId}` })
    .sort({ seq: 1 })
    .toArray()

describe('Somebody who is turned away at the door', () => {
  test('IMP-19 gets a code, and the manager finds out with it who was refused, when and why', async () => {
    const code = await audit.turnedAway(lee, 'no-role')
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{6}$/)
    const outcome = await audit.lookUp(manager, code)
    expect(outcome).toMatchObject({
      ok: true,
      entry: { actor: 'lee', at: WEDNESDAY, event: 'access-refused', outcome: 'refused', reason: 'no-role' },
    })
  })

  test('IMP-19 gets another code each time, and each stands for its own refusal', async () => {
    const codes = [await audit.turnedAway(lee, 'no-role'), await audit.turnedAway(lee, 'not-personal', 'case-viewed')]
    const found = await Promise.all(codes.map((code) => audit.lookUp(manager, code)))
    expect(found).toMatchObject([
      { entry: { reason: 'no-role' } },
      { entry: { reason: 'not-personal', event: 'case-viewed' } },
    ])
  })
})

describe('Looking up a code', () => {
  test('IMP-20 is itself recorded, with the entry that was shown', async () => {
    const code = await audit.turnedAway(lee, 'no-role')
    const outcome = await audit.lookUp(manager, code)
    if (!outcome.ok) throw new Error(outcome.reason)
    const last = (await chainOf('morgan')).at(-1)
    expect(last).toMatchObject({ event: 'refusal-looked-up', outcome: 'done', codes: { entry: outcome.entry._id } })
  })

  test('IMP-14 IMP-15 tells nobody that it is they who are walled off', async () => {
    const own = await audit.turnedAway(manager, 'walled')
    const unknown = await audit.turnedAway(manager, 'unknown')
    expect(await audit.lookUp(manager, own)).toMatchObject({ entry: { reason: 'unknown' } })
    expect(await audit.lookUp(manager, unknown)).toMatchObject({ entry: { reason: 'unknown' } })
    expect(await audit.lookUp({ ...manager, staffId: 'sam' }, own)).toMatchObject({ entry: { reason: 'walled' } })
  })

  test.each(['front', 'caseworker', 'senior'])('is refused to a %s, and that is recorded', async (role) => {
    const code = await audit.turnedAway(lee, 'no-role')
    const asking = anActor({ staffId: `a-${role}`, roles: [role] })
    expect(await audit.lookUp(asking, code)).toMatchObject({ ok: false, reason: 'no-permission' })
    expect(await chainOf(`a-${role}`)).toEqual([
      expect.objectContaining({ event: 'refusal-looked-up', outcome: 'refused', reason: 'no-permission' }),
    ])
  })

  test('IMP-37 of another organisation finds nothing, as one that never was', async () => {
    const code = await audit.turnedAway({ ...lee, orgId: 'south' }, 'no-role')
    const unknown = { ok: false, reason: 'unknown', lookup: expect.any(String) }
    expect(await audit.lookUp(manager, code)).toEqual(unknown)
    expect(await audit.lookUp(manager, 'ZZZZZZ')).toEqual(unknown)
    expect(await audit.lookUp(manager, '')).toEqual(unknown)
    expect(await audit.lookUp({ ...manager, orgId: 'south' }, code)).toMatchObject({ ok: true })
  })
})

test('IMP-19 everything that was done here left whole chains', async () => {
  for (const orgId of ['cardiff', 'south']) {
    const { entries, broken } = await audit.verify(orgId)
    expect(broken).toEqual([])
    expect(entries).toBeGreaterThan(1)
  }
})
