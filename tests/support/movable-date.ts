import { jest } from '@jest/globals'

const TIMERS = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'] as const

/** Real time stands still but for what the work moves; timers go on. For what counts real time, which nobody waits for. */
export async function withMovableDate(work: (later: (ms: number) => void) => Promise<void>): Promise<void> {
  jest.useFakeTimers({ doNotFake: [...TIMERS, 'nextTick', 'queueMicrotask', 'performance', 'hrtime'] })
  try {
    await work((ms) => jest.setSystemTime(Date.now() + ms))
  } finally {
    jest.useRealTimers()
  }
}
