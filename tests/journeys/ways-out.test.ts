import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { buttonsOf } from '../../bot/dev/pretend-teams'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'
import { buttonWith, CALLER, storyOf, words } from '../support/story'

let casekeeper: Casekeeper
beforeAll(async () => {
  casekeeper = await startCasekeeper()
})
afterAll(() => casekeeper.stop())

const { say, press, script, offer, newest, person } = storyOf(() => casekeeper)
const engagements = (outcome: string) => casekeeper.mongo.db.collection('engagements').find({ outcome }).toArray()

/** A telephone call up to the question about storing. */
async function upToStorage() {
  let card = await say('Robin', 'intake')
  card = await press('Robin', card, 'Telephone')
  card = await press('Robin', card, 'Yes: advice is needed', { kind: 'general' })
  return press('Robin', card, 'Go on', { done: 'true' })
}

describe('A call that goes another way keeps what must be kept', () => {
  test('CAR-62 AMB-04 a caller who wants nothing stored hears the limits, is counted, and the Head is told', async () => {
    const card = await press('Robin', await upToStorage(), 'Go on', { done: 'true', answer: 'no' })
    expect(words(card)).toContain('nothing about you will be kept')
    const done = await press('Robin', card, 'Record without details')
    expect(words(done)).toContain('Nothing about the person was kept')
    expect(await engagements('storage-refused')).toMatchObject([{ channel: 'telephone', kind: null, caseId: null }])
    await casekeeper.bot.worker.drain()
    expect(words(newest('Morgan'))).toContain('did not want their details kept')
  })

  test('AMB-04 going back from the limits lets the caller change their mind', async () => {
    const limits = await press('Robin', await upToStorage(), 'Go on', { done: 'true', answer: 'no' })
    const again = await press('Robin', limits, 'Back')
    expect(words(again)).toContain('Do you agree to us keeping your information?')
    const onward = await press('Robin', again, 'Go on', { done: 'true', answer: 'yes' })
    expect(words(onward)).toContain('Step 3 of 5')
    await press('Robin', onward, 'Cancel')
  })

  test('a caller who hangs up is counted without details', async () => {
    const card = await press('Robin', await upToStorage(), 'The contact ended')
    expect(words(card)).toContain('Contact recorded without details')
    expect(await engagements('ended-early')).toHaveLength(1)
    expect(await casekeeper.mongo.db.collection('cases').countDocuments()).toBe(0)
  })

  test('a call-back needs consent and a number, and both are sealed', async () => {
    const { card } = await offer()
    expect(words(card)).toMatch(/Put the client through: extension 11\d/)
    const form = await press('Robin', card, 'Could not put through')
    const refused = await press('Robin', form, 'Save', {
      consent: 'false',
      number: '029 1234 5678',
      when: 'after four',
    })
    expect(words(refused)).toContain('nobody may call back')
    const wrong = await press('Robin', refused, 'Save', { consent: 'true', number: 'my mobile', when: '' })
    expect(words(wrong)).toContain('5 to 20 digits')
    const saved = await press('Robin', wrong, 'Save', { consent: 'true', number: '029 1234 5678', when: 'after four' })
    expect(words(saved)).toContain('Call-back noted')
    const consents = await casekeeper.mongo.db.collection('consents').find({ kind: 'callback' }).toArray()
    expect(consents).toMatchObject([{ state: 'granted_express' }])
    const raw = await casekeeper.mongo.db.collection('callbacks').findOne({})
    expect((raw!.number as Buffer).toString('latin1')).not.toContain('1234')
    const list = await say('Robin', 'callbacks')
    expect(words(list)).toContain('Calls to make')
  })
})

describe('An offer that is not accepted', () => {
  test('a Coordinator declines with a reason, and the next on the rota is asked at once', async () => {
    const { asked } = await offer()
    const form = await press(asked, newest(asked), 'Decline')
    const bare = await press(asked, form, 'Decline', {})
    expect(words(bare)).toContain('choose one')
    const declined = await press(asked, bare, 'Decline', { because: 'caseload' })
    expect(words(declined)).toContain('declined: Caseload too high')
    await casekeeper.bot.worker.drain()
    const waiting = await say('Robin', 'waiting')
    expect(words(waiting)).toMatch(new RegExp(`declined by ${asked}`))
    expect(words(waiting)).toMatch(/offered to (?!Robin)/)
  })

  test('when everybody has declined, whoever gave the case out chooses', async () => {
    const { card } = await offer()
    const reference = /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(words(card))![0]
    for (let round = 0; round < 3; round++) {
      const asked = ['Ada', 'Bo', 'Cleo'].find((name) => words(newest(name)).includes(`${reference} · not urgent`))!
      const form = await press(asked, newest(asked), 'Decline')
      await press(asked, form, 'Decline', { because: 'competence' })
      await casekeeper.bot.worker.drain()
    }
    expect(words(newest('Robin'))).toContain(`Case ${reference} needs you to choose`)
  })

  test('an offer is taken back, its card says so, and somebody else can be chosen with a reason', async () => {
    const { asked, card } = await offer()
    const reference = /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(words(card))![0]
    const waiting = await say('Robin', 'waiting')
    const ask = await press('Robin', waiting, buttonWith(waiting, `${reference}: offered to`))
    expect(words(ask)).toContain('has not answered yet')
    const proposal = await press('Robin', ask, 'Withdraw the offer')
    await casekeeper.bot.worker.drain()
    expect(words(newest(asked))).toContain('was taken back')
    const choose = await press('Robin', proposal, 'Choose somebody else')
    const to = person(asked === 'Cleo' ? 'Ada' : 'Cleo').id
    const bare = await press('Robin', choose, 'Offer the case', { to, urgent: 'false' })
    expect(words(bare)).toContain('choose one')
    const offered = await press('Robin', bare, 'Offer the case', { to, because: 'language', urgent: 'true' })
    expect(words(offered)).toContain('is offered to')
  })

  test('IMP-35 while the staff list is out of reach the form says so, and goes through once it is back', async () => {
    const { asked } = await offer()
    const waiting = await say('Robin', 'waiting')
    const ask = await press('Robin', waiting, buttonWith(waiting, `: offered to ${asked}`))
    const proposal = await press('Robin', ask, 'Withdraw the offer')
    const choose = await press('Robin', proposal, 'Choose somebody else')
    const answer = { to: person(asked === 'Cleo' ? 'Ada' : 'Cleo').id, because: 'language', urgent: 'false' }
    const asIs = structuredClone(choose)
    await casekeeper.restart()
    casekeeper.graph.setFault('transitiveMembers', { kind: 'status', status: 503 })
    try {
      expect(words(await press('Robin', choose, 'Offer the case', answer))).toContain('staff list is out of reach')
    } finally {
      casekeeper.graph.setFault('transitiveMembers', null)
    }
    expect(words(await press('Robin', asIs, 'Offer the case', answer))).toContain('is offered to')
  }, 60_000)

  test('a mistyped name is corrected until acceptance, and not afterwards', async () => {
    const proposal = await press('Robin', await script(), 'Open the case', { ...CALLER, name: 'Qinn Invented' })
    const asked = /(\S+) \S+ is next on the rota/.exec(words(proposal))![1]!
    const form = await press('Robin', proposal, 'Correct name or number')
    const wrong = await press('Robin', form, 'Save', { name: 'Quinn Invented', number: '99' })
    expect(words(wrong)).toContain('type it like 1234567')
    const corrected = await press('Robin', wrong, 'Save', { name: 'Quinn Invented', number: '7654321' })
    const again = await press('Robin', corrected, 'Go on')
    expect(words(again)).toContain('Quinn Invented')
    expect(words(again)).toContain('7654321')
    await press('Robin', again, 'Offer the case', { urgent: 'false' })
    await casekeeper.bot.worker.drain()
    await press(asked, newest(asked), 'Accept case')
    const late = await press('Robin', again, 'Correct name or number')
    expect(words(late)).toContain('There is no case here that you can open')
  })
})

describe('What a press cannot do', () => {
  test('somebody else pressing the card, or a card made up by hand, changes nothing', async () => {
    const { asked } = await offer()
    const card = newest(asked)
    const other = asked === 'Ada' ? 'Bo' : 'Ada'
    expect(words(await press(other, card, 'Accept case'))).toContain('There is no case here that you can open')
    expect(words(await press('Robin', card, 'Accept case'))).toContain('There is no case here that you can open')
    expect(words(await press('Wren', card, 'Accept case'))).toContain('There is no case here that you can open')
    expect(words(await press('Lee', card, 'Accept case'))).toContain('give your manager this code')
    const button = buttonsOf(card.card)[0]! as { data: object }
    for (const data of [
      {},
      { allocationId: { $ne: null }, version: 1 },
      { ...button.data, $where: '1' },
      { allocationId: 'x' },
    ]) {
      const value = { action: { type: 'Action.Execute', verb: 'allocation.accept', data } }
      const { status, body } = await casekeeper.teams.send(person(asked), {
        type: 'invoke',
        name: 'adaptiveCard/action',
        value,
      })
      expect(status).toBe(200)
      expect(JSON.stringify(body)).toContain('Nothing was changed')
    }
    const unknown = { action: { type: 'Action.Execute', verb: 'case.delete-everything', data: {} } }
    const { body } = await casekeeper.teams.send(person(asked), {
      type: 'invoke',
      name: 'adaptiveCard/action',
      value: unknown,
    })
    expect(JSON.stringify(body)).toContain('no longer in use')
    expect(words(await press(asked, card, 'Accept case'))).toContain('accepted by')
  })

  test('a stale press on an earlier step shows the present step and changes nothing', async () => {
    const first = await say('Robin', 'intake')
    const second = await press('Robin', first, 'Telephone')
    expect(words(await press('Robin', first, 'In person'))).toContain('Is advice needed?')
    const third = await press('Robin', second, 'Yes: advice is needed', { kind: 'general' })
    expect(words(await press('Robin', second, 'No: record the enquiry', { kind: 'general' }))).toContain('Step 1 of 5')
    await press('Robin', third, 'Cancel')
    expect(words(await press('Robin', third, 'Go on', { done: 'true' }))).toContain('no longer in use')
  })
})

describe('Time and interruption', () => {
  test('a restart in the middle of the script loses nothing', async () => {
    const details = await script()
    await casekeeper.restart()
    const home = await say('Robin', 'home')
    const resumed = await press('Robin', home, buttonWith(home, 'Unfinished: new enquiry'))
    expect(words(resumed)).toContain('Details of the client')
    const opened = await press('Robin', details, 'Open the case', CALLER)
    expect(words(opened)).toContain('is next on the rota')
    expect(words(await press('Robin', resumed, 'Open the case', CALLER))).toContain('no longer in use')
  })

  test('content puts itself away after fifteen minutes, not before', async () => {
    const { asked } = await offer()
    const settled = await press(asked, newest(asked), 'Accept case')
    await press(asked, settled, 'Open the case')
    const posted = settled.id
    const shown = () => casekeeper.teams.chat(person(asked)).find(({ id }) => id === posted)!
    await casekeeper.bot.worker.drain()
    const at = casekeeper.clock.now().getTime()
    casekeeper.clock.set(new Date(at + 14 * 60_000))
    await casekeeper.bot.worker.drain()
    expect(words(shown())).not.toContain('opened Tue')
    casekeeper.clock.set(new Date(at + 15 * 60_000 + 1_000))
    await casekeeper.bot.worker.drain()
    expect(words(shown())).toMatch(/Case .*\naccepted, opened Tue/)
  })
})
