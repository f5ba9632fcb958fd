import { ACTIONS } from '../../bot/actions'
import { EMERGENCY } from '../../bot/emergency'
import { MAX_BYTES } from '../../cards/render'
import { CARD, ELEMENTS, type Element, isElement, type Shape } from './card-elements'
import { callsFunction, factFaults, markdownFaults } from './card-texts'

export interface LintOptions {
  /** The card goes into a chat, where copies stay: nothing that somebody typed may be on it. */
  posted?: boolean
  /** It is a template: expressions stand for what the data will bring, and the frame is put around it later. */
  template?: boolean
}

const FRAME = { type: 'AdaptiveCard', version: '1.5', fallbackText: '-', speak: '-' }

const MOST_ACTIONS = 6
const MOST_INPUTS = 7

/**
 * Holds a card against what Teams takes and against the anatomy of our cards.
 *
 * @returns everything wrong with it, each with the place where it is; nothing for a card that may be shown
 */
export function lintCard(given: unknown, options: LintOptions = {}): string[] {
  if (!isElement(given)) return ['card: is no object']
  const card = options.template ? { ...FRAME, ...given } : given
  const faults: string[] = []
  if (card.type !== 'AdaptiveCard') faults.push('card: is no AdaptiveCard')
  faults.push(...shapeFaults('card', card, CARD, options))
  const all = [...elementsIn('card.body', card.body), ...elementsIn('card.refresh.action', refreshOf(card))]
  for (const [place, element] of all) faults.push(...elementFaults(place, element, options))
  const pressedAlone = refreshOf(card)
  if (isElement(pressedAlone) && !HARMLESS.includes(String(pressedAlone.verb)))
    faults.push('card.refresh: presses by itself what may change something')
  faults.push(...wholeFaults(all, options))
  const bytes = Buffer.byteLength(JSON.stringify(card))
  if (bytes > MAX_BYTES) faults.push(`card: takes ${bytes} bytes, more than ${MAX_BYTES}`)
  return faults
}

/** What clients press by themselves, whenever they show the card: it must change nothing. */
const HARMLESS = ['home']
const refreshOf = ({ refresh }: Element) => (isElement(refresh) ? (refresh.action ?? {}) : undefined)

/** What a table itself holds under a name: cards may name things like those that every object has. */
const own = <Row>(table: Readonly<Record<string, Row>>, name: string): Row | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

const isExpression = (value: unknown, { template }: LintOptions) =>
  template === true && typeof value === 'string' && value.startsWith('${')

/** Every element with the place where it stands, from top to bottom; actions too, but not what they fall back to. */
function* elementsIn(place: string, value: unknown): Generator<[string, Element]> {
  if (Array.isArray(value)) for (const [index, inner] of value.entries()) yield* elementsIn(`${place}[${index}]`, inner)
  else if (isElement(value)) {
    yield [place, value]
    for (const name of ['items', 'columns', 'inlines', 'actions', 'selectAction'])
      yield* elementsIn(`${place}.${name}`, value[name])
  }
}

function shapeFaults(place: string, element: Element, { needs, may }: Shape, options: LintOptions): string[] {
  const faults = Object.keys(needs)
    .filter((name) => !(name in element))
    .map((name) => `${place}: has no ${name}`)
  for (const [name, value] of Object.entries(element)) {
    if (name === 'type' || (options.template && (name === '$data' || name === '$when'))) continue
    const check = own(needs, name) ?? own(may, name)
    const fault = check ? !isExpression(value, options) && check(value) : 'is not a property that we use'
    if (fault) faults.push(`${place}.${name}: ${fault}`)
  }
  return faults
}

function elementFaults(place: string, element: Element, options: LintOptions): string[] {
  const shape = own(ELEMENTS, String(element.type))
  if (!shape) return [`${place}: ${String(element.type)} is not an element that we use`]
  const faults = shapeFaults(place, element, shape, options)
  const { type, actions, choices, facts, inlines, text } = element
  if (type === 'TextBlock' && !options.template) faults.push(...markdownFaults(`${place}.text`, text))
  if (type === 'FactSet' && Array.isArray(facts)) faults.push(...factFaults(place, facts))
  if (type === 'TextRun' && callsFunction(text)) faults.push(`${place}.text: runs a function of the card format`)
  if (Array.isArray(inlines) && inlines.some((inline) => !isElement(inline) || inline.type !== 'TextRun'))
    faults.push(`${place}.inlines: holds something else than runs`)
  if (Array.isArray(actions) && actions.length > MOST_ACTIONS)
    faults.push(`${place}.actions: ${actions.length} actions, more than ${MOST_ACTIONS}`)
  if (Array.isArray(choices)) faults.push(...choiceFaults(place, choices))
  if (type === 'Action.Submit') faults.push(`${place}: Action.Submit is only what Action.Execute falls back to`)
  if (type === 'Action.Execute') faults.push(...executeFaults(place, element))
  if (String(type).startsWith('Input.')) faults.push(...inputFaults(place, element, options))
  if (options.posted && type === 'TextRun') faults.push(`${place}: a run is for what people typed, and this is posted`)
  return faults
}

function choiceFaults(place: string, choices: readonly unknown[]): string[] {
  const named = choices.filter(
    (choice): choice is Element => isElement(choice) && Boolean(choice.title) && typeof choice.value === 'string',
  )
  const values = new Set(named.map(({ value }) => value))
  return [
    ...(named.length < choices.length ? [`${place}.choices: one has no title or value`] : []),
    ...(values.size < named.length ? [`${place}.choices: two have one value`] : []),
  ]
}

/** The older kind of press must send the same as the newer one. */
function executeFaults(place: string, { title, verb, data, associatedInputs, fallback }: Element): string[] {
  if (!isElement(data) || !isElement(fallback)) return []
  const faults: string[] = []
  const scalars = Object.values(data).every((value) => ['string', 'number', 'boolean'].includes(typeof value))
  if (!scalars) faults.push(`${place}.data: holds more than texts, numbers and flags`)
  if ('verb' in data) faults.push(`${place}.data: has a verb of its own`)
  const same = JSON.stringify({ type: 'Action.Submit', title, data: { ...data, verb }, associatedInputs })
  if (JSON.stringify(fallback) !== same) faults.push(`${place}.fallback: does not send the same`)
  return faults
}

function inputFaults(place: string, input: Element, options: LintOptions): string[] {
  const { id, isRequired, label, title, errorMessage, value = '' } = input
  const faults: string[] = []
  if (isRequired === true && !errorMessage) faults.push(`${place}: is required and has no errorMessage`)
  if (isRequired === true && !String(label ?? title).includes('(required)'))
    faults.push(`${place}: is required and does not say so`)
  if (!options.template && !/^[a-z][a-z-]*$/.test(String(id))) faults.push(`${place}.id: is no plain name`)
  if (options.posted && value !== '') faults.push(`${place}.value: shows what was typed, and this is posted`)
  return faults
}

/** What concerns several elements: ids, headings, the primary action, and what a press sends. */
function wholeFaults(all: readonly [string, Element][], options: LintOptions): string[] {
  const faults: string[] = []
  const elements = all.map(([, element]) => element)
  const count = (of: (element: Element) => boolean) => elements.filter(of).length
  const headings = count(({ style, type }) => type === 'TextBlock' && style === 'heading')
  if (headings !== 1) faults.push(`card: ${headings} headings instead of 1`)
  const primary = count(({ style, type }) => type === 'Action.Execute' && style !== undefined && style !== 'default')
  if (primary > 1) faults.push(`card: ${primary} primary actions, more than 1`)
  const inputs = elements.filter(({ type }) => String(type).startsWith('Input.'))
  if (inputs.length > MOST_INPUTS) faults.push(`card: ${inputs.length} inputs, more than ${MOST_INPUTS}`)
  const ids = elements.flatMap(({ id }) => (id === undefined || isExpression(id, options) ? [] : [String(id)]))
  for (const id of new Set(ids.filter((each, index) => ids.indexOf(each) !== index)))
    faults.push(`card: two elements have the id "${id}"`)
  for (const [place, element] of all)
    if (element.type === 'Action.Execute') faults.push(...pressFaults(place, element, inputs))
  return faults
}

/** A press must be one that the bot's table of actions knows, with the data that its row asks for. */
function pressFaults(place: string, { verb, data, associatedInputs }: Element, inputs: readonly Element[]): string[] {
  const row = verb === EMERGENCY.verb ? EMERGENCY : own(ACTIONS, String(verb))
  if (!row) return [`${place}.verb: "${String(verb)}" is no action`]
  const sent = associatedInputs === 'auto' ? inputs : []
  const clash = sent.find(({ id }) => (isElement(data) && String(id) in data) || id === 'verb')
  if (clash) return [`${place}: the input "${String(clash.id)}" overwrites the button's own data`]
  const typed = Object.fromEntries(sent.map(({ id, valueOff = '' }) => [id, valueOff]))
  const read = row.input.safeParse({ ...(data as object), ...typed })
  if (read.success) return []
  const fields = read.error.issues.map(({ code, path }) => `${path.join('.') || 'data'} ${code}`)
  return [`${place}.data: is not what "${String(verb)}" asks for (${fields.join(', ')})`]
}
