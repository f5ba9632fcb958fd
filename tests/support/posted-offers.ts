import { buttonsOf, type PretendTeams } from '../../bot/dev/pretend-teams'

/** How an offer came into chats. */
export interface PostedOffer {
  /** The chats. */
  to: Set<string>
  /** How often a card with the same version was posted after the first one. */
  extra: number
}

interface Posted {
  id?: string
  conversation?: { id: string }
  attachments?: { content: unknown }[]
}

/** Every offer of which a card that can be answered was ever posted or drawn anew, by allocation. */
export function postedOffers(teams: PretendTeams): Map<string, PostedOffer> {
  const offers = new Map<string, PostedOffer>()
  const versions = new Set<string>()
  for (const text of teams.everything()) {
    const { id, conversation, attachments } = JSON.parse(text || '{}') as Posted
    const accept = buttonsOf(attachments?.[0]?.content).find(({ verb }) => verb === 'allocation.accept')
    if (!accept || !conversation) continue
    const { allocationId, version } = accept.data as { allocationId: string; version: number }
    const offer = offers.get(allocationId) ?? { to: new Set(), extra: 0 }
    offers.set(allocationId, offer)
    offer.to.add(conversation.id)
    // An activity that has an id is drawn anew, and nothing more is seen.
    if (id) continue
    if (versions.has(`${allocationId} ${version}`)) offer.extra += 1
    versions.add(`${allocationId} ${version}`)
  }
  return offers
}
