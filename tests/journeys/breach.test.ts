import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { inputsOf, type SeenCard } from '../../bot/dev/pretend-teams'
import { newId, showReference } from '../../services/platform/ids'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'
import { buttonWith, everythingKept, storyOf, words } from '../support/story'

let casekeeper: Casekeeper
beforeAll(async () => {
  casekeeper = await startCasekeeper()
})
afterAll(() => casekeeper.stop())

const { say, press, person, actor, newest } = storyOf(() => casekeeper)
const CLIENT = { name: 'Sasha Madeup', number: '12345678', reason: 'Wants to change supervisor' }
const NUMBERS: Record<string, string> = { cardiff: '1234567', cambridge: 'sm1234' }
const WORDS_OF_CLIENT = /Sasha|Madeup|1234567|supervisor|sm1234/i
/** What everybody writes wherever something is asked; it must not turn up where content may not be. */
const SAID = 'The heron must be told today'
const RECIPIENT = 'The emergency doctor, by telephone'

/** A case that somebody holds, with a first note in it. */
async function heldBy(name: string, giver = name): Promise<{ caseId: string; reference: string }> {
  const { intake, allocation, contacts, cases } = casekeeper.bot.services
  const caseId = newId()
  const { policyOf } = casekeeper.bot.services
  const policy = policyOf(actor(giver).orgId)
  const { channels } = policy.intake
  const { id: channel, steps } = channels.find((each) => each.firstContact === 'reason')!
  const taken = steps.map((step) => ({ step, done: true, answer: 'yes' as const }))
  const opened = await intake.openCase(actor(giver), {
    id: caseId,
    channel,
    steps: taken,
    details: { ...CLIENT, number: NUMBERS[actor(name).orgId] ?? CLIENT.number },
  })
  if (!opened.ok) throw new Error(opened.reason)
  const { allocationId } = opened
  const because = policy.allocation.otherReasons[0]!
  const offered = await allocation.confirm(actor(giver), {
    allocationId,
    version: 1,
    to: actor(name).staffId,
    because,
    urgent: false,
  })
  if (!offered.ok) throw new Error(offered.reason)
  await allocation.accept(actor(name), { allocationId, version: offered.view.version })
  await contacts.record(actor(name), { id: newId(), caseId, text: 'A first talk about it.' })
  const found = await cases.find(actor(name), { caseId })
  if (!found.ok) throw new Error(found.reason)
  await casekeeper.bot.worker.drain()
  return { caseId, reference: showReference(found.view.reference) }
}

/** Fills in everything that a card asks and presses the button with this part. */
async function fill(
  name: string,
  card: SeenCard,
  part: string,
  changes: Record<string, string> = {},
): Promise<SeenCard> {
  const typed = inputsOf(card.card).map((field) => [field, ANSWERS[field] ?? SAID])
  return press(name, card, buttonWith(card, part), { ...Object.fromEntries(typed), ...changes })
}
const ANSWERS: Record<string, string> = {
  urgent: 'true',
  informed: 'yes',
  unrecognisable: 'true',
  untold: 'true',
  recipients: RECIPIENT,
  choice: RECIPIENT,
  actions: 'Telephone the doctor',
}

/** From the case to the request that is sent; what whoever raised it reads at the end. */
async function raise(name: string, reference: string, ground: string, changes: Record<string, string> = {}) {
  const shell = await say(name, `case ${reference}`)
  const file = await press(name, shell, 'Show')
  let card = await press(name, file, 'Share without consent')
  card = await fill(name, card, 'Go on', { ground })
  card = await fill(name, card, 'Go on', changes)
  card = await fill(name, card, 'Send the request', changes)
  await casekeeper.bot.worker.drain()
  return card
}

const opened = async (name: string) => press(name, newest(name), 'Open the request')

/** Does something about the newest request in somebody's chat, from its card to the last answer. */
async function does(name: string, deed: string, last = deed, changes: Record<string, string> = {}): Promise<SeenCard> {
  const request = await opened(name)
  let card = await press(name, request, buttonWith(request, deed))
  for (let step = 0; step < 5 && !words(card).includes(': on record'); step++) {
    const go = JSON.stringify(card.card).includes('"Go on"') ? 'Go on' : last
    card = await fill(name, card, go, changes)
  }
  await casekeeper.bot.worker.drain()
  return card
}

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
  expect(all).not.toMatch(/heron|emergency doctor/)
  for (const orgId of ['cardiff', 'worcester', 'londonmet', 'cambridge', 'lancaster'])
    expect((await casekeeper.bot.services.audit.verify(orgId)).broken).toEqual([])
  expect(person('Sage').orgId).toBe('worcester')
})
