import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer } from './answers'

const JSON_TYPE = 'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8'
const LONGEST_BODY = 4 * 1024 * 1024

/** Header fields with one value each, without the token. */
export function headersOf(request: IncomingMessage): Record<string, string> {
  const { authorization: _, ...rest } = request.headers
  return Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)]))
}

/** The JSON of a request; undefined when it is empty, too long, not JSON or not called JSON. */
export async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length <= LONGEST_BODY) parts.push(part)
  }
  const isJson = request.headers['content-type']?.startsWith('application/json') ?? false
  if (!isJson || length > LONGEST_BODY) return undefined
  try {
    return JSON.parse(Buffer.concat(parts).toString())
  } catch {
    return undefined
  }
}

/**
 * Writes an answer as Graph does: request ids on every one, `innerError` in errors, no content type without content.
 * `empty` is the answer of a gateway in front of Graph: plain text of no length.
 */
export function write(
  response: ServerResponse,
  request: IncomingMessage,
  answer: Answer & { empty?: boolean },
  now: Date,
): void {
  const requestId = randomUUID()
  const clientRequestId = String(request.headers['client-request-id'] ?? requestId)
  response.writeHead(answer.status, {
    'request-id': requestId,
    'client-request-id': clientRequestId,
    ...answer.headers,
    ...(answer.empty ? { 'content-type': 'text/plain' } : 'body' in answer || 'error' in answer ? JSON_HEADERS : {}),
  })
  if (answer.empty) response.end()
  else if ('body' in answer) response.end(JSON.stringify(answer.body))
  else if ('error' in answer) {
    const date = now.toISOString().slice(0, 19)
    const innerError = { date, 'request-id': requestId, 'client-request-id': clientRequestId }
    response.end(JSON.stringify({ error: { ...answer.error, innerError } }))
  } else response.end()
}

const JSON_HEADERS = { 'content-type': JSON_TYPE }
