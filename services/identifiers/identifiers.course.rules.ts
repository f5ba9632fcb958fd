import type { Finding, Reading, Word } from './identifiers.types'
import ordinary from './words/ordinary.json'
import subjects from './words/subjects.json'

const SURE = new Set(subjects.sure.split(' '))
const MAYBE = new Set(subjects.maybe.split(' '))
const ORDINARY = new Set(Object.values(ordinary).flatMap((words) => words.split(' ')))
const STUDENT = new Set(
  'student students undergraduate undergraduates postgraduate postgraduates fresher degree course programme graduate'.split(
    ' ',
  ),
)
const OF_SUBJECT = new Set(['in', 'of', 'on', 'reading', 'studying'])
/** The ends of degrees as their capitals divide them: MSc, PhD. */
const DEGREE = new Set(['sc', 'd', 'ma', 'ba', 'eng', 'phil', 'ed'])
const YEAR =
  /(?<![\p{L}\p{N}])(?:(?:first|second|third|fourth|fifth|sixth|final|1st|2nd|3rd|4th|5th|6th)[ -]?(?:year|yr)|(?:year|yr) ?(?:[1-6]|one|two|three|four|five|six))(?:s|'s)?(?![\p{L}\p{N}])/gu
const AFTER = 7
const BEFORE = 5
const REACH = 70

/** A course named together with a year: so few people share both that one of them may be known by it. */
export function findCourses(reading: Reading): Finding[] {
  const { plain, words } = reading
  const found: Finding[] = []
  let at = 0
  for (const match of plain.matchAll(YEAR)) {
    const from = match.index
    const to = from + match[0].length
    while (at < words.length && words[at]!.to <= from) at++
    let after = at
    while (after < words.length && words[after]!.from < to) after++
    const course = courseAfter(reading, after, to) ?? courseBefore(reading, at - 1, from)
    if (!course) continue
    const start = Math.min(from, course.from)
    const end = Math.max(to, course.to)
    found.push({ kind: 'course-and-year', certainty: 'warning', from: reading.from[start]!, to: reading.to[end - 1]! })
  }
  return found
}

interface Span {
  from: number
  to: number
}

const endsSentence = (text: string): boolean => /[.!?;\n]/.test(text)

function courseAfter(reading: Reading, first: number, from: number): Span | null {
  const { words, plain } = reading
  for (let at = first; at < Math.min(words.length, first + AFTER); at++) {
    const word = words[at]!
    if (word.from - from > REACH || endsSentence(plain.slice(from, word.from))) return null
    if (!isSubject(words, at, at === first && /^[ -]$/.test(plain.slice(from, word.from)))) continue
    let last = at
    while (last + 1 < words.length && last - at < 4 && continues(words[last + 1]!)) last++
    return { from, to: words[last]!.to }
  }
  return null
}

function courseBefore({ words, plain }: Reading, last: number, to: number): Span | null {
  for (let at = last; at >= Math.max(0, last - BEFORE + 1); at--) {
    const word = words[at]!
    if (to - word.to > REACH || endsSentence(plain.slice(word.to, to))) return null
    if (isSubject(words, at, false)) return { from: word.from, to }
  }
  return null
}

/** Words of a course's name, and what follows it. */
const continues = (word: Word): boolean =>
  word.gap === 'space' && ((word.capital && !word.opens) || SURE.has(word.plain) || STUDENT.has(word.plain))

/** Whether a word names a subject: some only do; others are words of every day, and must be written or stand like one. */
function isSubject(words: readonly Word[], at: number, next: boolean): boolean {
  const word = words[at]!
  if (SURE.has(word.plain)) return true
  const followed = STUDENT.has(words[at + 1]?.plain ?? '') && words[at + 1]!.gap === 'space'
  if (MAYBE.has(word.plain)) return word.capital || next || followed
  const divided = words[at + 1]?.gap === 'nothing' || word.gap === 'nothing'
  if (!word.capital || word.capitals || divided || ORDINARY.has(word.plain)) return false
  const before = words[at - 1]
  const what = words[at - 2]?.plain ?? ''
  const led = before !== undefined && OF_SUBJECT.has(before.plain) && (STUDENT.has(what) || DEGREE.has(what))
  return next || led
}
