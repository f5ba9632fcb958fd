import { describe, expect, test } from '@jest/globals'
import { makeButton } from '../../cards/button'
import { notice } from '../../cards/notice'
import { CaseworkError } from '../../services/platform/errors'
import { aLook, drawn, elementsOf, HOSTILE, read, TURNED, verbsOf } from './drawing'

const look = aLook()

describe('A notice', () => {
  test('says what happened in a line or two, and offers the way on', () => {
    const screen = drawn(notice(look, 'Note saved in case ABCD-EFGH', ['One line.'], [makeButton('Home', 'home')]))
    expect(read(screen).split('\n').slice(1)).toEqual(['Note saved in case ABCD-EFGH', 'One line.', 'Home'])
    expect(verbsOf(screen)).toEqual(['home'])
    expect(screen.kind).toBe('shell')
  })

  test('without buttons has no empty row of them', () => {
    expect(elementsOf(drawn(notice(look, 'Put aside. Nothing was recorded.')), 'ActionSet')).toEqual([])
  })

  test('takes six buttons and not seven', () => {
    const buttons = Array.from({ length: 7 }, (_, at) => makeButton(`Home ${at}`, 'home'))
    drawn(notice(look, 'x', [], buttons.slice(0, 6)))
    expect(() => notice(look, 'x', [], buttons)).toThrow(CaseworkError)
  })

  test.each(HOSTILE)('shows %s as it was typed', (_what, typed) => {
    const screen = drawn(notice(look, typed, [typed], [makeButton(typed, 'home')]))
    expect(read(screen)).toBe(['Sample data: nobody here is real', typed, typed, typed].join('\n'))
    expect(elementsOf(screen, 'Action.Execute')[0]).toEqual(makeButton(typed, 'home'))
  })

  test('leaves out what turns the line around and cannot be seen', () => {
    expect(read(drawn(notice(look, TURNED.typed)))).toContain(TURNED.shown)
  })

  test('shows ten thousand letters', () => {
    expect(read(drawn(notice(look, 'x', ['a'.repeat(10_000)])))).toContain('a'.repeat(10_000))
  })
})
