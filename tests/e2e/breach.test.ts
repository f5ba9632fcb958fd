import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Person } from '../support/person'
import { type Playground, startPlayground } from '../support/playground'

let playground: Playground
beforeAll(async () => {
  playground = await startPlayground()
})
afterAll(() => playground?.stop())

/** A case of their own, from the enquiry to the open file. */
async function openedBy(adviser: Person): Promise<void> {
  await adviser.press('New enquiry')
  await adviser.press('Telephone')
  await adviser.press('Yes: advice is needed')
  await adviser.type(/^Name/, 'Quinn Invented')
  await adviser.type(/^Student number/, '1234567')
  await adviser.type(/^Reason/, 'A letter about a module mark')
  await adviser.press('Open the case')
  await adviser.press('Choose who takes it')
  await adviser.pick('Rowan Example')
  await adviser.choose('Came to them first')
  await adviser.press('Offer the case')
  await adviser.sees('New case for you')
  await adviser.press('Accept case')
  await adviser.press('Open the case')
  await adviser.sees(/Quinn Invented 1234567 OPEN/)
}

describe.each(['desktop', 'phone'] as const)(
  'WOR-21 WOR-25 WOR-26 Sharing without consent in a browser, %s',
  (size) => {
    test('an adviser asks, the manager decides and briefs, the Chief Executive authorises without learning who it is', async () => {
      const adviser = await playground.open('worcester-rowan-example', size)
      await openedBy(adviser)
      await adviser.press('Share without consent')
      await adviser.choose('Somebody’s life is seriously threatened')
      await adviser.photograph('breach-1-ground')
      await adviser.press('Go on')
      await adviser.choose('Yes, told')
      await adviser.type(/^When and how they were told/, 'Today at nine, in the room; they understood.')
      await adviser.photograph('breach-2-client')
      await adviser.press('Go on')
      await adviser.type(/^What the matter is/, 'They said that they will not be alive tonight.')
      await adviser.type(/^Recipients/, 'The doctor on call, by telephone')
      await adviser.type(/^Whose life is in danger/, 'Their own')
      await adviser.photograph('breach-3-facts')
      await adviser.pressFor('Send the request', /is sent/)
      await adviser.photograph('breach-4-sent')

      const manager = await playground.open('worcester-marlowe-fiction', size)
      await manager.sees(/Decision needed: case/)
      await manager.photograph('breach-5-asked')
      await manager.openRow(/Decision needed: case/)
      await manager.sees('Quinn Invented 1234567')
      await manager.photograph('breach-6-request')
      await manager.press('Decide')
      await manager.type(/^The discussion/, 'On the telephone at half past nine: what else could help.')
      await manager.type(/^Reasons/, 'The danger is near and nobody else is with them.')
      await manager.photograph('breach-7-record')
      await manager.press('Go on')
      await manager.photograph('breach-8-answer')
      await manager.pressFor('Yes: share', /: on record/)
      await manager.say('home')
      await manager.openRow(/Write the brief: case/)
      await manager.press('Write the brief')
      await manager.type(/^What the next person is told/, 'Quinn Invented is in danger of their life.')
      await manager.tick()
      await manager.pressFor('Write the brief', /shows who it is about/)
      await manager.photograph('breach-9-brief-refused')
      await manager.type(
        /^What the next person is told/,
        'A client is in danger of their life today; a doctor would be told.',
      )
      await manager.press('Write the brief')
      await manager.sees(/: on record/)

      const executive = await playground.open('worcester-sage-prototype', size)
      await executive.openRow(/Decision needed: case/)
      await executive.sees(/A client is in danger of their life today/)
      expect(await executive.page.getByText(/Quinn|1234567/).count()).toBe(0)
      await executive.photograph('breach-10-brief')
      await executive.press('Decide')
      await executive.type(/^Reasons/, 'Nothing less would help in time.')
      await executive.press('Go on')
      await executive.type(/^Agreed actions/, 'Telephone the doctor on call')
      await executive.photograph('breach-11-authorise')
      await executive.press('Yes: share')
      await executive.sees(/: on record/)

      await adviser.sees(/May be shared until/)
      await adviser.photograph('breach-12-authorised')
      await adviser.press('Open the request')
      await adviser.sees(/share with those named and nobody else/)
      await adviser.photograph('breach-13-to-do')
      const counts = [adviser.counts, manager.counts, executive.counts]
      process.stdout.write(`${size}: ${JSON.stringify(counts)}\n`)
    })
  },
)
