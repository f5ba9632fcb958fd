import type { ConsentStates } from '../consent/consent.types'
import { type Outcome, ok, refuse } from '../platform/outcome'
import type { CasesPolicy } from './cases.policy'
import type { CaseRecord, CaseSummary, ClientDetails } from './cases.types'

/** The file's title: name, number, status, and the markers that the consents call for (CAR-22, CAR-23). */
export function caseTitle(
  client: ClientDetails,
  status: CaseRecord['status'],
  consents: ConsentStates,
  { title }: CasesPolicy,
): string {
  const markers = title.markers.filter(({ kind, states }) => states.includes(consents[kind] ?? 'not_asked'))
  const parts = [client.name, client.number, title[status], ...markers.map((marker) => marker.label)]
  return parts.filter(Boolean).join(' ')
}

export const stageOf = (found: Pick<CaseRecord, 'holder' | 'offeredTo'>): CaseSummary['stage'] => {
  if (found.holder) return 'accepted'
  return found.offeredTo ? 'offered' : 'opening'
}

/** Names and numbers mistyped at intake may be put right until somebody has accepted the case, on the current version. */
export function mayCorrect(
  found: Pick<CaseRecord, 'holder' | 'version'>,
  version: number,
): Outcome<object, 'accepted-already' | 'stale'> {
  if (found.holder) return refuse('accepted-already')
  return found.version === version ? ok : refuse('stale')
}

/** What a list or a posted card may show of a case. */
export const summaryOf = (found: CaseRecord): CaseSummary => ({
  caseId: found._id,
  version: found.version,
  reference: found.reference,
  urgent: found.urgent,
  openedAt: found.openedAt,
  listing: found.listing,
  holder: found.holder,
  noted: found.noted,
  offer: found.offer,
  stage: stageOf(found),
})
