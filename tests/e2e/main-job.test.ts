import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Playground, startPlayground } from '../support/playground'

let playground: Playground
beforeAll(async () => {
  playground = await startPlayground()
})
afterAll(() => playground?.stop())

describe.each(['desktop', 'phone'] as const)('The main job in a browser, %s', (size) => {
  test('an Assistant takes a call, a Coordinator accepts the case and writes the first note', async () => {
    const assistant = await playground.open('cardiff-robin-example', size)
    await assistant.photograph('1-home')
    await assistant.press('New enquiry')
    await assistant.press('Telephone')
    await assistant.press('Yes: advice is needed')
    const script: [RegExp, 'Yes' | 'No' | null][] = [
      [/Step 1 of 5/, null],
      [/Step 2 of 5/, 'Yes'],
      [/Step 3 of 5/, null],
      [/Step 4 of 5/, 'No'],
    ]
    for (const [progress, answer] of script) {
      await assistant.sees(progress)
      await assistant.tick()
      if (answer) await assistant.choose(answer)
      if (answer === 'No') await assistant.photograph('2-script')
      await assistant.press('Go on')
    }
    await assistant.type(/^Name/, 'Quinn Invented')
    await assistant.type(/^Student number/, '1234567')
    await assistant.type(/^Reason/, 'A letter about a module mark')
    await assistant.photograph('3-details')
    await assistant.press('Open the case')
    await assistant.sees(/is next on the rota/)
    await assistant.photograph('4-proposal')
    const proposed = await assistant.page
      .getByText(/is next on the rota/)
      .last()
      .textContent()
    await assistant.press('Offer the case')
    await assistant.sees(/is offered to/)
    await assistant.photograph('5-offered')

    const slug = proposed!.includes('Ada') ? 'cardiff-ada-sample' : 'cardiff-bo-specimen'
    const coordinator = await playground.open(slug, size)
    await coordinator.sees('New case for you')
    await coordinator.photograph('6-allocation-card')
    await coordinator.press('Accept case')
    await coordinator.sees(/accepted by/)
    await coordinator.press('Open the case')
    await coordinator.sees(/Quinn Invented 1234567 OPEN/)
    await coordinator.photograph('7-case')
    await coordinator.press('Add a note')
    await coordinator.type(/^What was said/, 'Explained the appeal form.')
    await coordinator.press('Save')
    await coordinator.sees(/Note saved/)
    await coordinator.photograph('8-note-saved')

    const counts = [assistant.counts, coordinator.counts]
    process.stdout.write(`${size}: ${JSON.stringify(counts)}\n`)
    expect(counts).toEqual([
      { presses: 9, ticks: 6, typed: 3 },
      { presses: 4, ticks: 0, typed: 1 },
    ])
  })
})
