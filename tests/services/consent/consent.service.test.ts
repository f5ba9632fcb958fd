import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { ConsentRecord } from '../../../services/consent/consent.types'
import { newId } from '../../../services/platform/ids'
import { CLIENT, must, type ServicesWorld, startServices } from '../../support/services'

let world: ServicesWorld
beforeAll(async () => {
  world = await startServices('consent')
})
afterAll(() => world.stop())

const history = (caseId: string) =>
  world.mongo.db.collection<ConsentRecord>('consents').find({ caseId }).sort({ at: 1, kind: 1 }).toArray()

async function consentsShown(caseId: string, by = 'Morgan') {
  const opened = await world.services.caseFile.open(world.actor(by), { caseId, postedAs: null })
  return must(opened).view.consents
}

describe('The consents of a case', () => {
  test('CAR-62 CAR-71 IMP-47 each is kept with who asked, when, and the version of the words that the client heard', async () => {
    const { caseId } = await world.opened()
    const { texts } = world.services.policyOf('cardiff')
    const askedBy = world.actor('Robin').staffId
    const common = { caseId, engagementId: caseId, channel: 'telephone', askedBy, at: world.minutesLater(0) }
    const kept = (kind: string, text: string) => ({
      ...common,
      kind,
      state: 'granted_express',
      text,
      textVersion: texts[text]!.version,
    })
    expect(await history(caseId)).toMatchObject([kept('share_aqs', 'phone-assessors'), kept('store', 'phone-storage')])
  })

  test('CAR-69 a notice is shown as a notice, and never as a consent', async () => {
    const { caseId } = await world.openedByMail()
    expect(await consentsShown(caseId)).toEqual({ store: 'notice_given', share_aqs: 'optout_notice' })
  })

  test('CAR-72 every kind that the policy names has a state from the beginning', async () => {
    const { kinds } = world.services.policyOf('cardiff').consent
    for (const { caseId } of [await world.opened(), await world.openedByMail()])
      expect(Object.keys(await consentsShown(caseId)).sort()).toEqual([...kinds].sort())
  })

  test('CAR-74 the latest answer of a kind counts, and the earlier ones stay', async () => {
    const { caseId } = await world.opened()
    const [first] = await history(caseId)
    const later = (minutes: number, state: ConsentRecord['state']) => ({
      ...first!,
      _id: newId(),
      state,
      at: world.minutesLater(minutes),
    })
    // Written in another order than they were said in.
    await world.mongo.db
      .collection<ConsentRecord>('consents')
      .insertMany([later(20, 'withdrawn'), later(10, 'refused')])
    expect(await consentsShown(caseId)).toMatchObject({ store: 'granted_express', share_aqs: 'withdrawn' })
    expect(await history(caseId)).toHaveLength(4)
  })

  test('CAR-62 each is in the audit by kind and state, without a word of what was said', async () => {
    const { caseId } = await world.opened()
    const entries = await world.entries({ subject: `case:${caseId}`, event: 'consent-recorded' })
    expect(entries.map(({ codes }) => codes)).toEqual([
      { kind: 'store', state: 'granted_express', textVersion: 1 },
      { kind: 'share_aqs', state: 'granted_express', textVersion: 1 },
    ])
  })

  test('CAR-62 a client who wants nothing kept leaves no consent, no case and no key', async () => {
    const before = await world.mongo.keysDb.collection('keys').countDocuments()
    const id = newId()
    const steps = ['opening', 'storage', 'rights', 'assessors'].map((step) => ({
      step,
      done: true,
      answer: step === 'storage' ? ('no' as const) : ('yes' as const),
    }))
    const outcome = await world.services.intake.openCase(world.actor('Robin'), {
      id,
      channel: 'telephone',
      steps,
      details: CLIENT,
    })
    expect(outcome).toMatchObject({ ok: false, reason: 'storage-refused' })
    expect(await history(id)).toEqual([])
    for (const name of ['cases', 'engagements', 'contacts'])
      expect(await world.mongo.db.collection<{ _id: string }>(name).countDocuments({ _id: id })).toBe(0)
    expect(await world.mongo.keysDb.collection('keys').countDocuments()).toBe(before)
  })

  test('a union whose policy asks for no consent records none', async () => {
    const { caseId } = await world.opened(world.actor('Wren'))
    expect(await history(caseId)).toEqual([])
    expect(await consentsShown(caseId, 'Wren')).toEqual({})
  })
})
