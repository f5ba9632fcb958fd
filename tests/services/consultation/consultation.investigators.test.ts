import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { readSampleUnions, type SampleUnion } from '../../../bot/dev/sample-staff'
import { EVERYBODY } from '../../../services/consultation/consultation.service'
import type { Actor } from '../../../services/people/people.types'
import { newId } from '../../../services/platform/ids'
import { parseProfile } from '../../../services/policy/policy.service'
import cambridge from '../../../services/policy/profiles/cambridge.json'
import { ADVICE, QUESTION } from '../../support/consultation-world'
import { must, refused, type ServicesWorld, startServices } from '../../support/services'

describe('People who may have to investigate a complaint', () => {
  /** Cambridge with such a role, which Winter holds beside their own. */
  const profile = parseProfile({
    ...structuredClone(cambridge),
    id: 'camelot',
    access: {
      roles: {
        ...cambridge.access.roles,
        investigator: { title: 'Investigator', titles: [], permissions: [], home: [] },
      },
    },
    breach: { ...cambridge.breach, investigators: 'investigator' },
  })

  let world: ServicesWorld
  let winter: Actor
  beforeAll(async () => {
    const group = newId()
    const sample = readSampleUnions().find(({ organisation }) => organisation.orgId === 'cambridge')!
    const { organisation, directory, personas } = sample
    const members = personas.filter(({ name }) => name.startsWith('Winter')).map(({ id }) => id)
    const union: SampleUnion = {
      ...sample,
      organisation: { ...organisation, profile: 'camelot', roles: { ...organisation.roles, investigator: [group] } },
      directory: { ...directory, groups: [...directory.groups, { id: group, displayName: 'Investigators', members }] },
    }
    world = await startServices('consultation-investigators', [union], new Map([['camelot', profile]]))
    winter = world.actor('Winter')
  })
  afterAll(() => world.stop())

  test('LAN-26 are neither offered nor asked', async () => {
    const { consultations } = world.services
    const [wren, emery] = [world.actor('Wren'), world.actor('Emery')]
    const { caseId } = await world.accepted(wren, wren)
    const { colleagues } = must(await consultations.colleagues(wren, { caseId }))
    expect(colleagues.map(({ staffId }) => staffId)).toEqual([emery.staffId])
    const question = { caseId, reason: 'second-view', text: QUESTION, confirmed: true }
    const toWinter = await consultations.ask(wren, { id: newId(), ...question, to: winter.staffId })
    expect(toWinter).toEqual(refused('not-to-be-asked'))
    must(await consultations.ask(wren, { id: newId(), ...question, to: EVERYBODY }))
    expect((await world.outbox({ card: 'consultation' })).map(({ to }) => to)).toEqual([emery.staffId])
  })

  test('LAN-26 take no part any more in what they were asked before', async () => {
    const { consultations } = world.services
    const [wren, emery] = [world.actor('Wren'), world.actor('Emery')]
    const { caseId } = await world.accepted(wren, wren)
    const question = { id: newId(), caseId, reason: 'second-view', to: EVERYBODY, text: QUESTION, confirmed: true }
    must(await consultations.ask(wren, question))
    const became = { ...emery, roles: [...emery.roles, 'investigator'] }
    const given = { id: newId(), consultationId: question.id, text: ADVICE }
    expect(await consultations.show(became, given)).toEqual(refused('not-theirs'))
    expect(await consultations.reply(became, given)).toEqual(refused('not-theirs'))
    must(await consultations.reply(emery, given))
  })
})
