import type { Reading, Scope } from '../platform/mongo'
import type { Absence } from './people.types'

const absences = (scope: Scope) => scope.collection<Absence>('absences')

export const saveAbsence = async (scope: Scope, absence: Absence): Promise<void> => {
  const { _id, ...fields } = absence
  await absences(scope).upsert({ _id }, { $set: fields })
}

export const endAbsences = (scope: Scope, staffId: string): Promise<number> => absences(scope).delete({ staffId })

/** The day given as `until` is the first day back. */
const awayOn = (date: string) => ({ from: { $lte: date }, until: { $gt: date } })

/** Who is away on a local date. */
export async function absentOn(scope: Scope, date: string): Promise<Set<string>> {
  const away = await absences(scope).find(awayOn(date))
  return new Set(away.map((absence) => absence.staffId))
}

/** The same, to be read together with something else. */
export const absencesOn = (scope: Scope, date: string): Reading<string> =>
  absences(scope).reading(awayOn(date), {}, ({ staffId }) => staffId)
