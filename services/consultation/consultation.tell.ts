import type { CaseRecord } from '../cases/cases.types'
import type { Tx } from '../platform/transaction'
import type { ConsultationRecord } from './consultation.types'

/** Has the cards of people who were asked drawn as the question stands now, or posted anew so that they notice. */
export function tell(
  tx: Tx,
  { _id }: Pick<ConsultationRecord, '_id'>,
  whom: readonly string[],
  how: { renew?: boolean; urgent?: boolean } = {},
): void {
  for (const to of whom) tx.send({ to, by: 'card', card: 'consultation', subject: _id, ...how })
}

/** The same for whoever asked, and for whoever holds the case now. */
export function tellOwn(
  tx: Tx,
  { _id, by }: Pick<ConsultationRecord, '_id' | 'by'>,
  { holder }: CaseRecord,
  renew: boolean,
): void {
  for (const to of new Set([by, holder ?? by]))
    tx.send({ to, by: 'card', card: 'consultation-news', subject: _id, renew })
}
