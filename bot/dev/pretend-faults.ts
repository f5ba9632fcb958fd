import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * What goes wrong with one request to pretended Teams. `commit` lets the request do its work first, as the real service
 * is known to.
 */
export type TeamsFault =
  | { kind: 'status'; status: number; code?: string; retryAfter?: string; location?: string; commit?: boolean }
  | { kind: 'reset'; commit?: boolean }
  /** Ends the connection as if all were said. */
  | { kind: 'half-close'; commit?: boolean }
  /** Says nothing for so long, then breaks the connection off. */
  | { kind: 'slow'; ms: number; commit?: boolean }
  /** Does its work and answers 201 with something that is no JSON. */
  | { kind: 'garbled'; commit: true }

/** The body of an error of the Bot Framework's connector. */
const errorOf = (code: string) => JSON.stringify({ error: { code, message: 'A fault that was switched on.' } })

export async function answerWithFault(
  fault: TeamsFault,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { socket } = request
  if (fault.kind === 'reset') return void socket.resetAndDestroy()
  if (fault.kind === 'half-close') return void socket.end()
  if (fault.kind === 'slow') {
    await pause(fault.ms, undefined, { ref: false })
    return void socket.destroy()
  }
  response.setHeader('content-type', 'application/json')
  if (fault.kind === 'garbled') {
    response.statusCode = 201
    return void response.end('{"id":')
  }
  const { status, code = 'ServiceError', retryAfter, location } = fault
  response.statusCode = status
  if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter)
  if (location !== undefined) response.setHeader('location', location)
  response.end(errorOf(code))
}
