import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'
import { CALL, emergencyStoryOf, LEAKS } from '../support/emergency-story'
import { storyOf, words } from '../support/story'

let casekeeper: Casekeeper
beforeAll(async () => {
  casekeeper = await startCasekeeper()
})
afterAll(() => casekeeper.stop())

const { say, press, newest, offer, person, actor } = storyOf(() => casekeeper)
const { drained, at, minutesLater, latestOf, forget, record, expectNothingLeaked } = emergencyStoryOf(() => casekeeper)

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
    expect(casekeeper.teams.chat(person('Remy'))).toEqual([])
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

test('IMP-22 nothing of what was said was posted, mailed, logged or kept in the open', () => expectNothingLeaked())
