import { type Outcome, ok, refuse } from '../platform/outcome'
import type { AllocationPolicy } from './allocation.policy'
import type { AllocationRecord, PassedOver, RotaRecord, TeamMember } from './allocation.types'

export type AllocationRefusal =
  | 'stale'
  | 'settled'
  | 'not-offered-to-them'
  | 'no-first-contact'
  | 'nobody-chosen'
  | 'not-on-the-team'
  | 'passed-over'
  | 'reason-missing'

/** The team's order of turns: known members keep their places, new ones stand at the end, leavers drop out. */
export function turns(rota: Pick<RotaRecord, 'order' | 'last'> | null, team: readonly string[]): string[] {
  const stored = rota?.order ?? []
  // Counted before leavers drop out: who had the last turn may be one of them.
  const next = rota?.last ? stored.indexOf(rota.last) + 1 : 0
  const known = [...stored.slice(next), ...stored.slice(0, next)].filter((staffId) => team.includes(staffId))
  return [...known, ...team.filter((staffId) => !known.includes(staffId))]
}

/** Why somebody may not be asked now; null when they may. */
function passedOverBecause(member: TeamMember, policy: AllocationPolicy): PassedOver['reason'] | null {
  if (member.walled) return 'walled'
  if (member.declined) return 'declined'
  if (member.absent) return 'absent'
  return policy.caseloadMax !== null && member.openCases >= policy.caseloadMax ? 'caseload' : null
}

/**
 * Whose turn it is (`allocation.mode` rota), and who was passed over before them and why. Where people choose by hand
 * nobody is proposed.
 *
 * @param inTurn the team, whoever is next first
 */
export function proposeNext(
  inTurn: readonly TeamMember[],
  policy: AllocationPolicy,
): { proposed: string | null; passedOver: PassedOver[] } {
  const passedOver: PassedOver[] = []
  if (policy.mode === 'manual') return { proposed: null, passedOver }
  for (const member of inTurn) {
    const reason = passedOverBecause(member, policy)
    if (!reason) return { proposed: member.staffId, passedOver }
    passedOver.push({ staffId: member.staffId, reason })
  }
  return { proposed: null, passedOver }
}

/** What the person who gives a case out decided. */
export interface Choice {
  version: number
  /** The person chosen; the proposed one when absent. */
  to?: string | undefined
  /** Why not the proposed person. */
  because?: string | undefined
}

/**
 * Whether a proposal may become an offer: the file holds its first contact, the person may take cases now, and choosing
 * somebody else than the proposed person has a reason.
 */
export function confirmOffer(
  allocation: AllocationRecord,
  found: { firstContact: boolean },
  choice: Choice,
  team: readonly TeamMember[],
  policy: AllocationPolicy,
): Outcome<{ to: string }, AllocationRefusal> {
  if (allocation.state !== 'proposed') return refuse('settled')
  if (allocation.version !== choice.version) return refuse('stale')
  if (!found.firstContact) return refuse('no-first-contact')
  const to = choice.to ?? allocation.proposed
  if (!to) return refuse('nobody-chosen')
  const member = team.find(({ staffId }) => staffId === to)
  if (!member) return refuse('not-on-the-team')
  const hindered = passedOverBecause(member, policy)
  const insisted = hindered === 'caseload' && Boolean(choice.because)
  if (hindered && !insisted) return refuse('passed-over')
  const deviates = allocation.proposed !== null && to !== allocation.proposed
  if (deviates && !choice.because) return refuse('reason-missing')
  if (choice.because && !policy.otherReasons.includes(choice.because)) return refuse('reason-missing')
  return { ok: true, to }
}

/** Whether this person may answer this offer: it is open, the card is not out of date, and it went to them. */
export function mayAnswer(
  allocation: AllocationRecord,
  staffId: string,
  version: number,
): Outcome<object, AllocationRefusal> {
  if (allocation.offeredTo !== staffId) return refuse('not-offered-to-them')
  if (allocation.state !== 'offered') return refuse('settled')
  return allocation.version === version ? ok : refuse('stale')
}

/** Whether an offer may still be taken back: nobody has answered it. */
export function mayWithdraw(allocation: AllocationRecord, version: number): Outcome<object, AllocationRefusal> {
  if (allocation.state !== 'offered') return refuse('settled')
  return allocation.version === version ? ok : refuse('stale')
}
