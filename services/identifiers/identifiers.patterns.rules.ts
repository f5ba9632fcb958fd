import type { Finding, FindingKind, Reading } from './identifiers.types'

/** Something that is recognised by its look. Every repetition in an expression has an upper limit: the work stays in proportion. */
export interface Look {
  kind: FindingKind
  certainty: Finding['certainty']
  /** Needs the flags `d` and `g`. What its first group holds is the identifier; without a group, all of it. */
  look: RegExp
  /** Whether it looks at capitals. */
  cased?: boolean
  /** How much of it is the identifier after all: its length, or 0 when it is none. */
  accept?: (found: string, before: string, after: string) => number
}

const AROUND = 40

/** Every place in a text that has one of these looks. */
export const findLooks = (reading: Reading, looks: readonly Look[]): Finding[] =>
  looks.flatMap((look) => findLook(reading, look))

function findLook(reading: Reading, { kind, certainty, look, cased, accept }: Look): Finding[] {
  const text = cased ? reading.cased : reading.plain
  const pattern = new RegExp(look)
  const found: Finding[] = []
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const [start, end] = match.indices![1] ?? match.indices![0]!
    const before = text.slice(Math.max(0, start - AROUND), start)
    const length = accept ? accept(text.slice(start, end), before, text.slice(end, end + AROUND)) : end - start
    // What begins within something refused is looked at again.
    if (length === 0) pattern.lastIndex = match.index + 1
    else found.push({ kind, certainty, from: reading.from[start]!, to: reading.to[start + length - 1]! })
  }
  return found
}
