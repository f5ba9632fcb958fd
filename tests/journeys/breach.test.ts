import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { breachStoryOf, RECIPIENT, WORDS_OF_CLIENT, WORDS_OF_STAFF } from '../support/breach-story'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'
import { buttonWith, everythingKept, storyOf, words } from '../support/story'

let casekeeper: Casekeeper
beforeAll(async () => {
  casekeeper = await startCasekeeper()
})
afterAll(() => casekeeper.stop())

const { say, press, newest } = storyOf(() => casekeeper)
const { heldBy, fill, raise, opened, does } = breachStoryOf(() => casekeeper)

interface Chain {
  union: string
  requester: string
  giver?: string
  ground: string
  /** Who does what, up to the authorisation. */
  path: [name: string, deed: string, last?: string][]
  /** Who must see nothing of the client at their step, though they answer. */
  blind: string[]
}

const CHAINS: Chain[] = [
  {
    union: 'CAR-65',
    requester: 'Ada',
    giver: 'Robin',
    ground: 'confidentiality-policy',
    path: [['Morgan', 'Decide', 'Yes']],
    blind: [],
  },
  {
    union: 'WOR-20 WOR-21 WOR-23 WOR-25 WOR-26',
    requester: 'Rowan',
    ground: 'threat-to-life',
    path: [
      ['Marlowe', 'Decide', 'Yes'],
      ['Marlowe', 'Write the brief'],
      ['Sage', 'Decide', 'Yes'],
    ],
    blind: ['Sage'],
  },
  {
    union: 'LMU-28 LMU-29 LMU-30 LMU-31',
    requester: 'Avery',
    ground: 'safeguarding',
    path: [['Sutton', 'Decide', 'Yes']],
    blind: ['Sutton'],
  },
  {
    union: 'CAM-05 CAM-07 CAM-08',
    requester: 'Wren',
    ground: 'serious-imminent-danger',
    path: [
      ['Emery', 'Give advice', 'against'],
      ['Wren', 'Decide', 'Yes'],
    ],
    blind: ['Emery'],
  },
  {
    union: 'LAN-04 LAN-21 LAN-24',
    requester: 'Kit',
    ground: 'serious-immediate-danger',
    path: [['Reese', 'Decide', 'Yes']],
    blind: ['Reese'],
  },
]

describe.each(CHAINS)('$union from the case to the end of it', ({ requester, giver, ground, path, blind }) => {
  test('the people of the chain answer from their cards, in turn, and it may be shared', async () => {
    const { reference } = await heldBy(requester, giver)
    const sent = await raise(requester, reference, ground)
    expect(words(sent)).toContain(`The request for case ${reference} is sent`)
    for (const [name, deed, last] of path) {
      const card = newest(name)
      expect(words(card)).toContain(reference)
      expect(JSON.stringify(card)).not.toMatch(WORDS_OF_CLIENT)
      const seen = await opened(name)
      if (blind.includes(name)) expect(JSON.stringify(seen)).not.toMatch(WORDS_OF_CLIENT)
      expect(words(await does(name, deed, last))).toContain(`Case ${reference}: on record`)
    }
    expect(words(newest(requester))).toContain('May be shared until')
  })

  test('WOR-27 LAN-25 CAM-12 IMP-54 the client hears of it, it is shared with whom it was approved for, reported and finished', async () => {
    await does(requester, 'was told')
    const shared = await does(requester, 'Record what was shared')
    expect(words(shared)).toContain('the record is to be finished')
    const request = await opened(requester)
    const agreed = JSON.stringify(request.card).includes('Action carried out')
    if (agreed) await does(requester, 'Action carried out', undefined, { choice: '0' })
    await does(requester, 'Write the report')
    expect(words(await does(requester, 'Finish'))).toContain('Finished')
    expect(words(await opened(requester))).toContain(RECIPIENT)
  })
})

test('LAN-19 CAR-63 nothing leaves but under an authorised request: the door says so, and opens under one', async () => {
  const refused = await say('Kit', 'disclose')
  expect(words(refused)).toContain('Nothing may leave without the consent')
  const { reference } = await heldBy('Kit')
  await raise('Kit', reference, 'serious-immediate-danger')
  expect(words(await say('Kit', 'disclose'))).toContain('Nothing may leave')
  await does('Reese', 'Decide', 'Yes')
  const door = await say('Kit', 'disclose')
  const form = await press('Kit', door, buttonWith(door, reference))
  expect(words(await fill('Kit', form, 'Record what was shared'))).toContain(`Case ${reference}: on record`)
})

test('WOR-27 LMU-27 AMB-19 the year is counted in numbers alone, for those who report it', async () => {
  const counts = words(await say('Reese', 'counts'))
  expect(counts).toContain('2026: 2 requests')
  expect(counts).toContain('2 authorised, 0 refused, 0 taken back, 2 shared; 1 without the client having been told')
  expect(words(await say('Kit', 'counts'))).toContain('There is no case here that you can open')
})

test('IMP-22 nothing that was posted, stored or logged holds a word of a client or of what was said', async () => {
  const all = await everythingKept(casekeeper)
  expect(all).not.toMatch(WORDS_OF_CLIENT)
  expect(all).not.toMatch(WORDS_OF_STAFF)
  for (const orgId of ['cardiff', 'worcester', 'londonmet', 'cambridge', 'lancaster'])
    expect((await casekeeper.bot.services.audit.verify(orgId)).broken).toEqual([])
})
