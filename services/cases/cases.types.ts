import type { ConsentStates } from '../consent/consent.types'
import type { ContactRecord } from '../contacts/contacts.types'

/** What is known of the client. Sealed in the store; never in a posted card, a mail, a log or the audit. */
export interface ClientDetails {
  name: string
  number: string | null
}

export interface CaseRecord {
  _id: string
  /** Eight characters; see `showReference`. */
  reference: string
  version: number
  status: 'open' | 'closed'
  engagementId: string
  /** The engagement's data key, so that one destroyed key forgets both. */
  keyId: string
  client: { name: Buffer; number: Buffer | null }
  channel: string
  urgent: boolean
  /** Whether the details of the first contact are in the file; until then it cannot be given to anybody. */
  firstContact: boolean
  /** Whether there is a note beside the first contact. */
  noted: boolean
  holder: string | null
  offeredTo: string | null
  /** The offer that `offeredTo` has not answered yet. */
  offer: { allocationId: string; at: Date } | null
  /** Who has to do something about it now: whoever is asked to take it, or holds it without a note in it. */
  waitsFor: string | null
  walled: string[]
  openedBy: string
  openedAt: Date
  /** Calendar month and ISO week of opening, local, under which the file is listed (CAR-21). */
  listing: { year: number; month: number; week: number }
  profile: string
}

/** A case without its content. */
export interface CaseSummary {
  caseId: string
  version: number
  reference: string
  urgent: boolean
  openedAt: Date
  listing: CaseRecord['listing']
  holder: string | null
  noted: boolean
  offer: CaseRecord['offer']
  stage: 'opening' | 'offered' | 'accepted'
}

/** A case with its content, for the answer to a press and nothing else. */
export interface CaseContent extends CaseSummary {
  title: string
  client: ClientDetails
  channel: string
  consents: ConsentStates
  entries: (Pick<ContactRecord, 'at' | 'kind' | 'byName' | 'warning'> & { text: string })[]
  callBack: { id: string; number: string; when: string } | null
  /** The latest request to share without consent. */
  request: string | null
  /** What this person may do in it, and the concern that they may raise. */
  may: { record: boolean; correct: boolean; breach: boolean; consult: boolean; concern: string | null }
  visibleMinutes: number
}
