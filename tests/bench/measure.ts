/** One figure of a run. */
export interface Figure {
  name: string
  value: number
  unit: string
  /** What it must be, in words, such as `>= 0.45`; empty where it is only reported. */
  goal: string
  ok: boolean
}

/** How much of everything is done: enough to be believed, or just enough to see that the bench itself works. */
export type Effort = 'full' | 'smoke'

export function figure(name: string, value: number, unit: string, goal = ''): Figure {
  const [sign, limit = ''] = goal.split(' ')
  const ok = sign === '>=' ? value >= Number(limit) : sign === '<' ? value < Number(limit) : true
  return { name, value: Number(value.toPrecision(3)), unit, goal, ok }
}

export const median = (values: readonly number[]): number => percentile(values, 0.5)

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** Milliseconds that the work takes. */
export async function timed(work: () => unknown): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

/** Does all the work with so many hands, each beginning the next piece as soon as it is free. */
export async function byHands<T>(
  hands: number,
  work: readonly T[],
  piece: (each: T) => Promise<unknown>,
): Promise<void> {
  const left = work.values()
  await Promise.all(
    Array.from({ length: hands }, async () => {
      for (const each of left) await piece(each)
    }),
  )
}
