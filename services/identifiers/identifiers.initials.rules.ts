import { endOf } from './identifiers.names.rules'
import { isParticle, piecesOf } from './identifiers.spellings.rules'
import type { Finding, KnownIdentifiers, Reading } from './identifiers.types'
import everyday from './words/everyday.json'

const ABBREVIATIONS = new Set(everyday.abbreviations.split(' '))
const LONGEST = 6
/** Two letters that count as one in Welsh. */
const DIGRAPH = /^(?:ch|dd|ff|ll|ph|rh|th)/

/** The initials of known names: with dots they are refused, without them they may be another abbreviation. */
export function findInitials(reading: Reading, known: KnownIdentifiers): Finding[] {
  const initials = new Set([...known.names, ...known.opposingParty].flatMap(initialsOf))
  if (initials.size === 0) return []
  const found: Finding[] = []
  for (const [at, word] of reading.words.entries()) {
    const from = reading.from[word.from]!
    if (word.capitals && initials.has(word.plain) && !ABBREVIATIONS.has(word.plain))
      found.push({ kind: 'initials', certainty: 'warning', from, to: endOf(reading, at) })
    const last = dottedFrom(reading, at, initials)
    if (last === null) continue
    const letters = reading.words.slice(at, last + 1).map(({ plain }) => plain)
    const abbreviation = ABBREVIATIONS.has(letters.join(''))
    if (abbreviation && !word.capital) continue
    const certainty = abbreviation ? 'warning' : 'refused'
    found.push({ kind: 'initials', certainty, from, to: endOf(reading, last) })
  }
  return found
}

/** The last word of initials with dots that begin here. */
function dottedFrom({ words, plain }: Reading, at: number, initials: ReadonlySet<string>): number | null {
  let letters = ''
  let found: number | null = null
  for (let last = at; last < words.length && last - at < LONGEST; last++) {
    const word = words[last]!
    if (word.plain.length > 2) break
    if (last > at && !/^(?:\.|-|\.-|\.\s)$/u.test(plain.slice(words[last - 1]!.to, word.from))) break
    letters += word.plain
    if (last > at && initials.has(letters)) found = last
  }
  return found
}

/** The initials of a name with and without its particles, of its double names in one letter and in two. */
function initialsOf(name: string): string[] {
  const all = piecesOf(name)
  const proper = all.filter((piece) => !isParticle(piece))
  const ways = [all, proper, [proper[0] ?? [], proper.at(-1) ?? []]].flatMap((pieces) => [
    pieces.map((piece) => piece[0]?.[0] ?? ''),
    pieces.map((piece) => piece.map((part) => part[0]!).join('')),
    pieces.map((piece) => DIGRAPH.exec(piece[0] ?? '')?.[0] ?? piece[0]?.[0] ?? ''),
  ])
  return proper.length > 1 ? ways.map((way) => way.join('')).filter((letters) => letters.length > 1) : []
}
