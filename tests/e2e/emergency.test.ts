import { afterAll, beforeAll, describe, test } from '@jest/globals'
import { type Playground, startPlayground } from '../support/playground'

let playground: Playground
beforeAll(async () => {
  playground = await startPlayground()
})
afterAll(async () => {
  playground?.continueDatabase()
  await playground?.stop()
})

describe.each(['desktop', 'phone'] as const)('LMU-34 IMP-55 An emergency in a browser, %s', (size) => {
  test('with the database stopped the numbers come at once, and it is recorded when the database is back', async () => {
    const adviser = await playground.open('londonmet-avery-example', size)
    playground.stopDatabase()
    await adviser.say('emergency')
    await adviser.sees('999')
    await adviser.sees('3333')
    await adviser.photograph('emergency-1-numbers')
    playground.continueDatabase()
    await adviser.sees(/Noted at/)
    await adviser.photograph('emergency-2-noted')
    process.stdout.write(`${size}: ${JSON.stringify(adviser.counts)}\n`)
  })
})
