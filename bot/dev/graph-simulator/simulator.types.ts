/** One tenant's people and groups. */
export interface SimulatedDirectory {
  tenantId: string
  people: SimulatedPerson[]
  groups: SimulatedGroup[]
  /**
   * Addresses of shared mailboxes. When given, mail leaves from these only, as under a tenant's application access
   * policy; without the list every person's own mailbox serves.
   */
  serviceMailboxes?: string[]
}

export interface SimulatedPerson {
  id: string
  displayName: string
  mail: string | null
  userPrincipalName: string
  jobTitle: string | null
  businessPhones: string[]
  accountEnabled: boolean
  /** One of Graph's availability values; `Available` when left out. */
  presence?: string
}

export interface SimulatedGroup {
  id: string
  displayName: string
  /** Ids of people and of groups, so that groups nest. */
  members: string[]
}

export type GraphRoute = 'user' | 'checkMemberGroups' | 'transitiveMembers' | 'presences' | 'sendMail'

/**
 * What goes wrong on a route, for the next `times` requests or until it is taken away.
 * `commit` lets the request do its work before it fails, as Graph is known to.
 */
export type SimulatedFault = { times?: number } & (
  | { kind: 'status'; status: number; code?: string; retryAfter?: string; empty?: boolean; commit?: boolean }
  | { kind: 'reset'; commit?: boolean }
  | { kind: 'slow'; ms: number }
  | { kind: 'redirect'; to: string }
  /** Lists only: so many pages without a member come before the first real one (1 when left out). */
  | { kind: 'empty-pages'; pages?: number }
  /** Lists only: the answer names a next page at another place. */
  | { kind: 'foreign-link'; link: string }
)

export interface SentMail {
  /** ISO 8601, UTC. */
  at: string
  from: string
  to: string[]
  subject: string
  body: string
  /** The internet message headers of the mail, names in lower case. */
  headers: Record<string, string>
}

export interface RecordedRequest {
  /** Null for what is not simulated. */
  route: GraphRoute | null
  method: string
  /** As it was sent, still encoded. */
  path: string
  query: Record<string, string>
  /** Without the token; names in lower case. */
  headers: Record<string, string>
  body: unknown
  /** Whose token it carried; null without a good one. */
  tenantId: string | null
}

export interface GraphSimulatorOptions {
  directories: SimulatedDirectory[]
  /** 0 or left out: any free one. */
  port?: number
  /** What stands before the tenant id in a bearer token; `simulated` when left out. */
  token?: string
  /** A folder in which sent mail outlives a restart, one JSON file each. */
  mailFolder?: string
  now?: () => Date
  /** The longest page of a list, whatever `$top` asks for: Graph may always send fewer. */
  longestPage?: number
}

export interface GraphSimulator {
  /** The origin to use as base URL. */
  url: string
  sentMail(): SentMail[]
  setPresence(personId: string, availability: string): void
  setMembership(groupId: string, members: string[]): void
  setFault(route: GraphRoute, fault: SimulatedFault | null): void
  /** The last thousand requests, oldest first. */
  requests(): RecordedRequest[]
  stop(): Promise<void>
}
