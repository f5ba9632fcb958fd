import { newId } from '../platform/ids'
import type { Reading, Scope } from '../platform/mongo'
import type { Tx } from '../platform/transaction'
import { addConsents, consentHistory, historyOf, latestStates } from './consent.store'
import type { ConsentRecord, ConsentStates, ConsentTaken } from './consent.types'

export interface Consents {
  /** Adds to the history of a case, in the caller's transaction, with the version of each text. */
  record(
    tx: Tx,
    about: { caseId: string; engagementId: string; channel: string },
    taken: readonly ConsentTaken[],
  ): Promise<void>
  /** The state of each kind now. */
  statesOf(scope: Scope, caseId: string): Promise<ConsentStates>
  /** All that was ever asked and said, oldest first, to be read with its case. */
  history(scope: Scope, caseId: string): Reading<ConsentRecord>
  /** The state of each kind at the end of a history. */
  statesIn(history: readonly ConsentRecord[]): ConsentStates
}

export function createConsents(): Consents {
  return {
    record: async (tx, about, taken) => {
      const records = taken.map(({ kind, state, text }) => ({
        _id: newId(),
        ...about,
        kind,
        state,
        text,
        textVersion: text ? tx.policy.texts[text]!.version : null,
        askedBy: tx.actor.staffId,
        at: tx.now,
      }))
      await addConsents(tx, ...records)
      for (const { kind, state, textVersion } of records) {
        const codes = { kind, state, textVersion: textVersion ?? 0 }
        tx.audit({ subject: `case:${about.caseId}`, event: 'consent-recorded', codes })
      }
    },
    statesOf: async (scope, caseId) => latestStates(await consentHistory(scope, caseId)),
    history: historyOf,
    statesIn: latestStates,
  }
}
