import { buttonsOf, type SeenCard, textsOf } from '../../bot/dev/pretend-teams'
import type { Actor } from '../../services/people/people.types'
import type { Casekeeper } from './casekeeper'

/** A person who was never born. */
export const CALLER = { name: 'Quinn Invented', number: '1234567', reason: 'A letter about a module mark' }

/** What can be read on a card, one text a line. */
export const words = (seen: SeenCard): string => textsOf(seen.card).join('\n')

/** The one button whose title has this part. */
export function buttonWith(seen: SeenCard, part: string): string {
  const found = buttonsOf(seen.card).find(({ title }) => String(title).includes(part))
  if (!found) throw new Error(`no button with "${part}" on: ${words(seen)}`)
  return String(found.title)
}

/** All that was posted, stored or logged, as one text. */
export async function everythingKept({ mongo: { db }, teams, logged }: Casekeeper): Promise<string> {
  const stored: string[] = []
  for (const { name } of await db.listCollections().toArray())
    stored.push(JSON.stringify(await db.collection(name).find().toArray()))
  return [...teams.everything(), ...stored, logged()].join('\n')
}

/** Speaks for the sample people, each named by the beginning of their name. */
export function storyOf(casekeeper: () => Casekeeper) {
  const person = (name: string) => casekeeper().person(name)
  const say = (name: string, text: string, extra?: object) => casekeeper().teams.say(person(name), text, extra)
  const press = (name: string, seen: SeenCard, title: string, inputs?: Record<string, string>) =>
    casekeeper().teams.press(person(name), seen, title, inputs)

  /** A telephone call up to the details, with both consents answered. */
  async function script(assessors: 'yes' | 'no' = 'yes'): Promise<SeenCard> {
    let card = await say('Robin', 'intake')
    card = await press('Robin', card, 'Telephone')
    card = await press('Robin', card, 'Yes: advice is needed', { kind: 'general' })
    card = await press('Robin', card, 'Go on', { done: 'true' })
    card = await press('Robin', card, 'Go on', { done: 'true', answer: 'yes' })
    card = await press('Robin', card, 'Go on', { done: 'true' })
    return press('Robin', card, 'Go on', { done: 'true', answer: assessors })
  }

  /** A case that was offered to whoever is next; the Assistant's card, and the person asked. */
  async function offer(details = CALLER): Promise<{ card: SeenCard; asked: string }> {
    const proposal = await press('Robin', await script(), 'Open the case', details)
    const asked = /(\S+) \S+ is next on the rota/.exec(words(proposal))?.[1] ?? ''
    const card = await press('Robin', proposal, 'Offer the case', { urgent: 'false' })
    await casekeeper().bot.worker.drain()
    return { card, asked }
  }

  /** The newest card in somebody's chat. */
  const newest = (name: string): SeenCard => casekeeper().teams.chat(person(name)).at(-1)!

  const actor = (name: string): Actor => {
    const { id, orgId, name: displayName, roles } = person(name)
    return { orgId, staffId: id, displayName, roles }
  }

  return { person, say, press, script, offer, newest, actor }
}
