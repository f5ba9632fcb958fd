import { jest } from '@jest/globals'

const started = performance.now.bind(performance)
let passed = 0

/** Lets real time go by, as processes measure it; put back by `jest.restoreAllMocks`. */
export function later(seconds: number): void {
  passed += seconds * 1000
  jest.spyOn(performance, 'now').mockImplementation(() => started() + passed)
}
