import type { CheckpointStore } from '../services/audit/audit.checkpoint-file'
import { isWhole, type Verification } from '../services/audit/audit.service'
import { verifyAudit } from '../services/audit/audit.verification'
import { CaseworkError } from '../services/platform/errors'
import type { KeyProvider } from '../services/platform/key-provider'
import { createKeyring } from '../services/platform/keyring'
import { connectMongo } from '../services/platform/mongo'
import { readConfiguration } from './config'

const BROKEN = 1
const SETTINGS_WRONG = 2

/** As many broken chains as are named one by one. */
const NAMED = 50

export interface AuditPlace {
  mongoUri: string
  keyProvider: KeyProvider
  checkpoints: CheckpointStore
  orgIds: readonly string[]
}

/**
 * Verifies the audit of the organisations, while people work, and says what was found.
 *
 * @param args `--org ID` for one organisation alone
 * @returns whether everything is whole
 * @throws CaseworkError 'unknown-organisation'
 */
export async function verifyAll(place: AuditPlace, args: readonly string[]): Promise<boolean> {
  const named = args.includes('--org') ? (args[args.indexOf('--org') + 1] ?? '') : null
  const orgIds = place.orgIds.filter((orgId) => named === null || orgId === named)
  if (orgIds.length === 0)
    throw new CaseworkError('unknown-organisation', { help: 'There is no such organisation here.' })
  const mongo = await connectMongo(place.mongoUri)
  try {
    const keyring = createKeyring(mongo, place.keyProvider)
    let whole = true
    for (const orgId of orgIds) {
      const began = performance.now()
      const found = await verifyAudit(mongo, keyring, place.checkpoints, orgId)
      const seconds = (performance.now() - began) / 1000
      process.stdout.write(`${reportOf(orgId, found, seconds).join('\n')}\n`)
      whole &&= isWhole(found)
    }
    return whole
  } finally {
    await mongo.close()
  }
}

function reportOf(orgId: string, found: Verification, seconds: number): string[] {
  const { entries, chains, broken, checkpoints, brokenCheckpoint, rolledBack, sealedAt } = found
  const sealed = sealedAt ? `, the last of ${sealedAt.toISOString()}` : ''
  const rate = seconds > 0 ? Math.round(entries / seconds) : entries
  return [
    `${orgId}: ${entries} entries in ${chains} chains, ${checkpoints} checkpoints${sealed}; ${seconds.toFixed(1)} s, ${rate} entries a second`,
    ...broken.slice(0, NAMED).map(({ subject, seq }) => `  BROKEN ${subject}: the first bad entry is ${seq}`),
    ...(broken.length > NAMED ? [`  BROKEN and ${broken.length - NAMED} chains more`] : []),
    ...(brokenCheckpoint === null ? [] : [`  BROKEN checkpoints: the first bad or missing one is ${brokenCheckpoint}`]),
    ...(rolledBack ? ['  BROKEN database: older than the checkpoints written outside it'] : []),
    isWhole(found) ? '  Nothing was altered.' : '  Something was altered.',
  ]
}

/** With production's settings. Ends with 1 when anything is broken, and with 2 when a setting is. */
export async function main(): Promise<void> {
  const read = await readConfiguration(process.env)
  if (!read.ok) {
    process.stderr.write(`To be put right:\n${read.problems.map((problem) => `  ${problem}\n`).join('')}`)
    process.exitCode = SETTINGS_WRONG
    return
  }
  const { organisations, ...place } = read.configuration
  const orgIds = organisations.map(({ orgId }) => orgId)
  if (!(await verifyAll({ ...place, orgIds }, process.argv))) process.exitCode = BROKEN
}

/** Runs it, and ends with 2 where it could not be found out. */
export async function verifyOrSay(verify: () => Promise<void>): Promise<void> {
  await verify().catch((fault: unknown) => {
    const help = fault instanceof CaseworkError ? (fault.info.help ?? fault.code) : 'see whether the database answers'
    process.stderr.write(`The audit could not be verified: ${help}\n`)
    process.exitCode = SETTINGS_WRONG
  })
}

if (require.main === module) void verifyOrSay(main)
