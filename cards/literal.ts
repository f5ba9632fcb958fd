type Element = Readonly<Record<string, unknown>>

/** Characters that turn the direction of everything after them; they are invisible, and nobody means to type one. */
const TURNS = /[\u202A-\u202E\u2066-\u2069]/g

/** The blocks that Unicode keeps for scripts written from right to left (UAX #9, default classes). */
const RIGHT_TO_LEFT = /[\u0590-\u08FF\u200F\uFB1D-\uFDFF\uFE70-\uFEFE\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u

/** The card format's own functions, which its renderers run in every text, runs included. */
const FUNCTION = /\{(?=\{(?:DATE|TIME)\()/g

/** A text that stands beside others, kept from changing their order on the line. */
export function beside(text: string): string {
  const still = text.replaceAll(TURNS, '')
  return RIGHT_TO_LEFT.test(still) ? `\u2068${still}\u2069` : still
}

/**
 * Elements whose texts mean just their letters. Text blocks and facts read markdown and runs do not, but no card uses
 * markdown and most hold something that a person typed: so all of it is escaped, here and nowhere else.
 */
export function literal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(literal)
  if (typeof value !== 'object' || value === null) return value
  const element = value as Element
  const { type } = element
  if (typeof type === 'string' && type.startsWith('Action.')) return element
  if (type === 'TextBlock') return { ...element, text: withoutMarkdown(String(element.text)) }
  if (type === 'TextRun') return { ...element, text: withoutFunctions(beside(String(element.text))) }
  if (type === 'FactSet') return { ...element, facts: (element.facts as Element[]).map(literalFact) }
  const same: Record<string, unknown> = {}
  for (const name in element) same[name] = literal(element[name])
  return same
}

const literalFact = ({ title, value }: Element) => ({
  title: withoutMarkdown(String(title)),
  value: withoutMarkdown(String(value)),
})

/** An invisible word joiner between the braces: the text looks as typed and is no call. */
const withoutFunctions = (text: string): string => text.replaceAll(FUNCTION, '{\u2060')

/** Whether there may be anything to escape; most of what cards say has nothing. */
const SUSPECT = /[\\`*_[\]<&~{\u202A-\u202E\u2066-\u2069]|^[ \t\-+#>=|\d]/m

/** Escapes what means something anywhere in a line, and what means something at its beginning. */
function withoutMarkdown(text: string): string {
  if (!SUSPECT.test(text)) return text
  return withoutFunctions(text.replaceAll(TURNS, ''))
    .replaceAll(/[\\`*_[\]<&~]/g, '\\$&')
    .replaceAll(/^[ \t]+/gm, '')
    .replaceAll(/^[-+#>=|]/gm, '\\$&')
    .replaceAll(/^\d{1,9}(?=[.)])/gm, '$&\\')
}
