import type { Db } from 'mongodb'
import { create } from './001-first-collections'

/** What the hourly checkpoints and the audit's viewer look for, found without reading the rest. */
export async function up(db: Db): Promise<void> {
  await create(db, 'checkpoints')
  const heads = db.collection('auditHeads')
  await heads.createIndex({ orgId: 1, changed: 1 }, { partialFilterExpression: { changed: true } })
  await db
    .collection('audit')
    .createIndex({ orgId: 1, recordedAt: -1, _id: -1 }, { partialFilterExpression: { outcome: 'refused' } })
  // What was written before there were checkpoints belongs into the first of them.
  await heads.updateMany({ changed: { $exists: false } }, { $set: { changed: true } })
}
