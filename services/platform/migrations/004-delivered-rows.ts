import type { Db } from 'mongodb'

const KEPT_SECONDS = 30 * 24 * 60 * 60

/** What was delivered need not be kept: the audit says what happened, and the posted card is known by itself. */
export async function up(db: Db): Promise<void> {
  const outbox = db.collection('outbox')
  await outbox.updateMany({ state: 'sent', sentAt: { $exists: false } }, { $set: { sentAt: new Date() } })
  await outbox.createIndex({ sentAt: 1 }, { expireAfterSeconds: KEPT_SECONDS })
}
