import { type AccessRefusal, isWalled, mayReadCase } from '../access/access.rules'
import type { CaseSteps } from '../cases/cases.service'
import type { KnownOfCase } from '../identifiers/known-of-case'
import type { Actor } from '../people/people.types'
import type { Clock } from '../platform/clock'
import type { Mongo, Reading, Scope } from '../platform/mongo'
import { type Outcome, ok, refuse } from '../platform/outcome'
import type { Transaction, Tx } from '../platform/transaction'
import { mayRaiseAgain } from './breach.rules'
import { type BreachSteps, type Loaded, namesIn } from './breach.steps'
import {
  allBreaches,
  breachesFor,
  breachesOf,
  breachesWaitingFor,
  findBreach,
  latestBreachOf,
  openStatements,
} from './breach.store'
import { agreedActions, giveaways } from './breach.texts.rules'
import type {
  AskedView,
  BreachAlarm,
  BreachContent,
  BreachCounts,
  BreachRecord,
  PersonalDeed,
  Sight,
  Statements,
} from './breach.types'
import { alarmView, askedView, seenActs } from './breach.views'
import { countsOf } from './counts.rules'
import type { BreachBeginning, DeedForm, Giveaway } from './deed-form.types'
import { deedForm } from './deed-form.views'
import { actsOf, position } from './position.rules'
import { anonymousCodes, openDeeds, partOf } from './sight.rules'

export interface BreachReading {
  /** What may be posted to somebody who was asked or waits, as it stands now; null for anybody else. It names no client. */
  asked(orgId: string, breachId: string, staffId: string): Promise<AskedView | null>
  /** What is posted when nobody answers; null where it never came to that, and for whoever must not hear of it. */
  unanswered(orgId: string, breachId: string, staffId: string): Promise<BreachAlarm | null>
  /** So many of the requests that wait for somebody, the oldest first. */
  waitingFor(actor: Actor, limit: number): Reading<AskedView & { caseId: string }>
  /** The request as far as the person may know it, for the answer to one press. The view is recorded before it is shown. */
  open(
    actor: Actor,
    input: { breachId: string; postedAs: string | null },
  ): Promise<Outcome<{ view: BreachContent }, AccessRefusal>>
  /** The same with the client's identity, where a stage shows that at a further step; recorded as such (AMB-39). */
  reveal(actor: Actor, input: { breachId: string }): Promise<Outcome<{ view: BreachContent }, AccessRefusal>>
  /** What somebody is asked who is about to do something; refused when it is not theirs to do now. */
  form(
    actor: Actor,
    input: { breachId: string; act: PersonalDeed['act'] },
  ): Promise<Outcome<{ form: DeedForm }, AccessRefusal | 'settled'>>
  /** The latest request in a case, to be read with that: for whoever may open the case. */
  latestOf(scope: Scope, caseId: string): Reading<string>
  /** The requests under which this person may record now that something was shared. */
  openDoors(actor: Actor): Promise<{ breachId: string; reference: string }[]>
  /** How the requests of each year ended, for the yearly report; recorded as read. */
  counts(actor: Actor): Promise<Outcome<{ years: BreachCounts[] }, AccessRefusal>>
  /** What a request in this case is asked beside the rest. */
  beginning(actor: Actor, caseId: string): Promise<BreachBeginning>
  /** What in the texts gives the client away to somebody who must not know; nothing for whoever may not open the case. */
  giveaways(
    actor: Actor,
    input: ({ caseId: string } | { breachId: string }) & { act: 'raised' | PersonalDeed['act']; states: Statements },
  ): Promise<Giveaway[]>
}

interface ReadingParts {
  mongo: Mongo
  cases: CaseSteps
  knownOfCase: KnownOfCase
  clock: Clock
  transaction: Transaction
  policyOf(orgId: string): { breach: Loaded['facts']['policy']; access: Parameters<typeof mayReadCase>[2] }
}

/** Everything that only reads. */
export function createBreachReading(
  { mongo, cases, knownOfCase, clock, transaction, policyOf }: ReadingParts,
  steps: BreachSteps,
): BreachReading {
  const attempt = (event: 'breach-viewed' | 'breach-revealed', breachId: string) =>
    ({ event, permission: null, about: breachId }) as const

  async function contentOf(tx: Tx, loaded: Loaded, reads: boolean, sight: Sight, revealed: boolean) {
    const { record, found, facts } = loaded
    const { staffId } = tx.actor
    const { chain, history, names } = record
    const raised = actsOf(history, 'raised')[0]!
    const as = partOf(facts, staffId, reads, tx.now)!
    const asked = askedView({ ...record, told: [...record.told, staffId] }, staffId, tx.now)!
    const seesClient = sight === 'whole' || sight === 'named' || (sight === 'revealed' && revealed)
    const texts = as === 'namer' ? [] : openStatements(tx, await cases.key(tx, found), record)
    return {
      ...asked,
      as,
      ground: as === 'namer' || sight === 'own' ? '' : raised.ground,
      raisedAt: raised.at,
      requester: as === 'namer' ? '' : (names[raised.by] ?? ''),
      client: seesClient ? await cases.client(tx, found) : null,
      mayReveal: sight === 'revealed' && !revealed,
      mayPrint: sight === 'whole',
      source: chain.source,
      acts: seenActs(record, texts, sight, staffId),
      deeds: openDeeds(facts, staffId, reads, tx.now).filter(
        ({ act }) => act !== 'action-done' || agreedActions(history, texts).some(({ done }) => !done),
      ),
      visibleMinutes: tx.policy.cases.visibleMinutes,
    } satisfies BreachContent
  }

  async function show(actor: Actor, breachId: string, postedAs: string | null, reveal: boolean) {
    const members = await steps.membersOfRequest(actor.orgId, breachId)
    const event = reveal ? 'breach-revealed' : 'breach-viewed'
    return transaction(actor, attempt(event, breachId), async (tx) => {
      const loaded = await steps.loadSeen(tx, breachId, members)
      if (!loaded.ok) return loaded
      const { record, sight, reads } = loaded
      if (reveal && sight !== 'revealed') return refuse('not-theirs')
      tx.audit({ subject: `case:${record.caseId}`, event, codes: { breach: breachId, sight } })
      if (postedAs) {
        const dueAt = new Date(tx.now.getTime() + tx.policy.cases.visibleMinutes * 60_000)
        tx.due({ kind: 'case-put-away', subject: `${breachId} ${postedAs}`, owner: actor.staffId, dueAt })
      }
      const named = { ...loaded, record: { ...record, names: { ...namesIn(members), ...record.names } } }
      return { ...ok, view: await contentOf(tx, named, reads, sight, reveal) }
    })
  }

  /** A request to tell somebody of; null for whoever is walled off its case. */
  async function told(orgId: string, breachId: string, staffId: string): Promise<BreachRecord | null> {
    const scope = mongo.forOrg(orgId)
    const record = await findBreach(scope, breachId)
    const found = record && (await cases.load(scope, record.caseId))
    return found && !isWalled(found, staffId) ? record : null
  }

  return {
    asked: async (orgId, breachId, staffId) => {
      const record = await told(orgId, breachId, staffId)
      return record && askedView(record, staffId, clock.now())
    },

    unanswered: async (orgId, breachId, staffId) => {
      const record = await told(orgId, breachId, staffId)
      return record && alarmView(record)
    },

    waitingFor: (actor, limit) =>
      breachesWaitingFor(mongo.forOrg(actor.orgId), actor.staffId, limit, (record) => ({
        ...askedView({ ...record, told: [...record.told, actor.staffId] }, actor.staffId, clock.now())!,
        caseId: record.caseId,
      })),

    open: (actor, { breachId, postedAs }) => show(actor, breachId, postedAs, false),
    reveal: (actor, { breachId }) => show(actor, breachId, null, true),

    form: async (actor, { breachId, act }) => {
      const members = await steps.membersOfRequest(actor.orgId, breachId)
      return transaction(actor, attempt('breach-viewed', breachId), async (tx) => {
        const loaded = await steps.loadSeen(tx, breachId, members)
        if (!loaded.ok) return loaded
        const { record, found, facts, reads } = loaded
        const { staffId } = actor
        const deed = openDeeds(facts, staffId, reads, tx.now).find((each) => each.act === act)
        if (!deed) return refuse('settled')
        tx.audit({ subject: `case:${record.caseId}`, event: 'breach-viewed', codes: { breach: breachId, form: act } })
        const said = reads ? openStatements(tx, await cases.key(tx, found), record) : []
        const names = { ...namesIn(members), ...record.names }
        return { ...ok, form: deedForm({ ...loaded, staffId, said, names, now: tx.now }, deed) }
      })
    },

    latestOf: latestBreachOf,

    openDoors: async ({ orgId, staffId }) => {
      const waiting = await breachesFor(mongo.forOrg(orgId), staffId)
      return waiting
        .filter(({ chain, history }) => ['authorised', 'acting'].includes(position(chain, history, clock.now()).at))
        .map(({ _id, reference }) => ({ breachId: _id, reference }))
    },

    counts: (actor) =>
      transaction(actor, { event: 'breach-counted', permission: 'breach.count' }, async (tx) => {
        const years = countsOf(await allBreaches(tx))
        tx.audit({ subject: `staff:${actor.staffId}`, event: 'breach-counted', codes: { years: years.length } })
        return { ...ok, years }
      }),

    beginning: async ({ orgId }, caseId) => {
      const earlier = await breachesOf(mongo.forOrg(orgId), caseId)
      const places = earlier.map(({ chain, history }) => position(chain, history, clock.now()))
      const newFacts = !mayRaiseAgain(places, { states: [] }).ok
      return { newFacts, anonymous: anonymousCodes({ policy: policyOf(orgId).breach }, 'raised') }
    },

    giveaways: async (actor, { act, states, ...about }) => {
      const scope = mongo.forOrg(actor.orgId)
      const record = 'breachId' in about ? await findBreach(scope, about.breachId) : null
      const found = await cases.load(scope, 'caseId' in about ? about.caseId : (record?.caseId ?? ''))
      const { access, breach } = policyOf(actor.orgId)
      const theirs = found && (mayReadCase(actor, found, access).ok || record?.waitsFor.includes(actor.staffId))
      if (!theirs || isWalled(found, actor.staffId)) return []
      const codes = anonymousCodes({ policy: record?.chain ?? breach }, act)
      return giveaways(states, codes, await knownOfCase(scope, found))
    },
  }
}
