import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { buttonsOf, inputsOf, type SeenCard } from '../../bot/dev/pretend-teams'
import { newReference, showReference } from '../../services/platform/ids'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'
import { buttonWith, everythingKept, storyOf, words } from '../support/story'

let casekeeper: Casekeeper
beforeAll(async () => {
  casekeeper = await startCasekeeper()
})
afterAll(() => casekeeper.stop())

const { say, press, person, newest } = storyOf(() => casekeeper)

const CLIENT = { name: 'Sasha Madeup', number: '12345678', reason: 'Wants to change supervisor' }
const WORDS_OF_CLIENT = /Sasha|Madeup|12345678|supervisor/i
const UNIONS = [
  {
    orgId: 'worcester',
    client: 'client',
    channels: ['Telephone', 'E-mail', 'Video call', 'In person'],
    wish: 'client-wish',
    takes: 'Rowan',
    accepts: 'Ellis',
    colleague: 'Tatum',
    manager: { name: 'Marlowe', reads: true },
    outside: ['Sage', 'Arden', 'Lane', 'Blair'],
    nobody: 'Devon',
  },
  {
    orgId: 'londonmet',
    client: 'student',
    channels: ['Telephone', 'E-mail', 'In person'],
    wish: 'student-wish',
    takes: 'Avery',
    accepts: 'Jamie',
    colleague: 'Hollis',
    manager: { name: 'Remy', reads: true },
    outside: ['Sutton', 'Ariel'],
    nobody: 'Linden',
  },
  {
    orgId: 'lancaster',
    client: 'client',
    channels: ['Telephone', 'E-mail', 'In person'],
    wish: 'client-wish',
    takes: 'Kit',
    accepts: 'Frankie',
    colleague: 'Marley',
    manager: { name: 'Reese', reads: false },
    outside: ['Darcy', 'Finley', 'Campbell', 'Harper'],
    nobody: 'Shiloh',
  },
] as const

/** Somebody who gets in touch, up to the card on which the caseworker is chosen. */
async function enquiry(by: string, channel: string, details = CLIENT): Promise<SeenCard> {
  let card = await say(by, 'intake')
  card = await press(by, card, channel)
  card = await press(by, card, 'Yes: advice is needed', { kind: 'general' })
  expect(inputsOf(card.card)).toEqual(['name', 'number', 'reason'])
  return press(by, card, 'Open the case', details)
}

/** Chooses who takes the case; the last card of whoever chose. */
async function choose(by: string, proposal: SeenCard, to: string, because: string): Promise<SeenCard> {
  const form = await press(by, proposal, buttonWith(proposal, 'Choose'))
  const card = await press(by, form, 'Offer the case', { to: person(to).id, because, urgent: 'false' })
  await casekeeper.bot.worker.drain()
  return card
}

const referenceOn = (card: SeenCard): string => /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(words(card))![0]
const titlesOn = (seen: SeenCard) => buttonsOf(seen.card).map(({ title }) => String(title))
/** What somebody reads who asks for this case. */
const asking = async (name: string, reference: string) =>
  words(await say(name, `case ${reference}`)).replaceAll(/code [0-9A-Z]{6}/g, 'code')
const unknownTo = (name: string) => asking(name, showReference(newReference()))

const references = new Map<string, string>()

describe.each(UNIONS)('$orgId: a plain form, and a caseworker chosen by hand', (union) => {
  const { orgId, takes, accepts, colleague, manager, outside } = union
  const reference = () => references.get(orgId)!

  test('WOR-46 a caseworker opens the case on any channel: no script stands before the details', async () => {
    const asked = await say(takes, 'intake')
    expect(titlesOn(asked)).toEqual([...union.channels, 'Cancel'])
    await press(takes, asked, 'Cancel')
    for (const channel of union.channels) {
      const proposal = await enquiry(takes, channel, { ...CLIENT, number: '' })
      expect(words(proposal)).toContain('Sasha Madeup')
      expect(words(proposal)).toContain(`Read back to the ${union.client}`)
    }
    const { db } = casekeeper.mongo
    const opened = await db.collection('cases').find({ orgId }).sort({ openedAt: 1 }).toArray()
    expect(opened.map(({ channel }) => channel).sort()).toEqual(
      ['email', 'in-person', 'telephone', ...(orgId === 'worcester' ? ['video-call'] : [])].sort(),
    )
    expect(opened.every(({ holder, client }) => holder === null && client.number === null)).toBe(true)
  })

  test('nobody is proposed: whoever opened the case chooses among the caseworkers, and nobody else can be chosen', async () => {
    const proposal = await enquiry(takes, 'Telephone')
    references.set(orgId, referenceOn(proposal))
    expect(words(proposal)).toContain('Choose who takes the case')
    const form = await press(takes, proposal, buttonWith(proposal, 'Choose'))
    for (const name of [takes, accepts, colleague]) expect(JSON.stringify(form.card)).toContain(person(name).name)
    for (const name of [manager.name, ...outside, union.nobody, 'Wren', 'Ada'])
      expect(JSON.stringify(form.card)).not.toContain(person(name).name)
    const because = union.wish
    for (const name of [manager.name, ...outside, 'Wren']) {
      const refused = await press(takes, form, 'Offer the case', { to: person(name).id, because, urgent: 'false' })
      expect(words(refused)).not.toContain('is offered to')
    }
    await press(takes, form, 'Cancel')
    const offered = await choose(takes, await waitingCard(), accepts, because)
    expect(words(offered)).toContain(`Case ${reference()} is offered to ${person(accepts).name}`)
    expect(JSON.stringify(newest(accepts))).not.toMatch(WORDS_OF_CLIENT)
    expect(casekeeper.graph.sentMail()).toEqual([])
  })

  /** The same proposal once more, from the list. */
  async function waitingCard(): Promise<SeenCard> {
    const list = await say(takes, 'waiting')
    return press(takes, list, buttonWith(list, reference()))
  }

  test('the colleague who was asked accepts, opens the case and writes down what was said', async () => {
    const accepted = await press(accepts, newest(accepts), 'Accept case')
    expect(words(accepted)).toContain(`Case ${reference()} accepted by ${person(accepts).name}`)
    let content = await press(accepts, accepted, 'Open the case')
    expect(words(content)).toContain('Sasha Madeup 12345678 OPEN')
    const form = await press(accepts, content, 'Add a note')
    const noted = await press(accepts, form, 'Save', { text: 'Went through the options together.' })
    content = await press(accepts, noted, 'Open the case')
    expect(words(content)).toContain('Went through the options together.')
    expect(words(await press(accepts, content, 'Put away'))).not.toMatch(WORDS_OF_CLIENT)
  })

  test('WOR-09 LAN-06 AMB-71 colleagues open the file and write nothing in it, and the manager does so where they belong to the circle', async () => {
    const readers = [takes, colleague, ...(manager.reads ? [manager.name] : [])]
    for (const name of readers) {
      const shell = await say(name, `case ${reference()}`)
      const content = await press(name, shell, 'Show')
      expect(words(content)).toContain('Went through the options together.')
      expect(titlesOn(content)).not.toContain('Add a note')
      await press(name, content, 'Put away')
    }
    if (!manager.reads) expect(await asking(manager.name, reference())).toBe(await unknownTo(manager.name))
  })

  test('LAN-06 IMP-15 whoever stands above or outside the service sees neither list nor case, and is told nothing', async () => {
    for (const name of outside) {
      const home = titlesOn(await say(name, 'home')).filter((title) => title !== 'Requests by year')
      expect(home).toEqual(['Home', 'I will be away', 'Emergency'])
      const unknown = await unknownTo(name)
      expect(unknown).toContain('There is no case here that you can open')
      expect(await asking(name, reference())).toBe(unknown)
      for (const list of ['waiting', 'my cases', 'callbacks', 'intake', 'audit'])
        expect(words(await say(name, list)).replaceAll(/code [0-9A-Z]{6}/g, 'code')).toBe(unknown)
    }
  })

  test('LAN-06 a button of the case does nothing for them either', async () => {
    const shell = await say(accepts, `case ${reference()}`)
    for (const name of outside) {
      const stolen = { ...newest(name), card: shell.card }
      const refused = await press(name, stolen, 'Show')
      expect(words(refused)).toContain('There is no case here that you can open')
      expect(JSON.stringify(refused)).not.toMatch(WORDS_OF_CLIENT)
    }
  })

  test('who has no role in the service is let in nowhere', async () => {
    for (const text of ['home', 'intake', `case ${reference()}`])
      expect(words(await say(union.nobody, text))).toContain('You have no access here')
  })

  test('WOR-09 LMU-14 LAN-07 in a chat with anybody else nothing is answered, and no reference repeated', async () => {
    const { conversationId: id, tenantId } = person(accepts)
    const conversation = { id, conversationType: 'groupChat', tenantId }
    const refused = await say(accepts, `case ${reference()}`, { conversation })
    expect(words(refused)).toContain('This works in your personal chat')
    expect(JSON.stringify(refused)).not.toContain(reference())
  })
})

describe('The unions beside each other', () => {
  test('IMP-37 nobody of one union finds a case of another: not by reference, not in a list, not by a button', async () => {
    expect(references.size).toBe(UNIONS.length)
    for (const { orgId, takes, accepts, manager } of UNIONS) {
      const strangers = UNIONS.filter((other) => other.orgId !== orgId)
      for (const name of [takes, accepts, manager.name]) {
        const unknown = await unknownTo(name)
        for (const other of strangers) expect(await asking(name, references.get(other.orgId)!)).toBe(unknown)
      }
      const listed = words(await say(takes, 'waiting'))
      for (const other of strangers) {
        expect(listed).not.toContain(references.get(other.orgId))
        const shell = await say(other.accepts, `case ${references.get(other.orgId)}`)
        const refused = await press(takes, { ...newest(takes), card: shell.card }, 'Show')
        expect(words(refused)).toContain('There is no case here that you can open')
      }
    }
    for (const name of ['Robin', 'Morgan', 'Wren'])
      for (const reference of references.values()) expect(await asking(name, reference)).toBe(await unknownTo(name))
  })

  test('IMP-22 nothing that was posted, logged or stored holds a word of a client, in any of them', async () => {
    await casekeeper.bot.worker.drain()
    const all = await everythingKept(casekeeper)
    expect(all.length).toBeGreaterThan(10_000)
    expect(all).not.toMatch(WORDS_OF_CLIENT)
    for (const { orgId } of UNIONS) expect((await casekeeper.bot.services.audit.verify(orgId)).broken).toEqual([])
  })
})
