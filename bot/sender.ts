import { CardFactory, type TurnContext } from 'botbuilder'
import { makeButton } from '../cards/button'
import { caseShell } from '../cards/case'
import type { Look } from '../cards/look'
import { notice } from '../cards/notice'
import { offer } from '../cards/offer'
import type { Shell } from '../cards/render'
import type { Services } from '../services'
import { CaseworkError } from '../services/platform/errors'
import type { Graph } from '../services/platform/graph'
import { showReference } from '../services/platform/ids'
import { faultCode, type Logger } from '../services/platform/logger'
import { backOff, type OutboxRow } from '../services/platform/outbox'
import type { Reach } from './reach'

export interface SenderParts {
  services: Services
  reach: Reach
  graphOf(orgId: string): Graph
  lookOf(orgId: string): Look
  organisationOf(orgId: string): { mailbox: string }
  /** Called when a card has reached somebody, whose home may show the same thing. */
  onReached(orgId: string, staffId: string): void
  log: Logger
}

/** Delivers one claimed row of the outbox: loads the view at that moment, draws it, and settles the row. */
export function createSender(parts: SenderParts): (row: OutboxRow) => Promise<void> {
  const { services, reach, graphOf, lookOf, organisationOf, onReached, log } = parts

  return async (row) => {
    try {
      await (row.by === 'mail' ? sendMail(row) : sendCard(row))
    } catch (fault) {
      const { state, reason, seconds = backOff(row.attempts) } = judge(fault)
      log.warn('delivery-failed', { orgId: row.orgId, kind: row.card, reason, attempt: row.attempts })
      if (state === 'later') await services.deliveries.postpone(row, seconds, reason)
      else await services.deliveries.failed(row, state, reason)
      if (state === 'refused' && row.by === 'card') await services.deliveries.bury(row.orgId, row.to)
    }
  }

  async function sendMail(row: OutboxRow): Promise<void> {
    const { orgId } = row
    const look = lookOf(orgId)
    const view = await services.allocation.offer(orgId, row.subject)
    if (view?.state !== 'offered' || view.offeredTo?.staffId !== row.to) return services.deliveries.delivered(row, null)
    const team = await services.allocation.team(orgId)
    const to = team.find(({ staffId }) => staffId === row.to)?.mail
    if (!to) throw new CaseworkError('no-mail-address')
    const reference = showReference(view.reference)
    const subject = look.say('mail.offer.subject', { reference })
    const body = look.say('mail.offer.body', { reference, urgent: view.urgent ? 'yes' : 'no' })
    await graphOf(orgId).sendMail(organisationOf(orgId).mailbox, { to, subject, body, key: row._id })
    await services.deliveries.delivered(row, null)
  }

  async function sendCard(row: OutboxRow): Promise<void> {
    const shell = await shellFor(row)
    if (!shell) return services.deliveries.delivered(row, null)
    const known =
      row.card === 'put-away' ? row.subject.split(' ')[1]! : await services.deliveries.postOf(row.orgId, row)
    const activityId = await reach(row.orgId, row.to, (context) => deliver(context, row, shell, known))
    await services.deliveries.delivered(row, row.card === 'put-away' ? null : activityId)
    onReached(row.orgId, row.to)
  }

  /** Draws a card anew where it is known and still there; a renewed one is posted again, and the old one points to it. */
  async function deliver(
    context: TurnContext,
    row: OutboxRow,
    shell: Shell,
    known: string | null,
  ): Promise<string | null> {
    const look = lookOf(row.orgId)
    const message = { type: 'message', summary: shell.summary, attachments: [CardFactory.adaptiveCard(shell.card)] }
    if (known && !row.renew) {
      const updated = await context.updateActivity({ ...message, id: known }).then(
        () => true,
        (fault: unknown) => {
          if (statusOf(fault) === 404) return false
          throw fault
        },
      )
      if (updated || row.card === 'put-away') return known
    }
    const posted = await context.sendActivity(message)
    if (known && row.renew) {
      const moved = CardFactory.adaptiveCard(notice(look, look.say('offer.moved')).card)
      await context.updateActivity({ type: 'message', id: known, attachments: [moved] }).catch(() => undefined)
    }
    return posted?.id ?? null
  }

  /** The card of a row as it must look now; null when there is nothing left to say. */
  async function shellFor({ orgId, card, subject }: OutboxRow): Promise<Shell | null> {
    const look = lookOf(orgId)
    if (card === 'storage-refused')
      return notice(look, look.say('told.storage-refused'), [look.say('told.storage-refused-detail')])
    if (card === 'offer') {
      const view = await services.allocation.offer(orgId, subject)
      return view && offer(look, view)
    }
    if (card === 'choose') {
      const view = await services.allocation.offer(orgId, subject)
      if (!view) return null
      const reference = showReference(view.reference)
      const choose = makeButton(look.say('button.go'), 'proposal', { caseId: view.caseId }, { primary: true })
      const summary = look.say('summary.told', { reference })
      return notice(look, look.say('told.choose', { reference }), [look.say('told.choose-detail')], [choose], summary)
    }
    const view = await services.cases.summary(orgId, subject.split(' ')[0]!)
    if (!view) return null
    if (card === 'put-away') return caseShell(look, view)
    const reference = showReference(view.reference)
    const open = makeButton(look.say('button.open-case'), 'case.show', { caseId: view.caseId }, { primary: true })
    const heading = card === 'call-back' ? 'told.call-back' : 'told.first-contact'
    return notice(look, look.say(heading, { reference }), [], [open], look.say('summary.told', { reference }))
  }
}

/** No connection, or no token to send with: codes of Node, and classes of Microsoft's sign-in libraries. */
const NEVER_LEFT = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ClientAuthError',
  'CredentialUnavailableError',
  'AggregateAuthenticationError',
  'AuthenticationError',
]

type Judgement = { state: 'later' | 'refused' | 'uncertain'; reason: string; seconds?: number }

const statusOf = (fault: unknown): number =>
  typeof fault === 'object' && fault !== null && 'statusCode' in fault ? Number(fault.statusCode) : 0

/** Whether what failed surely did not arrive and may be tried again, was refused for good, or may have arrived. */
function judge(fault: unknown): Judgement {
  const reason = faultCode(fault)
  const status = statusOf(fault)
  if (fault instanceof CaseworkError) {
    if (fault.code === 'no-conversation' || fault.info.sent === 'no') {
      const { retryAfterSeconds } = fault.info
      return { state: 'later', reason, ...(retryAfterSeconds ? { seconds: Number(retryAfterSeconds) } : {}) }
    }
    return { state: fault.info.sent === 'unknown' ? 'uncertain' : 'refused', reason }
  }
  const notSent = status === 429 || status === 412 || NEVER_LEFT.includes(reason)
  if (notSent) return { state: 'later', reason }
  if (status >= 400 && status < 500 && status !== 408) return { state: 'refused', reason: `status-${status}` }
  return { state: 'uncertain', reason }
}
