import { BSON, type Collection, type Document } from 'mongodb'
import { newId } from '../../services/platform/ids'
import type { Mongo } from '../../services/platform/mongo'
import { byHands, type Effort, type Figure, figure, median, timed } from './measure'
import type { World } from './world'

const AT_ONCE = 20

/**
 * Accepting an allocation (access check, rule, transaction, audit, outbox) against the bare driver, which writes
 * documents of the same number and sizes in the same kind of transaction and does nothing else.
 */
export async function acceptVsDriver(world: World, effort: Effort): Promise<Figure[]> {
  const [rounds, count] = effort === 'full' ? [7, 200] : [2, 20]
  const { coordinators, mongo, services } = world
  const accept = async (index: number) => {
    const persona = coordinators[index % coordinators.length]!
    const { allocationId, version } = offers.shift()!
    const outcome = await services.allocation.accept(world.actor(persona), { allocationId, version })
    if (!outcome.ok) throw new Error(outcome.reason)
  }
  const offers: { allocationId: string; version: number }[] = []
  const turns = Array.from({ length: count }, (_, index) => index)
  const prepare = () =>
    byHands(5, turns, async (index) => {
      offers[index] = await world.offered(coordinators[index % coordinators.length]!)
    })

  offers[0] = await world.offered(coordinators[0]!)
  const sizes = await changedBy(mongo, () => accept(0))
  const collections = await Promise.all(sizes.map(async (_, index) => emptied(mongo, `bench${index}`)))
  const write = () => bareTransaction(mongo, collections, sizes)

  const ratios: number[] = []
  const rates: number[] = []
  for (let round = 0; round < rounds + 1; round++) {
    offers.length = 0
    await prepare()
    const bare = await timed(() => byHands(AT_ONCE, turns, write))
    const accepted = await timed(() => byHands(AT_ONCE, turns, accept))
    if (round === 0) continue
    ratios.push(bare / accepted)
    rates.push((count * 1000) / accepted)
  }
  return [
    figure('accept-vs-driver', median(ratios), 'ratio', '>= 0.5'),
    figure('accept-rate', median(rates), 'accepts/s'),
    figure('accept-documents', sizes.length, 'documents'),
  ]
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
