import type { Actor } from '../people/people.types'
import type { Keyring } from '../platform/keyring'
import type { Mongo } from '../platform/mongo'
import { type Outcome, refuse } from '../platform/outcome'
import type { Transaction } from '../platform/transaction'
import { findByLookup, type Verification, verifyChains } from './audit.store'
import type { AuditEntry, AuditEvent } from './audit.types'

export interface Audit {
  /** Records that somebody was turned away before any use case began, and gives the code to show them. */
  turnedAway(actor: Actor, reason: string, event?: AuditEvent): Promise<string>
  /** What stands behind a code that somebody was shown. */
  lookUp(actor: Actor, code: string): Promise<Outcome<{ entry: AuditEntry }, 'unknown' | 'no-permission'>>
  verify(orgId: string): Promise<Verification>
}

export interface AuditParts {
  mongo: Mongo
  keyring: Keyring
  transaction: Transaction
}

export function createAudit({ mongo, keyring, transaction }: AuditParts): Audit {
  return {
    turnedAway: async (actor, reason, event = 'access-refused') => {
      const outcome = await transaction(actor, { event, permission: null }, async () => refuse(reason))
      return outcome.ok ? '' : (outcome.lookup ?? '')
    },
    lookUp: (actor, code) =>
      transaction(actor, { event: 'refusal-looked-up', permission: 'refusal.lookup' }, async (tx) => {
        const entry = await findByLookup(tx, code)
        if (!entry) return refuse('unknown')
        tx.audit({ subject: `staff:${actor.staffId}`, event: 'refusal-looked-up', codes: { entry: entry._id } })
        return { ok: true, entry: toldTo(actor, entry) }
      }),
    verify: (orgId) => verifyChains(mongo, keyring, orgId),
  }
}

/** Nobody learns that they themselves are walled off, not even from the record of it (IMP-14, IMP-15). */
const toldTo = (actor: Actor, entry: AuditEntry): AuditEntry =>
  entry.actor === actor.staffId && entry.reason === 'walled' ? { ...entry, reason: 'unknown' } : entry
