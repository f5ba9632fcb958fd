import type { Look } from './identifiers.patterns.rules'

const MONTH =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|ionawr|chwefror|mawrth|ebrill|mai|mehefin|gorffennaf|awst|medi|hydref|tachwedd|rhagfyr)'
const DAY = '\\d{1,2}(?:st|nd|rd|th)?'
const DATE = new RegExp(
  [
    '(?<![\\p{L}\\p{N}.])(?:',
    `${DAY}(?: of)?[ -]${MONTH}(?:,?[ -]\\d{4})?`,
    `|${MONTH} ${DAY}(?:,? \\d{4})?`,
    '|\\d{1,2}[./-]\\d{1,2}[./-](?:\\d{4}|\\d{2})|\\d{4}[./-]\\d{1,2}[./-]\\d{1,2}',
    ')(?![\\p{L}\\p{N}])',
  ].join(''),
  'dgu',
)
const BORN = /(?:born|birth|birthday|birthdate|dob|d\.o\.b\.?|turned \d\d)[^.!?;\n]{0,22}$/u
const BIRTHDAY = /^.{0,4}(?:is |was )?(?:her|his|their|the client's)? ?birthday/u
/** Nobody who studied when this was written was born later; a brief speaks of what is newer than that. */
const LAST_YEAR_OF_BIRTH = 2012
const FIRST_YEAR_OF_BIRTH = 1930

const saysBirth = (before: string, after: string): boolean => BORN.test(before) || BIRTHDAY.test(after)

/** Dates of birth: said to be one, or so long ago that it may be one. */
export const DATE_LOOKS: readonly Look[] = [
  {
    kind: 'date-of-birth',
    certainty: 'refused',
    look: DATE,
    accept: (found, before, after) => (saysBirth(before, after) ? found.length : 0),
  },
  {
    kind: 'date-of-birth',
    certainty: 'warning',
    look: DATE,
    accept: (found) => (maybeBirth(found) ? found.length : 0),
  },
  {
    kind: 'date-of-birth',
    certainty: 'warning',
    look: /(?<!\p{L})born (?:in |around |about )?((?:19|20)\d\d)(?!\d)/dgu,
  },
]

function maybeBirth(date: string): boolean {
  const year = Number(/\d{4}/.exec(date)?.[0] ?? Number.NaN)
  return year >= FIRST_YEAR_OF_BIRTH && year <= LAST_YEAR_OF_BIRTH
}
