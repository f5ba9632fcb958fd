import { type AccessRefusal, isWalled, mayReadCase } from '../access/access.rules'
import type { CaseSteps } from '../cases/cases.service'
import type { CaseRecord } from '../cases/cases.types'
import type { Duty } from '../duties/duties.types'
import type { KnownOfCase } from '../identifiers/known-of-case'
import type { People } from '../people/people.service'
import { type Actor, systemActor } from '../people/people.types'
import type { Clock } from '../platform/clock'
import type { Mongo } from '../platform/mongo'
import { type Outcome, ok, refuse } from '../platform/outcome'
import type { Transaction, Tx } from '../platform/transaction'
import type { Policy } from '../policy/policy.schema'
import { type BreachDossiers, createBreachDossiers } from './breach.dossier'
import { type BreachReading, createBreachReading } from './breach.reading'
import { type BreachRefusal, isRepeated, mayDo, mayRaise, mayRaiseAgain, mayState, statesToRaise } from './breach.rules'
import { createBreachSteps, type Loaded } from './breach.steps'
import { breachesOf, insertBreach, openStatements, sealStatements } from './breach.store'
import { agreedActions, belonging, giveaways, isApproved } from './breach.texts.rules'
import type { BreachAct, BreachRecord, PersonalDeed, Position, Said, Statements } from './breach.types'
import { actsOf, position } from './position.rules'
import { type BreachFacts, nextAsked } from './routing.rules'
import { anonymousCodes, ON_THE_CASE } from './sight.rules'

type Refused = BreachRefusal | AccessRefusal | 'stale' | 'identifies-client' | 'unconfirmed' | 'not-approved'

export interface Breaches extends BreachReading, BreachDossiers {
  /**
   * Asks for confidentiality to be breached, and asks whoever is first in the union's chain (`breach`).
   *
   * @param input.id chosen by the form, so that the same request sent twice is one
   * @param input.states what the person stated, by code; blank texts count as not stated
   * @param input.confirmed that nobody can be recognised, where somebody reads it who must not know who it is
   */
  raise(
    actor: Actor,
    input: {
      id: string
      caseId: string
      ground: string
      urgent: boolean
      informed: boolean
      states: Statements
      confirmed?: boolean
    },
  ): Promise<Outcome<{ at: Position }, Refused>>
  /** Anything else that somebody does about a request; the same press again changes nothing and is no error. */
  act(
    actor: Actor,
    input: { breachId: string; deed: PersonalDeed; states: Statements; confirmed?: boolean },
  ): Promise<Outcome<{ at: Position }, Refused>>
  /** Somebody who was asked has not answered in time: the next is asked as well. */
  onUnanswered(duty: Duty): Promise<void>
  /** Looks after a request: asks somebody else where one has left, reminds, and says when an authorisation ran out. */
  onWatch(duty: Duty): Promise<void>
}

export interface BreachParts {
  mongo: Mongo
  cases: CaseSteps
  knownOfCase: KnownOfCase
  people: People
  policyOf(orgId: string): Policy
  clock: Clock
  transaction: Transaction
  /** Everybody whom the process serves: a link to a dossier says by itself only what it is good for. */
  orgIds: readonly string[]
}

const MINUTE_MS = 60_000

/** What somebody does by a role of the chain. */
const ANSWERS: readonly PersonalDeed['act'][] = ['advised', 'named', 'briefed', 'took-advice', 'decided', 'reconfirmed']

export function createBreaches(parts: BreachParts): Breaches {
  const { cases, knownOfCase, people, policyOf, transaction } = parts
  const steps = createBreachSteps(parts)

  /** What a text must not do: name the client to somebody who must not know, or send something to somebody else. */
  async function textRefusal(
    tx: Tx,
    found: CaseRecord,
    facts: Pick<BreachFacts, 'policy'>,
    act: 'raised' | PersonalDeed['act'],
    states: Statements,
    confirmed: boolean,
  ): Promise<'identifies-client' | 'unconfirmed' | null> {
    const codes = anonymousCodes(facts, act).filter((code) => states[code])
    if (codes.length === 0) return null
    const given = giveaways(states, codes, await knownOfCase(tx, found))
    if (given.some(({ certain }) => certain)) return 'identifies-client'
    return confirmed ? null : 'unconfirmed'
  }

  return {
    ...createBreachReading(parts, steps),
    ...createBreachDossiers(parts, steps),

    raise: async (actor, { id, caseId, ground, urgent, informed, states, confirmed = false }) => {
      const chain = policyOf(actor.orgId).breach
      const members = await steps.membersOf(actor.orgId, chain)
      const attempt = { event: 'breach-raised', permission: 'breach.request', about: caseId } as const
      return transaction(actor, attempt, async (tx) => {
        const found = await cases.load(tx, caseId)
        const access = mayReadCase(actor, found, tx.policy.access)
        if (!access.ok) return access
        const earlier = await breachesOf(tx, caseId)
        const same = earlier.find(({ _id }) => _id === id)
        if (same) return { ...ok, repeated: true, at: position(same.chain, same.history, tx.now) }
        const said = belonging(states, statesToRaise(chain, ground))
        const stated = tried(actor, said)
        const places = earlier.map((each) => position(each.chain, each.history, tx.now))
        const again = mayRaiseAgain(places, stated)
        if (!again.ok) return again
        const allowed = mayRaise(chain, stated, ground, informed)
        if (!allowed.ok) return allowed
        const unfit = await textRefusal(tx, found!, { policy: chain }, 'raised', said, confirmed)
        if (unfit) return refuse(unfit)
        const raised: BreachAct = { at: tx.now, by: actor.staffId, act: 'raised', ground, urgent, informed }
        const statements = sealStatements(tx, await cases.key(tx, found!), id, 0, said)
        const record: BreachRecord = {
          ...{ _id: id, caseId, version: 1, chain, history: [], statements, profile: tx.policy.version },
          ...{ reference: found!.reference, names: {}, waitsFor: [], told: [], remindedAt: tx.now },
        }
        const absent = await people.absentToday(tx)
        const circle = steps.circleOf(found!, members, actor.staffId, absent)
        const facts = { policy: chain, history: [], circle }
        const next = steps.continued(tx, { record, found: found!, facts }, members, [raised])
        await insertBreach(tx, next)
        return { ...ok, at: position(chain, next.history, tx.now) }
      })
    },

    act: async (actor, { breachId, deed, states, confirmed = false }) => {
      const members = await (ANSWERS.includes(deed.act)
        ? steps.membersOfAnswer(actor, breachId)
        : steps.membersOfRequest(actor.orgId, breachId))
      const event = `breach-${deed.act}` as const
      return transaction(actor, { event, permission: null, about: breachId }, async (tx) => {
        const loaded = await steps.load(tx, breachId, members)
        if (!loaded) return refuse('unknown')
        const { record, found, facts } = loaded
        if (isWalled(found, actor.staffId)) return refuse('walled')
        const access = ON_THE_CASE.includes(deed.act) ? mayReadCase(actor, found, tx.policy.access) : ok
        if (!access.ok) return access
        const stated = belonging(states, mayState(facts, deed, tx.now))
        const key = await cases.key(tx, found)
        const earlier = ON_THE_CASE.includes(deed.act) ? openStatements(tx, key, record) : []
        const said = withFinishedActions(record, earlier, deed, stated)
        const allowed = mayDo(facts, tried(actor, said), deed, tx.now)
        const at = position(record.chain, record.history, tx.now)
        if (!allowed.ok)
          return isRepeated(record.history, actor.staffId, deed, allowed.reason)
            ? { ...ok, repeated: true, at }
            : allowed
        const beyond = beyondApproval(record, earlier, deed, said)
        if (beyond) return refuse(beyond)
        const unfit = await textRefusal(tx, found, facts, deed.act, said, confirmed)
        if (unfit) return refuse(unfit)
        const act = { at: tx.now, by: actor.staffId, ...staged(deed, at) } as BreachAct
        const added = sealStatements(tx, key, breachId, record.history.length, said)
        const next = steps.continued(tx, loaded, members, [act])
        if (!(await steps.save(tx, record, next, added))) return refuse('stale')
        return { ...ok, at: position(record.chain, next.history, tx.now) }
      })
    },

    onUnanswered: async (duty) => {
      const members = await steps.membersOfRequest(duty.orgId, duty.subject)
      const attempt = { event: 'breach-asked', permission: null, about: duty.subject } as const
      await transaction(systemActor(duty.orgId), attempt, async (tx): Promise<Outcome> => {
        const loaded = (await tx.finish(duty)) ? await steps.load(tx, duty.subject, members) : null
        if (!loaded || !nextAsked(loaded.facts, tx.now)) return { ...ok, repeated: true }
        const next = steps.continued(tx, loaded, members, [])
        return (await steps.save(tx, loaded.record, next)) ? ok : refuse('stale')
      })
    },

    onWatch: async (duty) => {
      const members = await steps.membersOfRequest(duty.orgId, duty.subject)
      const attempt = { event: 'breach-asked', permission: null, about: duty.subject } as const
      await transaction(systemActor(duty.orgId), attempt, async (tx): Promise<Outcome> => {
        const loaded = (await tx.finish(duty)) ? await steps.load(tx, duty.subject, members) : null
        if (!loaded) return { ...ok, repeated: true }
        const { record, facts } = loaded
        const asks = nextAsked(facts, tx.now) !== null
        const next = asks ? steps.continued(tx, loaded, members, []) : reminded(tx, loaded)
        if (!(await steps.save(tx, record, next))) return refuse('stale')
        return asks ? ok : { ...ok, repeated: true }
      })
    },
  }

  /** The same record after whoever it waits for was told once more, if it was time; the next look is arranged. */
  function reminded(tx: Tx, { record, found, facts }: Loaded): BreachRecord {
    const { chain, history } = record
    const waitsFor = steps.waitsFor(facts, found, tx.now)
    const next = { ...record, waitsFor, told: [...new Set([...record.told, ...waitsFor])] }
    steps.watch(tx, next)
    const { urgent } = actsOf(history, 'raised')[0]!
    const where = position(chain, history, tx.now)
    const pause =
      where.at === 'consulting' && chain.consult
        ? chain.consult.remindMinutes
        : chain.remindMinutes[urgent ? 'urgent' : 'otherwise']
    if (tx.now.getTime() < record.remindedAt.getTime() + pause * MINUTE_MS) return next
    for (const to of waitsFor)
      tx.send({ to, by: 'card', card: 'breach-asked', subject: record._id, urgent: true, renew: true })
    return { ...next, remindedAt: tx.now }
  }
}

/** What nobody may state for themselves: that every agreed action is done is seen from what was recorded. */
function withFinishedActions(
  { history }: BreachRecord,
  earlier: readonly Said[],
  deed: PersonalDeed,
  states: Statements,
): Statements {
  if (deed.act !== 'completed') return states
  const { 'actions-done': _own, ...rest } = states
  return agreedActions(history, earlier).every(({ done }) => done) ? { ...rest, 'actions-done': 'yes' } : rest
}

/** An action that nobody agreed on, or somebody for whom nobody approved it; null where neither is so. */
function beyondApproval(
  { history }: BreachRecord,
  earlier: readonly Said[],
  deed: PersonalDeed,
  { recipient = '' }: Statements,
): 'settled' | 'not-approved' | null {
  if (deed.act === 'action-done') return agreedActions(history, earlier)[deed.action] ? null : 'settled'
  return deed.act === 'disclosed' && !isApproved(earlier, recipient) ? 'not-approved' : null
}

/** What somebody tries, with what they really wrote. */
const tried = (actor: Actor, said: Statements) => ({ by: actor.staffId, states: Object.keys(said) })

/** The deed with the stage at which it is done. */
const staged = (deed: PersonalDeed, at: Position): PersonalDeed & { stage?: number } =>
  'stage' in at ? { ...deed, stage: at.stage } : deed
