import { type AccessRefusal, mayReadCase } from '../access/access.rules'
import { addWorkingMinutes, nextOpening } from '../calendar/calendar.rules'
import type { CaseSteps } from '../cases/cases.service'
import type { CaseContent, CaseRecord } from '../cases/cases.types'
import type { Consents } from '../consent/consent.service'
import type { Duty } from '../duties/duties.types'
import { type Actor, systemActor } from '../people/people.types'
import type { DataKey } from '../platform/crypto'
import type { Mongo, Reading, Scope } from '../platform/mongo'
import { type Outcome, ok, refuse } from '../platform/outcome'
import type { Transaction } from '../platform/transaction'
import type { Policy } from '../policy/policy.schema'
import { agreedCall } from './callbacks.rules'
import {
  addCallBack,
  closeCallBack,
  findCallBack,
  openCallBack,
  openCallBackOf,
  openCallBacks,
  readCallBack,
} from './callbacks.store'

export type CallBackRefusal = AccessRefusal | 'consent-missing' | 'not-a-number' | 'too-long'

export interface CallBacks {
  /** Records that the client wants to be called back, on which number and when: only with their explicit consent. */
  agree(
    actor: Actor,
    input: { id: string; caseId: string; consent: boolean; number: string; when: string },
  ): Promise<Outcome<object, CallBackRefusal>>
  done(actor: Actor, input: { id: string; caseId: string }): Promise<Outcome<object, AccessRefusal>>
  /** The calls to make, oldest first, in cases that the person may open. */
  open(actor: Actor): Promise<{ caseId: string; reference: string; at: Date }[]>
  /** The call that waits in a case, with its number. */
  openOf(scope: Scope, found: CaseRecord): Promise<CaseContent['callBack']>
  /** The same, to be read with its case, and opened with its key. */
  reading(scope: Scope, caseId: string): Reading<(key: DataKey) => NonNullable<CaseContent['callBack']>>
  onDue(duty: Duty): Promise<void>
}

export interface CallBackParts {
  mongo: Mongo
  cases: CaseSteps
  consents: Consents
  policyOf(orgId: string): Policy
  transaction: Transaction
}

/** A call that nobody has made after an open hour is brought up again. */
const REMIND_MINUTES = 60

export function createCallBacks({ mongo, cases, consents, policyOf, transaction }: CallBackParts): CallBacks {
  return {
    agree: (actor, input) => {
      const { id, caseId } = input
      const attempt = { event: 'call-back-agreed', permission: 'callback.manage', about: caseId } as const
      return transaction(actor, attempt, async (tx) => {
        const found = await cases.load(tx, caseId)
        const access = mayReadCase(actor, found, tx.policy.access)
        if (!access.ok) return access
        const earlier = await findCallBack(tx, id)
        if (earlier) return earlier.caseId === caseId ? { ok: true, repeated: true } : refuse('unknown')
        const agreed = agreedCall(input)
        if (!agreed.ok) return agreed
        const key = await cases.key(tx, found!)
        const by = { agreedWith: actor.staffId, at: tx.now }
        await addCallBack(tx, key, { _id: id, caseId, state: 'open', ...by }, agreed)
        const about = { caseId, engagementId: found!.engagementId, channel: found!.channel }
        await consents.record(tx, about, [{ kind: 'callback', state: 'granted_express', text: null }])
        const { calendar } = tx.policy
        const dueAt = nextOpening(addWorkingMinutes(tx.now, REMIND_MINUTES, calendar), calendar)
        const owner = found!.holder ?? found!.offeredTo ?? actor.staffId
        tx.due({ kind: 'call-back', subject: id, owner, dueAt })
        tx.audit({ subject: `case:${caseId}`, event: 'call-back-agreed', codes: { callBack: id } })
        return ok
      })
    },

    done: (actor, { id, caseId }) =>
      transaction(actor, { event: 'call-back-done', permission: 'callback.manage', about: caseId }, async (tx) => {
        const access = mayReadCase(actor, await cases.load(tx, caseId), tx.policy.access)
        if (!access.ok) return access
        const callBack = await findCallBack(tx, id)
        if (callBack?.caseId !== caseId) return refuse('unknown')
        if (!(await closeCallBack(tx, id))) return { ok: true, repeated: true }
        tx.settle('call-back', id)
        tx.audit({ subject: `case:${caseId}`, event: 'call-back-done', codes: { callBack: id } })
        return ok
      }),

    open: async (actor) => {
      const scope = mongo.forOrg(actor.orgId)
      const calls = await openCallBacks(scope)
      const found = await cases.loadMany(
        scope,
        calls.map(({ caseId }) => caseId),
      )
      const readable = found.filter((record) => mayReadCase(actor, record, policyOf(actor.orgId).access).ok)
      const references = new Map(readable.map(({ _id, reference }) => [_id, reference]))
      return calls.flatMap(({ caseId, at }) => {
        const reference = references.get(caseId)
        return reference ? [{ caseId, reference, at }] : []
      })
    },

    openOf: async (scope, found) => {
      const callBack = await openCallBack(scope, found._id)
      return callBack && readCallBack(scope, await cases.key(scope, found), callBack)
    },

    reading: openCallBackOf,

    onDue: async (duty) => {
      await transaction(systemActor(duty.orgId), { event: 'call-back-done', permission: null }, async (tx) => {
        const callBack = (await tx.finish(duty)) ? await findCallBack(tx, duty.subject) : null
        const found = callBack?.state === 'open' ? await cases.load(tx, callBack.caseId) : null
        if (callBack && found) {
          // The case may have gone to somebody else since the call was agreed.
          const to = found.holder ?? found.offeredTo ?? callBack.agreedWith
          tx.send({ to, by: 'card', card: 'call-back', subject: found._id })
        }
        return { ok: true, repeated: true }
      })
    },
  }
}
