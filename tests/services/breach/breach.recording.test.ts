import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { breachesOn, foundOn, SAID, without } from '../../support/breach-world'
import { must, refused, type ServicesWorld, startServices } from '../../support/services'

let world: ServicesWorld
const { acts, afresh, authorised, does, record, says } = breachesOn(() => world)
const { form, opens } = foundOn(() => world)
beforeAll(async () => {
  world = await startServices('breach-recording')
})
beforeEach(afresh)
afterAll(() => world.stop())

describe('Once it may be shared', () => {
  test('WOR-27 each agreed action is ticked once, and it is finished when all of them are', async () => {
    const two = { ...SAID, actions: 'Telephone the heron\n\n  Write to the wren  ' }
    const { id } = await authorised('Kit', 'Reese', two)
    must(await does('Kit', id, { act: 'disclosed' }))
    must(await does('Kit', id, { act: 'reported' }))
    const { form: ticking } = must(await form('Kit', id, 'action-done'))
    expect(ticking.choices).toEqual([
      { title: 'Telephone the heron', value: '0' },
      { title: 'Write to the wren', value: '1' },
    ])
    must(await does('Kit', id, { act: 'action-done', action: 0 }))
    expect(await does('Kit', id, { act: 'action-done', action: 0 })).toMatchObject({ ok: true, repeated: true })
    expect(await does('Frankie', id, { act: 'action-done', action: 0 })).toEqual(refused('acted-before'))
    expect(await does('Kit', id, { act: 'completed' })).toEqual(refused('statement-missing'))
    expect(must(await form('Kit', id, 'action-done')).form.choices.map(({ value }) => value)).toEqual(['1'])
    must(await does('Kit', id, { act: 'action-done', action: 1 }))
    expect(must(await opens('Kit', id)).view.deeds.map(({ act }) => act)).not.toContain('action-done')
    must(await does('Kit', id, { act: 'completed' }))
    expect((await acts(id)).filter((act) => act === 'action-done')).toHaveLength(2)
  })

  test('an action that was never agreed cannot be ticked', async () => {
    const { id } = await authorised('Kit', 'Reese')
    expect(await does('Kit', id, { act: 'action-done', action: 1 })).toEqual(refused('settled'))
    expect(await does('Kit', id, { act: 'action-done', action: -1 })).toEqual(refused('settled'))
    expect(await acts(id)).toEqual(['raised', 'asked', 'decided'])
  })

  test.each([
    ['LMU-33', 'safeguarding'],
    ['LMU-36', 'complaint-route'],
  ])('%s it is not finished without %s', async (_id, code) => {
    const { id } = await authorised('Avery', 'Sutton')
    must(await does('Avery', id, { act: 'reported' }))
    must(await does('Avery', id, { act: 'action-done', action: 0 }))
    expect(await does('Avery', id, { act: 'completed' }, without(code))).toEqual(refused('statement-missing'))
    expect(await does('Avery', id, { act: 'completed' }, { ...SAID, [code]: ' \n ' })).toEqual(
      refused('statement-missing'),
    )
    must(await does('Avery', id, { act: 'completed' }))
  })

  test('LAN-25 WOR-27 CAM-12 it is not finished before the report, and no section of that may be left out', async () => {
    const { id } = await authorised('Kit', 'Reese')
    must(await does('Kit', id, { act: 'action-done', action: 0 }))
    expect(await does('Kit', id, { act: 'completed' })).toEqual(refused('settled'))
    for (const code of ['facts', 'reasons', 'recipients', 'content', 'outcome'])
      expect(await does('Kit', id, { act: 'reported' }, without(code))).toEqual(refused('statement-missing'))
    must(await does('Kit', id, { act: 'reported' }))
  })

  test.each([
    ['somebody else', 'a parent'],
    ['one who was approved and somebody else', 'a heron, recipients and a parent'],
    ['two lines', 'a heron, recipients\na parent'],
    ['part of a line', 'a heron'],
  ])('IMP-54 nothing goes to %s: that needs a decision of its own', async (_who, recipient) => {
    const { id } = await authorised('Kit', 'Reese')
    const before = await record(id)
    expect(await does('Kit', id, { act: 'disclosed' }, { ...SAID, recipient })).toEqual(refused('not-approved'))
    expect(await record(id)).toEqual(before)
    must(await does('Kit', id, { act: 'disclosed' }, { ...SAID, recipient: ' A HERON, recipients ' }))
  })

  test('nobody who may not open the case records anything in it, the decider neither', async () => {
    const { id } = await authorised('Avery', 'Sutton')
    for (const act of ['told-client', 'disclosed', 'reported', 'completed'] as const)
      expect(await does('Sutton', id, { act })).toEqual(refused('no-permission'))
    expect(await says('Ada', id, 'yes')).toEqual(refused('unknown'))
  })
})
