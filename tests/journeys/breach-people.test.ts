import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { buttonsOf } from '../../bot/dev/pretend-teams'
import { breachStoryOf, WORDS_OF_CLIENT } from '../support/breach-story'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'
import { everythingKept, storyOf, words } from '../support/story'

let casekeeper: Casekeeper
beforeAll(async () => {
  casekeeper = await startCasekeeper()
})
afterAll(() => casekeeper.stop())

const { say, press, person, newest } = storyOf(() => casekeeper)
const { heldBy, fill, raise, opened, does } = breachStoryOf(() => casekeeper)

async function minutesPass(minutes: number): Promise<void> {
  casekeeper.clock.set(new Date(casekeeper.bot.services.clock.now().getTime() + minutes * 60_000))
  await casekeeper.bot.worker.drain()
}

async function isAway(name: string): Promise<void> {
  const form = await say(name, 'away')
  await press(name, form, 'Save', { until: '2026-12-24' })
}
const isBack = async (name: string) => press(name, await say(name, 'away'), 'I am back')
const lookupLess = (text: string) => text.replaceAll(/code [0-9A-Z]{6}/g, 'code')

describe('Who is asked when somebody is not there', () => {
  test('LAN-27 LAN-26 in a hurry and with the manager away the Chief Executive names somebody, learns nothing, and whoever might investigate hears nothing', async () => {
    await isAway('Reese')
    const { reference } = await heldBy('Kit')
    await raise('Kit', reference, 'serious-immediate-danger')
    const asked = newest('Darcy')
    expect(words(asked)).toContain('Somebody has to be named')
    const seen = await press('Darcy', asked, 'Open the request')
    expect(JSON.stringify(seen)).not.toMatch(/heron|Sasha|doctor|Kit /i)
    const form = await press('Darcy', seen, 'Name who decides')
    expect(JSON.stringify(form)).toContain(person('Campbell').name)
    expect(JSON.stringify(form)).not.toContain(person('Harper').name)
    const kept = await press('Darcy', form, 'Name who decides', { choice: person('Campbell').id })
    expect(words(kept)).toContain(`Case ${reference}: on record`)
    await casekeeper.bot.worker.drain()
    expect(words(await does('Campbell', 'Decide', 'Yes'))).toContain('May be shared')
    expect(casekeeper.teams.chat(person('Harper'))).toEqual([])
    expect(JSON.stringify(casekeeper.graph.sentMail())).not.toMatch(/harper/i)
    const stolen = { ...newest('Kit'), id: 'x' }
    expect(lookupLess(words(await press('Harper', stolen, 'Open the request')))).not.toContain(reference)
    await isBack('Reese')
  })

  test('LMU-28 IMP-07 IMP-09 half an hour of silence brings in the Chief Executive Officer; the director may still answer, and then nobody else', async () => {
    const { reference } = await heldBy('Avery')
    await raise('Avery', reference, 'safeguarding')
    expect(words(newest('Sutton'))).toContain(reference)
    await minutesPass(31)
    expect(words(newest('Ariel'))).toContain(`Decision needed, urgent: share without consent, case ${reference}`)
    const late = await press('Ariel', await opened('Ariel'), 'Decide')
    await does('Sutton', 'Decide', 'No')
    const first = await fill('Ariel', late, 'Go on')
    const refused = await fill('Ariel', first, 'Yes')
    expect(words(refused)).toContain(`Case ${reference}: this request waits for you no longer`)
    expect(words(newest('Ariel'))).toContain('waits for you no longer')
    expect(words(newest('Avery'))).toContain('The answer is no')
  })

  test('IMP-06 when nobody answers the last resort hears for which case, whom to speak to, and when it is over', async () => {
    const { reference } = await heldBy('Avery')
    await raise('Avery', reference, 'safeguarding')
    await minutesPass(31)
    const before = casekeeper.teams.chat(person('Remy')).length
    await minutesPass(31)
    const told = words(newest('Remy'))
    expect(told).toContain(`Case ${reference}: nobody has answered a request to share without consent`)
    expect(told).toContain(
      `It still waits for ${person('Sutton').name}, ${person('Ariel').name}. Speak to one of them.`,
    )
    expect(told).toMatch(/call the emergency services first/)
    expect(buttonsOf(newest('Remy').card).map(({ title }) => title)).toEqual(['Emergency'])
    expect(words(newest('Avery'))).toContain('nobody has answered')
    await does('Ariel', 'Decide', 'No')
    expect(words(newest('Remy'))).toContain(`Case ${reference}: this request waits for you no longer`)
    expect(casekeeper.teams.chat(person('Remy'))).toHaveLength(before + 1)
    expect(JSON.stringify(casekeeper.teams.chat(person('Avery')))).not.toContain('nobody has answered')
  })

  test('WOR-22 WOR-29 AMB-20 with the manager away the Chief Executive decides, briefs, takes the advice of an External Trustee, and only then authorises', async () => {
    await isAway('Marlowe')
    const { reference } = await heldBy('Rowan')
    await raise('Rowan', reference, 'threat-to-life')
    await does('Sage', 'Decide', 'Yes')
    await does('Sage', 'Write the brief')
    const request = await opened('Sage')
    const offered = buttonsOf(request.card).map(({ title }) => title)
    expect(offered).toContain('Record the advice')
    expect(offered).not.toContain('Decide')
    await does('Sage', 'Record the advice')
    expect(words(await does('Sage', 'Decide', 'Yes'))).toContain('May be shared')
    expect(words(newest('Rowan'))).toContain('May be shared until')
    await isBack('Marlowe')
  })
})

describe('What the person sees who must not know', () => {
  test('AMB-39 LMU-31 the director decides on the facts; who it is about is a step of its own, and is on record', async () => {
    const { caseId, reference } = await heldBy('Avery')
    await raise('Avery', reference, 'safeguarding')
    const request = await opened('Sutton')
    expect(JSON.stringify(request)).not.toMatch(WORDS_OF_CLIENT)
    expect(words(request)).toContain('Showing who it is about is a step of its own')
    const revealed = await press('Sutton', request, 'Show who it is about')
    expect(words(revealed)).toContain('Sasha Madeup')
    const entries = await casekeeper.mongo.db
      .collection('audit')
      .find({ subject: `case:${caseId}` })
      .toArray()
    expect(entries.map(({ event }) => event)).toContain('breach-revealed')
    await press('Sutton', revealed, 'Put away')
  })

  test('IMP-49 CAM-03 a request that names the client is not sent to whoever must not know; the form says what gives them away', async () => {
    const { reference } = await heldBy('Kit')
    const refused = await raise('Kit', reference, 'serious-immediate-danger', { issues: 'Sasha Madeup is in danger' })
    expect(words(refused)).toContain('“Sasha Madeup” shows who it is about')
    const unread = await fill('Kit', refused, 'Send the request', {
      issues: 'They are in danger',
      unrecognisable: 'false',
    })
    expect(words(unread)).toContain('Read it again and tick')
    expect(words(await fill('Kit', unread, 'Send the request'))).toContain('is sent')
  })
})

test('AMB-62 somebody whom the client excluded is told under an authorised request alone, with a warning and the reason', async () => {
  const { reference } = await heldBy('Frankie', 'Kit')
  expect(words(await say('Frankie', 'disclose'))).toContain('Nothing may leave')
  await raise('Frankie', reference, 'serious-immediate-danger')
  await does('Reese', 'Decide', 'Yes')
  const form = await press('Frankie', await opened('Frankie'), 'Record what was shared')
  expect(JSON.stringify(form.card)).toContain(
    'asked that they are never contacted: why only this could avert the danger',
  )
  await fill('Frankie', form, 'Record what was shared', { 'excluded-because': 'Only the parent was near' })
  await casekeeper.bot.worker.drain()
  expect(words(await opened('Frankie'))).toContain('Only the parent was near')
})

describe('Whoever has no part in it', () => {
  test('IMP-04 IMP-15 whoever asked cannot answer, and a stranger who presses a stolen card learns nothing', async () => {
    const { reference } = await heldBy('Avery')
    await raise('Avery', reference, 'safeguarding')
    const asked = newest('Sutton')
    const own = await press('Avery', { ...asked, id: newest('Avery').id }, 'Open the request')
    expect(buttonsOf(own.card).map(({ title }) => title)).not.toContain('Decide')
    for (const name of ['Rowan', 'Ada', 'Wren', 'Linden']) {
      const stolen = await press(name, asked, 'Open the request')
      expect(words(stolen)).not.toContain(reference)
      expect(JSON.stringify(stolen)).not.toMatch(WORDS_OF_CLIENT)
    }
  })

  test('IMP-51 the request is taken back before the answer; whoever was asked finds it settled', async () => {
    const { reference } = await heldBy('Avery')
    await raise('Avery', reference, 'safeguarding')
    const before = await opened('Sutton')
    const file = await press('Avery', await say('Avery', `case ${reference}`), 'Show')
    const request = await press('Avery', file, 'Open the request')
    const form = await press('Avery', request, 'Take the request back')
    expect(words(await fill('Avery', form, 'Take the request back'))).toContain('Taken back')
    await casekeeper.bot.worker.drain()
    const late = await press('Sutton', before, 'Decide')
    expect(words(late)).toContain(`Sharing without consent, case ${reference}`)
  })
})

describe('What becomes of an answer', () => {
  test('WOR-28 a no of the Chief Executive is for good, and is called so at once', async () => {
    const { reference } = await heldBy('Rowan')
    await raise('Rowan', reference, 'threat-to-life')
    await does('Marlowe', 'Decide', 'Yes')
    await does('Marlowe', 'Write the brief')
    expect(words(await does('Sage', 'Decide', 'No'))).toContain('The answer is no, for good')
    expect(words(newest('Rowan'))).toContain('The answer is no, for good')
  })

  test('IMP-53 a day later it has to be confirmed again, and whoever decided is asked in those words', async () => {
    const { reference } = await heldBy('Avery')
    await raise('Avery', reference, 'safeguarding')
    await does('Sutton', 'Decide', 'Yes')
    const asked = () => casekeeper.teams.chat(person('Sutton')).map(words).join('\n')
    const again = `To be confirmed again, urgent: share without consent, case ${reference}`
    await minutesPass(24 * 60 - 1)
    expect(asked()).not.toContain(again)
    await minutesPass(1)
    expect(words(newest('Sutton'))).toContain(again)
    expect(words(newest('Avery'))).toContain('Ran out: has to be confirmed again')
    expect(words(await does('Sutton', 'Confirm again'))).toContain('May be shared')
    expect(words(newest('Avery'))).toContain('May be shared until')
    await minutesPass(24 * 60)
    expect(words(await say('Sutton', 'home'))).toContain(`Confirmation needed: case ${reference}`)
  })
})

test('IMP-22 nothing that was posted, stored or logged holds a word of a client', async () => {
  expect(await everythingKept(casekeeper)).not.toMatch(WORDS_OF_CLIENT)
})
