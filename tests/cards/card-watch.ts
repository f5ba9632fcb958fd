import type { PretendTeams } from '../../bot/dev/pretend-teams'
import { lintCard } from './card-lint'

interface Posted {
  attachments?: { content: { speak?: unknown } }[]
}

/** Pretended Teams that holds every card against the rules: those that are posted, and those that answer a press. */
export function watchCards(teams: PretendTeams): { teams: PretendTeams; faults(): string[] } {
  const answers = new Map<string, unknown>()
  return {
    teams: {
      ...teams,
      press: async (...pressed) => {
        const seen = await teams.press(...pressed)
        answers.set(JSON.stringify(seen.card), seen.card)
        return seen
      },
    },
    faults: () => {
      const posted = teams
        .everything()
        .filter(Boolean)
        .flatMap((text) => (JSON.parse(text) as Posted).attachments ?? [])
        .flatMap(({ content }) => named('posted', content, lintCard(content, { posted: true })))
      const answered = [...answers.values()].flatMap((card) => named('answer', card, lintCard(card)))
      return [...new Set([...posted, ...answered])]
    },
  }
}

const named = (how: string, card: unknown, faults: readonly string[]) =>
  faults.map((fault) => `${how} "${titleOf(card)}": ${fault}`)

/** The heading of a card, which tells it from others. */
function titleOf(card: unknown): string {
  const heading = /"text":("(?:[^"\\]|\\.)*"),"style":"heading"/.exec(JSON.stringify(card) ?? '')?.[1]
  return heading ? String(JSON.parse(heading)) : 'no heading'
}
