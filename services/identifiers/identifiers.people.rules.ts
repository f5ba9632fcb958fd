import type { Finding, Reading, Word } from './identifiers.types'
import everyday from './words/everyday.json'
import ordinary from './words/ordinary.json'
import subjects from './words/subjects.json'

const ORDINARY = new Set([...Object.values(ordinary), ...Object.values(subjects)].flatMap((words) => words.split(' ')))
const TITLES = new Set(everyday.titles.split(' '))
const PARTICLES = new Set(everyday.particles.split(' '))

/** Words in a row that look like somebody's name: a title and a name, an initial and a name, or two names. */
export function findPeople(reading: Reading): Finding[] {
  const { words } = reading
  const found: Finding[] = []
  for (let at = 0; at < words.length; at++) {
    if (!mayBegin(words[at]!)) continue
    const last = lastOfRow(reading, at)
    if (isPerson(reading, at, last))
      found.push({
        kind: 'other-person',
        certainty: 'warning',
        from: reading.from[words[at]!.from]!,
        to: reading.to[words[last]!.to - 1]!,
      })
    at = last
  }
  return found
}

const isTitle = (word: Word): boolean => word.capital && TITLES.has(word.plain)
const isInitial = (word: Word): boolean => word.capital && word.to - word.from === 1
const isName = (word: Word): boolean =>
  word.capital && !word.capitals && word.to - word.from > 1 && !ORDINARY.has(word.plain)
const mayBegin = (word: Word): boolean => isTitle(word) || isInitial(word) || isName(word)

function lastOfRow({ words, plain }: Reading, first: number): number {
  let last = first
  for (let at = first + 1; at < words.length; at++) {
    const word = words[at]!
    const titled = isTitle(words[last]!) && /^(?:far|space)$/.test(word.gap)
    if (word.gap === 'far' && !titled) break
    // A heading and the line below it are not one name.
    if (plain.slice(words[at - 1]!.to, word.from).includes('\n')) break
    if (isName(word) && !isTitle(word)) last = at
    else if (!PARTICLES.has(word.plain) || at - last > 2) break
  }
  return last
}

function isPerson({ words, plain }: Reading, first: number, last: number): boolean {
  if (first === last) return false
  const start = words[first]!
  const between = plain.slice(start.to, words[first + 1]!.from)
  if (isTitle(start)) return /^\.? $/.test(between)
  if (isInitial(start)) return between === '. '
  return words.slice(first + 1, last + 1).some(({ gap }) => gap === 'space')
}
