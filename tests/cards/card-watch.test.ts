import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type PretendTeams, startPretendTeams } from '../../bot/dev/pretend-teams'
import { notice } from '../../cards/notice'
import { proposal } from '../../cards/proposal'
import { watchCards } from './card-watch'
import { aLook } from './drawing'
import { aProposal } from './views'

const look = aLook()

let real: PretendTeams
beforeAll(async () => {
  real = await startPretendTeams(() => 'http://localhost:9')
})
afterAll(() => real.stop())

const post = (card: object) =>
  fetch(`http://${real.host}/v3/conversations/chat-ada/activities`, {
    method: 'POST',
    body: JSON.stringify({ type: 'message', attachments: [{ content: card }] }),
  })

test('a journey whose cards may be shown has no faults, and one bad card among them is named once', async () => {
  const { faults } = watchCards(real)
  await post(notice(look, 'Note saved').card)
  expect(faults()).toEqual([])
  const good = notice(look, 'Note "saved"').card
  for (let times = 0; times < 2; times++) await post({ ...good, version: '1.6' })
  expect(faults()).toEqual(['posted "Note "saved"": card.version: is none of 1.5'])
})

test('IMP-22 content that is posted is a fault, and in the answer to a press it is none', async () => {
  const { card } = proposal(look, aProposal(), false)
  const answering = { ...real, press: async () => ({ id: '1', card, summary: '' }) }
  const watched = watchCards({ ...answering, everything: () => [] })
  await watched.teams.press(...([] as unknown as Parameters<PretendTeams['press']>))
  expect(watched.faults()).toEqual([])
  await post(card)
  expect(watchCards(real).faults().join('\n')).toContain('a run is for what people typed, and this is posted')
})

test('a bad answer to a press is named too', async () => {
  const card = { ...notice(look, 'Note saved').card, body: [] }
  const watched = watchCards({ ...real, everything: () => [], press: async () => ({ id: '1', card, summary: '' }) })
  await watched.teams.press(...([] as unknown as Parameters<PretendTeams['press']>))
  expect(watched.faults().join('\n')).toContain('answer "no heading": card.body: is empty')
})
