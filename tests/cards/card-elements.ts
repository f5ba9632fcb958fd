export type Element = Readonly<Record<string, unknown>>

export const isElement = (value: unknown): value is Element =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Says what is wrong with a property's value, or nothing. */
type Check = (value: unknown) => string | null

const one =
  (...allowed: readonly unknown[]): Check =>
  (value) =>
    allowed.includes(value) ? null : `is none of ${allowed.join(', ')}`

const text: Check = (value) => (typeof value === 'string' && value.trim() !== '' ? null : 'is no text')
const anyText: Check = (value) => (typeof value === 'string' ? null : 'is no text')
const flag = one(true, false)
const size: Check = (value) => (Number.isInteger(value) && Number(value) > 0 ? null : 'is no whole number above 0')
const elements: Check = (value) => (Array.isArray(value) && value.length > 0 ? null : 'is empty')
const single: Check = (value) => (typeof value === 'object' && value !== null ? null : 'is no element')

/** A phone is 360 points wide, and a card in a chat has margins. */
const WIDEST = 320
const width: Check = (value) => {
  const pixels = /^(\d+)px$/.exec(String(value))?.[1]
  if (pixels) return Number(pixels) <= WIDEST ? null : `is wider than a phone (${WIDEST}px)`
  return value === 'auto' || value === 'stretch' || typeof value === 'number' ? null : 'is no width'
}

/** Teams fetches pictures and opens pages by itself, so neither may travel in the clear, unless it stays on a laptop. */
const address: Check = (value) => {
  const { hostname, protocol } = URL.canParse(String(value)) ? new URL(String(value)) : { hostname: '', protocol: '' }
  return protocol === 'https:' || (protocol === 'http:' && hostname === '127.0.0.1') ? null : 'is no https address'
}

const spacing = one('None', 'Small', 'Default', 'Medium', 'Large')
const letters = {
  text,
  size: one('Small', 'Default', 'Medium', 'Large', 'ExtraLarge'),
  weight: one('Lighter', 'Default', 'Bolder'),
  color: one('Default', 'Dark', 'Light', 'Accent', 'Good', 'Warning', 'Attention'),
  isSubtle: flag,
}
const placed = { spacing, separator: flag }
const input = { ...placed, id: text, value: anyText, isRequired: flag, errorMessage: text }
const action = { id: text, title: text }

/** What an element must have, and what it may have. */
export interface Shape {
  needs: Readonly<Record<string, Check>>
  may: Readonly<Record<string, Check>>
}

/**
 * The elements and properties that cards use, all of them known to Teams and to the Playground in version 1.5. What is
 * not here is not used: whoever needs more adds it here, with what both clients do with it.
 */
export const ELEMENTS: Readonly<Record<string, Shape>> = {
  TextBlock: { needs: { text, wrap: one(true) }, may: { ...letters, ...placed, style: one('default', 'heading') } },
  RichTextBlock: { needs: { inlines: elements }, may: placed },
  TextRun: { needs: { text: anyText }, may: letters },
  FactSet: { needs: { facts: elements }, may: placed },
  Container: {
    needs: { items: elements },
    may: { ...placed, style: one('default', 'emphasis'), selectAction: single },
  },
  ColumnSet: { needs: { columns: elements }, may: placed },
  Column: { needs: { items: elements, width }, may: placed },
  Image: { needs: { url: address, altText: text }, may: { ...placed, width, size: one('Small', 'Medium', 'Auto') } },
  ActionSet: { needs: { actions: elements }, may: placed },
  'Input.Text': { needs: { id: text, label: text, maxLength: size }, may: { ...input, isMultiline: flag } },
  'Input.Date': { needs: { id: text, label: text }, may: input },
  'Input.Toggle': {
    needs: { id: text, title: text, valueOn: one('true'), valueOff: one('false'), wrap: one(true) },
    may: input,
  },
  'Input.ChoiceSet': {
    needs: { id: text, label: text, choices: elements, wrap: one(true) },
    may: { ...input, style: one('compact', 'expanded') },
  },
  'Action.Execute': {
    needs: { title: text, verb: text, data: single, associatedInputs: one('auto', 'none'), fallback: single },
    may: { ...action, style: one('default', 'positive', 'destructive') },
  },
  'Action.Submit': { needs: { title: text, data: single, associatedInputs: one('auto', 'none') }, may: action },
  'Action.OpenUrl': { needs: { title: text, url: address }, may: action },
}

/** What a whole card must have: 1.5 is the newest version that Teams takes from a bot. */
export const CARD: Shape = {
  needs: { version: one('1.5'), fallbackText: text, speak: text, body: elements },
  may: { $schema: one('http://adaptivecards.io/schemas/adaptive-card.json'), refresh: single },
}
