import type { Db } from 'mongodb'
import { create } from './001-first-collections'

/** As long as a link is good for: this clears away what nobody has used. */
const KEPT_SECONDS = 120

/** Links to dossiers, each good once; none outlives its time by more than the server takes to look. */
export async function up(db: Db): Promise<void> {
  await create(db, 'printLinks')
  await db.collection('printLinks').createIndex({ createdAt: 1 }, { expireAfterSeconds: KEPT_SECONDS })
}
