import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'
import { storyOf, words } from '../support/story'

let casekeeper: Casekeeper
beforeAll(async () => {
  casekeeper = await startCasekeeper()
})
afterAll(() => casekeeper.stop())

const { say, press, newest } = storyOf(() => casekeeper)
const drained = () => casekeeper.bot.worker.drain()

describe('London Metropolitan: the numbers first', () => {
  test('LMU-34 IMP-55 the first reply shows both numbers, and asks nothing', async () => {
    const card = await say('Avery', 'emergency')
    expect(words(card)).toMatch(/999[\s\S]*3333/)
    await drained()
    let form = await press('Avery', newest('Avery'), 'Record what was done')
    form = await press('Avery', form, 'Go on', {
      service: 'university-security',
      date: '2026-11-24',
      time: '09:55',
      told: 'Quinn is on the roof',
    })
    form = await press('Avery', form, 'Go on', { informed: 'yes', danger: 'client' })
    form = await press('Avery', form, 'Save', { shared: 'the warden' })
    await drained()
    const file = await press('Remy', newest('Remy'), 'Show')
    form = await press('Remy', file, 'Record the review')
    form = await press('Remy', form, 'Save', { within: 'yes', finding: 'All well' })
  })
})
