import { seal, unseal } from './crypto'
import type { Keyring } from './keyring'
import { isDuplicate, type Mongo, type Reading, type Stored } from './mongo'

/** A half-finished form. What was typed so far is sealed; it goes by itself after a day. */
export interface Draft<State = unknown> {
  id: string
  dialog: string
  version: number
  startedAt: Date
  state: State
}

interface DraftRecord extends Stored {
  staffId: string
  dialog: string
  version: number
  sealed: Buffer
  startedAt: Date
  expireAt: Date
}

export interface Drafts {
  /** The person's own draft, or null when it is finished, expired, or somebody else's. */
  load(orgId: string, staffId: string, id: string): Promise<Draft | null>
  /** Saves a new draft (version 0) or the next version of one; false when another press was faster. */
  save(orgId: string, staffId: string, draft: Draft): Promise<boolean>
  drop(orgId: string, staffId: string, id: string): Promise<void>
  /** What the person has begun, answered something of, and not finished; oldest first, without content. */
  unfinished(orgId: string, staffId: string): Reading<Pick<Draft, 'id' | 'dialog' | 'startedAt'>>
}

const KEPT_MS = 24 * 60 * 60 * 1000

export function createDrafts(mongo: Mongo, keyring: Keyring): Drafts {
  const drafts = (orgId: string) => mongo.forOrg(orgId).collection<DraftRecord>('drafts')
  // The person is part of the place: a draft that is given to somebody else in the database does not open for them.
  const place = (orgId: string, staffId: string, id: string) => ({
    orgId,
    collection: 'drafts',
    id: `${staffId} ${id}`,
    field: 'state',
  })

  return {
    load: async (orgId, staffId, id) => {
      const record = await drafts(orgId).findOne({ _id: id, staffId, expireAt: { $gt: new Date() } })
      if (!record) return null
      const key = await keyring.shared(orgId, 'drafts')
      const { dialog, version, startedAt } = record
      return {
        id,
        dialog,
        version,
        startedAt,
        state: JSON.parse(unseal(key, place(orgId, staffId, id), record.sealed)),
      }
    },
    save: async (orgId, staffId, { id, dialog, version, startedAt, state }) => {
      const key = await keyring.shared(orgId, 'drafts')
      const sealed = seal(key, place(orgId, staffId, id), JSON.stringify(state))
      const expireAt = new Date(Date.now() + KEPT_MS)
      if (version > 0)
        return drafts(orgId).update({ _id: id, staffId, version }, { $set: { sealed, expireAt }, $inc: { version: 1 } })
      try {
        await drafts(orgId).insert({ _id: id, staffId, dialog, version: 1, sealed, startedAt, expireAt })
        return true
      } catch (fault) {
        if (!isDuplicate(fault)) throw fault
        return false
      }
    },
    drop: async (orgId, staffId, id) => {
      await drafts(orgId).delete({ _id: id, staffId })
    },
    unfinished: (orgId, staffId) =>
      drafts(orgId).reading(
        { staffId, version: { $gt: 1 }, expireAt: { $gt: new Date() } },
        { sort: { startedAt: 1 }, limit: 20 },
        ({ _id, dialog, startedAt }) => ({ id: _id, dialog, startedAt }),
      ),
  }
}
