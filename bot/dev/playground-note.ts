import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { processMark } from './process-mark'
import type { Persona } from './sample-staff'

/** What one persona's Playground needs. `folder` takes its configuration, log and note. */
export interface PlaygroundPlace {
  persona: Persona
  port: number
  botUrl: string
  folder: string
}

const note = z.object({ pid: z.int().positive(), mark: z.string(), port: z.int(), botUrl: z.string() })

/** Left beside the configuration, so that the next launcher can tell an orphan from a stranger. */
export type PlaygroundNote = z.infer<typeof note>

export const fileOf = ({ folder, persona }: PlaygroundPlace, ending: string): string =>
  join(folder, persona.slug + ending)

const noteOf = (place: PlaygroundPlace): string => fileOf(place, '.json')

export async function leaveNote(place: PlaygroundPlace, pid: number): Promise<void> {
  const { port, botUrl } = place
  const mark = await processMark(pid)
  if (mark !== null)
    await writeFile(noteOf(place), JSON.stringify({ pid, mark, port, botUrl } satisfies PlaygroundNote))
}

/** Null when there is none that can be read. */
export async function readNote(place: PlaygroundPlace): Promise<PlaygroundNote | null> {
  try {
    return note.parse(JSON.parse(await readFile(noteOf(place), 'utf8')))
  } catch {
    return null
  }
}

export const forgetNote = (place: PlaygroundPlace): Promise<void> => rm(noteOf(place), { force: true })
