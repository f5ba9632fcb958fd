import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { SeenCard } from '../../bot/dev/pretend-teams'
import { newId, newReference, showReference } from '../../services/platform/ids'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'
import { storyOf, words } from '../support/story'

let casekeeper: Casekeeper
beforeAll(async () => {
  casekeeper = await startCasekeeper()
})
afterAll(() => casekeeper.stop())

const { say, press, person, actor } = storyOf(() => casekeeper)

const STEPS = ['opening', 'storage', 'rights', 'assessors'].map((step) => ({
  step,
  done: true,
  answer: step === 'storage' || step === 'assessors' ? ('yes' as const) : undefined,
}))

/** A case that is offered to whoever is next. */
async function offeredCase(id = newId()) {
  const { intake, allocation, cases } = casekeeper.bot.services
  const details = { name: 'Quinn Invented', number: '1234567', reason: 'A module mark' }
  const opened = await intake.openCase(actor('Robin'), { id, channel: 'telephone', steps: STEPS, details })
  if (!opened.ok) throw new Error(opened.reason)
  const offered = await allocation.confirm(actor('Robin'), {
    allocationId: opened.allocationId,
    version: 1,
    urgent: false,
  })
  if (!offered.ok) throw new Error(offered.reason)
  const summary = await cases.summary('cardiff', opened.caseId)
  return { caseId: opened.caseId, view: offered.view, reference: summary!.reference }
}

const withoutCode = (seen: SeenCard) => words(seen).replaceAll(/code [0-9A-Z]{6}/g, 'code')

describe('Who may, and what happens at the same moment', () => {
  test('CAR-05 somebody without a role gets a neutral answer with a code, whatever they type', async () => {
    for (const text of ['home', 'intake', 'case ABCD-EFGH', 'rubbish'])
      expect(words(await say('Lee', text))).toContain('give your manager this code')
  })

  test('IMP-15 IMP-37 walled, foreign and unknown references are answered alike', async () => {
    const { caseId, reference } = await offeredCase()
    const { db } = casekeeper.mongo
    const shown = `case ${showReference(reference)}`
    const unknown = withoutCode(await say('Cleo', `case ${showReference(newReference())}`))
    expect(unknown).toContain('There is no case here that you can open')
    expect(withoutCode(await say('Wren', shown))).toContain('There is no case here that you can open')
    await db.collection<{ _id: string }>('cases').updateOne({ _id: caseId }, { $set: { walled: [person('Cleo').id] } })
    expect(withoutCode(await say('Cleo', shown))).toBe(unknown)
    const foreign = withoutCode(await say('Wren', shown))
    expect(withoutCode(await say('Wren', `case ${showReference(newReference())}`))).toBe(foreign)
  })

  test('IMP-24 in a group chat the bot refuses and repeats nothing', async () => {
    const { reference } = await offeredCase()
    const { id, conversationId, tenantId } = person('Ada')
    expect(id).toBeTruthy()
    const conversation = { id: conversationId, conversationType: 'groupChat', tenantId }
    const refused = await say('Ada', `case ${showReference(reference)}`, { conversation })
    expect(words(refused)).toContain('This works in your personal chat')
    expect(JSON.stringify(refused)).not.toContain(reference.slice(0, 4))
  })

  test('IMP-34 the same intake sent twice opens one case', async () => {
    const id = newId()
    const first = await offeredCase(id)
    const details = { name: 'Quinn Invented', number: '1234567', reason: 'A module mark' }
    const again = await casekeeper.bot.services.intake.openCase(actor('Robin'), {
      id,
      channel: 'telephone',
      steps: STEPS,
      details,
    })
    expect(again).toMatchObject({ ok: true, repeated: true, caseId: first.caseId })
    expect(await casekeeper.mongo.db.collection('engagements').countDocuments({ caseId: first.caseId })).toBe(1)
  })

  test('IMP-08 accepting, declining and withdrawing at once have exactly one outcome', async () => {
    const { allocation } = casekeeper.bot.services
    for (let round = 0; round < 5; round++) {
      const { view, caseId } = await offeredCase()
      const holder = ['Ada', 'Bo', 'Cleo'].find((name) => person(name).id === view.offeredTo!.staffId)!
      const pressed = { allocationId: view.allocationId, version: view.version }
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, (_, index) => {
          if (index % 3 === 0) return allocation.accept(actor(holder), pressed)
          if (index % 3 === 1) return allocation.decline(actor(holder), { ...pressed, because: 'away' })
          return allocation.withdraw(actor('Robin'), pressed)
        }),
      )
      const decided = outcomes.filter((outcome) => outcome.ok && !outcome.repeated)
      expect(decided).toHaveLength(1)
      const entries = await casekeeper.mongo.db
        .collection('audit')
        .find({
          subject: `case:${caseId}`,
          event: { $in: ['allocation-accepted', 'allocation-declined', 'allocation-withdrawn'] },
        })
        .toArray()
      expect(entries).toHaveLength(1)
    }
    expect((await casekeeper.bot.services.audit.verify('cardiff')).broken).toEqual([])
  })

  test('IMP-10 a card that is out of date is refused and shows how it stands', async () => {
    const { view } = await offeredCase()
    const stale = { allocationId: view.allocationId, version: view.version - 1 }
    const holder = ['Ada', 'Bo', 'Cleo'].find((name) => person(name).id === view.offeredTo!.staffId)!
    const outcome = await casekeeper.bot.services.allocation.accept(actor(holder), stale)
    expect(outcome).toMatchObject({ ok: false, reason: 'stale' })
  })

  test('IMP-65 every card says that the data is sample data', async () => {
    for (const text of ['home', 'intake', 'waiting', 'nonsense'])
      expect(words(await say('Robin', text))).toContain('Sample data: nobody here is real')
  })

  test('CAR-14 a Coordinator who is away is passed over, and the card says why', async () => {
    const until = '2026-12-01'
    const form = await say('Ada', 'away')
    expect(words(await press('Ada', form, 'Save', { until }))).toContain('You are away until Tue 1 Dec 2026')
    const proposals: string[] = []
    for (let round = 0; round < 3; round++) {
      const { view } = await offeredCase()
      proposals.push(view.offeredTo!.name)
    }
    expect(proposals).not.toContain('Ada Sample')
  })

  test('IMP-22 nothing that was posted, logged, mailed or audited holds a name, a number or a reason', async () => {
    await casekeeper.bot.worker.drain()
    const { db } = casekeeper.mongo
    const stored: string[] = []
    for (const { name } of await db.listCollections().toArray())
      stored.push(JSON.stringify(await db.collection(name).find().toArray()))
    const mails = JSON.stringify(casekeeper.graph.sentMail())
    const all = [...casekeeper.teams.everything(), ...stored, mails, casekeeper.logged()].join('\n')
    expect(all.length).toBeGreaterThan(10_000)
    expect(all).not.toMatch(/Quinn|Invented|1234567|module mark/i)
  })
})
