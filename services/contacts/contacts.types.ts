/** One entry of a case's chronology. The text is sealed in the store. */
export interface ContactRecord {
  _id: string
  caseId: string
  kind: 'first-contact' | 'intake' | 'note' | 'consultation' | 'reply' | 'concern' | 'consulted' | 'emergency'
  channel: string
  by: string
  byName: string
  /** When it happened, in business time. */
  at: Date
  /** What the client was told before the rest could be written: which words, in which version, and when. */
  warning?: { text: string; version: number; at: Date }
  text: Buffer
}
