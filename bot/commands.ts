import { readReference } from '../services/platform/ids'

/** Typed words, and the verb of the table that they stand for. Typing is never required: home has a button for each. */
const COMMANDS: Readonly<Record<string, string>> = {
  home: 'home',
  help: 'home',
  hi: 'home',
  hello: 'home',
  hey: 'home',
  'good morning': 'home',
  'good afternoon': 'home',
  intake: 'intake',
  'new enquiry': 'intake',
  waiting: 'waiting',
  'my cases': 'cases',
  cases: 'cases',
  callbacks: 'callbacks',
  'call backs': 'callbacks',
  away: 'away',
  case: 'case',
  code: 'code',
  audit: 'audit',
  breach: 'breach.case',
  disclose: 'disclose',
  'breach counts': 'breach.counts',
  counts: 'breach.counts',
  'share without consent': 'breach.case',
  emergency: 'emergency',
  consult: 'consult',
  'ask a colleague': 'consult',
  concern: 'concern',
}

/** The same, followed by the reference of a case, and the verb that is then offered. */
const ON_A_CASE: Readonly<Record<string, string>> = { case: 'case.open', consult: 'consult', concern: 'concern' }

export type Command =
  | { verb: string }
  | { reference: string; offers: string }
  | { identifier: true }
  | { nearest: string[] }

/** More digits in a row than any word that we know: somebody's number, most likely. */
const IDENTIFIER = /\d{5,}/

/** What a typed line asks for; the three nearest verbs where it is not understood. */
export function readCommand(line: string): Command {
  const words = plain(line)
  if (Object.hasOwn(COMMANDS, words)) return { verb: COMMANDS[words]! }
  const [first = '', ...rest] = words.split(' ')
  if (rest.length > 0 && Object.hasOwn(ON_A_CASE, first))
    return { reference: rest.join(' '), offers: ON_A_CASE[first]! }
  if (IDENTIFIER.test(words)) return { identifier: true }
  const ranked = Object.keys(COMMANDS).sort((one, other) => distance(words, one) - distance(words, other))
  return { nearest: [...new Set(ranked.map((name) => COMMANDS[name]!))].slice(0, 3) }
}

/** What people write who need help now. */
const CALLS_FOR_HELP = ['emergency', 'urgent help']
const EMERGENCY_NUMBERS = ['999', '112']
/** A longer line speaks about an emergency rather than in one. */
const SHORT_LINE_WORDS = 5

/** Whether a typed line asks for the numbers of an emergency, near spellings included, and about which case. */
export function readEmergency(line: string): { reference: string | null } | null {
  const words = plain(line).split(' ')
  if (words.length > SHORT_LINE_WORDS) return null
  const pairs = words.map((word, index) => `${word} ${words[index + 1] ?? ''}`.trim())
  const isNear = (text: string) => CALLS_FOR_HELP.some((call) => distance(text, call) <= 2)
  const asked = words.some((word) => EMERGENCY_NUMBERS.includes(word)) || [...words, ...pairs].some(isNear)
  if (!asked) return null
  return { reference: [...words, ...pairs].map(readReference).find(Boolean) ?? null }
}

/** Letters, digits and dashes in lower case, a space between them. */
const plain = (line: string): string =>
  line
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s-]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()

/** How many letters have to change to get from one word to the other (Levenshtein). */
function distance(from: string, to: string): number {
  const text = from.slice(0, 30)
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let index = 1; index <= text.length; index++) {
    const next = [index]
    for (let other = 1; other <= to.length; other++) {
      const swap = row[other - 1]! + (text[index - 1] === to[other - 1] ? 0 : 1)
      next.push(Math.min(swap, row[other]! + 1, next[other - 1]! + 1))
    }
    row = next
  }
  return row[to.length]!
}
