import type { Answer, PersonalDeed } from '../../../services/breach/breach.types'
import { OUTCOMES, STATEMENTS } from './story-words'

/** One line on which something happens, and the indented lines below it that tell what follows. */
export interface Passage {
  line: number
  text: string
  does: Doing
  told: string[]
}

export interface Story {
  title: string
  line: number
  passages: Passage[]
}

/** What somebody tries, by name, and the one thing that they leave unsaid. */
export type Attempt = { by: string; without: string | null } & (Raising | { deed: PersonalDeed; adviser?: string })

export interface Raising {
  again: boolean
  ground: string
  urgent: boolean
  informed: boolean
}

export type Doing =
  | { people: { name: string; titles: string[] }[] }
  | { minutes: number }
  | { name: string; turns: 'away' | 'back' | 'walled' | 'conflicted' | 'gone' }
  | { name: string; title: string; holds: boolean }
  | Attempt

const TURNS = {
  'is away': 'away',
  'is back': 'back',
  'is behind a wall': 'walled',
  'cannot be impartial': 'conflicted',
  leaves: 'gone',
} as const

const PLAIN_DEEDS = {
  'writes the brief': 'briefed',
  'withdraws it': 'withdrawn',
  'tells the client': 'told-client',
  'discloses it': 'disclosed',
  'finds that the facts have changed': 'facts-changed',
  'confirms it anew': 'reconfirmed',
  'reports it': 'reported',
  'completes it': 'completed',
} as const

const isKey = <Key extends string>(table: Record<Key, unknown>, word: string): word is Key => Object.hasOwn(table, word)

/**
 * Reads a file of stories. What stands before the first heading is for its readers.
 *
 * @throws Error with the number of the first line that is no line of a story, or of a story that ends without saying
 * where the request stands
 */
export function readStories(file: string): Story[] {
  const stories: Story[] = []
  for (const [index, full] of file.split('\n').entries()) {
    const line = index + 1
    const text = full.trim()
    const story = stories.at(-1)
    if (text.startsWith('# ')) {
      stories.push({ title: text.slice(2), line, passages: [] })
    } else if (story && text && full.startsWith('  ')) {
      const above = story.passages.at(-1)
      if (!above || !OUTCOMES.some((form) => form.test(text))) throw unknown(line, text)
      above.told.push(text)
    } else if (story && text) {
      const does = text.endsWith('.') ? doing(text.slice(0, -1)) : null
      if (!does) throw unknown(line, text)
      story.passages.push({ line, text, does, told: [] })
    }
  }
  for (const { line, title, passages } of stories)
    if (!passages.at(-1)?.told.some((text) => text.startsWith('it stands: ')))
      throw new Error(`line ${line}: the story does not end with where it stands: ${title}`)
  return stories
}

const unknown = (line: number, text: string) => new Error(`line ${line}: unknown line: ${text}`)

function doing(text: string): Doing | null {
  if (text.startsWith('People: ')) return people(text.slice('People: '.length))
  const time = /^(\d+) (minute|hour)(?: passes|s pass)$/.exec(text)
  if (time) return { minutes: Number(time[1]) * (time[2] === 'hour' ? 60 : 1) }
  const [, name, rest] = /^([A-Z][a-z]+) (.+)$/.exec(text) ?? []
  if (!name || !rest) return null
  if (isKey(TURNS, rest)) return { name, turns: TURNS[rest] }
  const post = /^(becomes|is no longer) (.+)$/.exec(rest)
  if (post) return { name, title: post[2]!, holds: post[1] === 'becomes' }
  const [, tries, phrase] = /^(.+?)(?:, without (.+))?$/.exec(rest)!
  if (phrase && !isKey(STATEMENTS, phrase)) return null
  return attempt({ by: name, without: phrase ? STATEMENTS[phrase]! : null }, tries!)
}

function people(list: string): Doing | null {
  const entries = list.split('), ').map((entry) => /^([A-Z][a-z]+) \(([^()]+)\)?$/.exec(entry))
  if (entries.includes(null) || !list.endsWith(')')) return null
  return { people: entries.map((entry) => ({ name: entry![1]!, titles: entry![2]!.split('; ') })) }
}

function attempt(who: { by: string; without: string | null }, tries: string): Attempt | null {
  if (isKey(PLAIN_DEEDS, tries)) return { ...who, deed: { act: PLAIN_DEEDS[tries] } }
  const raised = /^raises it (again )?on ([a-z-]+), (not )?urgent; the client was (not )?told$/.exec(tries)
  if (raised) {
    const [, again, ground, unhurried, untold] = raised
    return { ...who, again: !!again, ground: ground!, urgent: !unhurried, informed: !untold }
  }
  const advised = /^advises (for|against) it$/.exec(tries)
  if (advised) return { ...who, deed: { act: 'advised', answer: advised[1] === 'for' ? 'yes' : 'no' } }
  const named = /^names ([A-Z][a-z]+)$/.exec(tries)
  if (named) return { ...who, deed: { act: 'named', to: named[1]! } }
  const asked = /^takes the advice of the (.+)$/.exec(tries)
  if (asked) return { ...who, deed: { act: 'took-advice' }, adviser: asked[1]! }
  const decided = /^decides (yes|no)( and confirms that the client is not told)?$/.exec(tries)
  if (!decided) return null
  return { ...who, deed: { act: 'decided', answer: decided[1] as Answer, untold: !!decided[2] } }
}
