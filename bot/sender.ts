import { CardFactory, type TurnContext } from 'botbuilder'
import { makeButton } from '../cards/button'
import { caseShell } from '../cards/case'
import type { Look } from '../cards/look'
import { notice } from '../cards/notice'
import { offer } from '../cards/offer'
import type { Shell } from '../cards/render'
import type { Services } from '../services'
import type { OfferView } from '../services/allocation/allocation.types'
import { CaseworkError } from '../services/platform/errors'
import type { Graph } from '../services/platform/graph'
import { showReference } from '../services/platform/ids'
import { faultCode, type Logger } from '../services/platform/logger'
import { backOff, type OutboxRow, THROTTLED } from '../services/platform/outbox'
import { type Verdict, verdictOn } from './delivery-verdict'
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
    const look = lookOf(orgId)
    const text = await mailFor(row, look)
    if (!text) return services.deliveries.delivered(row, null)
    const to = await mailAddressOf(orgId, row.to)
    if (!to) throw new CaseworkError('no-mail-address')
    await graphOf(orgId).sendMail(organisationOf(orgId).mailbox, { to, ...text, key: row._id })
    await services.deliveries.delivered(row, null)
  }

  /** What a mail says instead of, or beside, a card; null when there is nothing left to say. */
  async function mailFor({ orgId, card, subject, to }: OutboxRow, look: Look) {
    const inWords = (key: 'offer' | 'news', reference: string, urgent: boolean) => ({
      subject: look.say(`mail.${key}.subject`, { reference }),
      body: look.say(`mail.${key}.body`, { reference, urgent: urgent ? 'yes' : 'no' }),
    })
    if (card === 'storage-refused') return inWords('news', 'none', false)
    if (card === 'first-contact' || card === 'call-back') {
      const view = await services.cases.summary(orgId, subject)
      return view && inWords('news', showReference(view.reference), false)
    }
    const view = await services.allocation.offer(orgId, subject)
    if (!view) return null
    const reference = showReference(view.reference)
    if (card === 'choose') return view.state === 'proposed' ? inWords('news', reference, false) : null
    return isForThem(view, to) ? inWords('offer', reference, view.urgent) : null
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
    const shell = await shellFor(row, known)
    if (!shell) return services.deliveries.delivered(row, null)
    const activityId = await reach(orgId, to, (context, line) => deliver(context, line, row, shell, known, attempt))
    await services.deliveries.delivered(row, tidied ? null : activityId)
    onReached(orgId, to)
    if (activityId && activityId !== known) await catchUp(row, activityId, shell)
  }

  /** What was decided while a card was on its way had no card to change. */
  async function catchUp(row: OutboxRow, activityId: string, posted: Shell): Promise<void> {
    const shell = row.card === 'offer' ? await shellFor(row, activityId) : null
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

  /** The card of a row as it must look now; null when there is nothing left to say. */
  async function shellFor({ orgId, card, subject, to }: OutboxRow, known: string | null): Promise<Shell | null> {
    const look = lookOf(orgId)
    if (card === 'storage-refused')
      return notice(look, look.say('told.storage-refused'), [look.say('told.storage-refused-detail')])
    if (card === 'offer') {
      const view = await services.allocation.offer(orgId, subject)
      // Who never saw the offer need not learn how it ended.
      return view && (known || isForThem(view, to)) ? offer(look, view) : null
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

/** The chat itself is closed to the bot. */
const CLOSED = ['status-403', 'status-404']

const isForThem = (view: OfferView, staffId: string): boolean =>
  view.state === 'offered' && view.offeredTo?.staffId === staffId

const messageOf = ({ summary, card }: Shell) => ({
  type: 'message',
  summary,
  attachments: [CardFactory.adaptiveCard(card)],
})
