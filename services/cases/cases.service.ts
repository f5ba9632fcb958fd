import { type AccessRefusal, may, mayReadCase, mayRecordContact } from '../access/access.rules'
import { openCallBack, readCallBack } from '../callbacks/callbacks.store'
import { consentHistory, latestStates } from '../consent/consent.store'
import { casesWithNotes, chronology } from '../contacts/contacts.store'
import { closeClaimed } from '../duties/duties.store'
import type { Duty } from '../duties/duties.types'
import { type DetailsProblem, numberProblem, tidyDetails } from '../intake/intake.rules'
import { type Actor, systemActor } from '../people/people.types'
import type { Keyring } from '../platform/keyring'
import type { Mongo } from '../platform/mongo'
import { type Outcome, ok, refuse } from '../platform/outcome'
import type { Transaction, Tx } from '../platform/transaction'
import { caseTitle, mayCorrect, stageOf } from './cases.rules'
import { casesHeldBy, changeCase, clientOf, findByReference, findCase, sealClient } from './cases.store'
import type { CaseContent, CaseRecord, CaseSummary } from './cases.types'

export interface Cases {
  /** What may be posted about a case to somebody who may open it: reference, urgency, stage. */
  find(
    actor: Actor,
    named: { reference: string } | { caseId: string },
  ): Promise<Outcome<{ view: CaseSummary }, AccessRefusal>>
  /** The same for a card that is sent or put away; no access is asked, because it shows nothing. */
  summary(orgId: string, caseId: string): Promise<CaseSummary | null>
  /** Everything in the file, for the answer to one press. The view is recorded before it is shown. */
  open(
    actor: Actor,
    input: { caseId: string; postedAs: string | null },
  ): Promise<Outcome<{ view: CaseContent }, AccessRefusal>>
  /** The open cases somebody holds, listed under month and week of opening, and which of them has no note yet (CAR-21). */
  held(actor: Actor): Promise<{ cases: (CaseSummary & { noted: boolean })[] }>
  /** The same list with the files' titles; every one of them is recorded as seen. */
  titles(actor: Actor): Promise<Outcome<{ titles: Map<string, string> }, AccessRefusal>>
  /** Puts a mistyped name or number right until somebody has accepted the case. */
  correct(
    actor: Actor,
    input: { caseId: string; version: number; name: string; number: string },
  ): Promise<Outcome<object, AccessRefusal | 'stale' | 'accepted-already' | DetailsProblem>>
  onPutAway(duty: Duty): Promise<void>
}

export interface CasesParts {
  mongo: Mongo
  keyring: Keyring
  transaction: Transaction
}

const summaryOf = (found: CaseRecord): CaseSummary => ({
  caseId: found._id,
  version: found.version,
  reference: found.reference,
  urgent: found.urgent,
  openedAt: found.openedAt,
  listing: found.listing,
  holder: found.holder,
  stage: stageOf(found),
})

export function createCases({ mongo, keyring, transaction }: CasesParts): Cases {
  const seen = (tx: Tx, found: CaseRecord, part: string) =>
    tx.audit({ subject: `case:${found._id}`, event: 'case-viewed', codes: { part } })

  async function contentOf(tx: Tx, found: CaseRecord): Promise<CaseContent> {
    const key = await keyring.open(tx, found.keyId)
    const client = await clientOf(tx, keyring, found)
    const consents = latestStates(await consentHistory(tx, found._id))
    const callBack = await openCallBack(tx, found._id)
    return {
      ...summaryOf(found),
      title: caseTitle(client, found.status, consents, tx.policy.cases),
      client,
      channel: found.channel,
      consents,
      entries: (await chronology(tx, key, found._id)).map(({ at, kind, byName, text }) => ({ at, kind, byName, text })),
      callBack: callBack && { id: callBack._id, ...readCallBack(tx, key, callBack) },
      may: {
        record: mayRecordContact(tx.actor, found, tx.policy.access).ok,
        correct: may(tx.actor, 'case.correct', tx.policy.access).ok && mayCorrect(found, found.version).ok,
      },
      visibleMinutes: tx.policy.cases.visibleMinutes,
    }
  }

  return {
    find: (actor, named) =>
      transaction(actor, { event: 'case-viewed', permission: null }, async (tx) => {
        const byReference = 'reference' in named
        const found = byReference ? await findByReference(tx, named.reference) : await findCase(tx, named.caseId)
        const access = mayReadCase(actor, found, tx.policy.access)
        if (!access.ok) return access
        seen(tx, found!, 'shell')
        return { ok: true, view: summaryOf(found!) }
      }),

    summary: async (orgId, caseId) => {
      const found = await findCase(mongo.forOrg(orgId), caseId)
      return found && summaryOf(found)
    },

    open: (actor, { caseId, postedAs }) =>
      transaction(actor, { event: 'case-viewed', permission: null, about: caseId }, async (tx) => {
        const found = await findCase(tx, caseId)
        const access = mayReadCase(actor, found, tx.policy.access)
        if (!access.ok) return access
        seen(tx, found!, 'content')
        if (postedAs) {
          const dueAt = new Date(tx.now.getTime() + tx.policy.cases.visibleMinutes * 60_000)
          await tx.due({ kind: 'case-put-away', subject: `${caseId} ${postedAs}`, owner: actor.staffId, dueAt })
        }
        return { ok: true, view: await contentOf(tx, found!) }
      }),

    held: async (actor) => {
      const scope = mongo.forOrg(actor.orgId)
      const found = await casesHeldBy(scope, actor.staffId)
      const noted = await casesWithNotes(
        scope,
        found.map(({ _id }) => _id),
      )
      return { cases: found.map((record) => ({ ...summaryOf(record), noted: noted.has(record._id) })) }
    },

    titles: (actor) =>
      transaction(actor, { event: 'case-listed', permission: 'case.read.held' }, async (tx) => {
        const titles = new Map<string, string>()
        for (const found of await casesHeldBy(tx, actor.staffId)) {
          const consents = latestStates(await consentHistory(tx, found._id))
          titles.set(found._id, caseTitle(await clientOf(tx, keyring, found), found.status, consents, tx.policy.cases))
          seen(tx, found, 'title')
        }
        tx.audit({ subject: `staff:${actor.staffId}`, event: 'case-listed', codes: { count: titles.size } })
        return { ok: true, titles }
      }),

    correct: (actor, { caseId, version, ...typed }) =>
      transaction(actor, { event: 'case-corrected', permission: 'case.correct', about: caseId }, async (tx) => {
        const found = await findCase(tx, caseId)
        const access = mayReadCase(actor, found, tx.policy.access)
        if (!access.ok) return access
        const allowed = mayCorrect(found!, version)
        if (!allowed.ok) return allowed
        const { name, number } = tidyDetails({ ...typed, reason: '' })
        const problem = name === '' ? 'missing' : numberProblem(number, tx.policy.intake).number
        if (problem) return refuse(problem)
        const key = await keyring.open(tx, found!.keyId)
        const before = await clientOf(tx, keyring, found!)
        const client = sealClient(tx, key, caseId, { name, number: number || null })
        if (!(await changeCase(tx, found!, { client }))) return refuse('stale')
        const codes = { name: before.name !== name, number: before.number !== (number || null) }
        tx.audit({ subject: `case:${caseId}`, event: 'case-corrected', codes })
        return ok
      }),

    onPutAway: async (duty) => {
      const [caseId, activityId] = duty.subject.split(' ')
      await transaction(systemActor(duty.orgId), { event: 'case-viewed', permission: null }, async (tx) => {
        if (!(await closeClaimed(tx, duty))) return { ok: true, repeated: true }
        const subject = `${caseId} ${activityId}`
        await tx.send({ to: duty.owner, by: 'card', card: 'put-away', subject, urgent: true })
        return { ok: true, repeated: true }
      })
    },
  }
}
