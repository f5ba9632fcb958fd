import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CheckpointStore, checkpointFile } from '../../services/audit/audit.checkpoint-file'
import { type Checkpoints, createCheckpoints } from '../../services/audit/audit.checkpoints'
import type { CheckpointState } from '../../services/audit/audit.checkpoints.store'
import { appendEntries, type NewEntry } from '../../services/audit/audit.store'
import type { AuditEntry, AuditHead, AuditSubject } from '../../services/audit/audit.types'
import { type Verification, verifyAudit } from '../../services/audit/audit.verification'
import { createLogger } from '../../services/platform/logger'
import { WEDNESDAY } from './records'
import { type TestMongo, testMongo } from './test-mongo'

/** An audit on a real database, with its checkpoints in a file of the test's own. */
export interface AuditWorld extends TestMongo {
  path: string
  store: CheckpointStore
  checkpoints: Checkpoints
  entries(): ReturnType<typeof collectionOf<AuditEntry>>
  heads(): ReturnType<typeof collectionOf<AuditHead>>
  states(): ReturnType<typeof collectionOf<CheckpointState>>
  append(...subjects: AuditSubject[]): Promise<void>
  /** An hour has passed: the next checkpoint is written. */
  anHourLater(): Promise<void>
  verify(orgId?: string): Promise<Verification>
  /** Another process on the same data and the same file, or on another file. */
  anotherProcess(store?: CheckpointStore): Checkpoints
  logged(): string
}

const ORG = 'cardiff'

const collectionOf = <T extends { _id: string }>({ mongo }: TestMongo, name: string) => mongo.db.collection<T>(name)

export const anEntry = (subject: AuditSubject, changes: Partial<NewEntry> = {}): NewEntry => ({
  subject,
  event: 'case-viewed',
  outcome: 'done',
  codes: { about: 'case-1', count: 3, urgent: true },
  at: WEDNESDAY,
  recordedAt: new Date(),
  actor: 'robin',
  profile: '2021-04.1',
  ...changes,
})

export async function startAuditWorld(name: string): Promise<AuditWorld> {
  const base = await testMongo(name)
  const { mongo, keyring } = base
  const folder = mkdtempSync(join(tmpdir(), 'casekeeper-audit-'))
  const path = join(folder, 'checkpoints.jsonl')
  const store = checkpointFile(path)
  const lines: string[] = []
  const log = createLogger('info', { write: (line) => lines.push(line) })
  const anotherProcess = (other = store) => createCheckpoints({ mongo, keyring, store: other, orgIds: [ORG], log })
  const checkpoints = anotherProcess()
  const states = () => collectionOf<CheckpointState>(base, 'checkpoints')
  return {
    ...base,
    path,
    store,
    checkpoints,
    entries: () => collectionOf<AuditEntry>(base, 'audit'),
    heads: () => collectionOf<AuditHead>(base, 'auditHeads'),
    states,
    append: async (...subjects) => {
      for (const subject of subjects) await appendEntries(mongo.forOrg(ORG), keyring, new Map(), [anEntry(subject)])
    },
    anHourLater: async () => {
      await states().updateMany({}, { $set: { dueAt: new Date(0) } })
      await checkpoints.keepUp()
    },
    verify: (orgId = ORG) => verifyAudit(mongo, keyring, store, orgId),
    anotherProcess,
    logged: () => lines.join(''),
    close: async () => {
      await base.close()
      rmSync(folder, { recursive: true })
    },
  }
}
export const fileOf = ({ path }: AuditWorld) => ({
  lines: () => readFileSync(path, 'utf8').trimEnd().split('\n'),
  write: (lines: readonly string[]) => writeFileSync(path, lines.map((line) => `${line}\n`).join('')),
  add: (text: string) => appendFileSync(path, text),
  remove: () => rmSync(path),
  exists: () => existsSync(path),
})
