import { isDeepStrictEqual } from 'node:util'
import { CardFactory } from 'botbuilder'
import type { Look } from '../cards/look'
import type { CardJson, Screen } from '../cards/render'
import type { Services } from '../services'
import type { Actor } from '../services/people/people.types'
import { faultCode, type Logger } from '../services/platform/logger'
import type { Reach } from './reach'
import { home } from './views'

/**
 * Keeps the last `home` in each person's chat true after something it lists has been done elsewhere. A convenience: what
 * is known here is lost with the process, every row is checked again when it is pressed, and Teams asks for a `home` on
 * screen by itself.
 */
export interface Homes {
  /** This card in the person's chat is their home now. */
  shown(actor: Actor, activityId: string, screen: Screen): void
  /** This card has become something else. */
  left(actor: Actor, activityId: string): void
  /** Something may have changed for this person. */
  changed(orgId: string, staffId: string): void
  /** Something may have changed for anybody of this organisation. */
  changedForAll(orgId: string): void
  /** Draws anew what changed, and waits for nobody's chat but those of the homes drawn. Never rejects. */
  renew(): Promise<void>
}

export interface HomesParts {
  services: Services
  reach: Reach
  lookOf(orgId: string): Look
  log: Logger
}

/** How many homes are drawn at the same time. */
const AT_ONCE = 8

interface Home {
  actor: Actor
  activityId: string
  drawn: CardJson
}

export function createHomes({ services, reach, lookOf, log }: HomesParts): Homes {
  const homes = new Map<string, Home>()
  const due = new Set<string>()
  const drawing = new Set<string>()
  const keyOf = (orgId: string, staffId: string) => `${orgId}:${staffId}`

  async function draw(key: string, known: Home): Promise<void> {
    const { orgId, staffId } = known.actor
    const roles = await services.people.rolesOf(orgId, staffId, 'cached')
    const acting = { actor: { ...known.actor, roles }, look: lookOf(orgId), policy: services.policyOf(orgId), services }
    const { card, summary } = await home(acting)
    if (homes.get(key) !== known || isDeepStrictEqual(known.drawn, card)) return
    known.drawn = card
    const activity = { type: 'message', summary, attachments: [CardFactory.adaptiveCard(card)] }
    await reach(orgId, staffId, (context) => context.updateActivity({ ...activity, id: known.activityId }))
  }

  async function renewOne(key: string): Promise<void> {
    due.delete(key)
    const known = homes.get(key)
    if (!known) return
    drawing.add(key)
    await draw(key, known).catch((fault: unknown) => {
      log.warn('home-not-renewed', { orgId: known.actor.orgId, code: faultCode(fault) })
      if (homes.get(key) === known) homes.delete(key)
    })
    drawing.delete(key)
  }

  return {
    shown: (actor, activityId, { card }) => {
      homes.set(keyOf(actor.orgId, actor.staffId), { actor, activityId, drawn: card })
    },
    left: ({ orgId, staffId }, activityId) => {
      const key = keyOf(orgId, staffId)
      if (homes.get(key)?.activityId === activityId) homes.delete(key)
    },
    changed: (orgId, staffId) => {
      const key = keyOf(orgId, staffId)
      if (homes.has(key)) due.add(key)
    },
    changedForAll: (orgId) => {
      for (const [key, { actor }] of homes) if (actor.orgId === orgId) due.add(key)
    },
    renew: async () => {
      const ready = () => [...due].filter((key) => !drawing.has(key)).slice(0, AT_ONCE - drawing.size)
      for (let keys = ready(); keys.length > 0; keys = ready()) await Promise.all(keys.map(renewOne))
    },
  }
}
