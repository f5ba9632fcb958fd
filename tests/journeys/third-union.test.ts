import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { textsOf } from '../../bot/dev/pretend-teams'
import type { SampleUnion } from '../../bot/dev/sample-staff'
import { readSampleUnions } from '../../bot/dev/sample-staff'
import { parseProfile } from '../../services/policy/policy.service'
import cardiff from '../../services/policy/profiles/cardiff.json'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'

/** A union that exists nowhere: other names, other numbers, other steps, and not a line of code. */
const profile = parseProfile({
  ...structuredClone(cardiff),
  id: 'atlantis',
  name: 'Atlantis Students',
  service: 'The Lighthouse',
  labels: { ...cardiff.labels, 'term.caseworker': 'Keeper' },
  intake: {
    ...cardiff.intake,
    channels: [{ id: 'telephone', steps: ['storage'], putThrough: true, firstContact: 'reason' }],
    studentNumber: { pattern: '^at[0-9]{3}$', example: 'at123', required: true },
  },
})

let casekeeper: Casekeeper
beforeAll(async () => {
  const [, sample] = readSampleUnions() as [SampleUnion, SampleUnion]
  const union = { ...sample, organisation: { ...sample.organisation, profile: 'atlantis' } }
  casekeeper = await startCasekeeper(undefined, { unions: [union], profiles: new Map([['atlantis', profile]]) })
})
afterAll(() => casekeeper.stop())

test('IMP-68 a union made of data alone runs the main job', async () => {
  const { teams } = casekeeper
  const robin = casekeeper.person('Robin')
  let card = await teams.say(robin, 'intake')
  card = await teams.press(robin, card, 'Telephone')
  card = await teams.press(robin, card, 'Yes: advice is needed', { kind: 'general' })
  card = await teams.press(robin, card, 'Go on', { done: 'true', answer: 'yes' })
  card = await teams.press(robin, card, 'Open the case', { name: 'Quinn Invented', number: 'AT 123', reason: 'A mark' })
  card = await teams.press(robin, card, 'Offer the case', { urgent: 'false' })
  await casekeeper.bot.worker.drain()
  const ada = casekeeper.person('Ada')
  const accepted = await teams.press(ada, teams.chat(ada)[0]!, 'Accept case')
  expect(textsOf(accepted.card).join('\n')).toContain('accepted by Ada Sample')
})

test("IMP-58 what is stored carries the server's time, whatever the device says", async () => {
  const [found] = await casekeeper.mongo.db.collection('cases').find().toArray()
  expect(Math.abs(found!.openedAt.getTime() - casekeeper.clock.now().getTime())).toBeLessThan(60_000)
})
