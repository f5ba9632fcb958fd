import { readFile } from 'node:fs/promises'

/**
 * What tells a process from a later one with the same number (a container that restarts hands out the same numbers):
 * on Linux the instant it started, elsewhere nothing but that it runs. Null when there is no such process, or only its
 * unreaped remains.
 */
export async function processMark(pid: number): Promise<string | null> {
  try {
    process.kill(pid, 0)
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'EPERM') return null
  }
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  if (status === null) return 'running'
  // The program's name, which may hold anything, ends at the last bracket; state and start time are fields 3 and 22.
  const fields = status.slice(status.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? 'running')
}
