import { describe, expect, test } from '@jest/globals'
import { makeButton } from '../../cards/button'
import { emptyForm, form } from '../../cards/form'
import { aLook, drawn, elementsOf, HOSTILE, ids, read, TURNED } from './drawing'
import { aFieldOfEachKind, aForm } from './views'

const look = aLook()
const { text, lines, date, tick, choice } = aFieldOfEachKind

describe('A form', () => {
  test('has each field once, with its label, and says which step it is', () => {
    const screen = drawn(form(look, aForm()))
    expect(read(screen)).toMatch(/Step 2 of 4\nDetails of the client\nName \(required\)/)
    const inputs = ['Text', 'Date', 'Toggle', 'ChoiceSet'].flatMap((kind) => elementsOf(screen, `Input.${kind}`))
    expect(inputs.map(({ id }) => id)).toEqual(['name', 'text', 'until', 'done', 'answer'])
    expect(elementsOf(screen, 'Input.Text')).toMatchObject([{ maxLength: 100 }, { maxLength: 8000, isMultiline: true }])
  })

  test('CAR-34 a field that is not asked for is not on the card in any shape', () => {
    const screen = drawn(form(look, aForm({ fields: [tick] })))
    expect(JSON.stringify(screen.card)).not.toMatch(/Input\.(Text|Date|ChoiceSet)/)
  })

  test('shows words to say aloud in larger type, and what has to be put right', () => {
    const screen = drawn(form(look, aForm({ spoken: 'Two: you may see it.', problems: [{ text: 'Tick the box.' }] })))
    const [, , , spoken, problem] = elementsOf(screen, 'TextBlock')
    expect(spoken).toMatchObject({ text: 'Two: you may see it.', size: 'Large' })
    expect(problem).toMatchObject({ text: 'Tick the box.', color: 'Attention' })
  })

  test('shows the words that are to be read as they were typed, above what is asked', () => {
    const screen = drawn(form(look, aForm({ quoted: 'Who *decides*?\nAnd when?' })))
    expect(read(screen)).toContain('Details of the client\nWho *decides*?\nAnd when?\nName (required)')
    expect(elementsOf(drawn(form(look, aForm())), 'RichTextBlock')).toEqual([])
  })

  test('keeps everything that was typed when something has to be put right', () => {
    const typed = aForm({
      fields: [
        { ...text, value: 'Quinn Invented' },
        { ...date, value: '2026-11-26' },
        { ...tick, value: 'true' },
        { ...choice, value: 'no' },
      ],
    })
    const screen = drawn(form(look, typed))
    for (const value of ['Quinn Invented', '2026-11-26', 'true', 'no'])
      expect(JSON.stringify(screen.card)).toContain(`"value":"${value}"`)
  })

  test('that shows nothing typed may be posted', () => {
    expect(drawn(emptyForm(look, aForm())).kind).toBe('shell')
  })

  test.each(HOSTILE)('shows %s as it was typed, in words and in fields', (_what, typed) => {
    const choices = [{ title: typed, value: typed }]
    const data = aForm({
      heading: typed,
      progress: typed,
      spoken: typed,
      hint: typed,
      problems: [{ text: typed }],
      fields: [
        { ...text, label: typed, value: typed },
        { ...lines, value: typed },
        { ...tick, label: typed },
        { ...choice, label: typed, value: typed, choices },
      ],
    })
    const screen = drawn(form(look, data))
    expect(read(screen).split(typed)).toHaveLength(10)
    const [name, note] = elementsOf(screen, 'Input.Text')
    expect([name!.value, note!.value, name!.label]).toEqual([typed, typed, typed])
    expect(elementsOf(screen, 'Input.ChoiceSet')[0]).toMatchObject({ value: typed, choices })
  })

  test('does not touch what turns a line around within a field: it is corrected where it was typed', () => {
    const [field] = elementsOf(drawn(form(look, aForm({ fields: [{ ...text, value: TURNED.typed }] }))), 'Input.Text')
    expect(field!.value).toBe(TURNED.typed)
  })

  test.each([
    ['Latin letters', 'a'],
    ['quotation marks', '"'],
    ['lines', '\n'],
    ['Arabic', 'ش'],
    ['Chinese', '案'],
    ['emoji', '🐤'],
    ['control characters', '\u0001'],
    ['halves of emoji', '\uD83D'],
  ])('the longest note that may be typed comes back whole: %s', (what, letter) => {
    const longest = letter.repeat(8000 / letter.length)
    const [field] = elementsOf(drawn(form(look, aForm({ fields: [{ ...lines, value: longest }] }))), 'Input.Text')
    expect(field!.value).toBe(what.startsWith('control') || what.startsWith('halves') ? '' : longest)
  })

  test('ten thousand letters where a hundred are asked for come back too, to be shortened', () => {
    const long = 'a'.repeat(10_000)
    const [field] = elementsOf(drawn(form(look, aForm({ fields: [{ ...text, value: long }] }))), 'Input.Text')
    expect(field!.value).toBe(long)
  })

  test('more than a card carries comes back as far as it does, so that the form can be put right', () => {
    const long = '陈'.repeat(10_000)
    const [field] = elementsOf(drawn(form(look, aForm({ fields: [{ ...lines, value: long }] }))), 'Input.Text')
    expect(String(field!.value)).toMatch(/^陈{7999}…$/)
  })

  test('the press brings along what was typed, and the way back and out does not', () => {
    const pressed = { draft: ids.draft, nonce: ids.nonce }
    const actions = [
      makeButton('Go on', 'dialog.answer', pressed, { primary: true, inputs: true }),
      makeButton('Back', 'dialog.back', pressed),
    ]
    const buttons = elementsOf(drawn(form(look, aForm({ actions }))), 'Action.Execute')
    expect(buttons.map(({ associatedInputs }) => associatedInputs)).toEqual(['auto', 'none'])
  })
})
