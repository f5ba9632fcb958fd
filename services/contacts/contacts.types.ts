/** One entry of a case's chronology. The text is sealed in the store. */
export interface ContactRecord {
  _id: string
  caseId: string
  kind: 'first-contact' | 'intake' | 'note' | 'emergency'
  channel: string
  by: string
  byName: string
  /** When it happened, in business time. */
  at: Date
  text: Buffer
}
