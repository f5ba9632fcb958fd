import type { Reading, Word } from './identifiers.types'

const LOOKALIKES = pairs(
  'аaвbеeкkмmнhоoрpсcтtуyхxіiјjѕsԁdԛqԝwһhѵvӏlαaβbεeζzηhιiκkμmνvοoρpςστtυuχxıiɡgɑaøołlđdħhŧtðdƀbɨiʟlɪiɴnʀrʏyᴀaʙbᴄcᴅdᴇeɢgʜhᴊjᴋkᴍmᴏoᴘpᴛtᴜuᴠvᴡwᴢz',
)
const LIGATURES: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['þ', 'th'],
])
const APOSTROPHE = /^[`´‘’‛ʹʻʼʽˈ′＇]$/u
const LONGEST_FOLD = 4
const USUAL_GAP = /^[ \u{A0}\n\r\t]+$/u
const MARKS = /^[-._'·•*+~|\\]{1,2}$/

/** How a text is compared. Takes any text, one character after the other, and never fails. */
export function readText(typed: string): Reading {
  const plain: string[] = []
  const cased: string[] = []
  const from: number[] = []
  const to: number[] = []
  let at = 0
  for (const character of typed) {
    const end = at + character.length
    const folded = fold(character)
    // An accent that was typed on its own belongs to the letter before it.
    if (folded === '' && /\p{M}/u.test(character) && to.length > 0 && to.at(-1) === at) to[to.length - 1] = end
    const capital = isCapital(character)
    for (const unit of folded.split('')) {
      plain.push(unit)
      cased.push(capital && unit.toUpperCase().length === 1 ? unit.toUpperCase() : unit)
      from.push(at)
      to.push(end)
    }
    at = end
  }
  const reading = { typed, plain: plain.join(''), cased: cased.join(''), from, to }
  return { ...reading, words: readWords(reading) }
}

const isCapital = (character: string): boolean =>
  /^\p{Lu}/u.test(character) || /^\p{Lu}/u.test(character.normalize('NFKD'))

/** One character as it is compared; nothing when it cannot be seen. */
function fold(character: string): string {
  if (character.length === 1 && character >= ' ' && character <= '_') return character.toLowerCase()
  if (APOSTROPHE.test(character)) return "'"
  if (/\p{Pd}/u.test(character)) return '-'
  if (/\p{Zs}/u.test(character)) return ' '
  const seen = character.normalize('NFKD').replaceAll(/[\p{M}\p{Default_Ignorable_Code_Point}]/gu, '')
  // Whole phrases in one character are no part of a name, and would make a text many times as long.
  return seen.length > LONGEST_FOLD ? character : [...seen].map(letter).join('')
}

function letter(character: string): string {
  const low = character.toLowerCase().replaceAll(/\p{M}/gu, '')
  if (/\p{Nd}/u.test(low)) return digit(low)
  return LIGATURES.get(low) ?? LOOKALIKES.get(low) ?? low
}

/** The value of a digit of any script: Unicode keeps the ten of a script together, and begins them at 0 or 6. */
function digit(character: string): string {
  const code = character.codePointAt(0)!
  const low = code & 0xf
  const block = code - low
  const start = low <= 9 && /\p{Nd}/u.test(String.fromCodePoint(block)) ? block : block + 6
  const value = code - start
  return value >= 0 && value <= 9 ? String(value) : character
}

function readWords({ typed, plain, cased, from, to }: Omit<Reading, 'words'>): Word[] {
  const words: Word[] = []
  let start = -1
  let end = 0
  const close = (at: number) => {
    if (start < 0) return
    const shown = cased.slice(start, at)
    const unseen = typed.slice(start === 0 ? 0 : (to[end - 1] ?? 0), from[start])
    words.push({
      plain: plain.slice(start, at),
      from: start,
      to: at,
      capital: !/^\p{Ll}/u.test(shown),
      capitals: at - start > 1 && !/\p{Ll}/u.test(shown) && /\p{Lu}/u.test(shown),
      gap: gapOf(plain.slice(end, start), unseen, words.at(-1)),
      opens: words.length === 0 || /[.!?:;\n\r•"“”(]/u.test(plain.slice(end, start)),
    })
    end = at
    start = -1
  }
  for (let at = 0; at < plain.length; at++) {
    if (!isLetter(plain, at)) close(at)
    else if (start < 0) start = at
    else if (/\p{Ll}/u.test(cased[at - 1]!) && /\p{Lu}/u.test(cased[at]!)) {
      close(at)
      start = at
    }
  }
  close(plain.length)
  return words
}

/** Half of a character beyond the first plane is a letter like the whole. */
const isLetter = (text: string, at: number): boolean => /[\p{L}\p{Cs}]/u.test(text[at]!)

function gapOf(between: string, typed: string, before: Word | undefined): Word['gap'] {
  if (!before) return 'far'
  if (between === '') return 'nothing'
  if (MARKS.test(between)) return 'mark'
  if (between.length > 4) return 'far'
  // Thin spaces within a word are a way to hide it; between two words they do no harm.
  if (between === ' ' && !USUAL_GAP.test(typed)) return 'mark'
  if (/^\s+$/u.test(between) || /^\s?-\s?$/u.test(between)) return 'space'
  return /^\.\s+$/u.test(between) && before.to - before.from <= 2 ? 'space' : 'far'
}

function pairs(letters: string): ReadonlyMap<string, string> {
  const both = [...letters]
  return new Map(both.flatMap((from, at) => (at % 2 === 0 ? [[from, both[at + 1]!] as const] : [])))
}
