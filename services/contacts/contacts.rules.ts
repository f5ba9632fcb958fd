import { isBlank } from '../intake/intake.rules'
import { type Outcome, ok, refuse } from '../platform/outcome'

/** Longer than any note that a person types; a whole correspondence belongs into documents. */
export const NOTE_MAX_LENGTH = 8000

/** A note as it is kept: control characters become spaces, lines stay lines. */
export function readNote(typed: string): Outcome<{ text: string }, 'missing' | 'too-long'> {
  const text = typed.replaceAll(/[^\P{Cc}\n]/gu, ' ').trim()
  if (isBlank(text)) return refuse('missing')
  return text.length > NOTE_MAX_LENGTH ? refuse('too-long') : { ...ok, text }
}
