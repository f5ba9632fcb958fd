import { describe, expect, test } from '@jest/globals'
import { readCommand, readEmergency } from '../../bot/commands'
import { newReference, showReference } from '../../services/platform/ids'

describe('A line that asks for the numbers of an emergency', () => {
  test.each([
    ['emergency'],
    ['Emergency!!'],
    ['EMERGENCY'],
    ['emergancy'],
    ['emergncy'],
    ['emergenci'],
    ['emrgency'],
    ['999'],
    ['call 999 now'],
    ['112'],
    ['urgent help'],
    ['need urgent help'],
    ['urgant help'],
  ])('IMP-55 “%s”', (line) => {
    expect(readEmergency(line)).toEqual({ reference: null })
  })

  test.each([
    ['home'],
    ['call backs'],
    ['urgent'],
    ['help'],
    ['1999'],
    ['case ABCD-9990'],
    ['99 9'],
    [''],
    ['the student spoke about an emergency appointment'],
  ])('IMP-55 not “%s”', (line) => {
    expect(readEmergency(line)).toBeNull()
  })

  test('IMP-55 a reference beside it is read in every way in which people write one', () => {
    const reference = newReference()
    for (const typed of [showReference(reference), reference.toLowerCase(), showReference(reference).replace('-', ' ')])
      expect(readEmergency(`emergency ${typed}`)).toEqual({ reference })
  })

  test('IMP-55 three digits are nobody’s number, and a longer line is offered the button', () => {
    expect(readCommand('998')).toHaveProperty('nearest')
    expect(readCommand('emergencies')).toMatchObject({ nearest: expect.arrayContaining(['emergency']) })
  })
})
