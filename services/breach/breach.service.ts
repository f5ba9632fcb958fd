import { type AccessRefusal, isWalled, mayReadCase } from '../access/access.rules'
import type { CaseSteps } from '../cases/cases.service'
import type { CaseRecord } from '../cases/cases.types'
import type { Duty } from '../duties/duties.types'
import { isBlank } from '../intake/intake.rules'
import type { People } from '../people/people.service'
import { type Actor, type Colleague, systemActor } from '../people/people.types'
import type { Clock } from '../platform/clock'
import type { Mongo } from '../platform/mongo'
import { type Outcome, ok, refuse } from '../platform/outcome'
import type { Transaction, Tx } from '../platform/transaction'
import type { Policy } from '../policy/policy.schema'
import { type BreachPolicy, rolesNamed } from './breach.policy'
import { type BreachRefusal, isRepeated, mayDo, mayRaise, mayRaiseAgain } from './breach.rules'
import { breachesOf, continueBreach, findBreach, insertBreach, sealStatements } from './breach.store'
import type {
  AskedView,
  BreachAct,
  BreachRecord,
  Candidate,
  Deed,
  PersonalDeed,
  Position,
  Statements,
} from './breach.types'
import { askedView } from './breach.views'
import { position, requesterOf, waitsUntil } from './position.rules'
import { type BreachFacts, keptOutBecause, nextAsked } from './routing.rules'

type Refused = BreachRefusal | AccessRefusal | 'stale'

export interface Breaches {
  /**
   * Asks for confidentiality to be breached, and asks whoever is first in the union's chain (`breach`).
   *
   * @param input.id chosen by the form, so that the same request sent twice is one
   * @param input.states what the person stated, by code; blank texts count as not stated
   */
  raise(
    actor: Actor,
    input: { id: string; caseId: string; ground: string; urgent: boolean; informed: boolean; states: Statements },
  ): Promise<Outcome<{ at: Position }, Refused>>
  /** Anything else that somebody does about a request; the same press again changes nothing and is no error. */
  act(
    actor: Actor,
    input: { breachId: string; deed: PersonalDeed; states: Statements },
  ): Promise<Outcome<{ at: Position }, Refused>>
  /** What may be posted to somebody who was asked, as it stands now; null for anybody else. It names no client. */
  asked(orgId: string, breachId: string, staffId: string): Promise<AskedView | null>
  /** Somebody who was asked has not answered in time: the next is asked as well. */
  onUnanswered(duty: Duty): Promise<void>
}

export interface BreachParts {
  mongo: Mongo
  cases: CaseSteps
  people: People
  policyOf(orgId: string): Policy
  clock: Clock
  transaction: Transaction
}

/** What is done with the case itself: for whoever may open it, which the chain's own people may not. */
const ON_THE_CASE: readonly PersonalDeed['act'][] = ['told-client', 'disclosed', 'reported', 'completed']

export function createBreaches({ mongo, cases, people, policyOf, clock, transaction }: BreachParts): Breaches {
  /** Whoever may have a part in it, by role and name. Asked of Graph, so never within a transaction. */
  async function membersOf(orgId: string, chain: BreachPolicy): Promise<Map<string, readonly Colleague[]>> {
    const roles = [...rolesNamed(chain)]
    const teams = await Promise.all(roles.map((role) => people.team(orgId, role)))
    return new Map(roles.map((role, index) => [role, teams[index]!]))
  }

  /** The same for the chain under which a request was raised; nobody where there is no such request. */
  async function membersOfRequest(orgId: string, breachId: string): Promise<Map<string, readonly Colleague[]>> {
    const known = await findBreach(mongo.forOrg(orgId), breachId)
    return known ? membersOf(orgId, known.chain) : new Map()
  }

  /** A request with its case, and what the rules decide by. */
  async function load(tx: Tx, breachId: string, members: ReadonlyMap<string, readonly Colleague[]>) {
    const record = await findBreach(tx, breachId)
    const found = record && (await cases.load(tx, record.caseId))
    if (!record || !found) return null
    const circle = await circleOf(tx, found, members, requesterOf(record.history))
    return { record, found, facts: { policy: record.chain, history: record.history, circle } satisfies BreachFacts }
  }

  async function circleOf(
    tx: Tx,
    { walled }: CaseRecord,
    members: ReadonlyMap<string, readonly Colleague[]>,
    requester: string,
  ): Promise<Candidate[]> {
    const absent = await people.absentToday(tx)
    const staff = new Set([...members.values()].flat().map(({ staffId }) => staffId))
    return [...staff.add(requester)].map((staffId) => ({
      staffId,
      roles: [...members].filter(([, team]) => team.some((member) => member.staffId === staffId)).map(([role]) => role),
      absent: absent.has(staffId),
      walled: isWalled({ walled }, staffId),
      conflicted: false,
    }))
  }

  /** What was done, and whom the bot asks because of it; everybody who was asked is told how it stands. */
  async function continued(tx: Tx, record: BreachRecord, facts: BreachFacts, done: readonly BreachAct[]) {
    const history = [...facts.history, ...done]
    for (const act of done) note(tx, record, act)
    for (let ask = nextAsked({ ...facts, history }, tx.now); ask; ask = nextAsked({ ...facts, history }, tx.now)) {
      const act: BreachAct = { at: tx.now, by: 'system', ...ask }
      history.push(act)
      note(tx, record, act)
      if (ask.act !== 'asked') await tellLastResort(tx, record, { ...facts, history })
    }
    await remindOfSilence(tx, record, history)
    await tellAll(tx, record, history)
    return history
  }

  /** Looks again when the time is over of whoever was asked, or has to write a brief. */
  async function remindOfSilence(tx: Tx, { _id, chain }: BreachRecord, history: readonly BreachAct[]): Promise<void> {
    const where = position(chain, history, tx.now)
    const waits = where.at === 'deciding' ? where.stage : where.at === 'briefing' ? where.stage - 1 : null
    const last = history.findLast((act) => act.act === (where.at === 'briefing' ? 'decided' : 'asked'))
    if (waits === null || !last) return tx.settle('breach-unanswered', _id)
    const owner = last.act === 'asked' ? last.to : last.by
    const dueAt = waitsUntil(chain, waits, last.at)
    if (dueAt > tx.now) await tx.due({ kind: 'breach-unanswered', subject: _id, owner, dueAt })
  }

  async function tellAll(tx: Tx, { _id }: BreachRecord, history: readonly BreachAct[]): Promise<void> {
    const asked = new Set(history.flatMap((act) => (act.act === 'asked' ? [act.to] : [])))
    for (const to of asked) await tx.send({ to, by: 'card', card: 'breach-asked', subject: _id, urgent: true })
  }

  async function tellLastResort(tx: Tx, { _id, chain }: BreachRecord, { circle, history }: BreachFacts): Promise<void> {
    const resort = circle.filter(
      (each) => each.roles.includes(chain.lastResort) && keptOutBecause(chain, each) === null,
    )
    const told = new Set([requesterOf(history), ...resort.map(({ staffId }) => staffId)])
    for (const to of told) await tx.send({ to, by: 'card', card: 'breach-unanswered', subject: _id, urgent: true })
  }

  return {
    raise: async (actor, { id, caseId, ground, urgent, informed, states }) => {
      const chain = policyOf(actor.orgId).breach
      const members = await membersOf(actor.orgId, chain)
      const attempt = { event: 'breach-raised', permission: 'breach.request', about: caseId } as const
      return transaction(actor, attempt, async (tx) => {
        const found = await cases.load(tx, caseId)
        const access = mayReadCase(actor, found, tx.policy.access)
        if (!access.ok) return access
        const earlier = await breachesOf(tx, caseId)
        const same = earlier.find(({ _id }) => _id === id)
        if (same) return { ...ok, repeated: true, at: position(same.chain, same.history, tx.now) }
        const stated = tried(actor, states)
        const places = earlier.map((each) => position(each.chain, each.history, tx.now))
        const again = mayRaiseAgain(places, stated)
        if (!again.ok) return again
        const allowed = mayRaise(chain, stated, ground, informed)
        if (!allowed.ok) return allowed
        const raised: BreachAct = { at: tx.now, by: actor.staffId, act: 'raised', ground, urgent, informed }
        const statements = sealStatements(tx, await cases.key(tx, found!), id, 0, filled(states))
        const profile = tx.policy.version
        const record: BreachRecord = { _id: id, caseId, version: 1, chain, history: [raised], statements, profile }
        const circle = await circleOf(tx, found!, members, actor.staffId)
        const history = await continued(tx, record, { policy: chain, history: [], circle }, [raised])
        await insertBreach(tx, { ...record, history })
        return { ...ok, at: position(chain, history, tx.now) }
      })
    },

    act: async (actor, { breachId, deed, states }) => {
      const members = await membersOfRequest(actor.orgId, breachId)
      const event = `breach-${deed.act}` as const
      return transaction(actor, { event, permission: null, about: breachId }, async (tx) => {
        const loaded = await load(tx, breachId, members)
        if (!loaded) return refuse('unknown')
        const { record, found, facts } = loaded
        if (isWalled(found, actor.staffId)) return refuse('walled')
        const access = ON_THE_CASE.includes(deed.act) ? mayReadCase(actor, found, tx.policy.access) : ok
        if (!access.ok) return access
        const stated = tried(actor, states)
        const allowed = mayDo(facts, stated, deed, tx.now)
        const at = position(record.chain, record.history, tx.now)
        if (!allowed.ok)
          return isRepeated(record.history, actor.staffId, deed, allowed.reason)
            ? { ...ok, repeated: true, at }
            : allowed
        const act = { at: tx.now, by: actor.staffId, ...staged(deed, at) } as BreachAct
        const key = await cases.key(tx, found)
        const added = sealStatements(tx, key, breachId, record.history.length, filled(states))
        const history = await continued(tx, record, facts, [act])
        const change = { history, statements: [...record.statements, ...added] }
        if (!(await continueBreach(tx, record, change))) return refuse('stale')
        return { ...ok, at: position(record.chain, history, tx.now) }
      })
    },

    asked: async (orgId, breachId, staffId) => {
      const scope = mongo.forOrg(orgId)
      const record = await findBreach(scope, breachId)
      const found = record && (await cases.load(scope, record.caseId))
      return record && found ? askedView(record, found.reference, staffId, clock.now()) : null
    },

    onUnanswered: async (duty) => {
      const members = await membersOfRequest(duty.orgId, duty.subject)
      const attempt = { event: 'breach-asked', permission: null, about: duty.subject } as const
      await transaction(systemActor(duty.orgId), attempt, async (tx): Promise<Outcome> => {
        const loaded = (await tx.finish(duty)) ? await load(tx, duty.subject, members) : null
        if (!loaded || !nextAsked(loaded.facts, tx.now)) return { ...ok, repeated: true }
        const { record, facts } = loaded
        const history = await continued(tx, record, facts, [])
        if (!(await continueBreach(tx, record, { history, statements: record.statements }))) return refuse('stale')
        return ok
      })
    },
  }
}

/** What somebody tries, with what they really wrote. */
const tried = (actor: Actor, states: Statements) => ({ by: actor.staffId, states: Object.keys(filled(states)) })

const filled = (states: Statements): Statements =>
  Object.fromEntries(Object.entries(states).filter(([, text]) => !isBlank(text)))

/** The deed with the stage at which it is done. */
const staged = (deed: PersonalDeed, at: Position): PersonalDeed & { stage?: number } =>
  'stage' in at ? { ...deed, stage: at.stage } : deed

/** Ids, numbers and codes of an act, for the audit. */
function note(tx: Tx, { _id, caseId }: BreachRecord, act: BreachAct): void {
  const { at: _at, by: _by, act: name, ...rest } = act as BreachAct & Partial<Deed>
  const { passedOver = [], ...codes } = rest as { passedOver?: { staffId: string; reason: string }[] }
  const passed = Object.fromEntries(passedOver.map(({ staffId, reason }) => [`passed-over ${staffId}`, reason]))
  tx.audit({ subject: `case:${caseId}`, event: `breach-${name}`, codes: { breach: _id, ...codes, ...passed } })
}
