import type { IncomingMessage, ServerResponse } from 'node:http'
import { dossierFile, dossierPdf } from '../cards/dossier'
import type { Look } from '../cards/look'
import type { Services } from '../services'
import { faultCode, type Logger } from '../services/platform/logger'

/** Where a dossier is fetched from; the rest of the path is the token, which is never logged. */
export const DOSSIER_PATH = '/dossier/'

/** The address that a person is given. @param publicUrl where this server is found from outside */
export const dossierUrl = (publicUrl: string, token: string): string =>
  `${publicUrl.replace(/\/+$/, '')}${DOSSIER_PATH}${token}`

/** With these a browser or a preview says that nobody has asked to see it yet. */
const AHEAD = ['purpose', 'sec-purpose', 'x-purpose', 'x-moz'] as const

const HEADERS = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff' }

interface DossierFetchParts {
  breaches: Pick<Services['breaches'], 'fetchPrint'>
  lookOf(orgId: string): Look
  log: Logger
}

export type DossierFetch = (request: IncomingMessage, response: ServerResponse, token: string) => Promise<void>

/**
 * Answers a link to a dossier with the PDF, once. Whatever is wrong with a token, the answer is the same 404 after the same
 * look at the database; whoever fetches ahead of being asked gets it too, and uses nothing up. Where it cannot be said
 * whether the person may have it, 503. Never rejects.
 */
export function createDossierFetch({ breaches, lookOf, log }: DossierFetchParts): DossierFetch {
  return async (request, response, token) => {
    const answer = (status: number, headers: Record<string, string | number>, body?: Buffer) => {
      for (const [name, value] of Object.entries({ ...HEADERS, ...headers })) response.setHeader(name, value)
      response.statusCode = status
      response.end(body)
    }
    try {
      if (AHEAD.some((name) => request.headers[name])) return answer(404, { 'content-length': 0 })
      const found = await breaches.fetchPrint(token)
      if (!found) return answer(404, { 'content-length': 0 })
      const { dossier, orgId } = found
      const pdf = await dossierPdf(lookOf(orgId), dossier)
      const disposition = `inline; filename="${dossierFile(dossier)}"`
      const described = { 'content-type': 'application/pdf', 'content-disposition': disposition }
      log.info('dossier-fetched', { orgId, about: dossier.breachId })
      return answer(200, { ...described, 'content-length': pdf.length }, pdf)
    } catch (fault) {
      log.error('dossier-failed', { code: faultCode(fault) })
      if (!response.headersSent) return answer(503, { 'content-length': 0 })
      response.end()
    }
  }
}
