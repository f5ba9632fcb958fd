import os from 'node:os'
import { type Admin, type Document, MongoClient } from 'mongodb'
import { CaseworkError } from './errors'
import { within } from './time-limit'

const ANSWER_LIMIT_MS = 5000

/**
 * Refuses a MongoDB that cannot keep what the product promises, before anything is written to it.
 * @throws CaseworkError `mongodb-not-reachable` (after 5 s, or after 10 s from one that hangs), and the codes of `topologyFault`
 */
export async function checkReplicaSet(uri: string): Promise<void> {
  const asked = withAdmin(uri, (admin) => admin.command({ hello: 1 }))
  const hello = await within(2 * ANSWER_LIMIT_MS, asked).catch((fault: unknown) => {
    throw new CaseworkError('mongodb-not-reachable', {}, { cause: fault })
  })
  const fault = topologyFault(hello)
  if (fault) throw new CaseworkError(fault)
}

/**
 * What is wrong with the deployment that gave this answer to `hello`: a lone server has no transactions; with an arbiter
 * a majority can be without a member that stores anything (MongoDB manual, "Mitigate Performance Issues with PSA").
 */
export function topologyFault({ setName, msg, arbiters }: Document) {
  // A sharded cluster answers through mongos, which names no set but has transactions.
  if (!setName && msg !== 'isdbgrid') return 'mongodb-not-a-replica-set'
  return Array.isArray(arbiters) && arbiters.length > 0 ? 'mongodb-has-an-arbiter' : null
}

/** Asks a server something as its administrator, on a connection of its own. */
export async function withAdmin<Result>(uri: string, use: (admin: Admin) => Promise<Result>): Promise<Result> {
  // Without the adapter the driver cannot describe itself inside jest, and never connects.
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: ANSWER_LIMIT_MS, runtimeAdapters: { os } })
  try {
    return await use(client.db().admin())
  } finally {
    await client.close()
  }
}
