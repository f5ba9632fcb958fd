import type { TurnContext } from 'botbuilder'
import { z } from 'zod'
import { emergencyNumbers, type RecordStatus } from '../cards/emergency'
import type { Look } from '../cards/look'
import type { Shell } from '../cards/render'
import type { Services } from '../services'
import type { Conversation } from '../services/delivery/delivery.service'
import type { Opening } from '../services/emergency/emergency.service'
import type { Actor } from '../services/people/people.types'
import { CaseworkError } from '../services/platform/errors'
import { stableId } from '../services/platform/ids'
import { faultCode, type Logger } from '../services/platform/logger'
import { within } from '../services/platform/time-limit'
import { readEmergency } from './commands'
import type { VerifiedActivity } from './gate'
import type { Homes } from './homes'
import { type CardPress, conversationOf } from './press'
import type { Converse } from './reach'
import { post, respond, update } from './reply'

/** Ids of emergencies are made from these and the activity, so that its repeated delivery opens nothing twice. */
const EMERGENCIES = '7b1f6c0e-4b1d-4a63-9a55-0d4f6e2b9c31'
/** After so long without an answer from the database, the card says that nothing is recorded yet. */
const ATTEMPT_LIMIT_MS = 3_000
/** More than any outage brings; beyond it, and after a day, the card says that it was given up. */
const KEPT_AT_MOST = 500
const KEPT_MS = 24 * 60 * 60 * 1000

const optional = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined)

/** The one button that is not of the table, because it is answered before roles and records are asked for. */
export const EMERGENCY = {
  verb: 'emergency',
  /** What it may bring along; what cannot be read keeps nobody from the numbers. */
  input: z.object({
    caseId: optional(z.uuid()),
    reference: optional(z.string().max(20)),
    emergencyId: optional(z.uuid()),
    at: optional(z.iso.datetime()),
  }),
}

export interface EmergencyDeskParts {
  services: Services
  converse: Converse
  homes: Homes
  lookOf(orgId: string): Look
  log: Logger
}

/**
 * Answers whoever asks for the numbers of an emergency (LMU-34, IMP-55): before anything else, with nothing but the
 * verified activity and the union's profile, so neither the database nor Graph can be in the way. What was asked is
 * recorded after the answer; where that fails the card says so, and it is tried again until it succeeds.
 */
export interface EmergencyDesk {
  /** Whether the turn asked for the numbers, and was answered. */
  answers(context: TurnContext, orgId: string, activity: VerifiedActivity, press: CardPress | null): Promise<boolean>
  /** Tries again to record what could not be recorded. Never rejects. */
  retry(): Promise<void>
  /** Ends when nothing is under way. */
  settled(): Promise<void>
}

interface Asked {
  orgId: string
  actor: Actor
  opening: Opening
  conversation: Conversation
  status: RecordStatus
  /** Real time, as processes measure it. */
  since: number
  attempts: number
}

export function createEmergencyDesk({ services, converse, homes, lookOf, log }: EmergencyDeskParts): EmergencyDesk {
  const waiting = new Set<Asked>()
  const underWay = new Map<Asked, Promise<void>>()

  function draw({ orgId, opening, status }: Asked): Shell {
    const { access, emergency } = services.policyOf(orgId)
    const titles = emergency.notify.map((role) => access.roles[role]!.title)
    const { id, at, named } = opening
    const again = { emergencyId: id, at: at.toISOString(), ...named }
    return emergencyNumbers(lookOf(orgId), { emergencyId: id, at, status, numbers: emergency.numbers, titles, again })
  }

  /** The same person's press on the same card, while it is not recorded, is the same emergency. */
  const known = (orgId: string, staffId: string, origin: string, again: string | undefined): Asked | undefined =>
    [...waiting].find(
      ({ orgId: own, actor, opening: { id, origin: first, shownAs } }) =>
        own === orgId &&
        actor.staffId === staffId &&
        [first, shownAs, id].some((each) => each === origin || each === again),
    )

  function begin(orgId: string, activity: VerifiedActivity, press: CardPress | null, reference: string | null): Asked {
    const { from, id, replyToId } = activity
    const data = EMERGENCY.input.parse(press?.data ?? {})
    const origin = (press && replyToId) || id
    const earlier = known(orgId, from.aadObjectId, origin, data.emergencyId)
    if (earlier) return earlier
    const typed = reference ?? data.reference
    const opening: Opening = {
      id: data.emergencyId ?? stableId(EMERGENCIES, [orgId, from.aadObjectId, id].join(' ')),
      origin,
      at: data.at ? new Date(data.at) : services.clock.now(),
      named: data.caseId ? { caseId: data.caseId } : typed ? { reference: typed } : null,
      shownAs: (press && replyToId) || null,
    }
    const actor: Actor = { orgId, staffId: from.aadObjectId, displayName: from.name ?? '', roles: [] }
    const conversation = conversationOf(activity)
    const asked = { orgId, actor, opening, conversation, since: performance.now(), attempts: 0 }
    return { ...asked, status: 'recording' }
  }

  async function show(asked: Asked, context: TurnContext, invoked: boolean): Promise<void> {
    const { opening } = asked
    const shell = draw(asked)
    if (invoked) await respond(context, shell)
    else if (opening.shownAs) await update(context, opening.shownAs, shell)
    else opening.shownAs = (await post(context, shell)) ?? null
  }

  /** Draws the card as it stands now, outside any turn. */
  async function showLater(asked: Asked, status: RecordStatus): Promise<void> {
    if (asked.status === status) return
    asked.status = status
    const { orgId, conversation, opening } = asked
    const { shownAs } = opening
    await converse(orgId, conversation, async (context) => {
      if (shownAs) await update(context, shownAs, draw(asked))
      else opening.shownAs = (await post(context, draw(asked))) ?? null
    }).catch((fault: unknown) => log.warn('emergency-card-not-renewed', { orgId, code: faultCode(fault) }))
  }

  async function record({ orgId, actor, opening, conversation }: Asked): Promise<void> {
    const outcome = await services.emergencies.open(actor, opening)
    if (!outcome.ok) throw new CaseworkError('emergency-refused')
    opening.id = outcome.view.emergencyId
    await services.deliveries.remember(orgId, conversation)
  }

  async function attempt(asked: Asked): Promise<void> {
    const { orgId, opening } = asked
    asked.attempts += 1
    try {
      await within(ATTEMPT_LIMIT_MS, record(asked))
      waiting.delete(asked)
      await showLater(asked, 'opened')
    } catch (fault) {
      const code = faultCode(fault)
      log.error('emergency-not-recorded', { orgId, about: opening.id, code, attempt: asked.attempts })
      const inTime = performance.now() - asked.since < KEPT_MS
      const keep = code !== 'emergency-refused' && waiting.size <= KEPT_AT_MOST && inTime
      if (!keep) waiting.delete(asked)
      await showLater(asked, keep ? 'unrecorded' : 'given-up')
    }
  }

  /** Not waited for by whoever asked. */
  function start(asked: Asked): void {
    if (underWay.has(asked)) return
    waiting.add(asked)
    underWay.set(
      asked,
      attempt(asked).finally(() => underWay.delete(asked)),
    )
  }

  async function settled(): Promise<void> {
    await Promise.all(underWay.values())
  }

  return {
    answers: async (context, orgId, activity, press) => {
      const typed = press ? null : readEmergency(activity.text ?? '')
      if (press ? press.verb !== EMERGENCY.verb : !typed || activity.type !== 'message') return false
      const asked = begin(orgId, activity, press, typed?.reference ?? null)
      try {
        await show(asked, context, activity.type === 'invoke')
      } finally {
        start(asked)
      }
      const { shownAs } = asked.opening
      if (shownAs) homes.left(asked.actor, shownAs)
      return true
    },
    retry: async () => {
      for (const asked of waiting) start(asked)
      await settled()
    },
    settled,
  }
}
