import { type DataKey, type Place, seal, unseal } from '../platform/crypto'
import type { Keyring } from '../platform/keyring'
import type { Joins, Reading, Scope } from '../platform/mongo'
import type { CaseRecord, ClientDetails } from './cases.types'

const cases = (scope: Scope) => scope.collection<CaseRecord>('cases')

const place = (scope: Scope, id: string, field: string): Place => ({
  orgId: scope.orgId,
  collection: 'cases',
  id,
  field,
})

export function sealClient(scope: Scope, key: DataKey, caseId: string, client: ClientDetails): CaseRecord['client'] {
  return {
    name: seal(key, place(scope, caseId, 'name'), client.name),
    number: client.number === null ? null : seal(key, place(scope, caseId, 'number'), client.number),
  }
}

/** Opens the client's details. @throws CaseworkError 'key-destroyed' when the case was forgotten */
export async function clientOf(scope: Scope, keyring: Keyring, found: CaseRecord): Promise<ClientDetails> {
  const key = await keyring.open(scope, found.keyId)
  const { name, number } = found.client
  return {
    name: unseal(key, place(scope, found._id, 'name'), name),
    number: number === null ? null : unseal(key, place(scope, found._id, 'number'), number),
  }
}

export const insertCase = (scope: Scope, record: CaseRecord): Promise<void> => cases(scope).insert(record)

export const findCase = (scope: Scope, caseId: string): Promise<CaseRecord | null> =>
  cases(scope).findOne({ _id: caseId })

/** What belongs to a case, in one trip; null where there is no such case. */
export const findCaseWith = <Joined extends Joins>(scope: Scope, caseId: string, joins: Joined) =>
  cases(scope).findWith({ _id: caseId }, joins)

/** The case that a record names by its id, to be read with that record. */
export const caseOf = (scope: Scope): Reading<CaseRecord> => ({
  ...cases(scope).reading({}, {}, (found) => found),
  idIn: 'caseId',
})

export const findByReference = (scope: Scope, reference: string): Promise<CaseRecord | null> =>
  cases(scope).findOne({ reference })

export const findCases = async (scope: Scope, caseIds: readonly string[]): Promise<CaseRecord[]> =>
  caseIds.length === 0 ? [] : cases(scope).find({ _id: { $in: [...caseIds] } })

/** Open cases somebody holds, newest first. */
export const casesHeldBy = (scope: Scope, staffId: string): Promise<CaseRecord[]> =>
  cases(scope).find({ holder: staffId, status: 'open' }, { sort: { openedAt: -1 }, limit: 100 })

/** So many of those that wait for them, offers first: a wall hides the case from whoever is behind it. */
export const casesWaitingFor = <Result>(
  scope: Scope,
  staffId: string,
  limit: number,
  as: (found: CaseRecord) => Result,
): Reading<Result> =>
  cases(scope).reading(
    { waitsFor: staffId, status: 'open', walled: { $ne: staffId } },
    { sort: { holder: 1, 'offer.at': 1, openedAt: -1 }, limit },
    as,
  )

/** Changes a case where it is still at the version that was read; false when somebody was faster. */
export const changeCase = (
  scope: Scope,
  found: Pick<CaseRecord, '_id' | 'version'>,
  change: Partial<Omit<CaseRecord, '_id' | 'version'>>,
): Promise<boolean> =>
  cases(scope).update({ _id: found._id, version: found.version }, { $set: change, $inc: { version: 1 } })
