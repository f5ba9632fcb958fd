import { readFile, rename, rm, writeFile } from 'node:fs/promises'

const KEPT = 20

/** Every port that a server on this database folder may be listening on, also after its launcher was killed. */
export async function readPorts(dbFolder: string): Promise<number[]> {
  try {
    const noted: unknown = JSON.parse(await readFile(notesOf(dbFolder), 'utf8'))
    return Array.isArray(noted) ? noted.filter((port): port is number => typeof port === 'number') : []
  } catch {
    return []
  }
}

/** Notes a port before a server is started on it, so that no server is ever without a trace. */
export const notePort = async (dbFolder: string, port: number): Promise<void> =>
  writePorts(dbFolder, [port, ...(await readPorts(dbFolder))].slice(0, KEPT))

/** The server is known to listen on this port and no other. */
export const settlePort = (dbFolder: string, port: number): Promise<void> => writePorts(dbFolder, [port])

/** No server is left. */
export const forgetPorts = (dbFolder: string): Promise<void> => rm(notesOf(dbFolder), { force: true })

const notesOf = (dbFolder: string): string => `${dbFolder}.ports.json`

async function writePorts(dbFolder: string, ports: readonly number[]): Promise<void> {
  const unfinished = `${notesOf(dbFolder)}.${process.pid}`
  await writeFile(unfinished, JSON.stringify(ports))
  await rename(unfinished, notesOf(dbFolder))
}
