import type { Look } from './identifiers.patterns.rules'

const QUANTITY = /^ ?(?:pounds?|euros?|gbp|students?|people|persons|words|votes|members|views|times|copies|%|percent)/
/** Letters that stand before a number in ordinary prose. */
const COUNTED =
  /^(?:am|app|at|bus|ch|flat|fig|gbp|in|week|mp|no|page|para|pm|pp|ps|ref|room|sec|tier|to|utf|vol|wk|yr|year)\d/

/** What looks like a student number or like the reference of a case. */
export const NUMBER_LOOKS: readonly Look[] = [
  {
    kind: 'number',
    certainty: 'refused',
    look: /(?<![\p{L}\p{N}])(?:(?:student|candidate|enrolment|matriculation|registration) (?:number|no|id|nr|card|ref)|sid|crsid)[.:# ]{0,3}(?:(?:is|was|number|no)[.:# ]{1,3})?((?=[a-z]{0,4}[ -]?\d)[a-z]{0,4}[ -]?\d{2,10})(?![\p{L}\p{N}])/dgu,
    accept: (found) => (found.replaceAll(/\D/g, '').length >= 3 ? found.length : 0),
  },
  {
    kind: 'number',
    certainty: 'warning',
    look: /(?<![\p{L}\p{N},£$€/-]|\d\.|[£$€] )[a-z]{0,2}\d{6,9}(?![\p{L}\p{N}]|[.,]\d)/dgu,
    accept: (found, _before, after) => (/000$/.test(found) || QUANTITY.test(after) ? 0 : found.length),
  },
  {
    kind: 'number',
    certainty: 'warning',
    look: /(?<![\p{L}\p{N}@.#/_-])[a-z]{2,4}\d{2,5}(?![\p{L}\p{N}_])/dgu,
    cased: true,
    accept: (found) => (COUNTED.test(found) ? 0 : found.length),
  },
  {
    kind: 'reference',
    certainty: 'warning',
    look: /(?<![\p{L}\p{N}-])[\dA-HJKMNP-TV-Za-hjkmnp-tv-z]{4}-[\dA-HJKMNP-TV-Za-hjkmnp-tv-z]{4}(?![\p{L}\p{N}-])/dgu,
    cased: true,
    accept: (found) => (/\d/.test(found) && !/^(?:19|20)\d\d-(?:19|20)\d\d$/.test(found) ? found.length : 0),
  },
  {
    kind: 'reference',
    certainty: 'warning',
    look: /(?<![\p{L}\p{N}-])[\dA-HJKMNP-TV-Z]{8}(?![\p{L}\p{N}-])/dgu,
    cased: true,
    accept: (found) => (/\d.{0,6}\d/.test(found) && /[A-Z].{0,6}[A-Z]/.test(found) ? found.length : 0),
  },
]
