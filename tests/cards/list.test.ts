import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { makeButton } from '../../cards/button'
import { list, listWithNames } from '../../cards/list'
import { aLook, drawn, elementsOf, HOSTILE, read, TURNED } from './drawing'
import { aList, aRow } from './views'

const look = aLook()
const rowsOf = (screen: Parameters<typeof elementsOf>[0]) =>
  elementsOf(screen, 'Container').filter(({ selectAction }) => selectAction)

describe('A list', () => {
  test('has rows that open by being pressed, under their groups', () => {
    const screen = drawn(list(look, aList([aRow('ABCD-EFGH', 'opened yesterday')])))
    expect(read(screen)).toContain('My cases\nNovember 2026, week W48\nABCD-EFGH\nopened yesterday')
    expect(rowsOf(screen).map(({ selectAction }) => selectAction)).toEqual([aRow().press])
  })

  test('without rows says so, and has no empty groups or rows of buttons', () => {
    const screen = drawn(list(look, aList([], { intro: 'You hold no open case.', groups: [], actions: [] })))
    expect(read(screen)).toContain('You hold no open case.')
    expect(elementsOf(screen, 'ActionSet')).toEqual([])
  })

  test('has buttons for what is done most, and more', () => {
    const four = Array.from({ length: 4 }, (_, at) => makeButton(`Home ${at}`, 'home'))
    const more = [makeButton('Look up a code', 'code')]
    expect(elementsOf(drawn(list(look, aList([], { actions: four, more }))), 'ActionSet')).toHaveLength(2)
  })

  test('with names is content, without them may be posted', () => {
    expect(drawn(list(look, aList([aRow()]))).kind).toBe('shell')
    expect(drawn(listWithNames(look, aList([aRow('ABCD-EFGH', 'Quinn Invented 1234567')]))).kind).toBe('content')
  })

  test.each(HOSTILE)('shows %s as it was typed', (_what, typed) => {
    const screen = drawn(listWithNames(look, aList([aRow(typed, typed)], { heading: typed, intro: typed })))
    expect(read(screen).split(typed)).toHaveLength(5)
    expect(rowsOf(screen)[0]!.selectAction).toEqual(aRow(typed).press)
  })

  test('leaves out what turns the line around and cannot be seen', () => {
    expect(read(drawn(listWithNames(look, aList([aRow('x', TURNED.typed)]))))).toContain(TURNED.shown)
  })
})

describe('A list longer than a card', () => {
  test.each([1, 40, 45, 60, 100])(
    '%i cases: all that fit are shown from the first on, the rest is counted',
    (count) => {
      const rows = Array.from({ length: count }, (_, at) => aRow(`Case ${at}.`))
      const screen = drawn(list(look, aList(rows)))
      const shown = rowsOf(screen).length
      expect(shown).toBeGreaterThanOrEqual(Math.min(count, 40))
      expect(read(screen)).toContain(`Case ${shown - 1}.`)
      const rest = /(\d+) more (do|does) not fit on this card/.exec(read(screen))
      expect(Number(rest?.[1] ?? 0)).toBe(count - shown)
    },
  )

  test('groups of which no row fits are left out', () => {
    const rows = Array.from({ length: 60 }, () => aRow())
    const groups = [
      { title: 'November 2026', rows },
      { title: 'October 2026', rows },
    ]
    expect(read(drawn(list(look, aList([], { groups }))))).not.toContain('October')
  })

  test('is never too large, whatever is written in it', () => {
    const letters = fc.constantFrom('a', '*', '"', '\\', 'ش', '案', '🐤', '\n1.', '{{DATE(', '\u202E', '<', '\u0000')
    const text = fc.array(letters, { minLength: 1, maxLength: 60 }).map((parts) => parts.join(''))
    const row = fc.tuple(text, fc.oneof(fc.constant(''), text)).map(([title, detail]) => aRow(`x${title}`, detail))
    const groups = fc.array(fc.record({ title: text.map((title) => `x${title}`), rows: fc.array(row) }), {
      maxLength: 12,
      size: 'max',
    })
    fc.assert(
      fc.property(groups, text, (drawnGroups, intro) => {
        listWithNames(look, aList([], { groups: drawnGroups, intro }))
      }),
      { numRuns: 60 },
    )
  })
})
