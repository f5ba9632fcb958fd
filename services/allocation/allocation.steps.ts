import { isWalled } from '../access/access.rules'
import { nextWorkingDayOpening } from '../calendar/calendar.rules'
import type { CaseSteps } from '../cases/cases.service'
import type { CaseRecord } from '../cases/cases.types'
import type { People } from '../people/people.service'
import type { Colleague } from '../people/people.types'
import { newId } from '../platform/ids'
import type { Tx } from '../platform/transaction'
import { proposeNext, turns } from './allocation.rules'
import { addOpenCase, changeAllocation, findRota, insertAllocation, openCases, saveTurn } from './allocation.store'
import type { AllocationRecord, TeamMember } from './allocation.types'

/** The steps that the use cases of allocation share. Each is part of its caller's transaction. */
export type AllocationSteps = ReturnType<typeof allocationSteps>

export function allocationSteps(cases: CaseSteps, people: Pick<People, 'absentToday'>) {
  /** Everybody on the team, whoever is next first, with what decides about them. */
  async function inTurn(
    tx: Tx,
    found: CaseRecord,
    declinedBy: readonly string[],
    team: readonly Colleague[],
  ): Promise<TeamMember[]> {
    const away = await people.absentToday(tx)
    const load = await openCases(tx)
    const ids = team.map(({ staffId }) => staffId)
    return turns(await findRota(tx, tx.policy.allocation.to), ids).map((staffId) => ({
      staffId,
      absent: away.has(staffId),
      openCases: load.get(staffId) ?? 0,
      walled: isWalled(found, staffId),
      declined: declinedBy.includes(staffId),
    }))
  }

  /** Starts anew for a case: whose turn it is among those who have not declined it. */
  async function propose(tx: Tx, found: CaseRecord, declinedBy: string[], team: readonly Colleague[]) {
    const members = await inTurn(tx, found, declinedBy, team)
    const allocation: AllocationRecord = {
      _id: newId(),
      caseId: found._id,
      version: 1,
      state: 'proposed',
      ...proposeNext(members, tx.policy.allocation),
      declinedBy,
      offeredTo: null,
      offeredBy: null,
      offeredAt: null,
      because: null,
      declineReason: null,
      answeredAt: null,
      silentSince: null,
      urgent: found.urgent,
      createdAt: tx.now,
    }
    await insertAllocation(tx, allocation)
    const codes = { allocation: allocation._id, proposed: allocation.proposed ?? 'nobody' }
    tx.audit({ subject: `case:${found._id}`, event: 'allocation-proposed', codes })
    return { allocation, members }
  }

  /** Turns a proposal into an offer: caseload, rota, duty, card and mail (CAR-26). Null when somebody was faster. */
  async function offer(
    tx: Tx,
    allocation: AllocationRecord,
    found: CaseRecord,
    input: { to: string; by: string; urgent: boolean; because: string | null; members: readonly TeamMember[] },
  ): Promise<AllocationRecord | null> {
    const { to, by, urgent, because, members } = input
    const change = { state: 'offered' as const, offeredTo: to, offeredBy: by, offeredAt: tx.now, because, urgent }
    if (!(await changeAllocation(tx, allocation, change))) return null
    if (!(await cases.offer(tx, found, { to, urgent, allocationId: allocation._id }))) return null
    await addOpenCase(tx, to, 1)
    if (to === allocation.proposed) {
      const order = members.map(({ staffId }) => staffId)
      await saveTurn(tx, tx.policy.allocation.to, { order, last: to })
    }
    const delivery = { to, card: 'offer' as const, subject: allocation._id, urgent }
    tx.send({ ...delivery, by: 'card' })
    if (tx.policy.allocation.mail) tx.send({ ...delivery, by: 'mail' })
    remindLater(tx, allocation._id, to)
    const codes = { allocation: allocation._id, to, because: because ?? 'proposed', urgent }
    tx.audit({ subject: `case:${found._id}`, event: 'allocation-confirmed', codes })
    return { ...allocation, ...change, version: allocation.version + 1 }
  }

  /** Ends an offer that was not accepted; the case is free again. Null when somebody was faster. */
  async function end(
    tx: Tx,
    allocation: AllocationRecord,
    found: CaseRecord,
    change: { state: 'declined' | 'withdrawn'; declineReason?: string },
  ): Promise<CaseRecord | null> {
    if (!(await changeAllocation(tx, allocation, { ...change, answeredAt: tx.now }))) return null
    const free = await cases.release(tx, found)
    if (!free) return null
    await addOpenCase(tx, allocation.offeredTo!, -1)
    settle(tx, allocation)
    return free
  }

  /** An answered offer needs no reminder, and its card is drawn anew wherever it is. */
  function settle(tx: Tx, allocation: AllocationRecord): void {
    tx.settle('allocation-unanswered', allocation._id)
    tx.send({ to: allocation.offeredTo!, by: 'card', card: 'offer', subject: allocation._id, urgent: true })
  }

  /** After a decline: asks the next on the rota, or tells whoever gave the case out that they have to choose. */
  async function askNext(tx: Tx, found: CaseRecord, declined: AllocationRecord, team: readonly Colleague[]) {
    const declinedBy = [...declined.declinedBy, declined.offeredTo!]
    const { allocation, members } = await propose(tx, found, declinedBy, team)
    const by = declined.offeredBy!
    const { proposed: to } = allocation
    if (to) await offer(tx, allocation, found, { to, by, urgent: declined.urgent, because: null, members })
    else tx.send({ to: by, by: 'card', card: 'choose', subject: allocation._id, urgent: true })
  }

  const remindLater = (tx: Tx, subject: string, owner: string) =>
    tx.due({ kind: 'allocation-unanswered', subject, owner, dueAt: nextWorkingDayOpening(tx.now, tx.policy.calendar) })

  return { inTurn, propose, offer, end, settle, askNext, remindLater }
}
