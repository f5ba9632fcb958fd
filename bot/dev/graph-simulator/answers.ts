import type { Directory } from './directory'
import type { SimulatedFault } from './simulator.types'

/** A request that carried a good token for a simulated call. */
export interface SimulatedRequest {
  directory: Directory
  /** What stands for `{id}` in the path, decoded once. */
  id: string
  query: URLSearchParams
  headers: Record<string, string>
  body: unknown
  fault: SimulatedFault | null
  /** The simulator's own origin. */
  origin: string
}

export type Answer =
  | { status: number; body: object; headers?: Record<string, string> }
  | { status: number; error: { code: string; message: string }; headers?: Record<string, string> }
  /** Without content, and therefore without a content type. */
  | { status: number; headers?: Record<string, string> }

export type Handler = (request: SimulatedRequest) => Answer

/** OData's error body; the server adds `innerError`. */
export const refusal = (status: number, code: string, message: string): Answer => ({ status, error: { code, message } })

export const badRequest = (message: string): Answer => refusal(400, 'Request_BadRequest', message)

export const notFound = (id: string): Answer =>
  refusal(404, 'Request_ResourceNotFound', `Resource '${id}' does not exist or one of its properties is not present.`)

export const context = (origin: string, what: string): string => `${origin}/v1.0/$metadata#${what}`
