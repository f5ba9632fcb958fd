import type { Db } from 'mongodb'

/** Who has something to do about an emergency is kept with it, so that a home finds it by one key. */
export async function up(db: Db): Promise<void> {
  const emergencies = db.collection('emergencies')
  const own = { $or: [{ $eq: ['$state', 'opened'] }, { $eq: ['$debrief.state', 'waiting'] }] }
  const review = { $eq: ['$state', 'recorded'] }
  await emergencies.updateMany({ waitsFor: { $exists: false } }, [
    {
      $set: {
        waitsFor: {
          $concatArrays: [
            { $cond: [own, ['$openedBy'], []] },
            { $cond: [review, { $concatArrays: [['reviewers'], { $ifNull: ['$reviewers', []] }] }, []] },
          ],
        },
      },
    },
  ])
  await emergencies.createIndex({ orgId: 1, waitsFor: 1, openedAt: 1 })
}
