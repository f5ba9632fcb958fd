import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { SeenCard } from '../../bot/dev/pretend-teams'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'
import { buttonWith, everythingKept, storyOf, words } from '../support/story'

let casekeeper: Casekeeper
beforeAll(async () => {
  casekeeper = await startCasekeeper()
})
afterAll(() => casekeeper.stop())

const { say, press, newest, offer, person, actor } = storyOf(() => casekeeper)
const drained = () => casekeeper.bot.worker.drain()
const at = (time: string) => casekeeper.clock.set(new Date(time))
const minutesLater = (minutes: number) =>
  casekeeper.clock.set(new Date(casekeeper.clock.now().getTime() + minutes * 60_000))
const count = (openedBy: string) =>
  casekeeper.mongo.db.collection('emergencies').countDocuments({ openedBy: person(openedBy).id })
const latestOf = (openedBy: string) =>
  casekeeper.mongo.db
    .collection('emergencies')
    .find({ openedBy: person(openedBy).id })
    .sort({ openedAt: -1 })
    .next()

/** Ends all that the stories before have left open. */
async function forget(): Promise<void> {
  for (const name of ['emergencies', 'duties']) await casekeeper.mongo.db.collection(name).deleteMany({})
}

/** Marked words that must not be anywhere but in the answers to presses. */
const CALL = { service: 'emergency-services', other: '', date: '2026-11-24', time: '9:55', told: 'Zebulon on the roof' }
const LEAKS = /Zebulon|warden of Juniper|Quillon/i

interface Given {
  shared?: string
  consulted?: string
  reference?: string
}

/** Fills in what was done, from a card that asks for it; the last card. */
async function record(name: string, card: SeenCard, { reference, ...information }: Given = {}): Promise<SeenCard> {
  const now = casekeeper.clock.now()
  const date = now.toISOString().slice(0, 10)
  let form = await press(name, card, 'Record what was done')
  form = await press(name, form, 'Go on', { ...CALL, date, ...(reference ? { reference } : {}) })
  form = await press(name, form, 'Go on', { informed: 'no', danger: 'client' })
  return press(name, form, 'Save', { shared: 'The warden of Juniper House', ...information })
}

/** Whoever opens it in each union, whoever is told at once, and the numbers that they see. */
const UNIONS: [string, string, string, RegExp, string[]][] = [
  [
    'LMU-34 LMU-35 LMU-44',
    'London Met',
    'Hollis',
    /999[\s\S]*Emergency services[\s\S]*3333[\s\S]*University security/,
    ['Sutton'],
  ],
  ['CAR N15', 'Cardiff', 'Ada', /999\nEmergency services\n(?!.*3333)/, ['Morgan']],
  ['WOR N15', 'Worcester', 'Rowan', /999\nEmergency services\n(?!.*3333)/, ['Marlowe']],
  ['CAM N15', 'Cambridge', 'Wren', /999\nEmergency services\n(?!.*3333)/, ['Emery', 'Winter']],
  ['LAN N15', 'Lancaster', 'Kit', /999\nEmergency services\n(?!.*3333)/, ['Reese']],
]

describe('Somebody is in danger now', () => {
  test.each(UNIONS)(
    '%s %s: %s types “emergency”, and the first reply has the numbers',
    async (_id, _union, who, numbers, told) => {
      const before = casekeeper.teams.chat(person(who)).length
      const card = await say(who, 'emergency')
      expect(casekeeper.teams.chat(person(who))).toHaveLength(before + 1)
      expect(words(card)).toMatch(numbers)
      expect(words(card)).toContain('Nothing has to be filled in')
      expect(JSON.stringify(card.card)).not.toContain('Input.')
      await drained()
      expect(words(newest(who))).toMatch(/Noted at Tue 24 Nov 2026, 10:\d\d. Then tell: /)
      for (const name of told) {
        expect(words(newest(name))).toContain('An emergency was opened')
        const address = person(name).name.toLowerCase().replace(' ', '.')
        const mails = casekeeper.graph.sentMail().map((mail) => JSON.stringify(mail))
        expect(mails.filter((mail) => mail.includes(address)).at(-1)).toContain('An emergency: look into Teams')
      }
    },
  )

  test.each([['999'], ['Emergancy!'], ['emergenci'], ['URGENT HELP'], ['urgent hlep'], ['please help, emergency']])(
    'IMP-55 “%s” is understood',
    async (line) => {
      expect(words(await say('Ariel', line))).toMatch(/999[\s\S]*3333/)
    },
  )

  test('IMP-55 somebody without a role is answered like everybody else, and can say what was done', async () => {
    const card = await say('Linden', 'emergency')
    expect(words(card)).toMatch(/999[\s\S]*3333/)
    await drained()
    expect(words(newest('Sutton'))).toContain('An emergency was opened')
    expect(words(await record('Linden', newest('Linden')))).toContain('The emergency is recorded')
    expect(words(await say('Linden', 'home'))).toContain('You have no access here')
  })

  test('IMP-55 the button is on everybody’s home, and a line about an emergency offers it', async () => {
    for (const name of ['Avery', 'Remy', 'Sutton', 'Robin', 'Darcy']) {
      const home = await say(name, 'home')
      expect(buttonWith(home, 'Emergency')).toBe('Emergency')
    }
    const offered = await say('Avery', 'what do I do about emergencies in the evening')
    expect(words(offered)).toContain('I did not recognise that')
  })

  test('IMP-55 pressed twice, and delivered twice, it is one; and the home does not come back over it', async () => {
    const before = await count('Finley')
    const home = await say('Finley', 'home')
    const first = await press('Finley', home, 'Emergency')
    expect(words(first)).toMatch(/999/)
    await press('Finley', home, 'Emergency')
    await drained()
    expect(await count('Finley')).toBe(before + 1)
    expect(words(newest('Finley'))).toContain('Noted at')
    const id = 'one-activity'
    await say('Finley', 'emergency', { id })
    await casekeeper.teams.send(person('Finley'), { type: 'message', text: 'emergency', id })
    await drained()
    expect(await count('Finley')).toBe(before + 2)
  })

  test('IMP-24 in a group chat the numbers stay out', async () => {
    const elsewhere = { conversation: { id: 'g', conversationType: 'groupChat', tenantId: person('Avery').tenantId } }
    const before = await count('Avery')
    await casekeeper.teams.send(person('Avery'), { type: 'message', text: 'emergency', ...elsewhere })
    await drained()
    expect(await count('Avery')).toBe(before)
  })
})

describe('What comes after', () => {
  beforeAll(forget)

  test('LMU-35 IMP-56 reminded every 15 minutes; after an hour the director and the manager hear; then it is recorded', async () => {
    at('2026-11-24T18:00:00Z')
    await say('Avery', 'emergency')
    await drained()
    minutesLater(15)
    await drained()
    expect(words(newest('Avery'))).toContain('What was done in the emergency is not recorded yet')
    const cards = casekeeper.teams.chat(person('Avery')).length
    minutesLater(15)
    await drained()
    expect(casekeeper.teams.chat(person('Avery'))).toHaveLength(cards + 1)
    minutesLater(29)
    await drained()
    expect(words(newest('Remy'))).not.toContain('still not recorded')
    minutesLater(1)
    await drained()
    for (const name of ['Sutton', 'Remy']) expect(words(newest(name))).toContain('An emergency is still not recorded')
    const home = await say('Avery', 'home')
    expect(words(home)).toContain('Record what was done in the emergency')
    const reminder = casekeeper.teams.chat(person('Avery')).at(-2)!
    const done = await record('Avery', reminder)
    expect(words(done)).toContain('Somebody else reviews it')
    minutesLater(60)
    await drained()
    expect(words(await say('Avery', 'home'))).not.toContain('Record what was done')
  })

  test('IMP-55 the manager reads what was done in the answer to a press, and reviews it', async () => {
    at('2026-11-25T09:30:00Z')
    await drained()
    const card = newest('Remy')
    expect(words(card)).toContain('An emergency waits for your review')
    const file = await press('Remy', card, 'Show')
    expect(words(file)).toMatch(/Avery Example[\s\S]*Called: Emergency services[\s\S]*Zebulon on the roof/)
    expect(words(file)).toContain('warden of Juniper')
    let form = await press('Remy', file, 'Record the review')
    form = await press('Remy', form, 'Save', { finding: 'Quillon did right' })
    expect(words(form)).toContain('choose one')
    form = await press('Remy', form, 'Save', { within: 'yes', finding: 'Quillon did right' })
    expect(words(form)).toContain('The review is recorded')
    await drained()
    const seen = await press('Remy', newest('Remy'), 'Show')
    expect(words(seen)).toMatch(/within the procedure[\s\S]*Quillon did right/)
    const director = casekeeper.teams.chat(person('Sutton')).findLast((each) => words(each).includes('was opened'))!
    expect(words(await press('Sutton', director, 'Show'))).not.toMatch(LEAKS)
  })

  test('IMP-67 the next working day whoever went through it is asked, and ticks it once', async () => {
    const asked = newest('Avery')
    expect(words(asked)).toContain('take the time to talk it over')
    expect(words(await say('Avery', 'home'))).toContain('After the emergency: talk it over')
    const asIs = structuredClone(asked)
    const ticked = await press('Avery', asked, 'We talked it over')
    expect(words(ticked)).toContain('This is ticked off')
    expect(words(await press('Avery', asIs, 'Not needed'))).toContain('This is ticked off')
  })

  test('LMU-35 opened by mistake, it ends with a reason, and whoever was told sees it', async () => {
    await say('Jamie', 'emergency')
    await drained()
    let form = await press('Jamie', newest('Jamie'), 'It was no emergency')
    form = await press('Jamie', form, 'Save')
    expect(words(form)).toContain('choose one')
    form = await press('Jamie', form, 'Save', { reason: 'mistake' })
    expect(words(form)).toContain('it was no emergency')
    await drained()
    expect(words(newest('Sutton'))).toContain('It was no emergency')
    expect(await latestOf('Jamie')).toMatchObject({ state: 'stood-down' })
  })

  test('LMU-35 what is wrong is named, everything typed stays, and nothing is recorded', async () => {
    await say('Jamie', 'emergency')
    await drained()
    let form = await press('Jamie', newest('Jamie'), 'Record what was done')
    form = await press('Jamie', form, 'Go on', { ...CALL, service: 'other', date: '2026-11-25', time: '23:59' })
    expect(words(form)).toContain('say who else was called')
    form = await press('Jamie', form, 'Go on', { ...CALL, date: '2026-11-25', time: '23:59' })
    expect(words(form)).toContain('type a time such as 14:30')
    expect(JSON.stringify(form.card)).toContain('Zebulon on the roof')
    form = await press('Jamie', form, 'Go on', { ...CALL, reference: 'ABCD-EFGH' })
    expect(words(form)).toContain('Reference')
    expect(await latestOf('Jamie')).toMatchObject({ state: 'opened', after: null })
    await press('Jamie', form, 'Cancel')
  })
})

describe('An emergency about a case', () => {
  beforeAll(forget)

  test('AMB-23 it stands in the case, outside the written procedure, and the request can be raised at once', async () => {
    at('2026-11-24T10:00:00Z')
    const { asked } = await offer()
    const accepted = await press(asked, newest(asked), 'Accept case')
    const file = await press(asked, accepted, 'Open the case')
    const numbers = await press(asked, file, 'Emergency')
    expect(words(numbers)).toMatch(/999/)
    expect(words(numbers)).not.toContain('Quinn')
    await drained()
    expect(words(newest('Morgan'))).toMatch(/An emergency was opened, case [0-9A-Z]{4}-[0-9A-Z]{4}/)
    minutesLater(16)
    await drained()
    const shown = casekeeper.teams.chat(person(asked)).find(({ id }) => id === numbers.id)!
    expect(words(shown)).toMatch(/999/)
    const done = await record(asked, shown)
    expect(words(done)).toContain('outside the written procedure')
    expect(words(done)).toContain('It stands in the case.')
    const raise = await press(asked, done, 'Raise the request now')
    expect(words(raise)).toMatch(/Share without consent, case/)
    const { caseId } = (await latestOf(asked))!
    const { services } = casekeeper.bot
    const opened = await services.caseFile.open(actor(asked), { caseId: String(caseId), postedAs: null })
    expect(opened).toMatchObject({ ok: true })
    expect(JSON.stringify(opened)).toContain('Zebulon on the roof')
  })

  test('AMB-54 Cambridge: a consultation that is still owed is said so, to the officer and to whoever reviews', async () => {
    await say('Winter', 'emergency')
    await drained()
    const done = await record('Winter', newest('Winter'))
    expect(words(done)).toContain('A consultation with a colleague is still owed')
    await drained()
    const file = await press('Wren', newest('Wren'), 'Show')
    expect(words(file)).toContain('A consultation with a colleague is still owed')
  })

  test('LAN-26 Lancaster: nobody who may have to investigate hears or sees anything', async () => {
    const before = casekeeper.teams.chat(person('Harper')).length
    await say('Marley', 'emergency')
    await drained()
    await record('Marley', newest('Marley'))
    minutesLater(90)
    await drained()
    expect(casekeeper.teams.chat(person('Harper'))).toHaveLength(before)
    const { _id } = (await latestOf('Marley'))!
    const value = { action: { type: 'Action.Execute', verb: 'emergency.show', data: { emergencyId: _id } } }
    const { body } = await casekeeper.teams.send(person('Harper'), {
      type: 'invoke',
      name: 'adaptiveCard/action',
      value,
    })
    expect(JSON.stringify(body)).toContain('There is no case here that you can open')
  })
})

describe('Graph cannot say who anybody is', () => {
  test('IMP-55 the numbers come all the same, and it is recorded', async () => {
    for (const route of ['checkMemberGroups', 'transitiveMembers', 'sendMail'] as const)
      casekeeper.graph.setFault(route, { kind: 'status', status: 503 })
    try {
      const before = await count('Frankie')
      expect(words(await say('Frankie', 'emergency'))).toMatch(/999/)
      await drained()
      expect(await count('Frankie')).toBe(before + 1)
      expect(words(newest('Frankie'))).toContain('Noted at')
    } finally {
      for (const route of ['checkMemberGroups', 'transitiveMembers', 'sendMail'] as const)
        casekeeper.graph.setFault(route, null)
    }
  }, 60_000)
})

test('IMP-22 nothing of what was said was posted, mailed, logged or kept in the open', async () => {
  await drained()
  expect(await everythingKept(casekeeper)).not.toMatch(LEAKS)
  expect(JSON.stringify(casekeeper.graph.sentMail())).not.toMatch(LEAKS)
  for (const union of ['londonmet', 'cardiff', 'worcester', 'cambridge', 'lancaster'])
    expect((await casekeeper.bot.services.audit.verify(union)).broken).toEqual([])
})
