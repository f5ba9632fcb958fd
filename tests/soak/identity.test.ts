import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createMessages } from '../../bot/messages'
import { requestCard } from '../../cards/breach'
import { createLook, type Look } from '../../cards/look'
import type { PersonalDeed, Statements } from '../../services/breach/breach.types'
import { newId } from '../../services/platform/ids'
import { SAID } from '../support/breach-world'
import { chance, seedOfRun } from '../support/chance'
import { type InventedClient, inventedClient, partsIn } from '../support/invented-clients'
import { must, refused, type ServicesWorld, startServices } from '../support/services'
import { times } from './counts'

const CLIENTS = times(60, 500)
const seed = seedOfRun()

let world: ServicesWorld
beforeAll(async () => {
  world = await startServices('breach-identity')
})
afterAll(() => world.stop())

const lookOf = (orgId: string): Look => {
  const { labels, calendar, allocation } = world.services.policyOf(orgId)
  const rota = allocation.mode === 'rota'
  return createLook({ labels, zone: calendar.zone, rota, sampleData: true, now: world.services.clock.now })
}

/** A stage that must not learn who it is about, in one union. */
interface Scene {
  title: string
  requester: string
  /** Who is away for as long as it lasts. */
  away?: string
  /** Where the requester's words, or the decider's, are read by those below: they must not show who it is about. */
  typed: { by: string; act: 'raised' | 'briefed'; codes: readonly string[] }
  /** What is done before those below are asked, by whoever may know who it is about. */
  before: readonly [name: string, deed: PersonalDeed][]
  readers: readonly string[]
  /** The first of them, once they have asked for the name, if they can have it. */
  reveals: boolean
  /** What is done after that; they must not learn it from how it goes on either. */
  after: readonly [name: string, deed: PersonalDeed][]
}

const yes: PersonalDeed = { act: 'decided', answer: 'yes', untold: false }

const SCENES: Scene[] = [
  {
    title: 'WOR-25 AMB-25 the Chief Executive, who authorises',
    requester: 'Rowan',
    typed: { by: 'Marlowe', act: 'briefed', codes: ['brief'] },
    before: [['Marlowe', yes]],
    readers: ['Sage'],
    reveals: false,
    after: [['Sage', yes]],
  },
  {
    title: 'AMB-39 the Director of Membership, before the name is shown',
    requester: 'Avery',
    typed: { by: 'Avery', act: 'raised', codes: ['issues', 'why', 'achieves', 'recipients', 'at-risk'] },
    before: [],
    readers: ['Sutton'],
    reveals: true,
    after: [['Sutton', yes]],
  },
  {
    title: 'AMB-39 the line manager, before the name is shown',
    requester: 'Kit',
    typed: { by: 'Kit', act: 'raised', codes: ['issues', 'why', 'achieves', 'recipients', 'to-whom'] },
    before: [],
    readers: ['Reese'],
    reveals: true,
    after: [['Reese', yes]],
  },
  {
    title: 'LAN-27 the Chief Executive, who names somebody, and who was named',
    requester: 'Kit',
    away: 'Reese',
    typed: { by: 'Kit', act: 'raised', codes: ['issues', 'why', 'achieves', 'recipients', 'to-whom', 'informed-how'] },
    before: [],
    readers: ['Darcy', 'Campbell'],
    reveals: false,
    after: [['Campbell', yes]],
  },
  {
    title: 'CAM-03 CAM-05 colleagues who are asked for advice',
    requester: 'Wren',
    typed: { by: 'Wren', act: 'raised', codes: ['question'] },
    before: [],
    readers: ['Emery', 'Winter'],
    reveals: false,
    after: [
      ['Emery', { act: 'advised', answer: 'no' }],
      ['Wren', yes],
    ],
  },
]

const numberOf = (orgId: string, { numbers }: InventedClient) =>
  orgId === 'cambridge' ? numbers.letters : numbers.digits

/** Ways of writing somebody into a text, each of which is refused. */
const CARRIERS: ((client: InventedClient, number: string) => string)[] = [
  ({ name }) => `It is about ${name}, who called on Monday.`,
  ({ name }) => `${name.toUpperCase()} has to be told.`,
  ({ surname }) => `The family ${surname} does not know.`,
  ({ name }) => `Helping ${name}’s neighbours.`,
  (_client, number) => `Student number ${number} is at risk.`,
]

/** A case of this client that the requester holds. */
async function caseOf(requester: string, client: InventedClient): Promise<string> {
  const { intake, allocation } = world.services
  const by = world.actor(requester)
  await world.mongo.db.collection('workloads').deleteMany({})
  const steps = [{ step: 'opening', done: true, answer: 'yes' as const }]
  const details = { name: client.name, number: numberOf(by.orgId, client), reason: 'A letter' }
  const { caseId, allocationId } = must(
    await intake.openCase(by, { id: newId(), channel: 'telephone', steps, details }),
  )
  const [because] = world.services.policyOf(by.orgId).allocation.otherReasons
  const choice = { allocationId, version: 1, urgent: false, to: by.staffId, because }
  const { view } = must(await allocation.confirm(by, choice))
  must(await allocation.accept(by, { allocationId, version: view.version }))
  return caseId
}

/** Everything that this person was posted and mailed, and is answered whatever they press. */
async function everythingFor(name: string, breachId: string): Promise<string> {
  const actor = world.actor(name)
  const { orgId, staffId: to } = actor
  const look = lookOf(orgId)
  const message = createMessages(world.services)['breach-asked']
  const about = { orgId, subject: breachId, to }
  const opened = await world.services.breaches.open(actor, { breachId, postedAs: null })
  const acts = opened.ok ? opened.view.deeds.map(({ act }) => act) : []
  const forms = await Promise.all(acts.map((act) => world.services.breaches.form(actor, { breachId, act })))
  return JSON.stringify([
    await message.shell(about, look, null),
    await message.mail(about, look),
    opened.ok ? [opened, requestCard(look, opened.view)] : opened,
    forms,
  ])
}

/** Rows, entries and the record itself, with what is sealed as it is kept. */
async function kept(breachId: string, caseId: string): Promise<string> {
  const { db } = world.mongo
  return JSON.stringify([
    await world.outbox({ subject: breachId }),
    await world.duties({ subject: breachId }),
    await world.entries({ subject: `case:${caseId}` }),
    await db.collection('breaches').findOne({ _id: breachId as never }),
  ])
}

async function plays(scene: Scene, client: InventedClient, index: number): Promise<void> {
  const { requester, typed, before, readers, after } = scene
  const { breaches } = world.services
  const { orgId } = world.actor(requester)
  const number = numberOf(orgId, client)
  const caseId = await caseOf(requester, client)
  const breachId = newId()
  const ground = world.services.policyOf(orgId).breach.grounds[0]!.id
  /** The client by name and number wherever that is allowed; in what others will read, a heron. */
  const texts: Statements = Object.fromEntries(
    Object.entries(SAID).map(([code, said]) => [
      code,
      typed.codes.includes(code) ? said : `${said}, about ${client.name}, ${number}`,
    ]),
  )
  const states = typed.act === 'raised' && typed.codes.length > 1 ? SAID : texts
  const raising = { id: breachId, caseId, ground, urgent: true, informed: true, confirmed: true }
  const act = (name: string, deed: PersonalDeed, said = texts) =>
    breaches.act(world.actor(name), { breachId, deed, states: said, confirmed: true })
  const type = (said: Statements) =>
    typed.act === 'raised'
      ? breaches.raise(world.actor(requester), { ...raising, states: said })
      : act(typed.by, { act: 'briefed' }, said)

  if (typed.act === 'briefed') must(await breaches.raise(world.actor(requester), { ...raising, states }))
  for (const [name, deed] of before) must(await act(name, deed))
  for (const turn of [index, index + 1]) {
    const code = typed.codes[turn % typed.codes.length]!
    const carrying = { ...states, [code]: CARRIERS[turn % CARRIERS.length]!(client, number) }
    expect([client, carrying[code], await type(carrying)]).toEqual([
      client,
      carrying[code],
      refused('identifies-client'),
    ])
  }
  must(await type(states))

  const looks = async () => {
    for (const name of readers)
      expect([name, client, partsIn(await everythingFor(name, breachId), client)]).toEqual([name, client, []])
    expect([client, partsIn(await kept(breachId, caseId), client)]).toEqual([client, []])
  }
  await looks()
  if (scene.away) must(await act('Darcy', { act: 'named', to: world.actor('Campbell').staffId }))
  if (scene.away) await looks()
  // The look itself is not blind: whoever may know is shown who it is about.
  const { view } = scene.reveals
    ? must(await breaches.reveal(world.actor(readers[0]!), { breachId }))
    : must(await breaches.open(world.actor(requester), { breachId, postedAs: null }))
  expect(partsIn(JSON.stringify(requestCard(lookOf(orgId), view)), client)).toContain(number)
  expect(partsIn(JSON.stringify(requestCard(lookOf(orgId), view)), client).length).toBeGreaterThan(1)
  if (scene.reveals) await looks()
  for (const [name, deed] of after) {
    const own = readers.includes(name)
    must(await act(name, deed, own ? SAID : texts))
    await looks()
  }
}

describe(`Of ${CLIENTS} invented clients (seed ${seed})`, () => {
  const which = chance(seed)
  const clients = Array.from({ length: CLIENTS }, () => inventedClient(which))

  test.each(SCENES.map((scene, place) => [scene.title, scene, place] as const))(
    '%s: reads no part of a name or a number, in whatever is posted, mailed or answered',
    async (_title, scene, place) => {
      if (scene.away)
        must(await world.services.people.away(world.actor(scene.away), { id: newId(), until: '2021-04-20' }))
      for (const [index, client] of clients.entries())
        if (index % SCENES.length === place) await plays(scene, client, index)
      if (scene.away) must(await world.services.people.back(world.actor(scene.away)))
    },
    3_600_000,
  )
})
