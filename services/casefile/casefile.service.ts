import { type AccessRefusal, isWalled, may, mayReadCase, mayRecordContact } from '../access/access.rules'
import type { Breaches } from '../breach/breach.service'
import type { CallBacks } from '../callbacks/callbacks.service'
import { caseTitle, mayCorrect, summaryOf } from '../cases/cases.rules'
import type { CaseSteps } from '../cases/cases.service'
import type { CaseContent, CaseRecord, CaseSummary } from '../cases/cases.types'
import type { Consents } from '../consent/consent.service'
import type { Contacts } from '../contacts/contacts.service'
import type { Duty } from '../duties/duties.types'
import { type Actor, systemActor } from '../people/people.types'
import type { Mongo, Scope } from '../platform/mongo'
import { type Outcome, ok } from '../platform/outcome'
import type { Transaction, Tx } from '../platform/transaction'

/** The file of a case as people read it: everything that the capabilities hold about it, put together. */
export interface CaseFile {
  /** Everything in the file, for the answer to one press. The view is recorded before it is shown. */
  open(
    actor: Actor,
    input: { caseId: string; postedAs: string | null },
  ): Promise<Outcome<{ view: CaseContent }, AccessRefusal>>
  /** The open cases somebody holds, listed under month and week of opening (CAR-21). */
  held(actor: Actor): Promise<CaseSummary[]>
  /** The titles of the same files, by case; every one of them is recorded as seen. */
  titles(actor: Actor): Promise<Outcome<{ titles: Map<string, string> }, AccessRefusal>>
  /** Content has been on a screen for as long as the policy lets it. */
  onPutAway(duty: Duty): Promise<void>
}

export interface CaseFileParts {
  mongo: Mongo
  cases: CaseSteps
  contacts: Contacts
  consents: Consents
  callBacks: CallBacks
  breaches: Pick<Breaches, 'latestOf'>
  transaction: Transaction
}

export function createCaseFile(parts: CaseFileParts): CaseFile {
  const { mongo, cases, contacts, consents, callBacks, breaches, transaction } = parts

  const seen = (tx: Tx, found: CaseRecord, part: 'content' | 'title') =>
    tx.audit({ subject: `case:${found._id}`, event: 'case-viewed', codes: { part } })

  /** What somebody holds and may still open: a wall beats holding. */
  async function heldBy(scope: Scope, { staffId }: Actor): Promise<CaseRecord[]> {
    const held = await cases.loadHeld(scope, staffId)
    return held.filter((record) => !isWalled(record, staffId))
  }

  /** The case and everything about it, read together; what is sealed stays so until it is put on a screen. */
  const load = (tx: Tx, caseId: string) =>
    cases.loadWith(tx, caseId, {
      history: consents.history(tx, caseId),
      entries: contacts.chronology(tx, caseId),
      callBacks: callBacks.reading(tx, caseId),
      requests: breaches.latestOf(tx, caseId),
    })

  async function contentOf(
    tx: Tx,
    { record: found, joined }: NonNullable<Awaited<ReturnType<typeof load>>>,
  ): Promise<CaseContent> {
    const client = await cases.client(tx, found)
    const key = await cases.key(tx, found)
    const states = consents.statesIn(joined.history)
    const asks = may(tx.actor, 'consultation.ask', tx.policy.access).ok
    return {
      ...summaryOf(found),
      title: caseTitle(client, found.status, states, tx.policy.cases),
      client,
      channel: found.channel,
      consents: states,
      entries: joined.entries.map((opened) => opened(key)),
      callBack: joined.callBacks[0]?.(key) ?? null,
      request: joined.requests[0] ?? null,
      may: {
        record: mayRecordContact(tx.actor, found, tx.policy.access).ok,
        breach: may(tx.actor, 'breach.request', tx.policy.access).ok,
        correct: may(tx.actor, 'case.correct', tx.policy.access).ok && mayCorrect(found, found.version).ok,
        consult: asks && tx.policy.consultation.kinds.length > 0,
        concern: asks ? (tx.policy.concerns[0]?.id ?? null) : null,
      },
      visibleMinutes: tx.policy.cases.visibleMinutes,
    }
  }

  return {
    open: (actor, { caseId, postedAs }) =>
      transaction(actor, { event: 'case-viewed', permission: null, about: caseId }, async (tx) => {
        const file = await load(tx, caseId)
        const access = mayReadCase(actor, file?.record ?? null, tx.policy.access)
        if (!access.ok) return access
        seen(tx, file!.record, 'content')
        if (postedAs) {
          const dueAt = new Date(tx.now.getTime() + tx.policy.cases.visibleMinutes * 60_000)
          tx.due({ kind: 'case-put-away', subject: `${caseId} ${postedAs}`, owner: actor.staffId, dueAt })
        }
        return { ok: true, view: await contentOf(tx, file!) }
      }),

    held: async (actor) => (await heldBy(mongo.forOrg(actor.orgId), actor)).map(summaryOf),

    titles: (actor) =>
      transaction(actor, { event: 'case-listed', permission: 'case.read.held' }, async (tx) => {
        const titles = new Map<string, string>()
        for (const found of await heldBy(tx, actor)) {
          const states = await consents.statesOf(tx, found._id)
          titles.set(found._id, caseTitle(await cases.client(tx, found), found.status, states, tx.policy.cases))
          seen(tx, found, 'title')
        }
        tx.audit({ subject: `staff:${actor.staffId}`, event: 'case-listed', codes: { count: titles.size } })
        return { ok: true, titles }
      }),

    onPutAway: async (duty) => {
      await transaction(systemActor(duty.orgId), { event: 'case-viewed', permission: null }, async (tx) => {
        if (await tx.finish(duty))
          tx.send({ to: duty.owner, by: 'card', card: 'put-away', subject: duty.subject, urgent: true })
        return { ...ok, repeated: true }
      })
    },
  }
}
