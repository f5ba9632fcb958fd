import type { Db } from 'mongodb'
import { create } from './001-first-collections'

/** Emergencies, found by whoever opened them and by what waits for a review. */
export async function up(db: Db): Promise<void> {
  await create(db, 'emergencies')
  const emergencies = db.collection('emergencies')
  await emergencies.createIndex({ orgId: 1, openedBy: 1, openedAt: 1 })
  await emergencies.createIndex({ orgId: 1, state: 1, openedAt: 1 })
  // A button pressed twice at the same moment opens one.
  await emergencies.createIndex(
    { orgId: 1, openedBy: 1, origin: 1 },
    { name: 'one-opened', unique: true, partialFilterExpression: { state: 'opened' } },
  )
}
