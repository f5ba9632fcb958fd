import type { Keyring } from '../platform/keyring'
import type { Mongo, Scope } from '../platform/mongo'
import { CHAIN_START, firstBroken, macOf } from './audit.chain'
import type { AuditEntry, AuditHead, AuditSubject } from './audit.types'

const entries = (scope: Scope) => scope.collection<AuditEntry>('audit')
const heads = (scope: Scope) => scope.collection<AuditHead>('auditHeads')

/** An entry before it is given its place in the chain. */
export type NewEntry = Omit<AuditEntry, '_id' | 'seq' | 'previous' | 'mac'>

/** Appends entries to their chains. Two writers of one chain conflict, and the later transaction starts anew. */
export async function appendEntries(scope: Scope, keyring: Keyring, added: readonly NewEntry[]): Promise<void> {
  const key = await keyring.shared(scope.orgId, 'audit')
  for (const subject of new Set(added.map((entry) => entry.subject))) {
    const headId = headIdOf(scope, subject)
    const head = await heads(scope).findOne({ _id: headId })
    let { seq, mac } = head ?? { seq: 0, mac: CHAIN_START }
    const chained = added
      .filter((entry) => entry.subject === subject)
      .map((entry): AuditEntry => {
        seq += 1
        const linked = { ...entry, seq, previous: mac }
        mac = macOf(key.bytes, scope.orgId, linked)
        return { _id: `${headId}:${seq}`, ...linked, mac }
      })
    await entries(scope).insert(...chained)
    if (head) await heads(scope).update({ _id: headId }, { $set: { seq, mac } })
    else await heads(scope).insert({ _id: headId, subject, seq, mac })
  }
}

const headIdOf = (scope: Scope, subject: AuditSubject): string => `${scope.orgId}:${subject}`

/** The entries of one subject, oldest first. */
const readChain = (scope: Scope, subject: AuditSubject): Promise<AuditEntry[]> =>
  entries(scope).find({ subject }, { sort: { seq: 1 } })

/** The entry that a refusal's code names, if there is one. */
export const findByLookup = (scope: Scope, lookup: string): Promise<AuditEntry | null> =>
  entries(scope).findOne({ lookup })

export interface Verification {
  entries: number
  chains: number
  /** The first wrong or missing entry of each chain that was touched. */
  broken: { subject: AuditSubject; seq: number }[]
}

/** Recomputes every chain of an organisation. A tail cut off together with its head shows only against a checkpoint. */
export async function verifyChains(mongo: Mongo, keyring: Keyring, orgId: string): Promise<Verification> {
  const scope = mongo.forOrg(orgId)
  const key = await keyring.shared(orgId, 'audit')
  const known = await heads(scope).find({}, { sort: { subject: 1 } })
  const named = mongo.db.collection('audit').distinct('subject', { orgId }) as Promise<AuditSubject[]>
  const subjects = new Set([...known.map((head) => head.subject), ...(await named)])
  const headOf = new Map(known.map((head) => [head.subject, head]))
  const result: Verification = { entries: 0, chains: subjects.size, broken: [] }
  for (const subject of subjects) {
    const chain = await readChain(scope, subject)
    result.entries += chain.length
    if (firstBroken(key.bytes, orgId, chain, headOf.get(subject) ?? null) === null) continue
    const now = await readAtOnce(mongo, orgId, subject)
    const seq = firstBroken(key.bytes, orgId, now.chain, now.head)
    if (seq !== null) result.broken.push({ subject, seq })
  }
  return result
}

/** A chain and its head as of one moment: between two reads somebody may have added to it. */
async function readAtOnce(mongo: Mongo, orgId: string, subject: AuditSubject) {
  const session = mongo.startSession()
  try {
    return await session.withTransaction(async () => {
      const scope = mongo.forOrg(orgId, session)
      const head = await heads(scope).findOne({ _id: headIdOf(scope, subject) })
      return { chain: await readChain(scope, subject), head }
    })
  } finally {
    await session.endSession()
  }
}
