import type { Look } from './identifiers.patterns.rules'
import ordinary from './words/ordinary.json'

const ORDINARY = new Set(Object.values(ordinary).flatMap((words) => words.split(' ')))
/** Rooms and streets that every town and every university has. */
const PUBLIC = new Set(
  'high town main sports city county crown magistrates supreme car bus full white village'.split(' '),
)
/** A number and a street: no word of prose between them, such as in "3 people on the road". */
const numbered = (found: string): number =>
  found.split(/[^\p{L}]/u).some((word) => ORDINARY.has(word)) ? 0 : found.length
/** A street or a hall with a name of its own. */
const named = (found: string): number => {
  const words = found
    .toLowerCase()
    .split(/[^\p{L}]/u)
    .filter(Boolean)
  return words.slice(0, -1).some((word) => ORDINARY.has(word) || PUBLIC.has(word)) ? 0 : found.length
}

/** Streets, halls, flats and rooms. */
export const PLACE_LOOKS: readonly Look[] = [
  {
    kind: 'address',
    certainty: 'refused',
    look: /(?<![\p{L}\p{N}£$€.])\d{1,4}[a-z]?,? (?:[\p{L}'.-]{1,25} ){1,3}(?:street|st|road|rd|avenue|ave|lane|ln|crescent|terrace)(?![\p{L}])/dgiu,
    cased: true,
    accept: numbered,
  },
  {
    kind: 'address',
    certainty: 'refused',
    look: /(?<![\p{L}\p{N}£$€.])\d{1,4}[A-Za-z]?,? (?:[A-Z][\p{L}'.-]{1,25} ){1,3}(?:Close|Drive|Way|Place|Court|Gardens|Grove|Hill|Square|Park|Row|Walk|Mews|Rise|View|Parade|Wharf|Quay|Yard|House|Lodge|Villas)(?![\p{L}])/dgu,
    cased: true,
    accept: numbered,
  },
  {
    kind: 'address',
    certainty: 'refused',
    look: /(?<![\p{L}\p{N}])\d{1,4}[A-Za-z]?,? (?:Heol|Stryd|Ffordd|Lon|Clos|Rue|Via|Calle) [A-Z][\p{L}'-]{1,25}/dgu,
    cased: true,
  },
  {
    kind: 'address',
    certainty: 'refused',
    look: /(?<![\p{L}\p{N}])(?:flat|apartment|apt)\.? ?(?:no\.? ?)?\d{1,4}[a-z]?(?![\p{L}\p{N}%]| ?%)/dgu,
  },
  { kind: 'address', certainty: 'refused', look: /(?<![\p{L}\p{N}])[Ff]lat [B-HJ-Z](?![\p{L}\p{N}])/dgu, cased: true },
  {
    kind: 'address',
    certainty: 'refused',
    look: /(?<![\p{L}\p{N}])block [a-z\d]{1,2},? (?:room|flat) \d{1,4}[a-z]?(?![\p{L}\p{N}])/dgu,
  },
  {
    kind: 'address',
    certainty: 'refused',
    look: /(?<![\p{L}\p{N}])(?:[Rr]oom|[Ff]lat|[Bb]lock) [A-Z\d]{1,4}[a-z]?,? (?:in |of |at )?(?:[A-Z][\p{L}'-]{1,25} ){1,3}(?:Hall|Halls|House|Court|Residences?|Lodge|Village)(?![\p{L}])/dgu,
    cased: true,
  },
  {
    kind: 'address',
    certainty: 'refused',
    look: /(?<![\p{L}\p{N}])(?:[A-Z][\p{L}'-]{1,25} ){1,3}(?:Hall|Halls|House|Court|Residences?|Lodge|Village),? (?:[Rr]oom|[Ff]lat|[Bb]lock) [A-Z\d]{1,4}[a-z]?(?![\p{L}\p{N}])/dgu,
    cased: true,
  },
  {
    kind: 'address',
    certainty: 'warning',
    look: /(?<![\p{L}\p{N}])(?:[A-Z][\p{L}'-]{1,25} ){1,2}(?:Street|Road|Avenue|Lane|Terrace|Crescent|Gardens|Grove|Close|Mews|Halls?|House|Court|Lodge|Residences?)(?![\p{L}])/dgu,
    cased: true,
    accept: named,
  },
  {
    kind: 'address',
    certainty: 'warning',
    look: /(?<![\p{L}\p{N}])(?:Neuadd|Heol|Stryd|Ffordd|Lon|Clos) [A-Z][\p{L}'-]{1,25}/dgu,
    cased: true,
  },
  {
    kind: 'address',
    certainty: 'warning',
    look: /(?<![\p{L}\p{N}])room (?:no\.? ?)?[a-z]?\d{1,4}[a-z]?(?![\p{L}\p{N}])/dgu,
  },
]
