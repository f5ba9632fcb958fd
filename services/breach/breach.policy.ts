import { z } from 'zod'

/** Stands in a seat for whoever raised the request. */
export const REQUESTER = 'requester'

const code = z.string().regex(/^[a-z][a-z-]*$/)
const role = code
const minutes = z.int().positive()
const people = z.int().positive()

/** Somebody who may be asked at a stage. Those listed first are asked first, and of one role by name. */
const seat = z.strictObject({
  /** A role, or `requester` where the union lets whoever is involved decide on their own request. */
  who: role,
  /** They do not decide themselves, and learn no facts: they name somebody of this role who does. */
  names: role.optional(),
  /** Asked only where the request cannot wait. */
  urgentOnly: z.boolean().default(false),
})

const stage = z.strictObject({
  id: code,
  /** The decider, then the deputies. */
  asked: z.array(seat).min(1),
  /** After so long without an answer the next is asked as well. Silence never decides anything. */
  silenceMinutes: minutes,
  /**
   * What whoever decides learns of the client: `named` shows the case as it is, `revealed` shows it by reference and
   * names the client at a further, recorded step, `brief` shows nothing but a text that the decider before wrote.
   */
  identity: z.enum(['named', 'revealed', 'brief']),
  /** What must be on record before either answer, and beside it before one of them. */
  records: z.strictObject({ either: z.array(code), yes: z.array(code), no: z.array(code) }),
  /** A no is `filed`: it may be asked again; or `final`: only with new facts. */
  no: z.enum(['filed', 'final']),
  /**
   * Nobody acts at two stages. Where a role is named here, whoever decided before may do so nevertheless, once the advice
   * of somebody of that role is on record.
   */
  again: z.strictObject({ afterAdviceOf: role }).nullable(),
})

/** Whether the client is to hear of it: always, where that is possible, or as the person sees fit. */
const informing = z.enum(['required', 'where-possible', 'open'])

/** How one union breaches confidentiality: who is asked, in which order, on what grounds, and what must be kept. */
export const breachPolicy = z.strictObject({
  /** Where the procedure stands. One that the union has not written down for us is provisional, and says so (AMB-11). */
  source: z.strictObject({ clause: z.string().min(1), provisional: z.boolean() }),
  /** What whoever begins a request reads first. */
  notice: z.string(),
  /** There is no other ground. Each may ask for something of its own, such as the law's citation. */
  grounds: z.array(z.strictObject({ id: code, states: z.array(code) })).min(1),
  /** What a request must state, whatever its ground. */
  states: z.array(code).min(1),
  informClient: z.strictObject({ beforeRaising: informing, beforeActing: informing }),
  /** Colleagues who must have advised, without learning who the client is, before anybody decides. */
  consult: z.strictObject({ of: role, atLeast: people, remindMinutes: minutes }).nullable(),
  stages: z.array(stage).min(1),
  /** People who must not hear of it, because they may have to investigate a complaint about it. */
  investigators: role.nullable(),
  /** Told, without the facts, when nobody is left to ask. */
  lastResort: role,
  remindMinutes: z.strictObject({ urgent: minutes, otherwise: minutes }),
  /** An authorised breach that nobody has acted on for so long has to be confirmed anew (IMP-53). */
  expiresHours: z.int().positive(),
  /** What the report must say. */
  report: z.array(code).min(1),
  /** What else must be on record before it is done, such as the client's way to complain. */
  closing: z.array(code),
})

export type BreachPolicy = z.infer<typeof breachPolicy>
export type BreachStage = BreachPolicy['stages'][number]
export type Seat = BreachStage['asked'][number]

/** The roles whose holders may be asked for an answer. */
export function rolesAsked({ stages, consult }: BreachPolicy): Set<string> {
  const seats = stages.flatMap(({ asked }) => asked.flatMap(({ who, names }) => [who, names]))
  const roles = [...seats, consult?.of].filter((role) => role !== undefined)
  return new Set(roles.filter((role) => role !== REQUESTER))
}

/** Every role that a chain speaks of. */
export function rolesNamed(policy: BreachPolicy): Set<string> {
  const advisers = policy.stages.flatMap(({ again }) => again?.afterAdviceOf ?? [])
  return new Set([...rolesAsked(policy), ...advisers, policy.investigators ?? [], policy.lastResort].flat())
}
