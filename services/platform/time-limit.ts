import { CaseworkError } from './errors'

/**
 * Waits for something only so long. What is not waited for any more may still happen: whoever tries again has to find it
 * done or undone.
 *
 * @param code of the fault when the time is over
 * @throws CaseworkError with that code
 */
export async function within<Result>(limitMs: number, work: Promise<Result>, code = 'took-too-long'): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new CaseworkError(code)), limitMs)
  })
  // What loses has nobody left to tell.
  work.catch(() => undefined)
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
