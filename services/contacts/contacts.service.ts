import { type AccessRefusal, mayRecordContact } from '../access/access.rules'
import type { CaseSteps } from '../cases/cases.service'
import type { CaseContent, CaseRecord } from '../cases/cases.types'
import type { Duty } from '../duties/duties.types'
import { type Actor, systemActor } from '../people/people.types'
import type { DataKey } from '../platform/crypto'
import type { Reading, Scope } from '../platform/mongo'
import { type Outcome, ok, refuse } from '../platform/outcome'
import type { Transaction, Tx } from '../platform/transaction'
import { readNote } from './contacts.rules'
import { addContact, chronologyOf, findContact, readEntries } from './contacts.store'
import type { ContactRecord } from './contacts.types'

export interface Contacts {
  /** Adds an entry to the chronology, in the caller's transaction. */
  add(
    tx: Tx,
    found: CaseRecord,
    entry: Pick<ContactRecord, 'kind' | 'warning'> & { id: string; text: string; at?: Date },
  ): Promise<void>
  /** The texts of some entries by their ids, in the caller's transaction. */
  texts(tx: Tx, found: CaseRecord, ids: readonly string[]): Promise<Map<string, { byName: string; text: string }>>
  /** All entries, oldest first, to be read with their case; each is opened with its key. */
  chronology(scope: Scope, caseId: string): Reading<(key: DataKey) => CaseContent['entries'][number]>
  /**
   * Adds a note. In a file that lacks its first contact, this is it (CAR-24).
   *
   * @param input.id chosen by the form, so that the same note sent twice is one entry
   */
  record(
    actor: Actor,
    input: { id: string; caseId: string; text: string },
  ): Promise<Outcome<object, AccessRefusal | 'missing' | 'too-long'>>
  /** Brings up a file that still lacks its first contact. */
  onFirstContactMissing(duty: Duty): Promise<void>
}

export function createContacts({ cases, transaction }: { cases: CaseSteps; transaction: Transaction }): Contacts {
  const add: Contacts['add'] = async (tx, found, { id, kind, text, at = tx.now, warning }) => {
    const { staffId, displayName } = tx.actor
    const contact = {
      _id: id,
      caseId: found._id,
      kind,
      channel: found.channel,
      by: staffId,
      byName: displayName,
      at,
      ...(warning ? { warning } : {}),
    }
    await addContact(tx, await cases.key(tx, found), contact, text)
  }

  return {
    add,
    texts: async (tx, found, ids) => {
      const entries = await readEntries(tx, await cases.key(tx, found), found._id, ids)
      return new Map(entries.map(({ _id, byName, text }) => [_id, { byName, text }]))
    },
    chronology: chronologyOf,

    record: (actor, { id, caseId, text }) =>
      transaction(actor, { event: 'contact-recorded', permission: 'contact.record', about: caseId }, async (tx) => {
        const found = await cases.load(tx, caseId)
        const access = mayRecordContact(actor, found, tx.policy.access)
        if (!access.ok) return access
        const earlier = await findContact(tx, id)
        if (earlier) return earlier.caseId === caseId ? { ...ok, repeated: true } : refuse('unknown')
        const note = readNote(text)
        if (!note.ok) return note
        const kind = found!.firstContact ? 'note' : 'first-contact'
        await add(tx, found!, { id, kind, text: note.text })
        if (!found!.firstContact) await cases.fileFirstContact(tx, found!)
        else if (!found!.noted) await cases.fileNote(tx, found!)
        tx.audit({ subject: `case:${caseId}`, event: 'contact-recorded', codes: { kind, contact: id } })
        return ok
      }),

    onFirstContactMissing: async (duty) => {
      const attempt = { event: 'contact-recorded', permission: null, about: duty.subject } as const
      await transaction(systemActor(duty.orgId), attempt, async (tx) => {
        const found = (await tx.finish(duty)) ? await cases.load(tx, duty.subject) : null
        if (found && !found.firstContact)
          tx.send({ to: duty.owner, by: 'card', card: 'first-contact', subject: found._id })
        return { ...ok, repeated: true }
      })
    },
  }
}
