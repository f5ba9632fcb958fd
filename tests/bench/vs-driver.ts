import { BSON, type Collection, type Document } from 'mongodb'
import { newId } from '../../services/platform/ids'
import type { Mongo } from '../../services/platform/mongo'
import { byHands, type Effort, median, timed } from './measure'

const AT_ONCE = 20

/** A use case that is measured: what has to be there before, and the use case itself. */
interface Measured<Thing> {
  /** Makes something to work on; not measured. */
  prepare(index: number): Promise<Thing>
  work(thing: Thing): Promise<void>
}

/**
 * A use case (access check, rule, transaction, audit, outbox) against the bare driver, which writes documents of the same
 * number and sizes in the same kind of transaction and does nothing else. Twenty of either at once.
 */
export async function vsDriver<Thing>(
  mongo: Mongo,
  effort: Effort,
  { prepare, work }: Measured<Thing>,
): Promise<{ ratio: number; rate: number; documents: number }> {
  const [rounds, count] = effort === 'full' ? [7, 200] : [2, 20]
  const turns = Array.from({ length: count }, (_, index) => index)
  const first = await prepare(0)
  const sizes = await changedBy(mongo, () => work(first))
  const collections = await Promise.all(sizes.map(async (_, index) => emptied(mongo, `bench${index}`)))
  const write = () => bareTransaction(mongo, collections, sizes)

  const ratios: number[] = []
  const rates: number[] = []
  for (let round = 0; round < rounds + 1; round++) {
    const things: Thing[] = []
    await byHands(5, turns, async (index) => {
      things[index] = await prepare(index)
    })
    const bare = await timed(() => byHands(AT_ONCE, turns, write))
    const worked = await timed(() => byHands(AT_ONCE, things, work))
    if (round === 0) continue
    ratios.push(bare / worked)
    rates.push((count * 1000) / worked)
  }
  return { ratio: median(ratios), rate: median(rates), documents: sizes.length }
}

/** The sizes in BSON of the documents that the work inserts or changes. */
async function changedBy({ db }: Mongo, work: () => Promise<void>): Promise<number[]> {
  const snapshot = async () => {
    const all = new Map<string, Buffer>()
    for (const { collectionName } of await db.collections())
      for (const found of await db.collection(collectionName).find().toArray())
        all.set(`${collectionName} ${String(found._id)}`, Buffer.from(BSON.serialize(found)))
    return all
  }
  const before = await snapshot()
  await work()
  const changed = [...(await snapshot())].filter(([id, bytes]) => !before.get(id)?.equals(bytes))
  return changed.map(([, bytes]) => bytes.length)
}

async function emptied({ db }: Mongo, name: string): Promise<Collection<Document>> {
  await db.dropCollection(name).catch(() => undefined)
  return db.createCollection(name)
}

async function bareTransaction(mongo: Mongo, collections: Collection<Document>[], sizes: readonly number[]) {
  const session = mongo.startSession()
  try {
    await session.withTransaction(async () => {
      for (const [index, size] of sizes.entries())
        await collections[index]!.insertOne({ _id: newId(), filling: 'x'.repeat(size - 60) } as Document, { session })
    })
  } finally {
    await session.endSession()
  }
}
