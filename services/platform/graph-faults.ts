import { z } from 'zod'
import { CaseworkError } from './errors'
import type { GraphReply } from './graph-client'

/** Every fault the Graph gateway can raise. */
type GraphFaultCode = 'graph-unavailable' | 'graph-refused' | 'graph-not-found' | 'graph-throttled' | 'graph-uncertain'

/** Only the code leaves an error body: its message may quote names, addresses or the request itself. */
const errorBody = z.object({ error: z.object({ code: z.string().regex(/^[\w.]{1,60}$/) }) })
/** Our word where Graph gave none. */
const UNEXPECTED = 'unexpected-answer'
const TRACEABLE_ID = /^[\w-]{1,64}$/

/**
 * The fault for a call that only reads, and may therefore be repeated at any time.
 * `graph-throttled` (429), `graph-not-found` (404), `graph-unavailable` (no answer, 408, 5xx, or an answer that is not
 * the documented one), `graph-refused` (every other status).
 * `info`: `status` (0 when nothing was answered), `code`, and where known `requestId` and `retryAfterSeconds`.
 * @param code our own word for what is wrong with an answer whose status is fine
 */
export function readFault(reply: GraphReply, code = UNEXPECTED): CaseworkError {
  if (!reply.answered) return fault('graph-unavailable', reply, code)
  if (reply.status === 404) return fault('graph-not-found', reply, code)
  if (reply.status === 429) return fault('graph-throttled', reply, code)
  const unavailable = isSuccess(reply.status) || gaveUp(reply.status)
  return fault(unavailable ? 'graph-unavailable' : 'graph-refused', reply, code)
}

/**
 * The fault for a mail. `info.sent` is `no` where Graph certainly did not accept it (`graph-throttled`,
 * `graph-unavailable`, `graph-refused`); `graph-uncertain` means it may have left, so nothing may repeat it by itself:
 * Graph is known to answer 503 after doing the work.
 */
export function mailFault(reply: GraphReply): CaseworkError {
  const uncertain = reply.answered ? gaveUp(reply.status) : reply.sent
  if (uncertain) return fault('graph-uncertain', reply, UNEXPECTED, { sent: 'unknown' })
  if (!reply.answered) return fault('graph-unavailable', reply, UNEXPECTED, { sent: 'no' })
  return fault(reply.status === 429 ? 'graph-throttled' : 'graph-refused', reply, UNEXPECTED, { sent: 'no' })
}

/** The fault for an id or address that cannot stand in a path; Graph is not asked. */
export const badId = (): CaseworkError => new CaseworkError('graph-refused', { status: 0, code: 'bad-id', sent: 'no' })

export const succeeded = (reply: GraphReply): reply is GraphReply & { answered: true } =>
  reply.answered && isSuccess(reply.status)

const isSuccess = (status: number): boolean => status >= 200 && status < 300

const gaveUp = (status: number): boolean => status >= 500 || status === 408

function fault(
  code: GraphFaultCode,
  reply: GraphReply,
  otherwise: string,
  more: { sent?: 'no' | 'unknown' } = {},
): CaseworkError {
  if (!reply.answered) return new CaseworkError(code, { status: 0, code: reply.code, ...more })
  const { data } = errorBody.safeParse(reply.body)
  const wait = secondsUntil(reply.retryAfter)
  return new CaseworkError(code, {
    status: reply.status,
    code: data?.error.code ?? otherwise,
    ...(TRACEABLE_ID.test(reply.requestId ?? '') ? { requestId: reply.requestId! } : {}),
    ...(wait === null ? {} : { retryAfterSeconds: wait }),
    ...more,
  })
}

/** Retry-After is seconds or a date (RFC 9110, 10.2.3). */
function secondsUntil(retryAfter: string | undefined): number | null {
  if (!retryAfter) return null
  const seconds = /^\d+$/.test(retryAfter)
    ? Number(retryAfter)
    : Math.ceil((Date.parse(retryAfter) - Date.now()) / 1000)
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null
}
