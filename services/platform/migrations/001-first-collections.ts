import { type CreateIndexesOptions, type Db, type IndexSpecification, MongoServerError } from 'mongodb'

const COLLECTIONS = [
  'absences',
  'allocations',
  'audit',
  'auditHeads',
  'callbacks',
  'cases',
  'consents',
  'contacts',
  'conversations',
  'drafts',
  'duties',
  'engagements',
  'outbox',
  'posts',
  'rota',
  'workloads',
]

/** Whatever reaches the database by whichever way names its organisation. */
const validator = {
  $jsonSchema: {
    bsonType: 'object',
    required: ['_id', 'orgId'],
    properties: { _id: { bsonType: 'string' }, orgId: { bsonType: 'string' } },
  },
}

const INDEXES: [string, IndexSpecification, CreateIndexesOptions?][] = [
  ['absences', { orgId: 1, staffId: 1 }],
  ['allocations', { orgId: 1, state: 1, offeredTo: 1 }],
  ['allocations', { orgId: 1, caseId: 1, createdAt: -1 }],
  // One case is never on offer to two people, whatever the code does.
  [
    'allocations',
    { orgId: 1, caseId: 1 },
    { name: 'one-offer', unique: true, partialFilterExpression: { state: 'offered' } },
  ],
  ['audit', { orgId: 1, subject: 1, seq: 1 }, { unique: true }],
  ['audit', { orgId: 1, lookup: 1 }, { sparse: true }],
  ['callbacks', { orgId: 1, state: 1, caseId: 1 }],
  ['cases', { orgId: 1, reference: 1 }, { unique: true }],
  ['cases', { orgId: 1, holder: 1, status: 1 }],
  ['consents', { orgId: 1, caseId: 1, at: 1 }],
  ['contacts', { orgId: 1, caseId: 1, at: 1 }],
  ['drafts', { orgId: 1, staffId: 1 }],
  ['drafts', { expireAt: 1 }, { expireAfterSeconds: 0 }],
  ['duties', { state: 1, dueAt: 1 }],
  ['duties', { orgId: 1, owner: 1, state: 1 }],
  ['outbox', { state: 1, dueAt: 1 }],
  ['outbox', { orgId: 1, state: 1 }],
  ['posts', { orgId: 1, to: 1, card: 1, subject: 1 }],
]

export async function up(db: Db, keysDb: Db): Promise<void> {
  for (const name of COLLECTIONS) await create(db, name)
  for (const [name, index, options] of INDEXES) await db.collection(name).createIndex(index, options ?? {})
  await create(keysDb, 'keys')
}

const NAMESPACE_EXISTS = 48

/** Two processes may start at once, and a step may be run again: what is there already stays as it is. */
export async function create(db: Db, name: string): Promise<void> {
  try {
    await db.createCollection(name, { validator })
  } catch (fault) {
    if (!(fault instanceof MongoServerError && fault.code === NAMESPACE_EXISTS)) throw fault
  }
}
