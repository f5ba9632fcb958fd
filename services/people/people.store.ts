import type { Scope } from '../platform/mongo'
import type { Absence } from './people.types'

const absences = (scope: Scope) => scope.collection<Absence>('absences')

export const saveAbsence = async (scope: Scope, absence: Absence): Promise<void> => {
  const { _id, ...fields } = absence
  await absences(scope).upsert({ _id }, { $set: fields })
}

export const endAbsences = (scope: Scope, staffId: string): Promise<number> => absences(scope).delete({ staffId })

/** Who is away on a local date. The day given as `until` is the first day back. */
export async function absentOn(scope: Scope, date: string): Promise<Set<string>> {
  const away = await absences(scope).find({ from: { $lte: date }, until: { $gt: date } })
  return new Set(away.map((absence) => absence.staffId))
}
