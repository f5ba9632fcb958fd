import { CONTACT_LOOKS } from './identifiers.contact.rules'
import { findCourses } from './identifiers.course.rules'
import { DATE_LOOKS } from './identifiers.dates.rules'
import { readText } from './identifiers.fold.rules'
import { findInitials } from './identifiers.initials.rules'
import { findKnown } from './identifiers.known.rules'
import { findNames } from './identifiers.names.rules'
import { NUMBER_LOOKS } from './identifiers.numbers.rules'
import { findLooks } from './identifiers.patterns.rules'
import { findPeople } from './identifiers.people.rules'
import { PLACE_LOOKS } from './identifiers.places.rules'
import type { Finding, KnownIdentifiers, Reading } from './identifiers.types'

const LOOKS = [...CONTACT_LOOKS, ...NUMBER_LOOKS, ...PLACE_LOOKS, ...DATE_LOOKS]

/**
 * What in a text gives a person away. Takes the text as typed and what is known of the people whom it must not identify;
 * gives the findings in the order of the text, of which no two overlap. Takes time in proportion to the text, and never
 * fails. Follows IMP-49.
 */
export const findIdentifiers = (text: string, known: KnownIdentifiers): Finding[] => findIn(readText(text), known)

/** The same of a text that was read before. */
export function findIn(reading: Reading, known: KnownIdentifiers): Finding[] {
  const all = [
    ...findNames(reading, known),
    ...findInitials(reading, known),
    ...findKnown(reading, known),
    ...findLooks(reading, LOOKS),
    ...findCourses(reading),
    ...findPeople(reading),
  ]
  const refused = join(
    all.filter(({ certainty }) => certainty === 'refused'),
    reading.typed,
  )
  const warnings = join(
    all.filter(({ certainty }) => certainty === 'warning'),
    reading.typed,
  )
  return [...refused, ...beside(warnings, refused)].sort(byPlace)
}

const byPlace = (one: Finding, other: Finding): number => one.from - other.from || other.to - one.to

/** Findings that overlap become one, of the kind of the longest; so do the parts of one name that stand together. */
function join(findings: Finding[], typed: string): Finding[] {
  const joined: Finding[] = []
  let longest = 0
  for (const finding of [...findings].sort(byPlace)) {
    const last = joined.at(-1)
    const length = finding.to - finding.from
    const together =
      last && isNameOf(last, finding) && /^[\s.,-]{1,2}$/u.test(typed.slice(last.to, Math.max(last.to, finding.from)))
    if (!last || (finding.from >= last.to && !together)) {
      joined.push({ ...finding })
      longest = length
    } else {
      if (length > longest) last.kind = finding.kind
      longest = Math.max(longest, length)
      last.to = Math.max(last.to, finding.to)
    }
  }
  return joined
}

const isNameOf = (one: Finding, other: Finding): boolean =>
  one.kind === other.kind && (one.kind === 'name' || one.kind === 'opposing-party')

/** The warnings that touch nothing refused: what is refused has to go first, and then the text is scanned again. */
function beside(warnings: Finding[], refused: Finding[]): Finding[] {
  let next = 0
  return warnings.filter(({ from, to }) => {
    while (next < refused.length && refused[next]!.to <= from) next++
    return next === refused.length || refused[next]!.from >= to
  })
}
