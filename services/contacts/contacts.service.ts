import { type AccessRefusal, mayRecordContact } from '../access/access.rules'
import { changeCase, findCase } from '../cases/cases.store'
import { closeClaimed } from '../duties/duties.store'
import type { Duty } from '../duties/duties.types'
import { type Actor, systemActor } from '../people/people.types'
import type { Keyring } from '../platform/keyring'
import { type Outcome, ok, refuse } from '../platform/outcome'
import type { Transaction } from '../platform/transaction'
import { addContact, findContact } from './contacts.store'

export interface Contacts {
  /**
   * Adds an entry to the chronology. In a file that lacks its first contact, this is it (CAR-24).
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

/** Longer than any note that a person types; a whole correspondence belongs into documents. */
const NOTE_MAX_LENGTH = 8000

export function createContacts({ keyring, transaction }: { keyring: Keyring; transaction: Transaction }): Contacts {
  return {
    record: (actor, { id, caseId, text }) =>
      transaction(actor, { event: 'contact-recorded', permission: 'contact.record', about: caseId }, async (tx) => {
        const found = await findCase(tx, caseId)
        const access = mayRecordContact(actor, found, tx.policy.access)
        if (!access.ok) return access
        const earlier = await findContact(tx, id)
        if (earlier) return earlier.caseId === caseId ? { ok: true, repeated: true } : refuse('unknown')
        const note = text.replaceAll(/[^\P{Cc}\n]/gu, ' ').trim()
        if (note === '') return refuse('missing')
        if (note.length > NOTE_MAX_LENGTH) return refuse('too-long')
        const { channel, firstContact, keyId } = found!
        const kind = firstContact ? 'note' : 'first-contact'
        const by = { by: actor.staffId, byName: actor.displayName, at: tx.now }
        await addContact(tx, await keyring.open(tx, keyId), { _id: id, caseId, kind, channel, ...by }, note)
        if (!firstContact) {
          await changeCase(tx, found!, { firstContact: true })
          await tx.settle('first-contact-missing', caseId)
        }
        tx.audit({ subject: `case:${caseId}`, event: 'contact-recorded', codes: { kind, contact: id } })
        return ok
      }),

    onFirstContactMissing: async (duty) => {
      const attempt = { event: 'allocation-reminded', permission: null, about: duty.subject } as const
      await transaction(systemActor(duty.orgId), attempt, async (tx) => {
        if (!(await closeClaimed(tx, duty))) return { ok: true, repeated: true }
        const found = await findCase(tx, duty.subject)
        if (!found || found.firstContact) return { ok: true, repeated: true }
        await tx.send({ to: duty.owner, by: 'card', card: 'first-contact', subject: found._id })
        return { ok: true, repeated: true }
      })
    },
  }
}
