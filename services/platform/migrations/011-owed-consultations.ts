import type { Db } from 'mongodb'

/** A consultation that is still owed after an emergency waits for whoever opened it (AMB-54). */
export async function up(db: Db): Promise<void> {
  const emergencies = db.collection('emergencies')
  await emergencies.updateMany({ lateAdvice: { $exists: false } }, { $set: { lateAdvice: null } })
  await emergencies.updateMany({ 'after.consult': 'owed' }, [
    { $set: { waitsFor: { $setUnion: [{ $ifNull: ['$waitsFor', []] }, ['$openedBy']] } } },
  ])
}
