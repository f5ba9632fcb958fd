import { execFile } from 'node:child_process'

/** How a program ended. `signal` is set when it was killed, also by the time limit. */
export interface ProgramEnd {
  ok: boolean
  output: string
  errors: string
  signal: string | null
}

interface RunOptions {
  environment: NodeJS.ProcessEnv
  timeoutMs?: number
  stop?: AbortSignal
}

/** Runs a program to its end and never throws: a program that is not there is one that did not end well. */
export function runProgram(file: string, args: readonly string[], options: RunOptions): Promise<ProgramEnd> {
  const { environment, timeoutMs = 0, stop } = options
  return new Promise((resolve) => {
    execFile(
      file,
      args,
      {
        env: environment,
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        signal: stop,
        maxBuffer: 1 << 24,
        windowsHide: true,
      },
      (fault, output, errors) =>
        resolve({ ok: !fault, output, errors: errors || (fault?.message ?? ''), signal: fault?.signal ?? null }),
    )
  })
}
