import type { Db } from 'mongodb'

/** What waits for somebody is kept with the request, and so is the reference under which they know it. */
export async function up(db: Db): Promise<void> {
  const breaches = db.collection<{ _id: string; caseId: string }>('breaches')
  for await (const { _id, caseId } of breaches.find({ waitsFor: { $exists: false } })) {
    const found = await db.collection<{ _id: string; reference: string }>('cases').findOne({ _id: caseId })
    const kept = { reference: found?.reference ?? '', names: {}, waitsFor: [], told: [], remindedAt: new Date(0) }
    await breaches.updateOne({ _id }, { $set: kept })
  }
  await breaches.createIndex({ orgId: 1, waitsFor: 1, remindedAt: 1 })
}
