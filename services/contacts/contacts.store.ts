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

type Opened = Omit<ContactRecord, 'text'> & { text: string }

const opened = (scope: Scope, key: DataKey, entry: ContactRecord): Opened => ({
  ...entry,
  text: unseal(key, place(scope, entry._id), entry.text),
})

/** The chronology as people read it, oldest first; each entry is opened with the key of its case. */
export const chronologyOf = (scope: Scope, caseId: string) =>
  contacts(scope).reading({ caseId }, { sort: { at: 1, _id: 1 } }, (entry) => (key: DataKey) => {
    const { at, kind, byName, text, warning } = opened(scope, key, entry)
    return { at, kind, byName, text, warning }
  })

/** Some entries of it. */
export async function readEntries(
  scope: Scope,
  key: DataKey,
  caseId: string,
  ids: readonly string[],
): Promise<Opened[]> {
  const entries = await contacts(scope).find({ caseId, _id: { $in: [...ids] } })
  return entries.map((entry) => opened(scope, key, entry))
}
