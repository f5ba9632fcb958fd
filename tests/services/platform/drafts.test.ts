import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createDrafts, type Draft, type Drafts } from '../../../services/platform/drafts'
import { newId } from '../../../services/platform/ids'
import { type TestMongo, testMongo } from '../../support/test-mongo'

interface DraftRow {
  _id: string
  staffId: string
  sealed: Buffer
  expireAt: Date
}

let base: TestMongo
let drafts: Drafts

beforeAll(async () => {
  base = await testMongo('drafts')
  drafts = createDrafts(base.mongo, base.keyring)
})

afterAll(() => base.close())

const rows = () => base.mongo.db.collection<DraftRow>('drafts')
const unfinished = async (orgId: string, staffId: string) =>
  (await base.mongo.forOrg(orgId).together({ found: drafts.unfinished(orgId, staffId) })).found
const rowOf = (id: string) => rows().findOne({ _id: id })

const aDraft = (changes: Partial<Draft> = {}): Draft => ({
  id: newId(),
  dialog: 'intake',
  version: 0,
  startedAt: new Date('2021-04-14T10:00:00Z'),
  state: { name: 'Quinn Invented', number: '1234567', steps: [{ step: 'opening', done: true }] },
  ...changes,
})

const saved = async (draft = aDraft(), staffId = 'robin') => {
  expect(await drafts.save('north', staffId, draft)).toBe(true)
  return draft
}

describe('A half-finished form', () => {
  test('IMP-11 comes back as it was left, to the person who began it', async () => {
    const draft = await saved()
    expect(await drafts.load('north', 'robin', draft.id)).toEqual({ ...draft, version: 1 })
    const changed = { ...draft, version: 1, state: { name: 'Siân Ŵyn' } }
    expect(await drafts.save('north', 'robin', changed)).toBe(true)
    expect(await drafts.load('north', 'robin', draft.id)).toEqual({ ...changed, version: 2 })
  })

  test('IMP-62 shows nothing of what was typed to whoever reads the database', async () => {
    const draft = await saved()
    await saved({ ...draft, version: 1 })
    const dump = JSON.stringify(await rows().find().toArray())
    const { sealed } = (await rowOf(draft.id))!
    for (const word of ['Quinn', 'Invented', '1234567', 'opening']) {
      expect(dump).not.toContain(word)
      expect(Buffer.from(sealed).toString('latin1')).not.toContain(word)
    }
  })

  test('IMP-62 that was given away, or another form’s content, in the database does not open', async () => {
    const [mine, theirs] = [await saved(), await saved(aDraft(), 'ada')]
    const unreadable = { code: 'sealed-field-unreadable' }
    await rows().updateOne({ _id: mine.id }, { $set: { sealed: (await rowOf(theirs.id))!.sealed } })
    await expect(drafts.load('north', 'robin', mine.id)).rejects.toMatchObject(unreadable)
    await rows().updateOne({ _id: theirs.id }, { $set: { staffId: 'robin' } })
    await expect(drafts.load('north', 'robin', theirs.id)).rejects.toMatchObject(unreadable)
  })

  test.each([
    ['IMP-15', 'somebody else', 'north', 'ada'],
    ['IMP-37', 'another organisation', 'south', 'robin'],
  ])('%s is neither shown, changed, begun again nor thrown away by %s', async (_id, _whom, orgId, staffId) => {
    const draft = await saved()
    expect(await drafts.load(orgId, staffId, draft.id)).toBeNull()
    expect(await drafts.save(orgId, staffId, { ...draft, version: 1, state: {} })).toBe(false)
    expect(await drafts.save(orgId, staffId, { ...draft, state: {} })).toBe(false)
    await drafts.drop(orgId, staffId, draft.id)
    expect(await drafts.load('north', 'robin', draft.id)).toEqual({ ...draft, version: 1 })
  })

  test('IMP-10 IMP-34 is begun by one press and goes on from one press only, when several arrive for the same step', async () => {
    const draft = aDraft()
    for (let version = 0; version <= 10; version++) {
      const presses = Array.from({ length: 8 }, (_, press) => ({ ...draft, version, state: { press } }))
      const outcomes = await Promise.all(presses.map((press) => drafts.save('north', 'robin', press)))
      expect(outcomes.filter(Boolean)).toHaveLength(1)
      const kept = await drafts.load('north', 'robin', draft.id)
      expect(kept).toMatchObject({ version: version + 1, state: { press: outcomes.indexOf(true) } })
    }
  })

  test('IMP-10 does not go back to an earlier step', async () => {
    const draft = await saved()
    await saved({ ...draft, version: 1 })
    expect(await drafts.save('north', 'robin', { ...draft, version: 1, state: {} })).toBe(false)
    expect(await drafts.save('north', 'robin', { ...draft, version: 3, state: {} })).toBe(false)
  })

  test('is gone when it is dropped, and cannot be taken up again', async () => {
    const draft = await saved()
    await drafts.drop('north', 'robin', draft.id)
    expect(await drafts.load('north', 'robin', draft.id)).toBeNull()
    expect(await drafts.save('north', 'robin', { ...draft, version: 1 })).toBe(false)
    await drafts.drop('north', 'robin', draft.id)
  })
})

const DAY_MS = 24 * 60 * 60 * 1000
/** How far the machine that runs the tests may lag. */
const LAG_MS = 60_000
/** As if the last step had been this long ago. */
const age = (id: string, ms: number) =>
  rows().updateOne({ _id: id }, { $set: { expireAt: new Date(Date.now() + DAY_MS - ms) } })

describe('A form that nobody finishes', () => {
  test('is kept for a day after its last step, and then the database removes it by itself', async () => {
    const draft = await saved()
    const left = async () => (await rowOf(draft.id))!.expireAt.getTime() - Date.now()
    expect(Math.abs((await left()) - DAY_MS)).toBeLessThan(LAG_MS)
    await age(draft.id, DAY_MS / 2)
    await saved({ ...draft, version: 1 })
    expect(Math.abs((await left()) - DAY_MS)).toBeLessThan(LAG_MS)
    expect(await rows().indexes()).toContainEqual(
      expect.objectContaining({ key: { expireAt: 1 }, expireAfterSeconds: 0 }),
    )
  })

  test('is not shown after a day, even where the database has not removed it yet', async () => {
    const draft = await saved()
    await age(draft.id, DAY_MS - LAG_MS)
    expect(await drafts.load('north', 'robin', draft.id)).not.toBeNull()
    await age(draft.id, DAY_MS + 1)
    expect(await drafts.load('north', 'robin', draft.id)).toBeNull()
  })

  test('CAR-19 is on the list of the unfinished, oldest first and without content, once something was answered', async () => {
    const begin = (hour: number) => aDraft({ startedAt: new Date(Date.UTC(2021, 3, 14, hour)) })
    const [late, early, untouched, expired] = [begin(12), begin(9), begin(8), begin(7)]
    for (const draft of [late, early, untouched, expired]) await saved(draft, 'cleo')
    for (const draft of [late, early, expired]) await saved({ ...draft, version: 1 }, 'cleo')
    await age(expired.id, DAY_MS + 1)
    const listed = [early, late].map(({ id, dialog, startedAt }) => ({ id, dialog, startedAt }))
    expect(await unfinished('north', 'cleo')).toEqual(listed)
    expect(await unfinished('south', 'cleo')).toEqual([])
    expect(await unfinished('north', 'dee')).toEqual([])
  })
})
