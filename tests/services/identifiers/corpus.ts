import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findIdentifiers } from '../../../services/identifiers/identifiers.rules'
import type { Finding, FindingKind, KnownIdentifiers } from '../../../services/identifiers/identifiers.types'

export interface Example {
  text: string
  known: KnownIdentifiers
  /** What has to be found. */
  marks: Finding[]
  /** Kept aside until the scanner was tuned on the others. */
  heldOut: boolean
}

/** The corpus of that name; the head of the marked one says how it is written. */
export function readCorpus(name: 'marked' | 'clean'): Example[] {
  const examples: Example[] = []
  let known: KnownIdentifiers = { names: [], opposingParty: [], numbers: [], others: [] }
  let mark: Pick<Finding, 'kind' | 'certainty'> | null = null
  for (const line of readFileSync(join(__dirname, `${name}.txt`), 'utf8').split('\n')) {
    if (line.startsWith(';') || line === '') continue
    if (line.startsWith('@')) known = readKnown(line)
    else if (line.startsWith('#')) mark = readMark(line)
    else examples.push({ ...readExample(line, mark), known, heldOut: examples.length % 3 === 2 })
  }
  return examples
}

function readKnown(line: string): KnownIdentifiers {
  const [names, opposingParty, numbers, others] = line.split('|').map((part) =>
    part
      .slice(part.indexOf(':') + 1)
      .split(';')
      .map((entry) => entry.trim())
      .filter(Boolean),
  )
  return { names: names!, opposingParty: opposingParty!, numbers: numbers!, others: others! }
}

function readMark(line: string): Pick<Finding, 'kind' | 'certainty'> {
  const [, kind, certainty] = line.split(' ')
  return { kind: kind as FindingKind, certainty: certainty as Finding['certainty'] }
}

function readExample(line: string, mark: Pick<Finding, 'kind' | 'certainty'> | null): Pick<Example, 'text' | 'marks'> {
  const typed = line
    .replaceAll('\\n', '\n')
    .replaceAll(/\\u\{([0-9A-F]+)\}/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
  const marks: Finding[] = []
  let text = ''
  for (const [index, piece] of typed.split(/[«»]/).entries()) {
    if (mark && index % 2 === 1) marks.push({ ...mark, from: text.length, to: text.length + piece.length })
    text += piece
  }
  return { text, marks }
}

export interface Outcome {
  example: Example
  findings: Finding[]
  missed: Finding[]
  /** Findings that touch no mark. */
  wolves: Finding[]
}

export function scan(example: Example): Outcome {
  const findings = findIdentifiers(example.text, example.known)
  return {
    example,
    findings,
    missed: example.marks.filter((mark) => !isFound(example.text, mark, findings)),
    wolves: findings.filter(({ from, to }) => !example.marks.some((mark) => mark.from < to && from < mark.to)),
  }
}

/** Found is a mark when findings of at least its certainty, one of them of its kind, cover every letter and digit of it. */
function isFound(text: string, mark: Finding, findings: Finding[]): boolean {
  const enough = findings.filter(({ certainty }) => certainty === 'refused' || mark.certainty === 'warning')
  const touching = enough.filter(({ from, to }) => mark.from < to && from < mark.to)
  const covered = (at: number) => touching.some(({ from, to }) => from <= at && at < to)
  for (let at = mark.from; at < mark.to; at++) if (/[\p{L}\p{N}]/u.test(text[at]!) && !covered(at)) return false
  return touching.some(({ kind }) => kind === mark.kind)
}
