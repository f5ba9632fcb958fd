import { type AccessRefusal, isWalled, mayReadCase } from '../access/access.rules'
import { isoWeek } from '../calendar/calendar.rules'
import { type DetailsProblem, detailsProblems, tidyDetails } from '../intake/intake.rules'
import type { Actor } from '../people/people.types'
import type { DataKey } from '../platform/crypto'
import { newReference } from '../platform/ids'
import type { Keyring } from '../platform/keyring'
import type { Joins, Mongo, Read, Reading, Scope } from '../platform/mongo'
import { type Outcome, ok, refuse } from '../platform/outcome'
import type { Transaction, Tx } from '../platform/transaction'
import { mayCorrect, summaryOf } from './cases.rules'
import {
  caseOf,
  casesHeldBy,
  casesWaitingFor,
  changeCase,
  clientOf,
  findByReference,
  findCase,
  findCases,
  findCaseWith,
  insertCase,
  sealClient,
} from './cases.store'
import type { CaseRecord, CaseSummary, ClientDetails } from './cases.types'

/** What other capabilities do with a case, as part of their own transaction. Each step is false when somebody was faster. */
export interface CaseSteps {
  load(scope: Scope, caseId: string): Promise<CaseRecord | null>
  /** The same with what others keep of it, in one trip. */
  loadWith<Joined extends Joins>(
    scope: Scope,
    caseId: string,
    joins: Joined,
  ): Promise<{ record: CaseRecord; joined: Read<Joined> } | null>
  /** The case that a record names in `caseId`, to be read with that record. */
  of(scope: Scope): Reading<CaseRecord>
  byReference(scope: Scope, reference: string): Promise<CaseRecord | null>
  loadMany(scope: Scope, caseIds: readonly string[]): Promise<CaseRecord[]>
  loadHeld(scope: Scope, staffId: string): Promise<CaseRecord[]>
  client(scope: Scope, found: CaseRecord): Promise<ClientDetails>
  /** The key under which everything in the file is sealed. */
  key(scope: Scope, found: CaseRecord): Promise<DataKey>
  /** Opens a case that has grown out of the engagement of the same id. */
  create(
    tx: Tx,
    engagement: Pick<CaseRecord, 'channel' | 'firstContact'> & { id: string; client: ClientDetails },
  ): Promise<CaseRecord>
  offer(tx: Tx, found: CaseRecord, offer: { to: string; urgent: boolean; allocationId: string }): Promise<boolean>
  release(tx: Tx, found: CaseRecord): Promise<CaseRecord | null>
  hold(tx: Tx, found: CaseRecord): Promise<boolean>
  fileFirstContact(tx: Tx, found: CaseRecord): Promise<boolean>
  fileNote(tx: Tx, found: CaseRecord): Promise<boolean>
}

export interface Cases extends CaseSteps {
  /** So many of those they are asked to take, longest first, and then of those they hold without a note in them. */
  waitingFor(actor: Actor, limit: number): Reading<CaseSummary>
  /** What may be posted about a case to somebody who may open it: reference, urgency, stage. */
  find(
    actor: Actor,
    named: { reference: string } | { caseId: string },
  ): Promise<Outcome<{ view: CaseSummary }, AccessRefusal>>
  /** The same for a card that is sent or put away; no access is asked, because it shows nothing. */
  summary(orgId: string, caseId: string): Promise<CaseSummary | null>
  /** Which of these cases a wall hides from somebody, whatever else shows them. */
  hiddenFrom(actor: Actor, caseIds: readonly string[]): Promise<Set<string>>
  /** Puts a mistyped name or number right until somebody has accepted the case. */
  correct(
    actor: Actor,
    input: { caseId: string; version: number; name: string; number: string },
  ): Promise<Outcome<object, AccessRefusal | 'stale' | 'accepted-already' | DetailsProblem>>
}

export interface CasesParts {
  mongo: Mongo
  keyring: Keyring
  transaction: Transaction
}

export function createCases({ mongo, keyring, transaction }: CasesParts): Cases {
  return {
    load: findCase,
    loadWith: findCaseWith,
    of: caseOf,
    byReference: findByReference,
    loadMany: findCases,
    loadHeld: casesHeldBy,
    client: (scope, found) => clientOf(scope, keyring, found),
    key: (scope, found) => keyring.open(scope, found.keyId),

    create: async (tx, { id, channel, firstContact, client }) => {
      const key = await keyring.create(tx)
      const found: CaseRecord = {
        _id: id,
        reference: newReference(),
        version: 1,
        status: 'open',
        engagementId: id,
        keyId: key.id,
        client: sealClient(tx, key, id, client),
        channel,
        urgent: false,
        firstContact,
        noted: false,
        holder: null,
        offeredTo: null,
        offer: null,
        waitsFor: null,
        walled: [],
        openedBy: tx.actor.staffId,
        openedAt: tx.now,
        listing: isoWeek(tx.now, tx.policy.calendar),
        profile: tx.policy.version,
      }
      await insertCase(tx, found)
      tx.audit({ subject: `case:${id}`, event: 'case-opened', codes: { channel, reference: found.reference } })
      return found
    },
    offer: (tx, found, { to, urgent, allocationId }) =>
      changeCase(tx, found, { offeredTo: to, waitsFor: to, urgent, offer: { allocationId, at: tx.now } }),
    release: async (tx, found) => {
      const change = { offeredTo: null, offer: null, waitsFor: null }
      return (await changeCase(tx, found, change)) ? { ...found, ...change, version: found.version + 1 } : null
    },
    hold: (tx, found) => {
      const holder = tx.actor.staffId
      return changeCase(tx, found, { holder, offeredTo: null, offer: null, waitsFor: found.noted ? null : holder })
    },
    fileFirstContact: async (tx, found) => {
      tx.settle('first-contact-missing', found._id)
      return changeCase(tx, found, { firstContact: true })
    },
    fileNote: (tx, found) => changeCase(tx, found, { noted: true, ...(found.holder ? { waitsFor: null } : {}) }),

    waitingFor: ({ orgId, staffId }, limit) => casesWaitingFor(mongo.forOrg(orgId), staffId, limit, summaryOf),

    find: (actor, named) =>
      transaction(actor, { event: 'case-viewed', permission: null }, async (tx) => {
        const byReference = 'reference' in named
        const found = byReference ? await findByReference(tx, named.reference) : await findCase(tx, named.caseId)
        const access = mayReadCase(actor, found, tx.policy.access)
        if (!access.ok) return access
        tx.audit({ subject: `case:${found!._id}`, event: 'case-viewed', codes: { part: 'shell' } })
        return { ok: true, view: summaryOf(found!) }
      }),

    summary: async (orgId, caseId) => {
      const found = await findCase(mongo.forOrg(orgId), caseId)
      return found && summaryOf(found)
    },

    hiddenFrom: async ({ orgId, staffId }, caseIds) => {
      const found = await findCases(mongo.forOrg(orgId), caseIds)
      return new Set(found.filter((record) => isWalled(record, staffId)).map(({ _id }) => _id))
    },

    correct: (actor, { caseId, version, ...typed }) =>
      transaction(actor, { event: 'case-corrected', permission: 'case.correct', about: caseId }, async (tx) => {
        const found = await findCase(tx, caseId)
        const access = mayReadCase(actor, found, tx.policy.access)
        if (!access.ok) return access
        const allowed = mayCorrect(found!, version)
        if (!allowed.ok && allowed.reason !== 'stale') return allowed
        const details = { ...typed, reason: '' }
        const problems = detailsProblems(details, tx.policy.intake)
        const problem = problems.name ?? problems.number
        if (problem) return refuse(problem)
        const { name, number } = tidyDetails(details)
        const before = await clientOf(tx, keyring, found!)
        const made = before.name === name && before.number === (number || null)
        if (!allowed.ok) return made ? { ...ok, repeated: true } : allowed
        const key = await keyring.open(tx, found!.keyId)
        const client = sealClient(tx, key, caseId, { name, number: number || null })
        if (!(await changeCase(tx, found!, { client }))) return refuse('stale')
        const codes = { name: before.name !== name, number: before.number !== (number || null) }
        tx.audit({ subject: `case:${caseId}`, event: 'case-corrected', codes })
        return ok
      }),
  }
}
