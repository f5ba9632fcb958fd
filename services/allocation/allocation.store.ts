import type { Reading, Scope } from '../platform/mongo'
import type { AllocationRecord, RotaRecord } from './allocation.types'

const allocations = (scope: Scope) => scope.collection<AllocationRecord>('allocations')
const rotas = (scope: Scope) => scope.collection<RotaRecord>('rota')
const workloads = (scope: Scope) => scope.collection<{ _id: string; staffId: string; open: number }>('workloads')

export const insertAllocation = (scope: Scope, record: AllocationRecord): Promise<void> =>
  allocations(scope).insert(record)

export const findAllocation = (scope: Scope, allocationId: string): Promise<AllocationRecord | null> =>
  allocations(scope).findOne({ _id: allocationId })

/** The same with its case, in one trip; null where either is missing. */
export async function findWithCase<Case>(scope: Scope, allocationId: string, itsCase: Reading<Case>) {
  const read = await allocations(scope).findWith({ _id: allocationId }, { found: itsCase })
  const [found] = read?.joined.found ?? []
  return read && found ? { allocation: read.record, found } : null
}

/** The newest allocation of a case. */
export async function latestAllocation(scope: Scope, caseId: string): Promise<AllocationRecord | null> {
  const [latest] = await allocations(scope).find({ caseId }, { sort: { createdAt: -1, _id: 1 }, limit: 1 })
  return latest ?? null
}

/** Proposals and offers that nobody has settled, and what was answered since a moment; newest first. */
export const recentAllocations = (scope: Scope, answeredSince: Date): Promise<AllocationRecord[]> =>
  allocations(scope).find(
    { $or: [{ state: { $in: ['proposed', 'offered'] } }, { answeredAt: { $gte: answeredSince } }] },
    { sort: { createdAt: -1 }, limit: 50 },
  )

/** Changes an allocation where it is still at the version that was read; false when somebody was faster. */
export const changeAllocation = (
  scope: Scope,
  found: Pick<AllocationRecord, '_id' | 'version'>,
  change: Partial<Omit<AllocationRecord, '_id' | 'version'>>,
): Promise<boolean> =>
  allocations(scope).update({ _id: found._id, version: found.version }, { $set: change, $inc: { version: 1 } })

export const findRota = (scope: Scope, role: string): Promise<RotaRecord | null> =>
  rotas(scope).findOne({ _id: `${scope.orgId}:${role}` })

export const saveTurn = (scope: Scope, role: string, turn: Omit<RotaRecord, '_id'>): Promise<void> =>
  rotas(scope).upsert({ _id: `${scope.orgId}:${role}` }, { $set: turn })

/** Open cases per person. */
export async function openCases(scope: Scope): Promise<Map<string, number>> {
  const known = await workloads(scope).find({})
  return new Map(known.map(({ staffId, open }) => [staffId, open]))
}

/** Adds to somebody's open cases. Two allocations to one person conflict here, so that limits hold when both come at once. */
export const addOpenCase = (scope: Scope, staffId: string, count: 1 | -1): Promise<void> =>
  workloads(scope).upsert({ _id: `${scope.orgId}:${staffId}` }, { $set: { staffId }, $inc: { open: count } })
