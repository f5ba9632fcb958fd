/** What is known of the people whom a text must not identify. Empty lists are fine; empty entries are passed over. */
export interface KnownIdentifiers {
  /** The client's names as people write them, and the nicknames given in the case. */
  names: readonly string[]
  /** The names of the opposing party. */
  opposingParty: readonly string[]
  /** Student numbers. */
  numbers: readonly string[]
  /** Mails, phone numbers and addresses; the lines of an address may be divided by commas. */
  others: readonly string[]
}

export type FindingKind =
  | 'name'
  | 'initials'
  | 'opposing-party'
  | 'other-person'
  | 'number'
  | 'mail'
  | 'phone'
  | 'postcode'
  | 'address'
  | 'course-and-year'
  | 'reference'
  | 'social-handle'
  | 'date-of-birth'

/** Something in a text that gives a person away, or may. Positions are into the text as typed, `to` is the end. */
export interface Finding {
  kind: FindingKind
  from: number
  to: number
  /** `refused` surely identifies somebody, so that the text must not be sent; of a `warning` a person decides. */
  certainty: 'refused' | 'warning'
}

/** A text as it is compared: without accents, lookalikes and what cannot be seen. */
export interface Reading {
  typed: string
  /** Lower case. */
  plain: string
  /** The same characters at the same places, with their capitals. */
  cased: string
  /** Where each of these characters stands in what was typed, and where it ends. */
  from: readonly number[]
  to: readonly number[]
  words: readonly Word[]
}

/** A run of letters. Positions are into the text as it is compared. */
export interface Word {
  plain: string
  from: number
  to: number
  /** Its first letter is a capital, or belongs to a script that has none. */
  capital: boolean
  /** All of it is in capitals, and it has more than one letter. */
  capitals: boolean
  /** What parts it from the word before: nothing but a change of case, one mark, space, or more than that. */
  gap: 'nothing' | 'mark' | 'space' | 'far'
  /** It may be the first word of a sentence. */
  opens: boolean
}
