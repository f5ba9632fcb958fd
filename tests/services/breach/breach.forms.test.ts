import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { breachesOn, foundOn, SAID } from '../../support/breach-world'
import { must, refused, type ServicesWorld, startServices } from '../../support/services'

let world: ServicesWorld
const { afresh, authorised, breaches, does, held, raised, says } = breachesOn(() => world)
const { form, staffIdOf } = foundOn(() => world)
beforeAll(async () => {
  world = await startServices('breach-forms')
})
beforeEach(afresh)
afterAll(() => world.stop())

describe('What somebody is asked', () => {
  test('CAM-10 the report already names who advised', async () => {
    const { id } = await raised(world.actor('Wren'))
    must(await does('Emery', id, { act: 'advised', answer: 'no' }))
    must(await says('Wren', id, 'yes'))
    const { form: report } = must(await form('Wren', id, 'reported'))
    expect(report.states).toEqual(['name-outline-reason', 'advisers', 'achieves', 'recipients'])
    expect(report.known).toEqual({
      advisers: world.actor('Emery').displayName,
      achieves: SAID.achieves,
      recipients: SAID.recipients,
    })
  })

  test('a decision asks for what the stage puts on record, for each answer its own', async () => {
    const { id } = await raised(world.actor('Kit'))
    const { form: decision } = must(await form('Reese', id, 'decided'))
    expect(decision).toMatchObject({ states: ['notes', 'options'], yes: ['actions'], no: [], untold: false })
  })

  test('AMB-19 where the client was not told, a yes confirms that', async () => {
    const { id } = await raised(world.actor('Rowan'), { informed: false })
    expect(must(await form('Marlowe', id, 'decided')).form.untold).toBe(true)
    const { id: told } = await raised(world.actor('Rowan'))
    expect(must(await form('Marlowe', told, 'decided')).form.untold).toBe(false)
  })

  test('IMP-54 whom to tell is chosen from those who were asked for and approved, and is not stored with the form', async () => {
    const { id } = await authorised('Kit', 'Reese')
    const { form: sharing } = must(await form('Kit', id, 'disclosed'))
    expect(sharing.choices).toEqual([{ title: SAID.recipients, value: SAID.recipients }])
    expect(sharing.known).toEqual({})
  })

  test('nobody is asked for what is not theirs to do now', async () => {
    const { id } = await raised(world.actor('Avery'))
    expect(await form('Avery', id, 'decided')).toEqual(refused('settled'))
    expect(await form('Sutton', id, 'reported')).toEqual(refused('settled'))
    expect(await form('Avery', id, 'reported')).toEqual(refused('settled'))
  })

  test('WOR-28 a new request is asked for what is new, once the same was refused for good', async () => {
    const rowan = world.actor('Rowan')
    const { id, caseId } = await raised(rowan)
    expect(await breaches().beginning(rowan, caseId)).toEqual({ newFacts: false, anonymous: [] })
    must(await says('Marlowe', id, 'yes'))
    must(await does('Marlowe', id, { act: 'briefed' }))
    must(await says('Sage', id, 'no'))
    expect(await breaches().beginning(rowan, caseId)).toEqual({ newFacts: true, anonymous: [] })
  })

  test.each([
    [
      'Avery',
      ['issues', 'why', 'achieves', 'recipients', 'at-risk', 'new-facts', 'informed-how', 'uninformed-because'],
    ],
    ['Kit', ['issues', 'why', 'achieves', 'recipients', 'to-whom', 'new-facts', 'informed-how', 'uninformed-because']],
    ['Ada', ['issues', 'why', 'achieves', 'recipients', 'clause', 'new-facts', 'informed-how', 'uninformed-because']],
    ['Wren', ['question']],
    ['Rowan', []],
  ])('IMP-49 what %s may not give the client away in', async (name, codes) => {
    const caseId = await held(world.actor(name))
    expect(new Set((await breaches().beginning(world.actor(name), caseId)).anonymous)).toEqual(new Set(codes))
  })

  test('IMP-49 giveaways are shown to whoever writes and may know the client, and to nobody else', async () => {
    const { id, caseId } = await raised(world.actor('Rowan'))
    must(await says('Marlowe', id, 'yes'))
    const states = { brief: 'Ms Invented has to be helped' }
    const about = { breachId: id, act: 'briefed', states } as const
    expect(await breaches().giveaways(world.actor('Marlowe'), about)).toEqual([
      { code: 'brief', text: 'Ms Invented', certain: true },
    ])
    for (const name of ['Sage', 'Blair', 'Devon', 'Ada'])
      expect(await breaches().giveaways(world.actor(name), about)).toEqual([])
    await world.wall(caseId, staffIdOf('Marlowe'))
    expect(await breaches().giveaways(world.actor('Marlowe'), about)).toEqual([])
  })
})
