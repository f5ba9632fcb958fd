import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { firstBroken } from '../../../services/audit/audit.chain'
import type { AuditEntry } from '../../../services/audit/audit.types'
import { aChain, CHAIN_KEY, forkOf, headOf } from '../../support/audit-chain'

const RUNS = { numRuns: 1_000 }

const LONG = aChain(12)
const HEAD = headOf(LONG)
const broken = (chain: readonly AuditEntry[], head: { seq: number; mac: string } | null = HEAD) =>
  firstBroken(CHAIN_KEY, 'north', chain, head)

const somePlace = fc.nat({ max: LONG.length - 1 })
const later = (date: Date, ms: number) => new Date(date.getTime() + ms)

/** Every way in which somebody at the database could alter one entry. */
const ALTERATIONS: ((entry: AuditEntry, more: string, by: number) => Partial<AuditEntry>)[] = [
  ({ actor }, more) => ({ actor: actor + more }),
  ({ event }) => ({ event: event === 'case-opened' ? 'case-viewed' : 'case-opened' }),
  ({ outcome }) => ({ outcome: outcome === 'done' ? 'refused' : 'done' }),
  ({ reason }, more) => ({ reason: (reason ?? '') + more }),
  ({ lookup }, more) => ({ lookup: (lookup ?? '') + more }),
  ({ reason, lookup }, more) => ({ reason: lookup ?? more, lookup: reason ?? more }),
  ({ at }, _more, by) => ({ at: later(at, by) }),
  ({ recordedAt }, _more, by) => ({ recordedAt: later(recordedAt, -by) }),
  ({ at, recordedAt }, _more, by) => ({ at: later(recordedAt, by), recordedAt: at }),
  ({ codes }, more) => ({ codes: { ...codes, [more]: 1 } }),
  ({ codes }, more) => ({ codes: { ...codes, about: more } }),
  ({ codes }) => ({ codes: { ...codes, count: String(codes.count) } }),
  ({ codes }) => ({ codes: { ...codes, urgent: codes.urgent !== true } }),
  ({ codes: { about: _about, ...codes } }) => ({ codes }),
  ({ profile }, more) => ({ profile: profile + more }),
  ({ subject }, more) => ({ subject: `${subject}${more}` }),
  ({ seq }, _more, by) => ({ seq: seq + by }),
  ({ previous }, more) => ({ previous: previous + more }),
  ({ mac }, more) => ({ mac: mac + more }),
]

describe('IMP-19 A chain of the audit', () => {
  test('that nobody touched is whole, whatever its length', () => {
    for (let length = 0; length <= 30; length++) {
      const chain = aChain(length)
      expect(broken(chain, headOf(chain))).toBeNull()
    }
    expect(broken([], null)).toBeNull()
  })

  test('does not depend on the order in which the database hands back the codes of an entry', () => {
    const turned = LONG.map((entry) => ({ ...entry, codes: Object.fromEntries(Object.entries(entry.codes).reverse()) }))
    expect(broken(turned)).toBeNull()
  })

  test('shows every alteration of one entry, and names that entry, in 1,000 random tries', () => {
    const some = fc.record({ place: somePlace, how: fc.constantFrom(...ALTERATIONS) })
    const withWhat = fc.record({ more: fc.stringMatching(/^[a-z0-9:-]{1,8}$/), by: fc.integer({ min: 1, max: 1e6 }) })
    fc.assert(
      fc.property(some, withWhat, ({ place, how }, { more, by }) => {
        const entry = LONG[place]!
        const altered = LONG.with(place, { ...entry, ...how(entry, more, by) })
        expect(broken(altered)).toBe(place + 1)
      }),
      RUNS,
    )
  })

  test('shows every kind of alteration at every place', () => {
    for (const how of ALTERATIONS)
      for (const [place, entry] of LONG.entries())
        expect(broken(LONG.with(place, { ...entry, ...how(entry, 'x', 1) }))).toBe(place + 1)
  })

  test('shows every removal, and names the first entry that is missing, in 1,000 random tries', () => {
    fc.assert(
      fc.property(somePlace, fc.integer({ min: 1, max: 12 }), (place, length) => {
        expect(broken(LONG.toSpliced(place, length))).toBe(place + 1)
      }),
      RUNS,
    )
  })

  test('shows every entry put in, copied or of another chain, in 1,000 random tries', () => {
    const foreign = [aChain(12, Buffer.alloc(32, 8)), aChain(12, CHAIN_KEY, 'south'), LONG]
    fc.assert(
      fc.property(fc.nat({ max: 12 }), somePlace, fc.constantFrom(...foreign), (place, from, chain) => {
        const first = chain === LONG && from === place ? place + 2 : place + 1
        expect(broken(LONG.toSpliced(place, 0, chain[from]!))).toBe(first)
        expect(broken(LONG.toSpliced(place, 0, { ...chain[from]!, seq: place + 1 }))).toBe(first)
      }),
      RUNS,
    )
  })

  test('shows every two entries that changed places, in 1,000 random tries', () => {
    fc.assert(
      fc.property(somePlace, somePlace, (one, other) => {
        fc.pre(one !== other)
        const [mine, theirs] = [LONG[one]!, LONG[other]!]
        const first = Math.min(one, other) + 1
        expect(broken(LONG.with(one, theirs).with(other, mine))).toBe(first)
        const renumbered = LONG.with(one, { ...theirs, seq: mine.seq }).with(other, { ...mine, seq: theirs.seq })
        expect(broken(renumbered)).toBe(first)
      }),
      RUNS,
    )
  })

  test('shows entries of an older state that were mixed with those written after it was restored', () => {
    const fork = forkOf(LONG, 5)
    expect(broken(fork, headOf(fork))).toBeNull()
    for (let place = 6; place < 12; place++)
      expect(broken(fork.with(place, LONG[place]!), headOf(fork))).toBe(place + 1)
    expect(broken(fork)).toBe(12)
  })

  test('of another organisation, or under another key, is none of ours from its first entry', () => {
    expect(firstBroken(CHAIN_KEY, 'south', LONG, HEAD)).toBe(1)
    expect(firstBroken(Buffer.alloc(32, 8), 'north', LONG, HEAD)).toBe(1)
  })
})

describe('IMP-19 The end of a chain', () => {
  test('that was cut off shows against its head', () => {
    for (let left = 0; left < LONG.length; left++) expect(broken(LONG.slice(0, left))).toBe(left + 1)
  })

  test('without its head shows, and so does a head without its chain', () => {
    expect(broken(LONG, null)).toBe(12)
    expect(broken([])).toBe(1)
  })

  test('whose head was moved or altered shows', () => {
    expect(broken(LONG, { ...HEAD, mac: LONG[10]!.mac })).toBe(12)
    for (const seq of [0, 1, 11]) expect(broken(LONG, { ...HEAD, seq })).not.toBeNull()
    expect(broken(LONG, { seq: 11, mac: LONG[10]!.mac })).toBe(11)
    expect(broken(LONG, { ...HEAD, seq: 13 })).toBe(13)
  })

  test('that was cut off together with its head does not show here: only an outside checkpoint tells', () => {
    const left = LONG.slice(0, 5)
    expect(broken(left, headOf(left))).toBeNull()
  })
})
