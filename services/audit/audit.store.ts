import type { Document, Long } from 'mongodb'
import type { Keyring } from '../platform/keyring'
import type { Mongo, Scope } from '../platform/mongo'
import {
  CHAIN_START,
  type ChainKey,
  type ChainMark,
  chainCheck,
  firstBroken,
  macOf,
  readyKey,
  type SealedChain,
} from './audit.chain'
import type { AuditEntry, AuditHead, AuditSubject } from './audit.types'

const entries = (scope: Scope) => scope.collection<AuditEntry>('audit')
const heads = (scope: Scope) => scope.collection<AuditHead>('auditHeads')

/** An entry before it is given its place in the chain. */
export type NewEntry = Omit<AuditEntry, '_id' | 'seq' | 'previous' | 'mac'>

/** Where a chain ends. */
type ChainEnd = Pick<AuditHead, 'seq' | 'mac'>

/** Where this process left chains, by the id of their head. Only a guess, which the database confirms or does not. */
export type ChainEnds = Map<string, ChainEnd>

const ENDS_AT_MOST = 10_000

/** Appends entries to their chains. Two writers of one chain conflict, and the later transaction starts anew. */
export async function appendEntries(
  scope: Scope,
  keyring: Keyring,
  ends: ChainEnds,
  added: readonly NewEntry[],
): Promise<void> {
  const key = await keyring.shared(scope.orgId, 'audit')
  for (const subject of new Set(added.map((entry) => entry.subject))) {
    const _id = headIdOf(scope.orgId, subject)
    const theirs = added.filter((entry) => entry.subject === subject)
    const chainedTo = (end: ChainEnd): AuditEntry[] => {
      let { seq, mac } = end
      return theirs.map((entry) => {
        seq += 1
        const linked = { ...entry, seq, previous: mac }
        mac = macOf(key.bytes, scope.orgId, linked)
        return { _id: `${_id}:${seq}`, ...linked, mac }
      })
    }
    const guess = ends.get(_id)
    let chained = guess ? chainedTo(guess) : []
    if (!guess || !(await moveHead(scope, { _id, ...guess }, chained))) {
      const head = await heads(scope).findOne({ _id })
      chained = chainedTo(head ?? { seq: 0, mac: CHAIN_START })
      if (head) await moveHead(scope, { _id }, chained)
      else await heads(scope).insert({ _id, subject, ...endOf(chained), changed: true })
    }
    await entries(scope).insert(...chained)
    remember(ends, _id, endOf(chained))
  }
}

/** False where the head is not as this says. */
const moveHead = (scope: Scope, head: { _id: string } & Partial<ChainEnd>, chained: AuditEntry[]): Promise<boolean> =>
  heads(scope).update(head, { $set: { ...endOf(chained), changed: true } })

function endOf(chained: AuditEntry[]): ChainEnd {
  const { seq, mac } = chained.at(-1)!
  return { seq, mac }
}

/** The chains that were added to last, and no more than that. */
function remember(ends: ChainEnds, headId: string, end: ChainEnd): void {
  ends.delete(headId)
  ends.set(headId, end)
  const [oldest] = ends.keys()
  if (ends.size > ENDS_AT_MOST) ends.delete(oldest!)
}

const headIdOf = (orgId: string, subject: AuditSubject): string => `${orgId}:${subject}`

/** The entries of one subject, oldest first. */
const readChain = (scope: Scope, subject: AuditSubject): Promise<AuditEntry[]> =>
  entries(scope).find({ subject }, { sort: { seq: 1 } })

/** The entry that a refusal's code names, if there is one. */
export const findByLookup = (scope: Scope, lookup: string): Promise<AuditEntry | null> =>
  entries(scope).findOne({ lookup })

/** The newest entries of a chain, newest first, up to and with a place in it. */
export const newestOf = (scope: Scope, subject: AuditSubject, upTo: number, limit: number): Promise<AuditEntry[]> =>
  entries(scope).find({ subject, seq: { $lte: upTo } }, { sort: { seq: -1 }, limit })

/** The newest refusals of the organisation, newest first, or those before one of them. */
export async function newestRefusals(scope: Scope, before: string | null, limit: number): Promise<AuditEntry[]> {
  const last = before === null ? null : await entries(scope).findOne({ _id: before })
  const earlier = last
    ? { $or: [{ recordedAt: { $lt: last.recordedAt } }, { recordedAt: last.recordedAt, _id: { $lt: last._id } }] }
    : {}
  return entries(scope).find({ outcome: 'refused', ...earlier }, { sort: { recordedAt: -1, _id: -1 }, limit })
}

export interface ChainsVerification {
  entries: number
  chains: number
  /** The first wrong or missing entry of each chain that was touched. */
  broken: { subject: AuditSubject; seq: number }[]
}

/** What the checkpoints say: for each chain, and until when (milliseconds) they leave nothing out. */
export interface Sealed {
  marks: ReadonlyMap<string, readonly ChainMark[]>
  through: number
}

const BATCH = 1_000

/** What is no text at all is altered, and is found as such: reading it must not fail. A cursor's id stays as it is. */
const UNPACKING = { enableUtf8Validation: false, promoteLongs: false } as const

/**
 * All entries of an organisation along the index, some at a time, and the next are on their way while these are looked
 * at. By commands: the driver's own cursor goes through every record twice, which costs more than checking it.
 */
async function* allEntries(mongo: Mongo, orgId: string): AsyncGenerator<AuditEntry[]> {
  const session = mongo.startSession()
  const read = async (command: Document) => {
    const { cursor } = await mongo.db.command({ ...command, batchSize: BATCH }, { session, ...UNPACKING })
    return { id: cursor.id as Long, entries: (cursor.firstBatch ?? cursor.nextBatch) as AuditEntry[] }
  }
  const order = { sort: { subject: 1, seq: 1 }, projection: { _id: 0, orgId: 0 } }
  try {
    let batch = await read({ find: 'audit', filter: { orgId }, ...order, readConcern: { level: 'majority' } })
    while (!batch.id.isZero()) {
      const next = read({ getMore: batch.id, collection: 'audit' })
      // Where these cannot be checked, nobody asks for it any more.
      next.catch(() => undefined)
      yield batch.entries
      batch = await next
    }
    yield batch.entries
  } finally {
    await session.endSession()
  }
}

/**
 * Recomputes every chain of an organisation, in one walk along the index, while others write. It needs memory for the
 * heads, not for the entries. A tail cut off together with its head shows only against checkpoints.
 */
export async function verifyChains(
  mongo: Mongo,
  keyring: Keyring,
  orgId: string,
  sealed: Sealed = { marks: new Map(), through: 0 },
): Promise<ChainsVerification> {
  const key = readyKey((await keyring.shared(orgId, 'audit')).bytes)
  const headOf = await readHeads(mongo, orgId)
  const sealedChain = (subject: AuditSubject): SealedChain => ({
    marks: sealed.marks.get(subject) ?? [],
    through: sealed.through,
  })
  const result: ChainsVerification = { entries: 0, chains: 0, broken: [] }
  const end = async (subject: AuditSubject, seq: number | null) => {
    result.chains += 1
    const confirmed = seq === null ? null : await firstBrokenNow(mongo, key, orgId, subject, sealedChain(subject))
    if (confirmed !== null) result.broken.push({ subject, seq: confirmed })
  }

  const unseen = new Set([...headOf.keys(), ...sealed.marks.keys()] as AuditSubject[])
  let subject: AuditSubject | null = null
  let check = chainCheck(key, orgId)
  for await (const some of allEntries(mongo, orgId))
    for (const entry of some) {
      if (entry.subject !== subject) {
        if (subject !== null) await end(subject, check.end(headOf.get(subject) ?? null))
        subject = entry.subject
        unseen.delete(subject)
        check = chainCheck(key, orgId, sealedChain(subject))
      }
      result.entries += 1
      check.add(entry)
    }
  if (subject !== null) await end(subject, check.end(headOf.get(subject) ?? null))
  for (const gone of unseen) await end(gone, chainCheck(key, orgId, sealedChain(gone)).end(headOf.get(gone) ?? null))
  result.broken.sort((one, other) => (one.subject < other.subject ? -1 : 1))
  return result
}

async function readHeads(mongo: Mongo, orgId: string): Promise<Map<AuditSubject, { seq: number; mac: string }>> {
  const found = new Map<AuditSubject, { seq: number; mac: string }>()
  const walk = mongo.db.collection<AuditHead>('auditHeads').find({ orgId } as never, { batchSize: BATCH })
  // By its id, as it is read when an entry is added: that is the head which counts.
  for await (const { _id, seq, mac } of walk) found.set(_id.slice(orgId.length + 1) as AuditSubject, { seq, mac })
  return found
}

/** The same of one chain and its head as of one moment: between two reads somebody may have added to it. */
async function firstBrokenNow(mongo: Mongo, key: ChainKey, orgId: string, subject: AuditSubject, sealed: SealedChain) {
  const session = mongo.startSession()
  try {
    return await session.withTransaction(async () => {
      const scope = mongo.forOrg(orgId, session)
      const head = await heads(scope).findOne({ _id: headIdOf(orgId, subject) })
      return firstBroken(key, orgId, await readChain(scope, subject), head, sealed)
    })
  } finally {
    await session.endSession()
  }
}
