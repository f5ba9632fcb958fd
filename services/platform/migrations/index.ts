import type { Mongo } from '../mongo'
import { up as firstCollections } from './001-first-collections'
import { up as auditCheckpoints } from './002-audit-checkpoints'
import { up as waitingCases } from './003-waiting-cases'
import { up as deliveredRows } from './004-delivered-rows'
import { up as breaches } from './005-breaches'
import { up as breachesWaiting } from './006-breaches-waiting'
import { up as emergencies } from './007-emergencies'
import { up as consultations } from './008-consultations'
import { up as printLinks } from './009-print-links'
import { up as waitingEmergencies } from './010-waiting-emergencies'
import { up as owedConsultations } from './011-owed-consultations'

/** In this order, each once. A step may be run again after a crash, so it creates only what is missing. */
const MIGRATIONS = [
  ['001-first-collections', firstCollections],
  ['002-audit-checkpoints', auditCheckpoints],
  ['003-waiting-cases', waitingCases],
  ['004-delivered-rows', deliveredRows],
  ['005-breaches', breaches],
  ['006-breaches-waiting', breachesWaiting],
  ['007-emergencies', emergencies],
  ['008-consultations', consultations],
  ['009-print-links', printLinks],
  ['010-waiting-emergencies', waitingEmergencies],
  ['011-owed-consultations', owedConsultations],
] as const

/** Brings the database to the present form. */
export async function migrate({ db, keysDb }: Mongo): Promise<void> {
  const done = db.collection<{ _id: string; at: Date }>('migrations')
  for (const [id, up] of MIGRATIONS) {
    if (await done.findOne({ _id: id })) continue
    await up(db, keysDb)
    await done.updateOne({ _id: id }, { $setOnInsert: { at: new Date() } }, { upsert: true })
  }
}
