import os from 'node:os'
import {
  type ClientSession,
  type Collection,
  type Db,
  type Document,
  type Filter,
  MongoClient,
  type OptionalUnlessRequiredId,
  type Sort,
  type UpdateFilter,
} from 'mongodb'
import { CaseworkError } from './errors'
import { within } from './time-limit'

/** What every stored record has. */
export interface Stored {
  _id: string
}

/**
 * One collection as seen by one organisation: every filter and every insert carries its `orgId`, and no change alters it.
 * A filter with an undefined value is refused with the CaseworkError 'filter-incomplete'.
 */
export interface OrgCollection<T extends Stored> {
  findOne(filter: Filter<T>): Promise<T | null>
  find(filter: Filter<T>, options?: { sort?: Sort; limit?: number }): Promise<T[]>
  /** The same, to be read later, see `Scope.together`. */
  reading<Result>(
    filter: Filter<T>,
    options: { sort?: Record<string, 1 | -1>; limit?: number },
    as: (record: T) => Result,
  ): Reading<Result>
  /** The record that matches with what belongs to it, in one trip; null where none does. */
  findWith<Joined extends Joins>(filter: Filter<T>, joins: Joined): Promise<{ record: T; joined: Read<Joined> } | null>
  count(filter: Filter<T>): Promise<number>
  insert(...records: T[]): Promise<void>
  /** Changes the one record that matches; false when none did, which is how a lost race shows. */
  update(filter: Filter<T>, change: UpdateFilter<T> | Document[]): Promise<boolean>
  /** Changes the one record that matches, or makes it. */
  upsert(filter: Filter<T>, change: UpdateFilter<T>): Promise<void>
  /** Makes several changes in one trip, one after the other. */
  changeAll(changes: readonly Change<T>[]): Promise<void>
  /** Changes one record and answers it as it is afterwards. */
  findOneAndUpdate(
    filter: Filter<T>,
    change: UpdateFilter<T> | Document[],
    options?: { sort?: Sort },
  ): Promise<T | null>
  delete(filter: Filter<T>): Promise<number>
}

/** A change of the one record that matches; with `make`, of a new one where there is none. */
export interface Change<T extends Stored> {
  filter: Filter<T>
  change: UpdateFilter<T>
  make: boolean
}

/** Records of one organisation that are to be read together with others, and what becomes of each. */
export interface Reading<Result> {
  readonly collection: string
  readonly stages: readonly Document[]
  readonly as: (record: Document) => Result
  /** Only the one whose id stands in this field of the record that it is read with. */
  readonly idIn?: string
}

export type Joins = Readonly<Record<string, Reading<unknown>>>

/** Readings by name; null for one that is of no use to whoever asks. */
export type Readings = Readonly<Record<string, Reading<unknown> | null>>

/** What readings give, by the names under which they were asked for. */
export type Read<Asked extends Readings> = {
  [Name in keyof Asked]: NonNullable<Asked[Name]> extends Reading<infer Result> ? Result[] : never
}

/** The database as one organisation sees it, inside a transaction or outside one. */
export interface Scope {
  readonly orgId: string
  collection<T extends Stored>(name: string): OrgCollection<T>
  /** Reads all of them in one trip to the database, outside any transaction: the trip is what reading costs. */
  together<Asked extends Readings>(readings: Asked): Promise<Read<Asked>>
  /** Wrapped data keys live in a database of their own, so that a restored backup of the data holds none. */
  keys<T extends Stored>(): OrgCollection<T>
}

export interface Mongo {
  /** @throws CaseworkError 'organisation-missing' without an organisation */
  forOrg(orgId: string, session?: ClientSession): Scope
  startSession(): ClientSession
  /** For migrations and for checks over all organisations; nothing else may use it. */
  db: Db
  keysDb: Db
  ping(): Promise<void>
  close(): Promise<void>
}

/** Every write is acknowledged by a majority and journalled; every read sees only such writes. Never left to defaults. */
const CONCERNS = { writeConcern: { w: 'majority', journal: true }, readConcern: { level: 'majority' } } as const

/** How long one call outside a transaction may take: somebody waits for it. */
const CALL_LIMIT_MS = 8000

/**
 * A server that is paused or cut off never says so. These end what waits for one: the first three a call, the last the
 * connection, which is then made anew. Longer than any healthy call takes, building an index included.
 */
const LIMITS = {
  serverSelectionTimeoutMS: 5000,
  connectTimeoutMS: 5000,
  waitQueueTimeoutMS: 5000,
  socketTimeoutMS: 30_000,
} as const

/**
 * Connects to a replica set.
 *
 * @param uri connection string; the database named in it, or `casekeeper`
 */
export async function connectMongo(uri: string): Promise<Mongo> {
  const client = new MongoClient(uri, {
    ...CONCERNS,
    retryWrites: true,
    ignoreUndefined: true,
    promoteBuffers: true,
    ...LIMITS,
    // The driver imports `os` at run time, which a sandboxed module loader refuses; handing it in works everywhere.
    runtimeAdapters: { os },
  })
  await client.connect()
  const db = client.db()
  const name = db.databaseName === 'test' ? 'casekeeper' : db.databaseName
  return mongoOn(client, client.db(name), client.db(`${name}_keys`))
}

function mongoOn(client: MongoClient, db: Db, keysDb: Db): Mongo {
  return {
    db,
    keysDb,
    forOrg: (orgId, session) => {
      if (!orgId) throw new CaseworkError('organisation-missing')
      return {
        orgId,
        collection: (name) => orgCollection(db.collection(name), orgId, session),
        together: (readings) => within(CALL_LIMIT_MS, readTogether(db, readings)),
        keys: () => orgCollection(keysDb.collection('keys'), orgId, session),
      }
    },
    startSession: () =>
      client.startSession({
        defaultTransactionOptions: { ...CONCERNS, readConcern: { level: 'snapshot' }, readPreference: 'primary' },
      }),
    ping: async () => {
      await within(CALL_LIMIT_MS, db.command({ ping: 1 }))
    },
    close: () => client.close(),
  }
}

/** The field that says for which of the readings a record was found. */
const READ_AS = 'readAs'

/** The field that holds what belongs to a record. */
const JOINED = 'joined'

async function readTogether<Asked extends Readings>(db: Db, readings: Asked): Promise<Read<Asked>> {
  const asked = Object.entries(readings).flatMap(([name, reading]) => (reading ? [{ name, ...reading }] : []))
  const [first, ...others] = asked.map(({ name, collection, stages }) => ({
    coll: collection,
    pipeline: [...stages, { $set: { [READ_AS]: name } }],
  }))
  const pipeline = first && [...first.pipeline, ...others.map((other) => ({ $unionWith: other }))]
  const found = first ? await db.collection(first.coll).aggregate(pipeline).toArray() : []
  const read = Object.fromEntries(Object.keys(readings).map((name) => [name, [] as unknown[]]))
  for (const { [READ_AS]: name, ...record } of found) read[name]!.push(readings[name]!.as(record))
  return read as Read<Asked>
}

function orgCollection<T extends Stored>(raw: Collection<Document>, orgId: string, session?: ClientSession) {
  const collection = raw as unknown as Collection<T>
  const own = (filter: Filter<T>): Filter<T> => {
    // The driver leaves out what is undefined, and the rest would match more than was asked for.
    const missing = Object.entries(filter).find(([, value]) => value === undefined)
    if (missing) throw new CaseworkError('filter-incomplete', { field: missing[0] })
    return { $and: [{ orgId }, filter] } as Filter<T>
  }
  // The server refuses two changes to one field: so no change gives a record to another organisation.
  const kept = (change: UpdateFilter<T> | Document[]): UpdateFilter<T> | Document[] =>
    Array.isArray(change)
      ? [...change, { $set: { orgId } }]
      : ({ ...change, $setOnInsert: { ...change.$setOnInsert, orgId } } as never)
  const options = session ? { session } : {}
  // A transaction has a limit of its own, for all its calls together.
  const timed = <Result>(call: Promise<Result>): Promise<Result> => (session ? call : within(CALL_LIMIT_MS, call))
  const scoped: OrgCollection<T> = {
    findOne: async (filter) => (await timed(collection.findOne(own(filter), options))) as T | null,
    find: async (filter, { sort, limit } = {}) => {
      const cursor = collection.find(own(filter), options)
      if (sort) cursor.sort(sort)
      if (limit) cursor.limit(limit)
      return (await timed(cursor.toArray())) as T[]
    },
    reading: (filter, { sort, limit }, as) => ({
      collection: raw.collectionName,
      stages: [{ $match: own(filter) }, ...(sort ? [{ $sort: sort }] : []), ...(limit ? [{ $limit: limit }] : [])],
      as: (record) => as(record as T),
    }),
    findWith: async (filter, joins) => {
      const lookups = Object.entries(joins).map(([name, { collection: from, stages, idIn }]) => {
        const by = idIn ? { localField: idIn, foreignField: '_id' } : {}
        return { $lookup: { from, ...by, pipeline: [...stages], as: `${JOINED}.${name}` } }
      })
      const [found] = await timed(raw.aggregate([{ $match: own(filter) }, ...lookups], options).toArray())
      if (!found) return null
      const { [JOINED]: joined, ...record } = found
      const read = Object.entries(joins).map(([name, { as }]) => [name, (joined[name] as Document[]).map(as)])
      return { record: record as T, joined: Object.fromEntries(read) }
    },
    count: async (filter) => timed(collection.countDocuments(own(filter), options)),
    insert: async (...records) => {
      const owned = records.map((record) => ({ ...record, orgId }) as unknown as OptionalUnlessRequiredId<T>)
      if (owned.length === 1) await timed(collection.insertOne(owned[0]!, options))
      else if (owned.length > 1) await timed(collection.insertMany(owned, options))
    },
    update: async (filter, change) =>
      (await timed(collection.updateOne(own(filter), kept(change), options))).matchedCount === 1,
    upsert: async (filter, change) => {
      await timed(collection.updateOne(own(filter), kept(change), { ...options, upsert: true }))
    },
    changeAll: async (changes) => {
      const each = changes.map(({ filter, change, make }) => ({
        updateOne: { filter: own(filter), update: kept(change), upsert: make },
      }))
      const [first, ...others] = each.map(({ updateOne }) => updateOne)
      if (first && others.length === 0)
        await timed(collection.updateOne(first.filter, first.update, { ...options, upsert: first.upsert }))
      else if (first) await timed(collection.bulkWrite(each, options))
    },
    findOneAndUpdate: async (filter, change, { sort } = {}) =>
      (await timed(
        collection.findOneAndUpdate(own(filter), kept(change), {
          ...options,
          ...(sort ? { sort } : {}),
          returnDocument: 'after',
        }),
      )) as T | null,
    delete: async (filter) => (await timed(collection.deleteMany(own(filter), options))).deletedCount,
  }
  return scoped
}

/** Whether a write failed because a record with that id or unique key is there already. */
export const isDuplicate = (fault: unknown): boolean =>
  typeof fault === 'object' && fault !== null && 'code' in fault && fault.code === 11000
