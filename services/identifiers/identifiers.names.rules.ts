import { type Spelling, spellingsOf } from './identifiers.spellings.rules'
import type { Finding, KnownIdentifiers, Reading, Word } from './identifiers.types'
import everyday from './words/everyday.json'

const MONTHS = new Set(everyday.months.split(' '))
const TITLES = new Set(everyday.titles.split(' '))
/** Longer joins than this are not tried, so that the work stays in proportion to the text. */
const LONGEST_JOIN = 120
/** Scripts that write words without spaces, or add endings to a name. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u

/** Every known name in a text, in all ways in which people write it. */
export function findNames(reading: Reading, known: KnownIdentifiers): Finding[] {
  const spellings = spellingsOf(known)
  if (spellings.size === 0) return []
  const longest = Math.min(LONGEST_JOIN, Math.max(...[...spellings.keys()].map(({ length }) => length)))
  const found: Finding[] = []
  let next = 0
  for (let at = 0; at < reading.words.length; at++) {
    if (at < next) continue
    const hit = longestAt(reading, at, spellings, longest)
    if (!hit) continue
    next = hit.last + 1
    const certainty = certaintyOf(reading, at, hit)
    if (certainty) found.push({ kind: hit.spelling.kind, certainty, ...span(reading, at, hit.last) })
  }
  return [...found, ...unspaced(reading, spellings)]
}

interface Hit {
  spelling: Spelling
  last: number
}

/** The longest known spelling that begins with this word, over as many words as it takes. */
function longestAt({ words }: Reading, at: number, spellings: Map<string, Spelling>, longest: number): Hit | null {
  let letters = ''
  let best: Hit | null = null
  let singles = true
  let capitals = true
  const spaces: number[] = []
  for (let last = at; last < words.length && letters.length < longest; last++) {
    const { plain, gap, capital } = words[last]!
    if (last > at && gap === 'far') break
    if (last > at && gap === 'space') spaces.push(letters.length)
    letters += plain
    singles &&= plain.length === 1
    capitals &&= capital
    const spelled = singles && letters.length > 2
    for (const key of [letters, ...(letters.endsWith('s') ? [letters.slice(0, -1)] : [])]) {
      const spelling = spellings.get(key)
      if (!spelling || (spelling.capitals && !capitals)) continue
      if (key !== letters && (key.length < 3 || (gap === 'space' && last > at))) continue
      if (spelled || spaces.every((space) => spelling.breaks.has(space))) best = { spelling, last }
    }
  }
  return best
}

/** What a hit proves, given how it is written and where; null when it is a word like any other. */
function certaintyOf(reading: Reading, at: number, { spelling, last }: Hit): Finding['certainty'] | null {
  const word = reading.words[at]!
  const alone = last === at || reading.words[at + 1]!.plain === 's'
  if (!alone && !(spelling.everyday && spelling.capitals)) return 'refused'
  if (spelling.everyday) return everydayCertainty(reading, at)
  if (word.plain.length > 2) return 'refused'
  if (!word.capital) return null
  return word.capitals || word.plain.length === 1 ? 'warning' : 'refused'
}

function everydayCertainty({ words, plain, cased }: Reading, at: number): Finding['certainty'] | null {
  const word = words[at]!
  if (!word.capital) return cased === plain ? 'warning' : null
  if (word.capitals || word.opens) return 'warning'
  if (!MONTHS.has(word.plain)) return 'refused'
  const around = `${plain.slice(Math.max(0, word.from - 4), word.from)}|${plain.slice(word.to, word.to + 4)}`
  if (/\d(?:st|nd|rd|th)? ?\||\|,? \d/.test(around)) return null
  return /^(?:in|by|since|until|of|during|early|late|mid|last|next|every|from|before|after)$/.test(
    words[at - 1]?.plain ?? '',
  )
    ? 'warning'
    : 'refused'
}

/** Where a hit stands in what was typed, with the title before it and the "'s" after it. */
function span(reading: Reading, first: number, last: number): { from: number; to: number } {
  const { words } = reading
  const titled = first > 0 && words[first]!.gap !== 'nothing' && TITLES.has(words[first - 1]!.plain)
  const near = titled && words[first]!.from - words[first - 1]!.to <= 2
  return { from: reading.from[words[near ? first - 1 : first]!.from]!, to: endOf(reading, last) }
}

/** Where a word ends in what was typed, with the "'s" after it. */
export function endOf({ words, plain, to }: Reading, last: number): number {
  const word: Word = words[last]!
  const after = words[last + 1]
  const owns = after?.plain === 's' && /^\.?'$/.test(plain.slice(word.to, after.from))
  return to[(owns ? after : word).to - 1]!
}

function unspaced({ plain, from, to }: Reading, spellings: Map<string, Spelling>): Finding[] {
  const found: Finding[] = []
  for (const [letters, { kind }] of spellings) {
    if (!UNSPACED.test(letters) || letters.length < 2) continue
    for (let at = plain.indexOf(letters); at >= 0; at = plain.indexOf(letters, at + letters.length)) {
      const end = at + letters.length - 1
      // One character of these scripts may be compared in several pieces; a name ends with the whole.
      const whole = from[at - 1] !== from[at] && from[end + 1] !== from[end]
      if (whole) found.push({ kind, certainty: 'refused', from: from[at]!, to: to[end]! })
    }
  }
  return found
}
