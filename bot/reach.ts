import type { CloudAdapter, ConversationReference, TurnContext } from 'botbuilder'
import type { Services } from '../services'
import type { Conversation } from '../services/delivery/delivery.service'
import { CaseworkError } from '../services/platform/errors'
import { within } from '../services/platform/time-limit'
import { safeServiceUrl } from './service-url'

export interface ConverseParts {
  adapterOf(orgId: string): CloudAdapter
  organisationOf(orgId: string): { appId: string }
  /** As the gate has them: a stored address may be older than the list. */
  allowedServiceHosts: readonly string[]
  /** How long Teams may take to answer one request, in milliseconds. */
  answerLimitMs?: number
}

/** What is known of the requests that a turn makes to Teams. */
export interface Line {
  /** Whether a request, signed and ready, was handed to the network. */
  left: boolean
}

/**
 * Works in a person's chat with the bot, outside any turn of theirs. What fails in there fails here.
 *
 * @throws CaseworkError 'no-conversation' for somebody who has not met the bot or has blocked it,
 * 'service-url-not-allowed' for an address that the gate would not take today, 'reach-took-too-long' when nobody
 * answered in time
 */
export type Reach = <T>(
  orgId: string,
  staffId: string,
  work: (context: TurnContext, line: Line) => Promise<T>,
) => Promise<T>

const ANSWER_LIMIT_MS = 8_000
/** The same with signing in and a second request; shorter than a worker's lease on a row. */
const REACH_LIMIT_MS = 20_000

/** The same where it is known already where the person can be reached. */
export type Converse = <T>(
  orgId: string,
  to: Conversation,
  work: (context: TurnContext, line: Line) => Promise<T>,
) => Promise<T>

export function createReach({ services, converse }: { services: Services; converse: Converse }): Reach {
  return async (orgId, staffId, work) => {
    const to = await services.deliveries.conversationOf(orgId, staffId)
    if (!to) throw new CaseworkError('no-conversation')
    return converse(orgId, to, work)
  }
}

export function createConverse({
  adapterOf,
  organisationOf,
  allowedServiceHosts,
  answerLimitMs,
}: ConverseParts): Converse {
  return async <T>(orgId: string, to: Conversation, work: (context: TurnContext, line: Line) => Promise<T>) => {
    if (!safeServiceUrl(to.serviceUrl, allowedServiceHosts)) throw new CaseworkError('service-url-not-allowed')
    const reference = {
      channelId: 'msteams',
      serviceUrl: to.serviceUrl,
      bot: { id: to.botId, name: '' },
      user: { id: to.userId, name: '', aadObjectId: to.staffId },
      conversation: {
        id: to.conversationId,
        conversationType: 'personal',
        tenantId: to.tenantId,
        isGroup: false,
        name: '',
      },
    } as Partial<ConversationReference>
    const adapter = adapterOf(orgId)
    let result: { value: T } | { fault: unknown } | null = null
    const reached = adapter.continueConversationAsync(organisationOf(orgId).appId, reference, async (context) => {
      result = await work(context, limitRequests(context, { answerLimitMs })).then(
        (value) => ({ value }),
        (fault: unknown) => ({ fault }),
      )
    })
    await within(REACH_LIMIT_MS, reached, 'reach-took-too-long')
    const outcome = result as { value: T } | { fault: unknown } | null
    if (!outcome) throw new CaseworkError('turn-not-run')
    if ('fault' in outcome) throw outcome.fault
    return outcome.value
  }
}

interface Request {
  abortSignal?: unknown
}
interface Pipeline {
  removePolicy(policy: { name: string }): void
  addPolicy(policy: { name: string; sendRequest(request: Request, next: (request: Request) => unknown): unknown }): void
}

/**
 * Has every request of a turn made to the host it is addressed to and no other, within a time, and once. The SDK repeats
 * a post that may have arrived, waits for an answer for ever, and follows a redirect to whatever host it names. The
 * limit counts from the beginning of the turn, so that nothing leaves after everybody has given up on it.
 *
 * @param repeat lets the SDK repeat: for an answer that somebody waits for, where two are better than none
 */
export function limitRequests(
  context: TurnContext,
  { answerLimitMs = ANSWER_LIMIT_MS, repeat = false }: { answerLimitMs?: number | undefined; repeat?: boolean } = {},
): Line {
  const { ConnectorClientKey } = context.adapter as CloudAdapter
  const connector = context.turnState.get(ConnectorClientKey) as { client?: { pipeline?: Pipeline } }
  const pipeline = connector?.client?.pipeline
  const line: Line = { left: false }
  const begun = performance.now()
  if (!repeat) pipeline?.removePolicy({ name: 'defaultRetryPolicy' })
  pipeline?.removePolicy({ name: 'redirectPolicy' })
  pipeline?.addPolicy({
    name: 'casekeeper-line',
    sendRequest: async (request, next) => {
      const left = begun + REACH_LIMIT_MS - performance.now()
      if (left <= 0) throw new CaseworkError('reach-took-too-long')
      line.left = true
      const patience = new AbortController()
      const timer = setTimeout(() => patience.abort(), Math.ceil(Math.min(left, answerLimitMs)))
      request.abortSignal = patience.signal
      try {
        return await next(request)
      } finally {
        clearTimeout(timer)
      }
    },
  })
  return line
}
