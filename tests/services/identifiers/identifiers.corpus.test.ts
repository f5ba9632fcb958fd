import { describe, expect, test } from '@jest/globals'
import type { FindingKind } from '../../../services/identifiers/identifiers.types'
import { type Outcome, readCorpus, scan } from './corpus'

const marked = readCorpus('marked').map(scan)
const clean = readCorpus('clean').map(scan)

const sum = (outcomes: Outcome[], count: (outcome: Outcome) => number) =>
  outcomes.reduce((total, outcome) => total + count(outcome), 0)
const marks = (outcomes: Outcome[]) => sum(outcomes, ({ example }) => example.marks.length)
const missed = (outcomes: Outcome[]) => sum(outcomes, (outcome) => outcome.missed.length)
const recall = (outcomes: Outcome[]) => 1 - missed(outcomes) / marks(outcomes)
const found = (outcomes: Outcome[]) => sum(outcomes, ({ findings }) => findings.length)
const precision = (outcomes: Outcome[]) => 1 - sum(outcomes, ({ wolves }) => wolves.length) / found(outcomes)
const quiet = (outcomes: Outcome[]) => outcomes.filter(({ findings }) => findings.length === 0).length / outcomes.length
const share = (value: number) => value.toFixed(3)
const texts = (outcomes: Outcome[]) => outcomes.map(({ example }) => example.text)

/** The outcomes of one kind and certainty. */
const of = (kind: FindingKind, certainty?: string) =>
  marked.filter(({ example }) =>
    example.marks.some((mark) => mark.kind === kind && (!certainty || mark.certainty === certainty)),
  )
const KINDS = [...new Set(marked.flatMap(({ example }) => example.marks.map(({ kind }) => kind)))]

describe('What gives a client away is found, and ordinary casework is left in peace', () => {
  test('IMP-49 the corpus has at least 300 marked and 300 clean texts, none of them twice', () => {
    for (const outcomes of [marked, clean]) {
      expect(outcomes.length).toBeGreaterThanOrEqual(300)
      expect(new Set(outcomes.map(({ example }) => example.known.names.join() + example.text)).size).toBe(
        outcomes.length,
      )
    }
    expect(marked.filter(({ example }) => example.marks.length === 0)).toEqual([])
  })

  test('IMP-49 of all that identifies somebody at least 98 in 100 are found, in the texts held out too', () => {
    for (const kind of KINDS)
      process.stdout.write(`identifiers: ${kind}: ${marks(of(kind))} marked, recall ${share(recall(of(kind)))}\n`)
    for (const heldOut of [false, true]) {
      const part = marked.filter(({ example }) => example.heldOut === heldOut)
      const name = heldOut ? 'held out' : 'tuned on'
      process.stdout.write(`identifiers: ${name}: ${marks(part)} marked, recall ${share(recall(part))}\n`)
    }
    process.stdout.write(`identifiers: all: ${marks(marked)} marked, recall ${share(recall(marked))}\n`)
    expect(recall(marked)).toBeGreaterThanOrEqual(0.98)
  })

  test.each(['name', 'opposing-party', 'number', 'mail', 'phone'] as const)(
    'WOR-25 CAM-03 every known %s, however it is written, stops the sending',
    (kind) => {
      const outcomes = of(kind, 'refused')
      expect(outcomes.length).toBeGreaterThan(10)
      expect(texts(outcomes.filter((outcome) => outcome.missed.length > 0))).toEqual([])
    },
  )

  test('WOR-19 at most one finding in fifty is a false alarm, and nearly all clean texts pass without a word', () => {
    const all = [...marked, ...clean]
    for (const [name, part] of [
      ['tuned on', all.filter(({ example }) => !example.heldOut)],
      ['held out', all.filter(({ example }) => example.heldOut)],
      ['all', all],
    ] as const)
      process.stdout.write(`identifiers: ${name}: ${found(part)} findings, precision ${share(precision(part))}\n`)
    const held = clean.filter(({ example }) => example.heldOut)
    process.stdout.write(
      `identifiers: clean texts without a finding: ${share(quiet(clean))}, held out ${share(quiet(held))}\n`,
    )
    expect(precision(all)).toBeGreaterThanOrEqual(0.98)
    expect(quiet(clean)).toBeGreaterThanOrEqual(0.98)
  })

  test('WOR-25 no clean text is refused', () => {
    const refused = clean.filter(({ findings }) => findings.some(({ certainty }) => certainty === 'refused'))
    expect(texts(refused)).toEqual([])
  })
})
