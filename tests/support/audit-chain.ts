import { CHAIN_START, macOf } from '../../services/audit/audit.chain'
import type { AuditEntry } from '../../services/audit/audit.types'
import { WEDNESDAY } from './records'

export const CHAIN_KEY = Buffer.alloc(32, 7)

/** A whole chain of so many entries, as it is written. */
export function aChain(length: number, key = CHAIN_KEY, orgId = 'north'): AuditEntry[] {
  let previous = CHAIN_START
  return Array.from({ length }, (_, index) => {
    const refused = index % 3 === 2 ? { outcome: 'refused' as const, reason: 'walled', lookup: `CODE${index}` } : {}
    const entry = {
      subject: 'case:case-1' as const,
      seq: index + 1,
      at: new Date(WEDNESDAY.getTime() + index),
      recordedAt: new Date(WEDNESDAY.getTime() + 2 * index),
      actor: index % 2 ? 'ada' : 'robin',
      event: 'case-viewed' as const,
      outcome: 'done' as const,
      codes: { about: 'case-1', count: index, urgent: index % 2 === 0 },
      profile: '2021-04.1',
      previous,
      ...refused,
    }
    previous = macOf(key, orgId, entry)
    return { _id: `north:case:case-1:${index + 1}`, ...entry, mac: previous }
  })
}

/** The head that belongs to a chain. */
export const headOf = (chain: readonly AuditEntry[]) => ({ seq: chain.length, mac: chain.at(-1)?.mac ?? CHAIN_START })

/** The same chain up to a place, and after it other entries, chained as they would have been. */
export function forkOf(chain: readonly AuditEntry[], place: number): AuditEntry[] {
  const fork = chain.slice(0, place)
  for (const { mac: _mac, ...entry } of chain.slice(place)) {
    const other = { ...entry, actor: 'cleo', previous: fork.at(-1)?.mac ?? CHAIN_START }
    fork.push({ ...other, mac: macOf(CHAIN_KEY, 'north', other) })
  }
  return fork
}
