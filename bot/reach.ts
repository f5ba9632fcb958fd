import type { CloudAdapter, ConversationReference, TurnContext } from 'botbuilder'
import type { Services } from '../services'
import { CaseworkError } from '../services/platform/errors'
import { safeServiceUrl } from './service-url'

export interface ReachParts {
  services: Services
  adapterOf(orgId: string): CloudAdapter
  organisationOf(orgId: string): { appId: string }
  /** As the gate has them: a stored address may be older than the list. */
  allowedServiceHosts: readonly string[]
}

/**
 * Works in a person's chat with the bot, outside any turn of theirs. What fails in there fails here.
 *
 * @throws CaseworkError 'no-conversation' for somebody who has not met the bot or has blocked it,
 * 'service-url-not-allowed' for an address that the gate would not take today
 */
export type Reach = <T>(orgId: string, staffId: string, work: (context: TurnContext) => Promise<T>) => Promise<T>

export function createReach({ services, adapterOf, organisationOf, allowedServiceHosts }: ReachParts): Reach {
  return async <T>(orgId: string, staffId: string, work: (context: TurnContext) => Promise<T>) => {
    const to = await services.deliveries.conversationOf(orgId, staffId)
    if (!to) throw new CaseworkError('no-conversation')
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
    await adapter.continueConversationAsync(organisationOf(orgId).appId, reference, async (context) => {
      withoutRetries(context)
      result = await work(context).then(
        (value) => ({ value }),
        (fault: unknown) => ({ fault }),
      )
    })
    const outcome = result as { value: T } | { fault: unknown } | null
    if (!outcome) throw new CaseworkError('turn-not-run')
    if ('fault' in outcome) throw outcome.fault
    return outcome.value
  }
}

/** The SDK repeats a post that may have arrived, for seconds; whether to repeat is ours to say, by what the failure was. */
export function withoutRetries(context: TurnContext): void {
  const { ConnectorClientKey } = context.adapter as CloudAdapter
  const connector = context.turnState.get(ConnectorClientKey) as {
    client?: { pipeline?: { removePolicy(policy: { name: string }): void } }
  }
  connector?.client?.pipeline?.removePolicy({ name: 'defaultRetryPolicy' })
}
