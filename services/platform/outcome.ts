/** What every rule and use case answers: it went ahead, or it did not, with a reason from the capability's closed list. */
export type Outcome<Value extends object = object, Reason extends string = string> =
  | ({ ok: true /** It was done before by the same press; nothing was changed now. */; repeated?: boolean } & Value)
  | Refusal<Reason>

export type Refusal<Reason extends string = string> = {
  ok: false
  reason: Reason
  /** The code under which the audit keeps it, once it is recorded. */
  lookup?: string
}

/** A tested, recorded "no". */
export const refuse = <Reason extends string>(reason: Reason): Refusal<Reason> => ({ ok: false, reason })

export const ok: { ok: true } = { ok: true }
