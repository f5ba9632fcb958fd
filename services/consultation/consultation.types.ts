/** A question to colleagues about a case. Its words, and those of the replies, are entries of the case (contacts). */
export interface ConsultationRecord {
  _id: string
  caseId: string
  reference: string
  version: number
  /** The kind of the union's profile, or the concern. */
  kind: string
  /** What it is asked for; a concern says so itself. */
  reason: string | null
  /** It is a concern: it waits, and reminds, until somebody was consulted. */
  binding: boolean
  /** The role that was asked and how it is reminded, as the union had it then (IMP-38). */
  of: string
  remindMinutes: number
  by: string
  byName: string
  at: Date
  /** When whoever has not replied is reminded. */
  until: Date
  asked: string[]
  /** Each with the id of its entry in the case. */
  replies: { id: string; by: string; at: Date }[]
  /** The entry that says who was consulted in another way. */
  otherwise: string | null
  ended: { at: Date; by: string } | null
  /** Who can still reply; nobody once it has ended. */
  waitsFor: string[]
  /** Who has not seen the newest reply yet. */
  newsFor: string | null
  /** Who has to see to it that somebody is consulted. */
  owedBy: string | null
  profile: string
}

/** What the rules know of somebody who may be asked. */
export interface Candidate {
  staffId: string
  name: string
  absent: boolean
  /** Behind a wall in this case (IMP-14). */
  walled: boolean
  /** May have to investigate a complaint about the service (`breach.investigators`). */
  investigator: boolean
}

/** Something in a text by which somebody may be recognised, as it was typed. */
export interface Hit {
  kind: string
  text: string
}

/** A local day, `YYYY-MM-DD` or empty for today, and a time on it, such as `14:30`. */
export interface Moment {
  day: string
  time: string
}

/** What may stand on a posted card of somebody who was asked: no client, no reference, no words of anybody. */
export interface AskedView {
  consultationId: string
  /** `answered`: somebody else has replied. */
  state: 'waiting' | 'answered' | 'replied' | 'closed' | 'withdrawn'
  until: Date
}

/** What may stand on a posted card of whoever asked. */
export interface NewsView {
  consultationId: string
  reference: string
  state: 'replied' | 'silent' | 'ended'
  /** A concern about which nobody was consulted yet. */
  owed: boolean
}

/** A row of somebody's home. */
export interface ConsultationSummary {
  consultationId: string
  caseId: string
  reference: string
  at: Date
  /** They are asked; a reply is there for them; they have to see to it that somebody is consulted. */
  what: 'asked' | 'news' | 'owed'
}

/** The question with its words, for the answer to a press and nothing else. */
export interface ConsultationContent {
  consultationId: string
  kind: string
  reason: string | null
  byName: string
  at: Date
  question: string
  /** For whoever asked: what came back, and what they can do. */
  own: {
    caseId: string
    reference: string
    asked: number
    replies: { name: string; at: Date; text: string }[]
    /** A concern about which nobody was consulted yet. */
    owed: boolean
    ended: boolean
  } | null
}
