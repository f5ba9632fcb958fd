/** Somebody who acts, known from a verified activity alone. Nothing in a card, a message or a draft says who someone is. */
export interface Actor {
  orgId: string
  /** Entra object id, lower case; `system` for the worker. */
  staffId: string
  displayName: string
  /** Role ids of the union's profile. */
  roles: readonly string[]
}

/** The worker, which acts for nobody and holds no role. */
export const systemActor = (orgId: string): Actor => ({ orgId, staffId: 'system', displayName: '', roles: [] })

/** A colleague as the people register knows them. */
export interface Colleague {
  staffId: string
  displayName: string
  mail: string | null
  /** The number on which they take internal calls. */
  phone: string | null
}

/** An absence that somebody declared. Dates are local dates of the service; `until` is the first day back. */
export interface Absence {
  _id: string
  staffId: string
  from: string
  until: string
}
