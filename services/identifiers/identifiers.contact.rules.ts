import type { Look } from './identifiers.patterns.rules'

const AREAS = new Set(
  'ab al b ba bb bd bh bl bn br bs bt ca cb cf ch cm co cr ct cv cw da dd de dg dh dl dn dt dy e ec eh en ex fk fy g gl gu gy ha hd hg hp hr hs hu hx ig im ip iv je ka kt kw ky l la ld le ll ln ls lu m me mk ml n ne ng nn np nr nw ol ox pa pe ph pl po pr rg rh rm s sa se sg sk sl sm sn so sp sr ss st sw sy ta td tf tn tq tr ts tw ub w wa wc wd wf wn wr ws wv yo ze'.split(
    ' ',
  ),
)
/** Not an area of Colchester, but a gas. */
const NO_AREA = new Set(['co2'])

/** Mails, phone numbers, postcodes and accounts that may be anybody's. */
export const CONTACT_LOOKS: readonly Look[] = [
  {
    kind: 'mail',
    certainty: 'refused',
    look: /[\p{L}\p{N}._%+'-]{1,64}(?:@ ?| @ )[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,6}/dgu,
    accept: (found) => (/\.[\p{L}-]{2,63}$/u.test(found) ? found.length : 0),
  },
  {
    kind: 'mail',
    certainty: 'refused',
    look: /[\p{L}\p{N}._-]{1,64} ?[[({<] ?at ?[\])}>] ?[\p{L}\p{N}-]{1,63}(?:(?:\.| dot | ?[[({<] ?dot ?[\])}>] ?)[\p{L}\p{N}-]{1,63}){1,4}/dgu,
  },
  {
    kind: 'mail',
    certainty: 'refused',
    look: /[\p{L}\p{N}._-]{1,64} at [\p{L}\p{N}-]{1,63}(?: dot [\p{L}\p{N}-]{1,63}){1,4}/dgu,
  },
  { kind: 'mail', certainty: 'warning', look: /[\p{L}\p{N}._%+-]{2,64}@[\p{L}][\p{L}\p{N}-]{1,63}/dgu },
  {
    kind: 'phone',
    certainty: 'refused',
    look: /(?<![\p{L}\p{N}£$€])[+(]{0,2}\d(?:[ ().-]{0,3}\d){8,14}/dgu,
    accept: phone,
  },
  {
    kind: 'phone',
    certainty: 'warning',
    look: /(?<![\p{L}\p{N}£$€+-])7\d{3}[ -]?\d{3}[ -]?\d{3}(?![\p{L}\p{N}])/dgu,
  },
  {
    kind: 'postcode',
    certainty: 'refused',
    look: /(?<![\p{L}\p{N}])[A-Za-z]{1,2}\d[A-Za-z\d]?[ .-]{0,2}\d[ABD-HJLNP-UW-Zabd-hjlnp-uw-z]{2}(?![\p{L}\p{N}])/dgu,
    cased: true,
    accept: (found) => (isArea(found) && !/\d(?:st|nd|rd|th)$/.test(found) ? found.length : 0),
  },
  {
    kind: 'postcode',
    certainty: 'warning',
    look: /(?<![\p{L}\p{N}])[A-Z]{1,2}\d[A-Z\d]?(?![\p{L}\p{N}])/dgu,
    cased: true,
    accept: outward,
  },
  {
    kind: 'social-handle',
    certainty: 'warning',
    look: /(?<![\p{L}\p{N}._%+@-])@[\p{L}_][\p{L}\p{N}_.]{0,28}[\p{L}\p{N}_]/dgu,
  },
  {
    kind: 'social-handle',
    certainty: 'refused',
    look: /(?:https?:\/\/)?(?:[a-z]{1,10}\.)?(?:instagram|facebook|tiktok|twitter|snapchat|linkedin|threads|youtube|reddit|github|x|t)\.(?:com|net|me)\/(?:@|in\/|add\/|u\/|user\/)?[\p{L}\p{N}_.-]{2,40}/dgu,
  },
  {
    kind: 'social-handle',
    certainty: 'refused',
    look: /(?<![\p{L}])(?:instagram|insta|ig|facebook|fb|tiktok|twitter|snapchat|snap|discord|telegram|reddit)(?: (?:account|handle|name|profile|user))?(?: is| as|:| -)? ?@?([\p{L}_][\p{L}\p{N}_.#-]{2,30})/dgu,
    accept: (found) => (/\d|_|\p{L}[.#]\p{L}/u.test(found) ? found.replace(/[.#-]$/, '').length : 0),
  },
]

const isArea = (code: string): boolean =>
  AREAS.has((/^[a-z]{1,2}/i.exec(code)?.[0] ?? '').toLowerCase()) && !NO_AREA.has(code.toLowerCase())

/** The first half of a postcode. With one letter it may as well be a motorway or a level of English, unless the text says what it is. */
function outward(found: string, before: string, after: string): number {
  if (!isArea(found) || /(?:module|room|building|block|unit|level) ?$/i.test(before)) return 0
  const told = /(?:postcode|post code|area|district)s? ?$/i.test(before) || /^ (?:area|postcode|district)/i.test(after)
  return told || /^[A-Z]{2}/.test(found) ? found.length : 0
}

/** How many characters of a row of digits are a phone number. Helplines and the services' own numbers are nobody's. */
function phone(found: string, _before: string, after: string): number {
  if (/^\d{1,2}[.-]\d{1,2}[.-]\d{4}(?!\d)/.test(found) || /^\d{4}-\d{1,2}-\d{1,2}(?!\d)/.test(found)) return 0
  const digits = found.replaceAll(/\D/g, '')
  const abroad = found.startsWith('+') || found.startsWith('(+') || digits.startsWith('00')
  const uk = digits.replace(/^00/, '').startsWith('44')
  if (abroad && !uk) return digits.length >= 10 && !/^\d/.test(after) ? found.length : 0
  if (!abroad && !digits.startsWith('0')) return 0
  const prefix = abroad ? /^(?:00)?440?/.exec(digits)![0].length : 1
  if (!/[12567]/.test(digits[prefix] ?? '')) return 0
  for (const national of [10, 9]) {
    const length = lengthOf(found, prefix + national)
    if (length > 0 && !/^\d/.test(found.slice(length) + after)) return length
  }
  return 0
}

/** How many characters hold that many digits; 0 when there are fewer. */
function lengthOf(found: string, digits: number): number {
  let count = 0
  for (let at = 0; at < found.length; at++) if (/\d/.test(found[at]!) && ++count === digits) return at + 1
  return 0
}
