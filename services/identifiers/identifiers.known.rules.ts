import { readText } from './identifiers.fold.rules'
import type { Finding, FindingKind, KnownIdentifiers, Reading } from './identifiers.types'

/** A known identifier by its letters and digits alone. */
interface Key {
  letters: string
  kind: FindingKind
  certainty: Finding['certainty']
}

/** The letters and digits of a text, and how often up to each of them the text was divided by more than a small gap. */
interface Dense {
  letters: string
  at: number[]
  divided: number[]
}

const LONGEST_KEY = 64
/** Shorter than this it would be found in any text. */
const SHORTEST_KEY = 3
const SMALL_GAP = /^[\s\-._/:()'+*·•@,]{0,3}$/u
const POSTCODE = /^[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}$/
const SHORTER_STREETS: readonly (readonly [string, string])[] = [
  ['street', 'st'],
  ['road', 'rd'],
  ['avenue', 'ave'],
  ['lane', 'ln'],
  ['close', 'cl'],
  ['drive', 'dr'],
  ['terrace', 'ter'],
  ['crescent', 'cres'],
  ['court', 'ct'],
  ['place', 'pl'],
  ['square', 'sq'],
  ['gardens', 'gdns'],
]

/** Known numbers, mails, phone numbers and addresses, whatever stands between their characters. */
export function findKnown(reading: Reading, known: KnownIdentifiers): Finding[] {
  const keys = [...known.numbers.flatMap(numberKeys), ...known.others.flatMap(otherKeys)].filter(
    ({ letters }) => letters.length >= SHORTEST_KEY,
  )
  if (keys.length === 0) return []
  const text = dense(reading.plain)
  return keys.flatMap((key) => occurrences(reading, text, key))
}

function occurrences(reading: Reading, { letters, at, divided }: Dense, key: Key): Finding[] {
  const found: Finding[] = []
  for (let start = letters.indexOf(key.letters); start >= 0; start = letters.indexOf(key.letters, start + 1)) {
    const last = start + key.letters.length - 1
    const together = divided[last] === divided[start]
    if (together && apart(letters, at, start - 1) && apart(letters, at, last)) {
      const { kind, certainty } = key
      found.push({ kind, certainty, from: reading.from[at[start]!]!, to: reading.to[at[last]!]! })
    }
  }
  return found
}

/** Whether a number or a word ends between this character and the next. */
function apart(letters: string, at: readonly number[], index: number): boolean {
  const one = letters[index]
  const next = letters[index + 1]
  if (one === undefined || next === undefined || at[index + 1]! - at[index]! > 1) return true
  return /\d/.test(one) !== /\d/.test(next)
}

function dense(plain: string): Dense {
  const text: Dense = { letters: '', at: [], divided: [] }
  const letters: string[] = []
  let end = 0
  let divisions = 0
  for (let at = 0; at < plain.length; at++) {
    if (!/[\p{L}\p{N}\p{Cs}]/u.test(plain[at]!)) continue
    if (at - end > 3 || !SMALL_GAP.test(plain.slice(end, at))) divisions++
    letters.push(plain[at]!)
    text.at.push(at)
    text.divided.push(divisions)
    end = at + 1
  }
  return { ...text, letters: letters.join('') }
}

const lettersOf = (typed: string): string => dense(readText(typed).plain).letters.slice(0, LONGEST_KEY)

function numberKeys(number: string): Key[] {
  return [{ letters: lettersOf(number), kind: 'number', certainty: 'refused' }]
}

function otherKeys(other: string): Key[] {
  if (other.includes('@')) return mailKeys(other)
  const letters = lettersOf(other)
  return /^\d{5,15}$/.test(letters) ? phoneKeys(letters) : addressKeys(other)
}

/** A mail address is refused as a whole, and its first half where that is an account or as good as a name. */
function mailKeys(mail: string): Key[] {
  const account = lettersOf(mail.slice(0, mail.indexOf('@')))
  const numbered = /\d/.test(account)
  const keys: Key[] = [{ letters: lettersOf(mail), kind: 'mail', certainty: 'refused' }]
  if (account.length < (numbered ? 4 : 6)) return keys
  return [...keys, { letters: account, kind: numbered ? 'mail' : 'name', certainty: 'refused' }]
}

function phoneKeys(digits: string): Key[] {
  const national = digits.replace(/^(?:0044|44(?=\d{9}))?0?/, '')
  const ways = national.length < 9 ? [digits] : ['', '0', '44', '440', '0044', '00440'].map((start) => start + national)
  return [...new Set([digits, ...ways])].map((letters) => ({ letters, kind: 'phone', certainty: 'refused' }))
}

/** Each line of an address: refused with a number in it; without one, if it has two words, a warning; a town is neither. */
function addressKeys(address: string): Key[] {
  return address.split(/[,;\n]/).flatMap((line) => {
    const { plain, words } = readText(line)
    const numbered = /\d/.test(plain)
    if (words.length === 0 || (!numbered && words.length < 2)) return []
    const certainty = numbered ? 'refused' : 'warning'
    const short = SHORTER_STREETS.filter(([long]) => words.at(-1)!.plain === long).map(
      ([long, less]) => plain.trimEnd().slice(0, -long.length) + less,
    )
    const kind = POSTCODE.test(plain.trim()) ? 'postcode' : 'address'
    return [plain, ...short].map((way) => ({ letters: lettersOf(way), kind, certainty }))
  })
}
