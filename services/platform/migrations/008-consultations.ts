import type { Db } from 'mongodb'
import { create } from './001-first-collections'

/** Questions to colleagues, found by their case and by whom they wait for. */
export async function up(db: Db): Promise<void> {
  await create(db, 'consultations')
  const consultations = db.collection('consultations')
  for (const field of ['caseId', 'waitsFor', 'newsFor', 'owedBy'])
    await consultations.createIndex({ orgId: 1, [field]: 1 })
}
