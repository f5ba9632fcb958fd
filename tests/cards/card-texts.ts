import { isElement } from './card-elements'

const MOST_FACTS = 5

/** Cards use no markdown, so what reads like it was typed by somebody and is not escaped. */
export function markdownFaults(place: string, text: unknown): string[] {
  const bare = String(text).replaceAll(/\\[!-/:-@[-`{-~]/g, '')
  const inLine = /[\\`*_[\]<&~]/.exec(bare)?.[0]
  const atStart = /^(?:[-+#>=|]|[ \t]|\d{1,9}[.)])/m.exec(String(text))?.[0]
  return [
    ...(inLine || atStart ? [`${place}: "${inLine ?? atStart}" reads as markdown`] : []),
    ...(callsFunction(text) ? [`${place}: runs a function of the card format`] : []),
  ]
}

export const callsFunction = (text: unknown) => /\{\{(?:DATE|TIME)\(/.test(String(text))

/** Facts read markdown, as text blocks do; more than five are not the few that decide. */
export function factFaults(place: string, facts: readonly unknown[]): string[] {
  const many = facts.length > MOST_FACTS ? [`${place}.facts: ${facts.length} facts, more than ${MOST_FACTS}`] : []
  const each = facts.flatMap((fact, index) => {
    const at = `${place}.facts[${index}]`
    if (!isElement(fact) || typeof fact.title !== 'string' || typeof fact.value !== 'string')
      return [`${at}: is no fact`]
    return [...markdownFaults(`${at}.title`, fact.title), ...markdownFaults(`${at}.value`, fact.value)]
  })
  return [...many, ...each]
}
