import { randomUUID } from 'node:crypto'
import {
  Client,
  type Context,
  GraphClientError,
  HTTPMessageHandler,
  type Middleware,
  ResponseType,
  RetryHandler,
  RetryHandlerOptions,
} from '@microsoft/microsoft-graph-client'
import { CaseworkError } from './errors'
import { networkCode, neverSent } from './network-failure'

export interface GraphSettings {
  /** Where Graph is: an origin without a path, such as `https://graph.microsoft.com`. */
  baseUrl: string
  /** Hands out a bearer token for that origin; asked once per call. */
  token: () => Promise<string>
}

export interface GraphCall {
  method: 'GET' | 'POST'
  /** Path and query below `/v1.0`, with every id and literal encoded already: the client encodes nothing. */
  path: string
  headers?: Record<string, string>
  body?: object
  /** How long the call may take, token and answer included, in milliseconds. */
  limitMs: number
}

/** What became of a call. `sent` is false only when the request certainly never reached Graph. */
export type GraphReply =
  | { answered: true; status: number; requestId?: string; retryAfter?: string; body: unknown }
  | { answered: false; sent: boolean; code: string }

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]']

/**
 * Makes the one function through which every call to Graph goes: Microsoft's client with a chain of our own
 * (authorise, no retries, send). The client's own authentication handler sends no token over http and its retries repeat
 * writes and outlive the time limit, so development and production both use this chain.
 * The function never throws, and what it returns holds nothing of the request.
 * @throws CaseworkError `graph-base-url` when the address is not an origin, or is neither https nor this machine
 */
export function graphCaller(settings: GraphSettings): (call: GraphCall) => Promise<GraphReply> {
  const origin = trustedOrigin(settings.baseUrl)
  const client = Client.initWithMiddleware({
    baseUrl: origin,
    middleware: [
      authorise(origin, settings.token),
      new RetryHandler(new RetryHandlerOptions(0, 0)),
      new HTTPMessageHandler(),
    ],
  })
  return async ({ method, path, headers = {}, body, limitMs }) => {
    try {
      const request = client
        .api(path)
        .headers(headers)
        .option('signal', AbortSignal.timeout(limitMs))
        .responseType(ResponseType.RAW)
      const response: Response = await (method === 'POST' ? request.post(body ?? {}) : request.get())
      return {
        answered: true,
        status: response.status,
        requestId: response.headers.get('request-id') ?? undefined,
        retryAfter: response.headers.get('retry-after') ?? undefined,
        body: await jsonOf(response),
      }
    } catch (failure) {
      if (failure instanceof GraphClientError && failure.customError) return failure.customError as GraphReply
      return { answered: false, sent: false, code: 'client-fault' }
    }
  }
}

function trustedOrigin(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null
  const tokenIsSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.includes(url.hostname))
  if (!url || !tokenIsSafe || url.href !== `${url.origin}/`) throw new CaseworkError('graph-base-url')
  return url.origin
}

/** Adds token and client-request-id for exactly one origin, and reports a failed exchange as a reply without an answer. */
function authorise(origin: string, token: () => Promise<string>): Middleware {
  let next: Middleware
  return {
    setNext: (following) => {
      next = following
    },
    execute: async (context) => {
      if (new URL(String(context.request)).origin !== origin) throw unanswered(false, 'foreign-origin')
      const signal = context.options?.signal ?? undefined
      const bearer = await unlessAborted(token, signal).catch(() => {
        throw unanswered(false, signal?.aborted ? 'timeout' : 'no-token')
      })
      context.options = {
        ...context.options,
        headers: { ...headersOf(context), Authorization: `Bearer ${bearer}`, 'client-request-id': randomUUID() },
        // A redirect would carry the request's content to wherever it points.
        redirect: 'manual',
      }
      try {
        await next.execute(context)
      } catch (failure) {
        throw unanswered(!neverSent(failure), signal?.aborted ? 'timeout' : networkCode(failure))
      }
    },
  }
}

const headersOf = (context: Context): Record<string, string> => ({
  ...(context.options?.headers as Record<string, string> | undefined),
})

/** The client passes only errors of this class through unchanged; of any other it keeps the text and drops the cause. */
function unanswered(sent: boolean, code: string): GraphClientError {
  const error = new GraphClientError(code)
  error.customError = { answered: false, sent, code } satisfies GraphReply
  return error
}

function unlessAborted<Value>(work: () => Promise<Value>, signal?: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
    work().then(resolve, reject)
  })
}

/** An unreadable body is no reason to forget the status: a mail accepted with a broken answer was still accepted. */
async function jsonOf(response: Response): Promise<unknown> {
  try {
    return JSON.parse(await response.text())
  } catch {
    return undefined
  }
}
