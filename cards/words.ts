import { IntlMessageFormat } from 'intl-messageformat'
import { beside } from './literal'
import enGB from './words/en-GB.json'

export type WordKey = keyof typeof enGB
export type WordValues = Record<string, string | number>

const LOCALES = { 'en-GB': enGB } as const
export type Locale = keyof typeof LOCALES

const formats = new Map<string, IntlMessageFormat>()

/** The words of a key in a language, with its values filled in as plain text. */
export function words(locale: Locale, key: WordKey, values: WordValues = {}): string {
  const name = `${locale} ${key}`
  const format = formats.get(name) ?? new IntlMessageFormat(LOCALES[locale][key], locale)
  formats.set(name, format)
  const plain = Object.entries(values).map(([id, value]) => [id, typeof value === 'string' ? beside(value) : value])
  return String(format.format(Object.fromEntries(plain)))
}

/** Whether the catalogue has a key that was put together at run time. */
export const isWordKey = (key: string): key is WordKey => Object.hasOwn(enGB, key)
