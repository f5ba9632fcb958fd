import { type DataKey, type Place, seal, unseal } from '../platform/crypto'
import type { Scope } from '../platform/mongo'
import type { ContactRecord } from './contacts.types'

const contacts = (scope: Scope) => scope.collection<ContactRecord>('contacts')

const place = (scope: Scope, id: string): Place => ({ orgId: scope.orgId, collection: 'contacts', id, field: 'text' })

export const addContact = (
  scope: Scope,
  key: DataKey,
  contact: Omit<ContactRecord, 'text'>,
  text: string,
): Promise<void> => contacts(scope).insert({ ...contact, text: seal(key, place(scope, contact._id), text) })

export const findContact = (scope: Scope, contactId: string): Promise<ContactRecord | null> =>
  contacts(scope).findOne({ _id: contactId })

/** The chronology, oldest first, or some entries of it, with the texts opened. */
export async function readChronology(
  scope: Scope,
  key: DataKey,
  caseId: string,
  ids?: readonly string[],
): Promise<(Omit<ContactRecord, 'text'> & { text: string })[]> {
  const entries = await contacts(scope).find(
    { caseId, ...(ids ? { _id: { $in: [...ids] } } : {}) },
    { sort: { at: 1, _id: 1 } },
  )
  return entries.map((entry) => ({ ...entry, text: unseal(key, place(scope, entry._id), entry.text) }))
}
