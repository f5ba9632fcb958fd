import { CardFactory, type TurnContext } from 'botbuilder'
import type { Look } from '../cards/look'
import { notice } from '../cards/notice'
import type { Shell } from '../cards/render'
import type { Services } from '../services'
import { CaseworkError } from '../services/platform/errors'
import type { Graph } from '../services/platform/graph'
import { faultCode, type Logger } from '../services/platform/logger'
import { backOff, type OutboxRow, THROTTLED } from '../services/platform/outbox'
import { type Verdict, verdictOn } from './delivery-verdict'
import { createMessages } from './messages'
import type { Line, Reach } from './reach'

export interface SenderParts {
  services: Services
  reach: Reach
  graphOf(orgId: string): Graph
  lookOf(orgId: string): Look
  organisationOf(orgId: string): { mailbox: string }
  /** Called when a card has reached somebody, whose home may show the same thing. */
  onReached(orgId: string, staffId: string): void
  /** Called when whoever gives cases out has to know that something does not arrive. */
  onDoubt(orgId: string): void
  log: Logger
}

/** After so many tries, some five minutes of them, somebody is told another way. */
const ESCALATED_AFTER = 6

/** What is known of a try while it lasts. */
interface Try {
  /** Whether a post, which must not be made twice, may have arrived. */
  posted(): boolean
}

/** Delivers one claimed row of the outbox: loads the view at that moment, draws it, and settles the row. */
export function createSender(parts: SenderParts): (row: OutboxRow) => Promise<void> {
  const { services, reach, graphOf, lookOf, organisationOf, onReached, onDoubt, log } = parts
  const messages = createMessages(services)

  return async (row) => {
    const attempt: Try = { posted: () => false }
    try {
      await (row.by === 'mail' ? sendMail(row) : sendCard(row, attempt))
    } catch (fault) {
      await settle(row, verdictOn(fault, attempt.posted()))
    }
  }

  async function settle(row: OutboxRow, { state, reason, seconds }: Verdict): Promise<void> {
    const { deliveries } = services
    log.warn('delivery-failed', { orgId: row.orgId, kind: row.card, reason, attempt: row.attempts + 1 })
    if (state === 'sent') return deliveries.delivered(row, null)
    if (state === 'refused' || state === 'uncertain') {
      await deliveries.failed(row, state, reason)
      return onDoubt(row.orgId)
    }
    // Not all at the same moment, where many were put off together.
    const wait = seconds ?? backOff(row.attempts) * (1 + Math.random() / 5)
    if (reason === THROTTLED) await deliveries.holdBack(row, wait, reason)
    if (CLOSED.includes(reason)) await deliveries.bury(row.orgId, row.to)
    if (state === 'unreachable' || row.attempts + 1 >= ESCALATED_AFTER) {
      await deliveries.escalate(row, reason)
      if (!row.escalated) onDoubt(row.orgId)
    }
    await deliveries.postpone(row, wait, reason)
  }

  async function sendMail(row: OutboxRow): Promise<void> {
    const { orgId } = row
    const text = await messages[row.card].mail(row, lookOf(orgId))
    if (!text) return services.deliveries.delivered(row, null)
    const to = await mailAddressOf(orgId, row.to)
    if (!to) throw new CaseworkError('no-mail-address')
    await graphOf(orgId).sendMail(organisationOf(orgId).mailbox, { to, ...text, key: row._id })
    await services.deliveries.delivered(row, null)
  }

  /** Of whichever team they are on. @throws CaseworkError 'staff-unavailable' */
  async function mailAddressOf(orgId: string, staffId: string): Promise<string | null> {
    for (const role of Object.keys(services.policyOf(orgId).access.roles)) {
      const found = (await services.people.team(orgId, role)).find((colleague) => colleague.staffId === staffId)
      if (found) return found.mail
    }
    return null
  }

  async function sendCard(row: OutboxRow, attempt: Try): Promise<void> {
    const { orgId, to } = row
    const tidied = row.card === 'put-away' ? row.subject.split(' ')[1]! : null
    const known = tidied ?? (await services.deliveries.postOf(orgId, row))
    const shell = await messages[row.card].shell(row, lookOf(orgId), known)
    if (!shell) return services.deliveries.delivered(row, null)
    const activityId = await reach(orgId, to, (context, line) => deliver(context, line, row, shell, known, attempt))
    await services.deliveries.delivered(row, tidied ? null : activityId)
    onReached(orgId, to)
    if (activityId && activityId !== known) await catchUp(row, activityId, shell)
  }

  /** What was decided while a card was on its way had no card to change. */
  async function catchUp(row: OutboxRow, activityId: string, posted: Shell): Promise<void> {
    const shell = row.card === 'offer' ? await messages.offer.shell(row, lookOf(row.orgId), activityId) : null
    if (!shell || JSON.stringify(shell.card) === JSON.stringify(posted.card)) return
    await reach(row.orgId, row.to, (context) => context.updateActivity({ ...messageOf(shell), id: activityId })).catch(
      (fault: unknown) => log.warn('card-not-renewed', { orgId: row.orgId, code: faultCode(fault) }),
    )
  }

  /** Draws a card anew where it is known and still there; a renewed one is posted again, and the old one points to it. */
  async function deliver(
    context: TurnContext,
    line: Line,
    row: OutboxRow,
    shell: Shell,
    known: string | null,
    attempt: Try,
  ): Promise<string | null> {
    const look = lookOf(row.orgId)
    if (known && !row.renew) {
      const updated = await context.updateActivity({ ...messageOf(shell), id: known }).then(
        () => true,
        (fault: { statusCode?: number }) => {
          if (fault.statusCode === 404) return false
          throw fault
        },
      )
      if (updated || row.card === 'put-away') return known
    }
    line.left = false
    attempt.posted = () => line.left
    const posted = await context.sendActivity(messageOf(shell))
    if (known && row.renew) {
      const moved = CardFactory.adaptiveCard(notice(look, look.say('offer.moved')).card)
      await context.updateActivity({ type: 'message', id: known, attachments: [moved] }).catch(() => undefined)
    }
    return posted?.id ?? null
  }
}

/** The chat itself is closed to the bot. */
const CLOSED = ['status-403', 'status-404']

const messageOf = ({ summary, card }: Shell) => ({
  type: 'message',
  summary,
  attachments: [CardFactory.adaptiveCard(card)],
})
