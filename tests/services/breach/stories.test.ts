import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { BreachPolicy } from '../../../services/breach/breach.policy'
import { PROFILES_FOLDER, readProfile } from '../../../services/policy/policy.service'
import { storiesOf, UNIONS } from './story-files'
import { play } from './story-player'

describe.each(UNIONS)('The procedure of %s, as its people tell it', (union) => {
  const policy = readProfile(union)
  test.each(storiesOf(union).map((story) => [story.title, story] as const))('%s', (_title, story) => {
    const { told, happened } = play(policy, story)
    expect(happened).toEqual(told)
  })

  test('every ground is raised, and everything that has to be stated is left out once', () => {
    const stories = storiesOf(union)
    const raised = stories.flatMap(({ passages }) =>
      passages.flatMap(({ does }) => ('ground' in does ? [does.ground] : [])),
    )
    const leftOut = stories.flatMap((story) => play(policy, story).leftOut)
    expect(policy.breach.grounds.filter(({ id }) => !raised.includes(id))).toEqual([])
    expect(wanted(policy.breach).filter((statement) => !leftOut.includes(statement))).toEqual([])
  })
})

/** Everything that somebody has to state at one step or another under a chain. */
function wanted({ states, grounds, stages, consult, report, closing }: BreachPolicy): string[] {
  const of = (act: string, codes: readonly string[]) => codes.map((code) => `${act} ${code}`)
  return [
    ...of('raised', [...states, ...grounds.flatMap((ground) => ground.states)]),
    ...(consult ? ['advised advice'] : []),
    ...stages.flatMap(({ records: { either, yes, no }, identity, again }) => [
      ...of('decided', [...either, ...yes, ...no]),
      ...of('briefed', identity === 'brief' ? ['brief'] : []),
      ...of('took-advice', again ? ['adviser', 'question', 'advice'] : []),
    ]),
    'withdrawn withdrawn-because',
    'facts-changed new-facts',
    ...of('reported', report),
    ...of('completed', [...closing, 'actions-done']),
  ]
}

test('every union with a profile has its stories, a dozen at least, and each begins with what it shows', () => {
  expect(UNIONS).toEqual(readdirSync(PROFILES_FOLDER).map((file) => basename(file, '.json')))
  for (const union of UNIONS) {
    const titles = storiesOf(union).map(({ title }) => title)
    expect(titles.length).toBeGreaterThanOrEqual(12)
    expect(new Set(titles).size).toBe(titles.length)
    expect(titles.filter((title) => !/^([A-Z]{3}-\d\d )+[A-Z]/.test(title))).toEqual([])
  }
})
