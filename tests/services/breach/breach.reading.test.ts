import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { newId } from '../../../services/platform/ids'
import { breachesOn, foundOn, SAID, said, watchOn } from '../../support/breach-world'
import { CLIENT, must, refused, type ServicesWorld, startServices } from '../../support/services'

let world: ServicesWorld
const { afresh, askedOf, breaches, does, raised, says } = breachesOn(() => world)
const { form, opens, reveals, staffIdOf } = foundOn(() => world)
const { pass } = watchOn(() => world)
beforeAll(async () => {
  world = await startServices('breach-reading')
})
beforeEach(afresh)
afterAll(() => world.stop())

describe('Opening a request', () => {
  test('AMB-39 whoever decides outside the service reads the facts without the name, and it is recorded before it is shown', async () => {
    const { id, caseId } = await raised(world.actor('Avery'))
    const { view } = must(await opens('Sutton', id))
    expect(view).toMatchObject({ as: 'decider', open: true, urgent: true, client: null, mayReveal: true })
    expect(view).toMatchObject({ ground: 'safeguarding', requester: world.actor('Avery').displayName })
    expect(said(view.acts)).toEqual(expect.arrayContaining(['issues', 'why', 'achieves', 'recipients', 'at-risk']))
    expect(view.deeds.map(({ act }) => act)).toEqual(['decided'])
    const [viewed] = await world.entries({ subject: `case:${caseId}`, event: 'breach-viewed' })
    expect(viewed).toMatchObject({ actor: staffIdOf('Sutton'), codes: { breach: id, sight: 'revealed' } })
    expect(await world.entries({ subject: `case:${caseId}`, event: 'breach-revealed' })).toEqual([])
  })

  test('AMB-39 the name is a step of its own, recorded as such, and gone again once it is decided', async () => {
    const { id, caseId } = await raised(world.actor('Avery'))
    const { view } = must(await reveals('Sutton', id))
    expect(view).toMatchObject({ client: { name: CLIENT.name }, mayReveal: false })
    const revealed = await world.entries({ subject: `case:${caseId}`, event: 'breach-revealed' })
    expect(revealed).toMatchObject([{ actor: staffIdOf('Sutton'), codes: { breach: id, sight: 'revealed' } }])
    must(await says('Sutton', id, 'yes'))
    expect(await reveals('Sutton', id)).toEqual(refused('not-theirs'))
    expect(must(await opens('Sutton', id)).view).toMatchObject({ client: null, mayReveal: false, ground: '' })
  })

  test('what is posted as a card of its own puts itself away', async () => {
    const { id } = await raised(world.actor('Avery'))
    must(await breaches().open(world.actor('Sutton'), { breachId: id, postedAs: 'activity-1' }))
    const { visibleMinutes } = world.services.policyOf('londonmet').cases
    expect(await world.duties({ kind: 'case-put-away' })).toMatchObject([
      { subject: `${id} activity-1`, owner: staffIdOf('Sutton'), dueAt: world.minutesLater(visibleMinutes) },
    ])
  })

  test('WOR-25 the Chief Executive reads the brief and their own words, and can have nothing revealed', async () => {
    const { id } = await raised(world.actor('Rowan'))
    must(await says('Marlowe', id, 'yes'))
    expect(await opens('Sage', id)).toEqual(refused('not-theirs'))
    must(await does('Marlowe', id, { act: 'briefed' }))
    const { view } = must(await opens('Sage', id))
    expect(view).toMatchObject({ as: 'decider', client: null, mayReveal: false })
    expect(view.acts.map(({ act, statements }) => [act, statements])).toEqual([
      ['briefed', [{ code: 'brief', text: SAID.brief }]],
    ])
    expect(await reveals('Sage', id)).toEqual(refused('not-theirs'))
    expect(await reveals('Marlowe', id)).toEqual(refused('not-theirs'))
    must(await says('Sage', id, 'yes'))
    expect(said(must(await opens('Sage', id)).view.acts)).toEqual(expect.arrayContaining(['reasons', 'actions']))
    expect(said(must(await opens('Sage', id)).view.acts)).not.toContain('issues')
  })

  test('WOR-29 AMB-25 as a stand-in they know it, and as the authoriser they see the brief alone', async () => {
    must(await world.services.people.away(world.actor('Marlowe'), { id: newId(), until: '2021-04-20' }))
    const { id } = await raised(world.actor('Rowan'))
    expect(must(await opens('Sage', id)).view).toMatchObject({ client: { name: CLIENT.name }, as: 'decider' })
    must(await says('Sage', id, 'yes'))
    must(await does('Sage', id, { act: 'briefed' }))
    const { view } = must(await opens('Sage', id))
    expect(view).toMatchObject({ client: null, as: 'decider' })
    expect(view.deeds.map(({ act }) => act)).toEqual(['took-advice'])
    must(await world.services.people.back(world.actor('Marlowe')))
  })

  test('LAN-27 whoever names somebody reads no fact, no name and not who asks', async () => {
    must(await world.services.people.away(world.actor('Reese'), { id: newId(), until: '2021-04-20' }))
    const { id } = await raised(world.actor('Kit'))
    const { view } = must(await opens('Darcy', id))
    expect(view).toMatchObject({ as: 'namer', client: null, ground: '', requester: '', mayReveal: false, acts: [] })
    const asked = must(await form('Darcy', id, 'named')).form
    expect(asked.choices).toEqual([{ value: staffIdOf('Campbell'), title: world.actor('Campbell').displayName }])
    expect(await reveals('Darcy', id)).toEqual(refused('not-theirs'))
    must(await world.services.people.back(world.actor('Reese')))
  })

  test('CAM-03 CAM-05 whoever is asked for advice reads the question, and nothing else', async () => {
    const { id } = await raised(world.actor('Wren'))
    const { view } = must(await opens('Emery', id))
    expect(view).toMatchObject({ as: 'adviser', client: null, mayReveal: false })
    expect(view.acts.map(({ statements }) => statements)).toEqual([[{ code: 'question', text: SAID.question }]])
    expect(await reveals('Emery', id)).toEqual(refused('not-theirs'))
    must(await does('Emery', id, { act: 'advised', answer: 'no' }))
    expect(said(must(await opens('Emery', id)).view.acts)).toEqual(['question', 'advice'])
  })

  test.each([
    ['somebody of another union', 'Ada', 'unknown'],
    ['somebody without a role', 'Linden', 'not-theirs'],
    ['a deputy who was not asked', 'Ariel', 'not-theirs'],
  ])('IMP-15 is not for %s', async (_who, name, reason) => {
    const { id, caseId } = await raised(world.actor('Avery'))
    expect(await opens(name, id)).toEqual(refused(reason))
    expect(await reveals(name, id)).toEqual(refused(reason))
    expect(await form(name, id, 'decided')).toEqual(refused(reason))
    expect(await breaches().asked(world.actor(name).orgId, id, staffIdOf(name))).toBeNull()
    expect(await world.entries({ subject: `case:${caseId}`, event: 'breach-viewed' })).toEqual([])
  })

  test.each([
    ['AMB-39', 'the facts without the name', 'Avery', [['Sutton', 'yes']], ['at-risk', 'issues']],
    [
      'AMB-25',
      'the brief',
      'Rowan',
      [
        ['Marlowe', 'yes'],
        ['Marlowe', 'brief'],
        ['Sage', 'yes'],
      ],
      ['brief'],
    ],
  ] as const)(
    'IMP-53 %s who has to confirm again reads %s, and what is new since',
    async (_id, _what, by, path, codes) => {
      const { id } = await raised(world.actor(by))
      for (const [name, what] of path)
        must(await (what === 'brief' ? does(name, id, { act: 'briefed' }) : says(name, id, what)))
      const [decider] = path.at(-1)!
      expect(said(must(await opens(decider, id)).view.acts)).not.toContain(codes[0])
      const changed = { act: 'facts-changed' as const }
      expect(await does(by, id, changed, { 'new-facts': `${CLIENT.name} was seen` })).toEqual(
        refused('identifies-client'),
      )
      must(await does(by, id, changed))
      const { view } = must(await opens(decider, id))
      expect(view).toMatchObject({ client: null, at: { at: 'expired' } })
      expect(said(view.acts)).toEqual(expect.arrayContaining([...codes, 'new-facts']))
      must(await does(decider, id, { act: 'reconfirmed' }))
      expect(said(must(await opens(decider, id)).view.acts)).not.toContain('new-facts')
    },
  )

  test('IMP-06 IMP-14 that nobody answers names no client, ends with the answer, and is kept from whoever is walled off', async () => {
    const { id, caseId } = await raised(world.actor('Avery'))
    const alarm = () => breaches().unanswered('londonmet', id, staffIdOf('Remy'))
    await pass(31)
    expect(await alarm()).toBeNull()
    await pass(31)
    const waitsFor = ['Sutton', 'Ariel'].map((name) => world.actor(name).displayName)
    expect(await alarm()).toEqual({ reference: expect.any(String), open: true, waitsFor })
    must(await says('Sutton', id, 'no'))
    expect(await alarm()).toMatchObject({ open: false, waitsFor: [] })
    await world.wall(caseId, staffIdOf('Remy'))
    expect(await alarm()).toBeNull()
  })

  test('IMP-14 IMP-16 a wall that comes later closes it to whoever was asked, whatever they press', async () => {
    const { id, caseId } = await raised(world.actor('Avery'))
    must(await opens('Sutton', id))
    await world.wall(caseId, staffIdOf('Sutton'))
    expect(await opens('Sutton', id)).toEqual(refused('walled'))
    expect(await reveals('Sutton', id)).toEqual(refused('walled'))
    expect(await form('Sutton', id, 'decided')).toEqual(refused('walled'))
    expect(await breaches().asked('londonmet', id, staffIdOf('Sutton'))).toBeNull()
    await pass(5)
    expect(await askedOf(id)).toEqual(['Sutton', 'Ariel'].map(staffIdOf))
    const sutton = world.actor('Sutton')
    const { found } = await world.services.together('londonmet', { found: breaches().waitingFor(sutton, 10) })
    expect(found.map(({ breachId }) => breachId)).not.toContain(id)
  })

  test('LAN-26 who may have to investigate a complaint is told nothing, finds nothing and cannot be named', async () => {
    must(await world.services.people.away(world.actor('Reese'), { id: newId(), until: '2021-04-20' }))
    const { id } = await raised(world.actor('Kit'))
    expect(await opens('Harper', id)).toEqual(refused('not-theirs'))
    expect(await form('Harper', id, 'decided')).toEqual(refused('not-theirs'))
    expect(await breaches().asked('lancaster', id, staffIdOf('Harper'))).toBeNull()
    const { form: naming } = must(await form('Darcy', id, 'named'))
    expect(naming.choices.map(({ value }) => value)).toEqual([staffIdOf('Campbell')])
    expect((await world.outbox({})).map(({ to }) => to)).not.toContain(staffIdOf('Harper'))
    must(await world.services.people.back(world.actor('Reese')))
  })
})
