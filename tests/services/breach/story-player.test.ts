import { describe, expect, test } from '@jest/globals'
import type { Policy } from '../../../services/policy/policy.schema'
import { readProfile } from '../../../services/policy/policy.service'
import { storiesOf, UNIONS } from './story-files'
import { play } from './story-player'
import { readStories, type Story } from './story-reader'
import { isGlance } from './story-words'

const agrees = (policy: Policy, story: Story): boolean => {
  const { told, happened } = play(policy, story)
  return JSON.stringify(told) === JSON.stringify(happened)
}

/** The same story, with other outcomes told below one of its lines. */
const toldOtherwise = (story: Story, line: number, told: string[]): Story => ({
  ...story,
  passages: story.passages.map((passage) => (passage.line === line ? { ...passage, told } : passage)),
})

describe.each(UNIONS)('In the stories of %s every word counts', (union) => {
  const policy = readProfile(union)
  const passages = storiesOf(union).flatMap((story) => story.passages.map((passage) => ({ story, ...passage })))
  /** The outcomes that make a story true although it tells something else. */
  const idle = (otherwise: (told: string[], index: number) => string[] | null) =>
    passages.flatMap(({ story, line, told }) =>
      told.flatMap((outcome, index) => {
        const other = otherwise(told, index)
        return other && agrees(policy, toldOtherwise(story, line, other)) ? [`line ${line}: ${outcome}`] : []
      }),
    )

  test('somebody asked, or a refusal, may not be left untold', () => {
    expect(idle((told, index) => (isGlance(told[index]!) ? null : told.toSpliced(index, 1)))).toEqual([])
  })

  test('nor told twice', () => {
    expect(idle((told, index) => (isGlance(told[index]!) ? null : told.toSpliced(index, 0, told[index]!)))).toEqual([])
  })

  test('another refusal, person, reason or position is not what happened', () => {
    const otherwise = (outcome: string) =>
      outcome === 'refused: settled' ? 'refused: not theirs' : outcome.replace(/[^:]+$/, ' settled')
    expect(idle((told, index) => told.with(index, otherwise(told[index]!)))).toEqual([])
  })

  test('nobody is asked and nothing is refused where the story says nothing', () => {
    const silent = passages.filter(({ told }) => told.length === 0)
    expect(silent.length).toBeGreaterThan(20)
    for (const outcome of ['asked: Alex', 'refused: settled', 'nobody is left: Somebody is told'])
      expect(silent.filter(({ story, line }) => agrees(policy, toldOtherwise(story, line, [outcome])))).toEqual([])
  })
})

const story = (...lines: string[]) => ['# A story', 'People: Ann (Caseworker).', ...lines].join('\n')
const ENDS = '  it stands: not raised'

describe('A story is read strictly', () => {
  test.each([
    'Ann dances.',
    'Ann decides maybe.',
    'Ann decides yes',
    'ann decides yes.',
    'Ann decides yes, without a word.',
    'Ann raises it on something, urgent.',
    'Ann advises it.',
    'People: Ann.',
    'People: Ann (Caseworker) and Bo (Caseworker).',
    '30 minutes.',
    'A note for its readers',
    '  refused: because',
    '  refused:',
    '  asked: nobody',
    '  asks: Ann',
    '  nobody is left',
    '  it stands still',
  ])('an unknown line is an error with its number: %s', (line) => {
    expect(() => readStories(story(ENDS, line, ENDS))).toThrow(`line 4: unknown line: ${line.trim()}`)
  })

  test('an outcome before anything has happened is an error', () => {
    expect(() => readStories('# A story\n  it stands: not raised')).toThrow(
      'line 2: unknown line: it stands: not raised',
    )
  })

  test('a story that does not end with where it stands is an error', () => {
    expect(() => readStories(`${story()}\n\n${story(ENDS)}`)).toThrow('line 1: the story does not end')
    expect(() => readStories(`${story(ENDS)}\n\n${story()}`)).toThrow('line 5: the story does not end')
    expect(readStories(`For its readers.\n\n${story(ENDS)}`)).toHaveLength(1)
  })

  const policy = readProfile(UNIONS.find((union) => readProfile(union).breach.consult)!)
  const played = (...lines: string[]) => play(policy, readStories(story(...lines, ENDS))[0]!)

  test.each([
    ['Bo decides yes.', 'line 3: there is no Bo'],
    ['Ann names Bo.', 'line 3: there is no Bo'],
    ['Bo is away.', 'line 3: there is no Bo'],
    ['Ann becomes Emperor.', 'line 3: nobody is called Emperor'],
    ['Ann becomes Caseworker.', 'line 3: that changes nothing'],
    ['Ann takes the advice of the Caseworker.', 'line 3: no advice of the Caseworker is wanted'],
    ['Ann raises it again on anything, urgent; the client was told.', 'line 3: raised again, or for the first time?'],
  ])('somebody or something that is not there is an error with its line: %s', (line, message) => {
    expect(() => played(line)).toThrow(message)
  })

  test('nothing is compared after the line at which story and rules part', () => {
    const { told, happened } = played('Ann raises it on nothing, urgent; the client was told.', 'Ann withdraws it.')
    expect(told).toHaveLength(2)
    expect(happened).toEqual([...told, 'refused: ground unknown'])
  })
})
