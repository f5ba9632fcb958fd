import { afterAll, beforeAll, describe, test } from '@jest/globals'
import { Album } from '../support/album'
import type { Person } from '../support/person'
import { type Playground, startPlayground } from '../support/playground'

let playground: Playground

async function isAway(person: Person): Promise<void> {
  await person.say('away')
  await person.sees('First day back')
  await person.type(/^First day back/, '2026-12-24')
  await person.press('Save')
  await person.sees(/until/)
}

async function isBack(person: Person): Promise<void> {
  await person.say('away')
  await person.sees('First day back')
  await person.press('I am back')
  await person.sees(/back/)
}

/** What is not the straight way through a chain, as pictures: for looking at, not for every run. */
describe.each(['desktop', 'phone'] as const)('What else can become of a request, %s', (size) => {
  beforeAll(async () => {
    playground = await startPlayground()
  })
  afterAll(() => playground?.stop())

  const albumOf = (union: string, story: string) => new Album(playground, size, union, story)

  test('worcester: the manager is away, advice lets the same person decide again, the answer is no for good', async () => {
    const album = albumOf('worcester', 'no-for-good')
    const manager = await album.at('marlowe-fiction')
    await isAway(manager)
    await album.photograph(manager, 'away')
    const adviser = await album.requests('rowan-example')
    await album.does('sage-prototype', 'Decide', 'Yes: share')
    await album.does('sage-prototype', 'Write the brief')
    await album.does('sage-prototype', 'Record the advice')
    await album.does('sage-prototype', 'Decide', 'No: do not share')
    await adviser.sees(/The answer is no, for good/)
    await album.photograph(adviser, 'told')
    await album.opensNews(adviser, 'refused')
    await isBack(manager)
  })

  test('worcester: a client tells of a crime', async () => {
    const album = albumOf('worcester', 'concern')
    const asked = await album.at('arden-mock')
    const adviser = await album.holds('rowan-example')
    await adviser.press('Concern about a crime')
    await adviser.sees(/say this$/)
    await album.photograph(adviser, 'warning')
    await adviser.tick()
    await adviser.type(/^At what time/, '9:55')
    await adviser.press('Go on')
    await adviser.sees(/without naming anybody/)
    await album.finish(adviser, 'concern', 'Send')
    await asked.sees('A colleague asks for advice')
    await album.photograph(asked, 'asked')
    await asked.press('Reply')
    await album.finish(asked, 'reply', 'Send')
    await album.photograph(adviser, 'replied')
  })

  test('lancaster: in a hurry and with the manager away somebody is named, who answers no', async () => {
    const album = albumOf('lancaster', 'named')
    const manager = await album.at('reese-fiction')
    await isAway(manager)
    const adviser = await album.requests('kit-example')
    await album.does('darcy-prototype', 'Name who decides')
    await album.does('campbell-mock', 'Decide', 'No: do not share')
    await adviser.sees(/The answer is no/)
    await album.photograph(adviser, 'told')
    await album.opensNews(adviser, 'refused')
    await isBack(manager)
  })

  test('cambridge: advice against, asked beforehand and apart, and the officer answers no', async () => {
    const album = albumOf('cambridge', 'against')
    const colleague = await album.at('emery-sample')
    const adviser = await album.holds('wren-example')
    await adviser.press('Ask a colleague')
    await album.finish(adviser, 'consult', 'Send')
    await colleague.sees('A colleague asks for advice')
    await album.photograph(colleague, 'asked')
    await colleague.press('Reply')
    await album.finish(colleague, 'reply', 'Send')
    await album.requests('wren-example')
    await album.does('emery-sample', 'Give advice', 'I advise against')
    await album.does('wren-example', 'Decide', 'No: do not share')
    await album.opensNews(adviser, 'refused')
  })

  test('londonmet: taken back', async () => {
    const album = albumOf('londonmet', 'taken-back')
    const director = await album.at('sutton-prototype')
    const adviser = await album.requests('avery-example')
    await director.sees(/Decision needed/)
    await album.opensNews(adviser, 'before')
    await adviser.press('Take the request back')
    await album.finish(adviser, 'take-back', 'Take the request back')
    await director.sees(/waits for you no longer/)
    await album.photograph(director, 'settled')
  })

  test('londonmet: who it is about is shown, the facts change, it runs out, and is confirmed again twice', async () => {
    const album = albumOf('londonmet', 'ran-out')
    await album.requests('avery-example')
    const hidden = await album.opens('sutton-prototype', 'hidden')
    await hidden.press('Show who it is about')
    await hidden.sees('Quinn Invented')
    await album.photograph(hidden, 'shown')
    await album.does('sutton-prototype', 'Decide', 'Yes: share')
    await album.does('avery-example', 'The facts have changed')
    await album.opens('avery-example', 'waits-for-confirmation')
    const director = await album.does('sutton-prototype', 'Confirm again')
    await playground.forward('PT25H')
    await director.sees(/To be confirmed again/)
    await album.photograph(director, 'a-day-later')
    await album.does('sutton-prototype', 'Confirm again')
    await album.opens('avery-example', 'confirmed')
  })

  test('londonmet: nobody answers, and the last resort hears of it', async () => {
    const album = albumOf('londonmet', 'silence')
    const adviser = await album.requests('avery-example')
    const executive = await album.at('ariel-mock')
    const manager = await album.at('remy-fiction')
    await playground.forward('PT31M')
    await executive.sees(/Decision needed/)
    await album.photograph(executive, 'asked-next')
    await playground.forward('PT31M')
    await manager.sees(/nobody has answered/)
    await album.photograph(manager, 'last-resort')
    await album.photograph(adviser, 'requester')
    await album.does('sutton-prototype', 'Decide', 'No: do not share')
  })

  test('cardiff: the provisional route, where the deputy answers no', async () => {
    const album = albumOf('cardiff', 'deputy')
    const adviser = await album.requests('ada-sample')
    const deputy = await album.at('sam-prototype')
    await playground.forward('PT31M')
    await deputy.sees(/Decision needed/)
    await album.does('sam-prototype', 'Decide', 'No: do not share')
    await adviser.sees(/The answer is no/)
    await album.photograph(adviser, 'told')
  })

  test('cambridge: an emergency, its record, and the advice that is made good', async () => {
    const album = albumOf('cambridge', 'emergency')
    const adviser = await album.at('winter-specimen')
    await adviser.say('emergency')
    await adviser.sees('999')
    await album.photograph(adviser, 'numbers')
    await adviser.press('Record what was done')
    await adviser.sees('What they were told (required)')
    await adviser.choose('Emergency services 999')
    await adviser.type(/^What they were told/, 'Somebody needs help at once.')
    await album.photograph(adviser, 'call')
    await adviser.press('Go on')
    await adviser.sees(/was told|know/)
    await album.photograph(adviser, 'danger')
    await adviser.fillLast('')
    await adviser.press('Go on')
    await adviser.type(/^Who got information/, 'The warden of the house')
    await album.photograph(adviser, 'given-out')
    await adviser.press('Save')
    await adviser.sees(/still owed/)
    await album.photograph(adviser, 'owed')
    await adviser.say('home')
    await adviser.openRow(/ask a colleague, then note the advice/)
    await album.finish(adviser, 'advice', 'Save')
  })
})
