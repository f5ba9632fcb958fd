import type { Actor } from '../people/people.types'
import type { Keyring } from '../platform/keyring'
import type { Mongo, Scope } from '../platform/mongo'
import { type Outcome, refuse } from '../platform/outcome'
import type { Transaction, Tx } from '../platform/transaction'
import type { CheckpointStore } from './audit.checkpoint-file'
import { findByLookup, newestOf, newestRefusals } from './audit.store'
import type { AuditEntry, AuditEvent, AuditPage, AuditSubject } from './audit.types'
import { type Verification, verifyAudit } from './audit.verification'

export { isWhole, type Verification } from './audit.verification'

/** Which entries are asked for: of one chain, from a place in it backwards; or all refusals, from one of them backwards. */
export type AuditQuestion = { subject: AuditSubject; upTo?: number | undefined } | { before?: string | undefined }

export interface Audit {
  /** Records that somebody was turned away before any use case began, and gives the code to show them. */
  turnedAway(actor: Actor, reason: string, event?: AuditEvent): Promise<string>
  /** What stands behind a code that somebody was shown. */
  lookUp(actor: Actor, code: string): Promise<Outcome<{ entry: AuditEntry }, 'unknown' | 'no-permission'>>
  /**
   * The newest entries, newest first: ids, codes and times, which is all there is. That they are read is recorded first
   * (IMP-20). What concerns a case from which the reader is walled off is left out as if it were not there (IMP-14).
   */
  read(actor: Actor, question: AuditQuestion): Promise<Outcome<{ page: AuditPage }, 'unknown' | 'no-permission'>>
  /** Recomputes everything, also against the checkpoints outside where there are any. */
  verify(orgId: string): Promise<Verification>
}

export interface AuditParts {
  mongo: Mongo
  keyring: Keyring
  transaction: Transaction
  checkpoints?: CheckpointStore | undefined
  /** Which of these cases a person must not learn of. */
  walledOff(scope: Scope, staffId: string, caseIds: readonly string[]): Promise<ReadonlySet<string>>
}

const PAGE = 15

export function createAudit({ mongo, keyring, transaction, checkpoints, walledOff }: AuditParts): Audit {
  async function visibleTo(tx: Tx, found: readonly AuditEntry[]): Promise<AuditEntry[]> {
    const walled = await walledOff(tx, tx.actor.staffId, [...new Set(found.flatMap(casesIn))])
    return found.filter((entry) => !casesIn(entry).some((id) => walled.has(id))).map((entry) => toldTo(tx.actor, entry))
  }

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
    read: (actor, question) => {
      const subject = 'subject' in question ? question.subject : null
      const attempt = { event: 'audit-read', permission: 'audit.read', about: subject ?? undefined } as const
      return transaction(actor, attempt, async (tx) => {
        const found =
          'subject' in question
            ? await newestOf(tx, question.subject, question.upTo ?? Number.MAX_SAFE_INTEGER, PAGE + 1)
            : await newestRefusals(tx, question.before ?? null, PAGE + 1)
        const shown = found.slice(0, PAGE)
        const entries = await visibleTo(tx, shown)
        if (subject !== null && !subject.startsWith('staff:') && entries.length === 0) return refuse('unknown')
        const codes = { about: subject ?? 'refusals', count: entries.length }
        tx.audit({ subject: `staff:${actor.staffId}`, event: 'audit-read', codes })
        const last = found.length > PAGE ? shown.at(-1)! : null
        return { ok: true, page: { subject, entries, older: last && { upTo: last.seq - 1, before: last._id } } }
      })
    },
    verify: (orgId) => verifyAudit(mongo, keyring, checkpoints ?? null, orgId),
  }
}

/** The cases that an entry belongs to or is about. */
const casesIn = ({ subject, codes }: AuditEntry): string[] =>
  [subject, codes.about].flatMap((named) =>
    typeof named === 'string' ? [named.replace(/^(?:case|engagement):/, '')] : [],
  )

/** Nobody learns that they themselves are walled off, not even from the record of it (IMP-14, IMP-15). */
const toldTo = (actor: Actor, entry: AuditEntry): AuditEntry =>
  entry.actor === actor.staffId && entry.reason === 'walled' ? { ...entry, reason: 'unknown' } : entry
