import { CaseworkError } from '../services/platform/errors'
import { faultCode } from '../services/platform/logger'
import { NO_CHAT, THROTTLED } from '../services/platform/outbox'

/**
 * What a failed try says about its message. `sent`: it arrived, and only the answer was spoilt. `later`: it surely did
 * not arrive, or may be repeated without harm. `unreachable`: this chat takes nothing now. `refused`: it will never be
 * taken as it is. `uncertain`: it may have arrived, so nothing may repeat it.
 */
export interface Verdict {
  state: 'sent' | 'later' | 'unreachable' | 'refused' | 'uncertain'
  reason: string
  /** How long the other side asked us to wait. */
  seconds?: number
}

/** No connection, or no token to send with: codes of Node, and classes of Microsoft's sign-in libraries. */
const NEVER_LEFT = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ClientAuthError',
  'CredentialUnavailableError',
  'AggregateAuthenticationError',
  'AuthenticationError',
]

/** Nobody waits longer than this, whatever they were asked. */
const LONGEST_WAIT_SECONDS = 24 * 60 * 60

/**
 * Source: Teams, "Send proactive messages" (status codes from bot conversational APIs): 403 and 404 say that the chat
 * is closed to the bot, 412 and 429 ask for another try, and 408 or 5xx may follow a post that was made.
 *
 * @param mayHaveArrived whether a request that must not be made twice had left
 */
export function verdictOn(fault: unknown, mayHaveArrived: boolean): Verdict {
  if (fault instanceof CaseworkError) return ofCasework(fault, mayHaveArrived)
  const { statusCode: status = 0, response } = (fault ?? {}) as Answered
  const code = faultCode(fault)
  const reason = status ? `status-${status}` : code
  const seconds = secondsUntil(response?.headers?.get('retry-after'))
  if (status >= 200 && status < 300) return { state: 'sent', reason }
  if (NO_CHAT.includes(reason)) return { state: 'unreachable', reason }
  if ([401, 412, 429].includes(status)) return { state: 'later', reason, ...seconds }
  if (status >= 300 && status < 500 && status !== 408) return { state: 'refused', reason }
  if (mayHaveArrived && !NEVER_LEFT.includes(code)) return { state: 'uncertain', reason }
  return { state: 'later', reason, ...seconds }
}

interface Answered {
  statusCode?: number
  response?: { headers?: { get(name: string): string | undefined } }
}

/** Statuses of Graph for what an operator can put right: the app's permission, or the mailbox it sends from. */
const PUT_RIGHT = [0, 401, 403, 404, 412]

function ofCasework({ code, info }: CaseworkError, mayHaveArrived: boolean): Verdict {
  const seconds = secondsUntil(info.retryAfterSeconds?.toString())
  if (NO_CHAT.includes(code)) return { state: 'unreachable', reason: code }
  if (code === 'no-mail-address') return { state: 'refused', reason: code }
  if (info.sent === 'unknown') return { state: 'uncertain', reason: code }
  if (code === 'graph-throttled') return { state: 'later', reason: THROTTLED, ...seconds }
  if (code === 'graph-refused' && (info.code === 'bad-id' || !PUT_RIGHT.includes(Number(info.status))))
    return { state: 'refused', reason: `${code}-${info.status}` }
  if (info.sent === 'no') return { state: 'later', reason: code, ...seconds }
  return { state: mayHaveArrived ? 'uncertain' : 'later', reason: code }
}

/** Retry-After is seconds or a date (RFC 9110, 10.2.3); whatever else it is, it asks for nothing. */
function secondsUntil(retryAfter: string | undefined): { seconds?: number } {
  if (!retryAfter) return {}
  const asked = /^\d+$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - Date.now()) / 1000
  return asked > 0 ? { seconds: Math.min(Math.ceil(asked), LONGEST_WAIT_SECONDS) } : {}
}
