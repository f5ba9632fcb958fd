/** Chance that can be repeated: the same seed gives the same numbers (mulberry32). */
export interface Chance {
  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number
  /** Whether something with this probability happens. */
  happens(probability: number): boolean
  pick<T>(choices: readonly T[]): T
}

export function chance(seed: number): Chance {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  return {
    between,
    happens: (probability) => next() < probability,
    pick: (choices) => choices[between(0, choices.length - 1)]!,
  }
}

/**
 * The seed of this run: SEED, for a run that is to be repeated; in full another each time, printed by whoever asks; else
 * always the same, since a change is not to be blamed for what chance finds.
 */
export const seedOfRun = (): number =>
  Number(process.env.SEED ?? (process.env.SOAK === 'full' ? Date.now() % 1_000_000 : 1))
