import { stableId } from '../../services/platform/ids'
import type { Persona } from './sample-staff'

/** Where a persona's chat is, before anybody has opened it. */
export interface SeededConversation {
  conversationId: string
  serviceUrl: string
  botId: string
  userId: string
  channelId: 'msteams'
  tenantId: string
}

/** The chat's address exactly as the Playground on this port writes it into every activity. */
export function seededConversation(persona: Persona, port: number): SeededConversation {
  const { conversationId, botId, userId, tenantId } = persona
  return {
    conversationId,
    serviceUrl: `http://localhost:${port}/_connector`,
    botId,
    userId,
    channelId: 'msteams',
    tenantId,
  }
}

const BOT_NAME = 'Casekeeper'
/** The Playground insists on exactly this many further users; nobody meets them in a one-to-one chat. */
const FILLERS = 5

/** The Playground's configuration for one persona, as JSON, which every reader of YAML takes. */
export function playgroundConfig(persona: Persona): string {
  const { slug, tenantId } = persona
  const user = (id: string, name: string, aadObjectId: string) => {
    const [givenName, ...rest] = name.split(' ')
    const address = `${name.toLowerCase().replaceAll(' ', '.')}@playground.example`
    const surname = rest.join(' ')
    // The misspelt key is the Playground's own.
    return { id, name, userPrincipleName: address, aadObjectId, givenName, surname, email: address }
  }
  const filler = (_: unknown, index: number) => {
    const id = stableId(persona.id, `filler ${index}`)
    return user(`29:${id}`, `Nobody Number${index + 1}`, id)
  }
  return JSON.stringify(
    {
      version: '0.1.1',
      tenantId,
      bot: { id: persona.botId, name: BOT_NAME },
      currentUser: user(persona.userId, persona.name, persona.id),
      users: Array.from({ length: FILLERS }, filler),
      personalChat: { id: persona.conversationId },
      groupChat: { id: `group-${slug}`, name: 'Group chat (not used)' },
      team: { id: `team-${slug}`, name: 'Team (not used)', aadGroupId: stableId(persona.id, 'team'), channels: [] },
    },
    null,
    2,
  )
}
