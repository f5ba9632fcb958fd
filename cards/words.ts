import { IntlMessageFormat } from 'intl-messageformat'
import { beside } from './literal'
import enGB from './words/en-GB.json'

export type WordKey = keyof typeof enGB
export type WordValues = Record<string, string | number>

const LOCALES = { 'en-GB': enGB } as const
export type Locale = keyof typeof LOCALES

const formats = new Map<string, IntlMessageFormat | string>()

/**
 * The words of a key in a language, with its values filled in as plain text.
 *
 * @param terms values that stand beside others safely already, see `settled`
 */
export function words(locale: Locale, key: WordKey, values: WordValues = {}, terms: WordValues = {}): string {
  const name = `${locale} ${key}`
  const format = formats.get(name) ?? formatOf(locale, key)
  formats.set(name, format)
  return typeof format === 'string' ? format : String(format.format({ ...terms, ...settled(values) }))
}

/** Most messages hold no values, and are the same text every time. */
function formatOf(locale: Locale, key: WordKey): IntlMessageFormat | string {
  const message = LOCALES[locale][key]
  const format = new IntlMessageFormat(message, locale)
  return message.includes('{') ? format : String(format.format())
}

/** The same values, none of which changes the order of what stands around it. */
export function settled(values: WordValues): WordValues {
  const plain: WordValues = {}
  for (const [id, value] of Object.entries(values)) plain[id] = typeof value === 'string' ? beside(value) : value
  return plain
}

/** Whether the catalogue has a key that was put together at run time. */
export const isWordKey = (key: string): key is WordKey => Object.hasOwn(enGB, key)
