import type { Chance } from './chance'

/** Somebody who was never born, and what would give them away. */
export interface InventedClient {
  name: string
  /** As Cambridge numbers its students, and as everybody else does. */
  numbers: { letters: string; digits: string }
  surname: string
}

const SYLLABLES = ['zar', 'quo', 'vel', 'bron', 'thi', 'kex', 'mur', 'dal', 'fyn', 'gos', 'jup', 'wix']
const ACCENTS: Record<string, string> = {
  a: 'á',
  e: 'ë',
  i: 'î',
  o: 'ø',
  u: 'ü',
  n: 'ñ',
  s: 'š',
  l: 'ł',
  z: 'ž',
  y: 'ý',
}
const PARTICLES = ['van der', 'de la', 'von', 'bin', 'al', 'ap', 'dos']
const SCRIPTS = [
  ['за', 'ри', 'мо', 'ку', 'вел', 'жин', 'тор'],
  ['ζα', 'ρι', 'μο', 'κυ', 'βελ', 'θιν', 'τορ'],
  ['زا', 'ري', 'مو', 'كو', 'بل', 'تور'],
  ['ज़ा', 'री', 'मो', 'कु', 'वे', 'थि'],
  ['자', '리', '모', '쿠', '벨', '토'],
  ['扎', '里', '莫', '库', '维', '托'],
]

const GIVEN: ((which: Chance) => string)[] = [
  word,
  (which) => `${word(which)}-${accented(word(which))}`,
  (which) => accented(word(which)),
  (which) => `${word(which)} ${word(which)}`,
]

const SURNAMES: ((which: Chance) => string)[] = [
  word,
  (which) => `${word(which)}-${word(which)}`,
  (which) => `O'${word(which)}`,
  (which) => `D’${word(which)}`,
  (which) => accented(word(which)),
  (which) => `${which.pick(PARTICLES)} ${word(which)}`,
  foreign,
]

/** A name of a kind that real people have, put together so that it is nobody's and no word of any card. */
export function inventedClient(which: Chance): InventedClient {
  const [given, surname] = which.happens(0.1)
    ? [foreign(which), foreign(which)]
    : [which.pick(GIVEN)(which), which.pick(SURNAMES)(which)]
  return {
    name: `${given} ${surname}`,
    surname,
    numbers: {
      letters: `${which.pick(['zq', 'qxv', 'kzw'])}${which.between(100, 99_999)}`,
      digits: String(which.between(1_000_000, 99_999_999)),
    },
  }
}

function word(which: Chance): string {
  const letters = [1, 2, which.between(2, 3)].map(() => which.pick(SYLLABLES)).join('')
  return `${letters[0]!.toUpperCase()}${letters.slice(1)}`
}

/** With an accent on one letter. */
function accented(plain: string): string {
  const places = [...plain].flatMap((letter, place) => (ACCENTS[letter] ? [place] : []))
  const middle = places[Math.floor(places.length / 2)]
  return [...plain].map((letter, place) => (place === middle ? ACCENTS[letter]! : letter)).join('')
}

function foreign(which: Chance): string {
  const script = which.pick(SCRIPTS)
  const letters = [1, 2, 3].map(() => which.pick(script)).join('')
  return `${letters[0]!.toUpperCase()}${letters.slice(1)}`
}

const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('’', "'")
    .replaceAll('ø', 'o')
    .replaceAll('ł', 'l')
    .toLowerCase()

/** Every part of a client that stands somewhere in a text, whether written with accents and capitals or without. */
export function partsIn(text: string, { name, numbers }: InventedClient): string[] {
  const folded = fold(text)
  const parts = fold(name)
    .split(/[\s'-]+/)
    .filter((part) => part.length > 1 && !PARTICLES.some((particle) => particle.split(' ').includes(part)))
  const found = parts.filter((part) => new RegExp(`(?<![\\p{L}\\p{N}])${part}(?![\\p{L}\\p{N}])`, 'u').test(folded))
  return [...found, ...[numbers.digits, numbers.letters].filter((number) => folded.includes(number))]
}
