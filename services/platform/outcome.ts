/** What every rule and use case answers: it went ahead, or it did not, with a reason from the capability's closed list. */
export type Outcome<Value extends object = object, Reason extends string = string> =
  | ({
      ok: true
      /** Nothing happened now that the audit has to keep: it was done before, or only a reminder was sent or dropped. */
      repeated?: boolean
    } & Value)
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
