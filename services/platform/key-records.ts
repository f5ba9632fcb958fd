import { CaseworkError } from './errors'
import { isSameVersion, type KeyProvider, type KeyVersion } from './key-encryption-key'
import type { Mongo } from './mongo'

export type SharedPurpose = 'drafts' | 'audit' | 'checkpoints'
export type KeyPurpose = 'subject' | SharedPurpose

/** A data key as it is stored: wrapped, with what it was wrapped under. */
export interface KeyRecord {
  _id: string
  purpose: KeyPurpose
  version: number
  wrapped: Buffer
  kekId: string
  kekVersion: number | string
  createdAt: Date
  rewrappedAt?: Date
}

export const wrappedUnder = ({ kekId, kekVersion }: Pick<KeyRecord, 'kekId' | 'kekVersion'>): KeyVersion => ({
  id: kekId,
  version: kekVersion,
})

/** The keys of all organisations; for upkeep across all of them, never for a turn. */
export const allKeyRecords = ({ keysDb }: Mongo) => keysDb.collection<KeyRecord & { orgId: string }>('keys')

/** How the data keys of one organisation are wrapped. */
export interface KeyStanding {
  orgId: string
  /** The version that wraps now, or the code of the fault that keeps it from being known. */
  current: KeyVersion | { fault: string }
  kind: 'file' | 'azure-key-vault' | 'unknown'
  /** How many data keys each version has wrapped. */
  wrapped: { under: KeyVersion; count: number }[]
  /** Of those, how many under any other version than the present one. */
  behind: number
}

/** One row for each organisation that is served or has data keys. */
export async function keyStandings(
  mongo: Mongo,
  provider: KeyProvider,
  orgIds: readonly string[],
): Promise<KeyStanding[]> {
  type Group = { _id: { orgId: string; kekId: string; kekVersion: number | string }; count: number }
  const _id = { orgId: '$orgId', kekId: '$kekId', kekVersion: '$kekVersion' }
  const groups = await allKeyRecords(mongo)
    .aggregate<Group>([{ $group: { _id, count: { $sum: 1 } } }, { $sort: { _id: 1 } }])
    .toArray()
  const served = [...new Set([...orgIds, ...groups.map((group) => group._id.orgId)])].sort()
  return Promise.all(
    served.map(async (orgId) => {
      const wrapped = groups
        .filter((group) => group._id.orgId === orgId)
        .map((group) => ({ under: wrappedUnder(group._id), count: group.count }))
      const { kind, current } = await presentVersion(provider, orgId)
      const behind = wrapped.filter(({ under }) => 'fault' in current || !isSameVersion(under, current))
      return { orgId, kind, current, wrapped, behind: behind.reduce((sum, { count }) => sum + count, 0) }
    }),
  )
}

async function presentVersion(provider: KeyProvider, orgId: string): Promise<Pick<KeyStanding, 'kind' | 'current'>> {
  try {
    const key = provider.keyOf(orgId)
    return { kind: key.kind, current: await key.current() }
  } catch (fault) {
    if (!(fault instanceof CaseworkError)) throw fault
    return { kind: 'unknown', current: { fault: fault.code } }
  }
}
