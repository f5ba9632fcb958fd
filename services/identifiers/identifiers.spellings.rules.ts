import { readText } from './identifiers.fold.rules'
import type { KnownIdentifiers } from './identifiers.types'
import everyday from './words/everyday.json'
import ordinary from './words/ordinary.json'
import subjects from './words/subjects.json'

/** One way in which a known name may stand in a text, by its letters. */
export interface Spelling {
  kind: 'name' | 'opposing-party'
  /** A word that everybody uses, such as "will": a name only where it is written like one. */
  everyday: boolean
  /** Every word of it must begin with a capital. */
  capitals: boolean
  /** After how many letters there may be a space. */
  breaks: ReadonlySet<number>
}

/** Parts of one name that belong together, such as the two of a double name. */
type Piece = readonly string[]

const EVERYDAY = new Set(
  [everyday.words, ordinary.starters, ordinary.institutions, subjects.sure, subjects.maybe].flatMap((words) =>
    words.split(' '),
  ),
)
const PARTICLES = new Set(everyday.particles.split(' '))
const TITLES = new Set(everyday.titles.split(' '))

/** All ways in which the known names may stand in a text, by their letters. */
export function spellingsOf(known: KnownIdentifiers): Map<string, Spelling> {
  const spellings = new Map<string, Spelling>()
  for (const name of known.names) learn(spellings, name, 'name')
  for (const name of known.opposingParty) learn(spellings, name, 'opposing-party')
  return spellings
}

/** The pieces of a name, without a title before it. */
export function piecesOf(name: string): Piece[] {
  const pieces: string[][] = []
  for (const { plain, gap } of readText(name).words) {
    if (pieces.length === 0 && TITLES.has(plain)) continue
    if (pieces.length > 0 && (gap === 'mark' || gap === 'nothing'))
      pieces.at(-1)!.push(gap === 'nothing' ? `+${plain}` : plain)
    else pieces.push([plain])
  }
  return pieces.map((piece) => piece.reduce<string[]>((parts, part) => glue(parts, part), []))
}

export const isParticle = (piece: Piece): boolean => piece.length === 1 && PARTICLES.has(piece[0]!)

/** A capital within a word, as in many family names, begins no name of its own. */
const glue = (parts: string[], part: string): string[] =>
  part.startsWith('+') ? [...parts.slice(0, -1), (parts.at(-1) ?? '') + part.slice(1)] : [...parts, part]

function learn(spellings: Map<string, Spelling>, name: string, kind: Spelling['kind']): void {
  const spelled = name.normalize('NFC').toLowerCase()
  const umlauts = spelled.replaceAll('ä', 'ae').replaceAll('ö', 'oe').replaceAll('ü', 'ue').replaceAll('ø', 'oe')
  for (const variant of new Set([name, umlauts])) learnOne(spellings, piecesOf(variant), kind)
}

function learnOne(spellings: Map<string, Spelling>, pieces: Piece[], kind: Spelling['kind']): void {
  const add = (parts: Piece, more: Partial<Spelling> = {}) => {
    const letters = parts.join('')
    if (letters === '' || spellings.has(letters)) return
    const ends = parts.map((_, index) => parts.slice(0, index + 1).join('').length)
    spellings.set(letters, { kind, everyday: false, capitals: false, breaks: new Set(ends), ...more })
    if (isEveryday(letters)) spellings.get(letters)!.everyday = true
  }
  const isEveryday = (part: string) => EVERYDAY.has(part)
  const proper = pieces.filter((piece) => !isParticle(piece))
  for (const piece of proper.length > 0 ? proper : pieces) {
    add(piece, { everyday: piece.length === 1 && isEveryday(piece[0]!) })
    for (const part of piece) if (part.length > 1 && !PARTICLES.has(part)) add([part], { everyday: isEveryday(part) })
  }
  add(pieces.flat())
  add([...pieces].reverse().flat())
  for (const list of [pieces, proper])
    for (const [index, piece] of list.entries()) if (index > 0) add([...list[index - 1]!, ...piece])
  const first = proper[0]
  const family = proper.at(-1)
  if (!first || !family || first === family) return
  add([...first, ...family])
  const initials = (piece: Piece) => piece.map((part) => part[0]!)
  const common = family.every(isEveryday)
  for (const start of [[first[0]![0]!], initials(first)]) add([...start, ...family], { capitals: common })
  for (const end of [[family[0]![0]!], initials(family)])
    add([...first, ...end], { capitals: true, everyday: first.every(isEveryday) })
}
