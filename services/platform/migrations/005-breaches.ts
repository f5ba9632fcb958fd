import type { Db } from 'mongodb'
import { create } from './001-first-collections'

/** Requests to breach confidentiality, found by their case. */
export async function up(db: Db): Promise<void> {
  await create(db, 'breaches')
  await db.collection('breaches').createIndex({ orgId: 1, caseId: 1 })
}
