import type { Db } from 'mongodb'

interface Allocation {
  _id: string
  caseId: string
  state: string
  offeredAt: Date
}

/** What waits for somebody is kept with the case, so that their home need not read offers and notes. */
export async function up(db: Db): Promise<void> {
  const cases = db.collection<{ _id: string }>('cases')
  const contacts = db.collection<{ _id: string; caseId: string; kind: string }>('contacts')
  const noted = await contacts.distinct('caseId', { kind: 'note' })
  await cases.updateMany({ noted: { $exists: false } }, [
    { $set: { noted: { $in: ['$_id', noted] }, offer: null } },
    { $set: { waitsFor: { $ifNull: ['$offeredTo', { $cond: ['$noted', null, '$holder'] }] } } },
  ])
  for await (const { _id, caseId, offeredAt } of db.collection<Allocation>('allocations').find({ state: 'offered' }))
    await cases.updateOne({ _id: caseId, offer: null }, { $set: { offer: { allocationId: _id, at: offeredAt } } })
  await cases.createIndex({ orgId: 1, waitsFor: 1 }, { partialFilterExpression: { waitsFor: { $gt: '' } } })
}
