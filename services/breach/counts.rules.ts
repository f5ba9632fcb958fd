import type { BreachCounts, BreachRecord } from './breach.types'
import { actsOf, decisionAt } from './position.rules'

/**
 * How many requests there were and how they ended, by the calendar year in which they were raised, the latest first;
 * numbers alone, for the yearly report. `untold`: raised or shared without the client having been told (AMB-19).
 */
export function countsOf(records: readonly Pick<BreachRecord, 'chain' | 'history'>[]): BreachCounts[] {
  const years = new Map<number, BreachCounts>()
  for (const { chain, history } of records) {
    const [raised] = actsOf(history, 'raised')
    const year = raised!.at.getUTCFullYear()
    const counts = years.get(year) ?? { year, raised: 0, authorised: 0, refused: 0, withdrawn: 0, shared: 0, untold: 0 }
    const refused = actsOf(history, 'decided').some(({ answer }) => answer === 'no')
    const authorised = decisionAt(history, chain.stages.length - 1)?.answer === 'yes'
    const shared = actsOf(history, 'disclosed').length > 0
    const untold = !raised!.informed || (shared && actsOf(history, 'told-client').length === 0)
    years.set(year, {
      year,
      raised: counts.raised + 1,
      authorised: counts.authorised + Number(authorised),
      refused: counts.refused + Number(refused),
      withdrawn: counts.withdrawn + Number(actsOf(history, 'withdrawn').length > 0),
      shared: counts.shared + Number(shared),
      untold: counts.untold + Number(untold),
    })
  }
  return [...years.values()].sort((one, other) => other.year - one.year)
}
