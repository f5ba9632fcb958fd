import { isWalled, mayReadCase } from '../access/access.rules'
import type { CaseSteps } from '../cases/cases.service'
import type { CaseRecord } from '../cases/cases.types'
import type { People } from '../people/people.service'
import type { Actor, Colleague } from '../people/people.types'
import type { Mongo } from '../platform/mongo'
import { ok, refuse } from '../platform/outcome'
import type { Tx } from '../platform/transaction'
import { type BreachPolicy, rolesNamed } from './breach.policy'
import { continueBreach, findBreach, findBreachWith } from './breach.store'
import type { BreachAct, BreachRecord, Candidate, Deed, Position, Statement } from './breach.types'
import { actsOf, alarmOf, position, requesterOf, waitsUntil } from './position.rules'
import { type BreachFacts, keptOutBecause, nextAsked } from './routing.rules'
import { sightOf, waitingFor } from './sight.rules'

/** Whoever may have a part in a request, by role and name. */
export type Members = ReadonlyMap<string, readonly Colleague[]>

export interface Loaded {
  record: BreachRecord
  found: CaseRecord
  facts: BreachFacts
}

/** Who left their role or the union is found out at the latest after so long, and somebody else asked (IMP-11). */
const WATCH_MINUTES = 5
const MINUTE_MS = 60_000
/** More than wait for an answer at any time. */
const CHAINS_AT_MOST = 1_000
const DAY_MS = 86_400_000

export type BreachSteps = ReturnType<typeof createBreachSteps>

/** What every use case of a request does on its way, in the caller's transaction. */
export function createBreachSteps({ mongo, cases, people }: { mongo: Mongo; cases: CaseSteps; people: People }) {
  /** A request keeps its chain, so it is read once. */
  const chains = new Map<string, BreachPolicy>()

  /** Asked of Graph, so never within a transaction. */
  async function membersOf(orgId: string, chain: BreachPolicy): Promise<Members> {
    const roles = [...rolesNamed(chain)]
    const teams = await Promise.all(roles.map((role) => people.team(orgId, role)))
    return new Map(roles.map((role, index) => [role, teams[index]!]))
  }

  /** The same for the chain under which a request was raised; nobody where there is no such request. */
  async function membersOfRequest(orgId: string, breachId: string): Promise<Members> {
    const name = `${orgId} ${breachId}`
    const chain = chains.get(name) ?? (await findBreach(mongo.forOrg(orgId), breachId))?.chain
    if (!chain) return new Map()
    if (chains.size >= CHAINS_AT_MOST) chains.clear()
    chains.set(name, chain)
    return membersOf(orgId, chain)
  }

  /** The same, asked anew for whoever answers: a role that has ended gives no authority from that moment (IMP-11). */
  async function membersOfAnswer({ orgId, staffId }: Actor, breachId: string): Promise<Members> {
    const [members, held] = await Promise.all([
      membersOfRequest(orgId, breachId),
      people.rolesOf(orgId, staffId, 'live'),
    ])
    const stillIn = (role: string, team: readonly Colleague[]) =>
      held.includes(role) ? team : team.filter((member) => member.staffId !== staffId)
    return new Map([...members].map(([role, team]) => [role, stillIn(role, team)]))
  }

  function circleOf(found: CaseRecord, members: Members, requester: string, absent: ReadonlySet<string>): Candidate[] {
    const staff = new Set([...members.values()].flat().map(({ staffId }) => staffId))
    if (found.holder) staff.add(found.holder)
    return [...staff.add(requester)].map((staffId) => ({
      staffId,
      roles: [...members].filter(([, team]) => team.some((member) => member.staffId === staffId)).map(([role]) => role),
      absent: absent.has(staffId),
      walled: isWalled(found, staffId),
      conflicted: false,
    }))
  }

  /** A request with its case, and what the rules decide by. */
  async function load(tx: Tx, breachId: string, members: Members): Promise<Loaded | null> {
    const joins = { found: cases.of(tx), away: people.absencesToday(tx) }
    const read = await findBreachWith(tx, breachId, joins)
    const [found] = read?.joined.found ?? []
    if (!read || !found) return null
    const { record, joined } = read
    const circle = circleOf(found, members, requesterOf(record.history), new Set(joined.away))
    return { record, found, facts: { policy: record.chain, history: record.history, circle } }
  }

  /** The same for whoever acts: refused where nothing of it is for them; with how much of it they see. */
  async function loadSeen(tx: Tx, breachId: string, members: Members) {
    const loaded = await load(tx, breachId, members)
    if (!loaded) return refuse('unknown')
    const { actor, now, policy } = tx
    if (isWalled(loaded.found, actor.staffId)) return refuse('walled')
    const reads = mayReadCase(actor, loaded.found, policy.access).ok
    const sight = sightOf(loaded.facts, actor.staffId, reads, now)
    return sight ? { ...ok, ...loaded, reads, sight } : refuse('not-theirs')
  }

  /** The record after what was done and whom the bot asks because of it; everybody who was asked is told how it stands. */
  function continued(tx: Tx, loaded: Loaded, members: Members, done: readonly BreachAct[]): BreachRecord {
    const { record, found, facts } = loaded
    const history = [...facts.history, ...done]
    for (const act of done) note(tx, record, act)
    for (let ask = nextAsked({ ...facts, history }, tx.now); ask; ask = nextAsked({ ...facts, history }, tx.now)) {
      const act: BreachAct = { at: tx.now, by: 'system', ...ask }
      history.push(act)
      note(tx, record, act)
    }
    if ([facts.history, history].some((each) => alarmOf(each) === 'open'))
      tellLastResort(tx, record, { ...facts, history })
    const waitsFor = waitsForNow({ ...facts, history }, found, tx.now)
    const told = [...new Set([...record.told, ...waitsFor, ...actsOf(history, 'asked').map(({ to }) => to)])]
    const next = { ...record, history, waitsFor, told, names: namesOf(record, history, members, tx) }
    remindOfSilence(tx, next)
    watch(tx, next)
    tellAll(tx, next, found.holder, done)
    return next
  }

  /** Everybody who was asked; and whoever raised it, who hears of it from the first step that somebody else takes. */
  function tellAll(tx: Tx, record: BreachRecord, holder: string | null, done: readonly BreachAct[]) {
    const { _id: subject, history, told } = record
    const requester = requesterOf(history)
    const isNew = done.some(({ act }) => act === 'raised')
    const decided = done.some(({ act }) => act === 'decided' || act === 'reconfirmed')
    for (const to of new Set(isNew ? told : [...told, requester])) {
      const renew = decided && (to === requester || to === holder)
      tx.send({ to, by: 'card', card: 'breach-asked', subject, urgent: true, ...(renew ? { renew } : {}) })
    }
  }

  /** Looks again when the time is over of whoever was asked, or has to write a brief. */
  function remindOfSilence(tx: Tx, { _id, chain, history }: BreachRecord): void {
    const where = position(chain, history, tx.now)
    const waits = where.at === 'deciding' ? where.stage : where.at === 'briefing' ? where.stage - 1 : null
    const last = history.findLast((act) => act.act === (where.at === 'briefing' ? 'decided' : 'asked'))
    if (waits === null || !last) {
      tx.settle('breach-unanswered', _id)
      return
    }
    const owner = last.act === 'asked' ? last.to : last.by
    const dueAt = waitsUntil(chain, waits, last.at)
    if (dueAt > tx.now) tx.due({ kind: 'breach-unanswered', subject: _id, owner, dueAt })
  }

  /** That nobody answers; and whoever was told so, what became of it. */
  function tellLastResort(tx: Tx, { _id, chain }: BreachRecord, { circle, history }: BreachFacts): void {
    const resort = circle.filter(
      (each) => each.roles.includes(chain.lastResort) && keptOutBecause(chain, each) === null,
    )
    const told = new Set([requesterOf(history), ...resort.map(({ staffId }) => staffId)])
    for (const to of told) tx.send({ to, by: 'card', card: 'breach-unanswered', subject: _id, urgent: true })
  }

  /** Keeps an eye on a request: every few minutes while somebody is to answer; once authorised at its end, and daily. */
  function watch(tx: Tx, { _id, chain, history }: BreachRecord): void {
    const dueAt = nextLook(position(chain, history, tx.now), tx.now)
    if (dueAt) tx.due({ kind: 'breach-watch', subject: _id, owner: requesterOf(history), dueAt })
    else tx.settle('breach-watch', _id)
  }

  return {
    /** Who has to do something about it now. */
    waitsFor: waitsForNow,
    membersOf,
    membersOfRequest,
    membersOfAnswer,
    circleOf,
    load,
    loadSeen,
    continued,
    watch,
    /** Stores what `continued` gave; false when somebody was faster. */
    save: (tx: Tx, before: BreachRecord, after: BreachRecord, added: readonly Statement[] = []): Promise<boolean> => {
      const { history, waitsFor, told, names, remindedAt } = after
      const statements = [...before.statements, ...added]
      return continueBreach(tx, before, { history, waitsFor, told, names, remindedAt, statements })
    },
  }
}

/** What people who may have a part in it are called now. */
export const namesIn = (members: Members): Record<string, string> =>
  Object.fromEntries([...members.values()].flat().map(({ staffId, displayName }) => [staffId, displayName]))

const waitsForNow = (facts: BreachFacts, { holder }: CaseRecord, now: Date): string[] => waitingFor(facts, holder, now)

/** When somebody has to look after a request again; null when nothing more is to come of it. */
function nextLook(where: Position, now: Date): Date | null {
  if (where.at === 'authorised') return where.until
  if (where.at === 'expired' || where.at === 'acting') return later(now, DAY_MS)
  const waits = where.at === 'consulting' || where.at === 'briefing' || where.at === 'deciding'
  return waits ? later(now, WATCH_MINUTES * MINUTE_MS) : null
}

const later = (from: Date, ms: number): Date => new Date(from.getTime() + ms)

/** What everybody in the history is called, as far as they were known when they came into it. */
function namesOf({ names }: BreachRecord, history: readonly BreachAct[], members: Members, { actor }: Tx) {
  const people = new Set(history.flatMap((act) => ('to' in act ? [act.by, act.to] : [act.by])))
  const known = [...members.values()].flat().map(({ staffId, displayName }) => [staffId, displayName] as const)
  const called = [...known, [actor.staffId, actor.displayName] as const].filter(([staffId]) => people.has(staffId))
  return { ...Object.fromEntries(called), ...names }
}

/** Ids, numbers and codes of an act, for the audit. */
function note(tx: Tx, { _id, caseId }: BreachRecord, act: BreachAct): void {
  const { at: _at, by: _by, act: name, ...rest } = act as BreachAct & Partial<Deed>
  const { passedOver = [], ...codes } = rest as { passedOver?: { staffId: string; reason: string }[] }
  const passed = Object.fromEntries(passedOver.map(({ staffId, reason }) => [`passed-over ${staffId}`, reason]))
  tx.audit({ subject: `case:${caseId}`, event: `breach-${name}`, codes: { breach: _id, ...codes, ...passed } })
}
