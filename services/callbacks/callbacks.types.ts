/** A call that the client agreed to get. Number and times are sealed with the case's key. */
export interface CallBackRecord {
  _id: string
  caseId: string
  state: 'open' | 'done'
  number: Buffer
  when: Buffer
  agreedWith: string
  at: Date
}
