import type { AllocationRecord } from '../../services/allocation/allocation.types'
import type { Audit } from '../../services/audit/audit.service'
import type { AuditEntry } from '../../services/audit/audit.types'
import { readCallBack } from '../../services/callbacks/callbacks.store'
import type { CallBackRecord } from '../../services/callbacks/callbacks.types'
import { clientOf } from '../../services/cases/cases.store'
import type { CaseRecord } from '../../services/cases/cases.types'
import { chronologyOf } from '../../services/contacts/contacts.store'
import type { ContactRecord } from '../../services/contacts/contacts.types'
import type { Duty } from '../../services/duties/duties.types'
import type { Keyring } from '../../services/platform/keyring'
import type { Mongo } from '../../services/platform/mongo'
import type { OutboxRow } from '../../services/platform/outbox'
import type { Told } from './persistent-people'

/** All records of one organisation, read while nobody writes. */
async function everything({ db, keysDb }: Mongo, orgId: string) {
  const all = <T extends { _id: string }>(name: string) =>
    db
      .collection<T>(name)
      .find({ orgId } as never)
      .toArray() as unknown as Promise<T[]>
  return {
    cases: await all<CaseRecord>('cases'),
    allocations: await all<AllocationRecord>('allocations'),
    audit: await all<AuditEntry>('audit'),
    callBacks: await all<CallBackRecord>('callbacks'),
    consents: await all<{ _id: string; caseId: string; kind: string }>('consents'),
    contacts: await all<ContactRecord>('contacts'),
    duties: await all<Duty>('duties'),
    engagements: await all<{ _id: string; caseId: string | null }>('engagements'),
    outbox: await all<OutboxRow>('outbox'),
    workloads: await all<{ _id: string; staffId: string; open: number }>('workloads'),
    keys: (await keysDb.collection<{ _id: string }>('keys').find({}).toArray()).map(({ _id }) => _id),
  }
}

type Records = Awaited<ReturnType<typeof everything>>

/** Everything that is only half there, in words; nothing when each thing is wholly done or not at all. */
export async function halfDone(mongo: Mongo, audit: Audit, orgId: string): Promise<string[]> {
  const records = await everything(mongo, orgId)
  const wrong: string[] = []
  const claim = (holds: boolean, said: string) => void (holds || wrong.push(said))
  const done = records.audit.filter(({ outcome }) => outcome === 'done')
  const times = (event: AuditEntry['event'], about: (entry: AuditEntry) => boolean) =>
    done.filter((entry) => entry.event === event && about(entry)).length

  for (const found of records.cases) checkCase(found)
  for (const allocation of records.allocations) checkAllocation(allocation)
  for (const contact of records.contacts.filter(({ _id, caseId }) => _id !== caseId))
    claim(
      times('contact-recorded', ({ codes }) => codes.contact === contact._id) === 1,
      `contact ${contact._id}: audit`,
    )
  for (const callBack of records.callBacks) {
    claim(
      times('call-back-agreed', ({ codes }) => codes.callBack === callBack._id) === 1,
      `call ${callBack._id}: audit`,
    )
    claim(
      records.duties.some(({ kind, subject }) => kind === 'call-back' && subject === callBack._id),
      `call ${callBack._id}: duty`,
    )
  }
  for (const { staffId, open } of records.workloads) {
    const theirs = records.allocations.filter(
      ({ offeredTo, state }) => offeredTo === staffId && (state === 'offered' || state === 'accepted'),
    )
    claim(open === theirs.length, `${staffId} has ${theirs.length} open cases, not ${open}`)
  }
  for (const { _id, caseId } of records.engagements)
    claim(!caseId || records.cases.some((found) => found._id === _id), `engagement ${_id}: no case`)
  const { broken } = await audit.verify(orgId)
  return [...wrong, ...broken.map(({ subject, seq }) => `audit of ${subject} is broken at ${seq}`)]

  function checkCase(found: CaseRecord): void {
    const { _id, version, holder, offeredTo, waitsFor, noted, keyId, firstContact } = found
    const subject = `case:${_id}`
    const own = (event: AuditEntry['event']) => times(event, (entry) => entry.subject === subject)
    const allocations = records.allocations.filter(({ caseId }) => caseId === _id)
    const inState = (state: string) => allocations.filter((allocation) => allocation.state === state)
    claim(
      records.engagements.some((engagement) => engagement._id === _id),
      `case ${_id}: no engagement`,
    )
    claim(records.keys.includes(keyId), `case ${_id}: no key`)
    claim(firstContact && records.contacts.some((contact) => contact._id === _id), `case ${_id}: no first contact`)
    for (const kind of ['store', 'share_aqs'])
      claim(
        records.consents.filter((one) => one.caseId === _id && one.kind === kind).length === 1,
        `case ${_id}: consent ${kind}`,
      )
    const agreed = records.callBacks.filter(({ caseId }) => caseId === _id).length
    claim(
      records.consents.filter((one) => one.caseId === _id && one.kind === 'callback').length === agreed,
      `case ${_id}: consent to calls`,
    )
    claim(allocations.length > 0, `case ${_id}: no allocation`)
    claim(
      inState('offered').length + inState('accepted').length + inState('proposed').length === 1,
      `case ${_id}: not one allocation that counts`,
    )
    claim((inState('accepted')[0]?.offeredTo ?? null) === holder, `case ${_id}: held by ${holder}`)
    claim((inState('offered')[0]?.offeredTo ?? null) === offeredTo, `case ${_id}: offered to ${offeredTo}`)
    claim(own('case-opened') === 1, `case ${_id}: opened ${own('case-opened')} times`)
    const changes = (
      [
        'allocation-confirmed',
        'allocation-declined',
        'allocation-withdrawn',
        'allocation-accepted',
        'case-corrected',
      ] as const
    ).map(own)
    const notes = records.contacts.filter(({ caseId, kind }) => caseId === _id && kind === 'note')
    claim(noted === notes.length > 0, `case ${_id}: noted ${noted}, ${notes.length} notes`)
    claim(waitsFor === (offeredTo ?? (noted ? null : holder)), `case ${_id}: waits for ${waitsFor}`)
    claim(
      version === 1 + Number(noted) + changes.reduce((sum, count) => sum + count, 0),
      `case ${_id}: version ${version}, noted ${noted}, changes ${changes}`,
    )
  }

  function checkAllocation({ _id, state, version, offeredTo, proposed }: AllocationRecord): void {
    const own = (event: AuditEntry['event']) => times(event, ({ codes }) => codes.allocation === _id)
    const reminded = own('allocation-reminded')
    const offered = offeredTo ? 1 : 0
    const answered = ['accepted', 'declined', 'withdrawn'].includes(state) ? 1 : 0
    claim(own('allocation-proposed') === 1, `allocation ${_id}: proposed ${own('allocation-proposed')} times`)
    claim(own('allocation-confirmed') === offered, `allocation ${_id}: confirmed ${own('allocation-confirmed')} times`)
    for (const end of ['accepted', 'declined', 'withdrawn'] as const)
      claim(
        own(`allocation-${end}`) === (state === end ? 1 : 0),
        `allocation ${_id}, ${state}: ${end} ${own(`allocation-${end}`)} times`,
      )
    claim(version === 1 + offered + answered + reminded, `allocation ${_id}: version ${version}`)
    claim(state === 'proposed' || offeredTo !== null, `allocation ${_id}: ${state} to nobody, ${proposed} proposed`)
    const rows = records.outbox.filter(({ subject, card }) => subject === _id && card === 'offer')
    const sent = (by: string) => rows.filter((row) => row.by === by).length
    claim(sent('card') === offered + answered + reminded, `allocation ${_id}: ${sent('card')} cards`)
    claim(sent('mail') === offered, `allocation ${_id}: ${sent('mail')} mails`)
    const duty = records.duties.find(({ kind, subject }) => kind === 'allocation-unanswered' && subject === _id)
    claim((duty !== undefined) === (offered === 1), `allocation ${_id}: duty ${duty?.state}`)
    claim(
      duty === undefined || (duty.state === 'open') === (state === 'offered'),
      `allocation ${_id}, ${state}: duty ${duty?.state}`,
    )
  }
}

/** What somebody was told is done, and what is not there. */
export async function lostOf(told: readonly Told[], mongo: Mongo, keyring: Keyring, orgId: string): Promise<string[]> {
  const records: Records = await everything(mongo, orgId)
  const scope = mongo.forOrg(orgId)
  const caseOf = (id: string) => records.cases.find(({ _id }) => _id === id)
  const nameIn = async (caseId: string) => (await clientOf(scope, keyring, caseOf(caseId)!)).name

  async function isThere(one: Told): Promise<boolean> {
    if ('allocationId' in one) {
      const allocation = records.allocations.find(({ _id }) => _id === one.allocationId)
      return one.done === 'offered' ? allocation?.offeredTo !== null : allocation?.state === one.done
    }
    const found = caseOf(one.caseId)
    if (!found) return false
    const key = await keyring.open(scope, found.keyId)
    if (one.done === 'opened') return (await nameIn(one.caseId)).startsWith(one.name)
    if (one.done === 'corrected') return (await nameIn(one.caseId)) === one.name
    if (one.done === 'noted') {
      const { entries } = await scope.together({ entries: chronologyOf(scope, one.caseId) })
      return entries.some((opened) => opened(key).text === one.text)
    }
    const calls = records.callBacks.filter(({ caseId }) => caseId === one.caseId)
    return calls.some((call) => readCallBack(scope, key, call).number === one.number)
  }

  const lost: string[] = []
  for (const one of told) if (!(await isThere(one))) lost.push(JSON.stringify(one))
  return lost
}

/** How every delivery stands. */
export async function deliveryStates({ db }: Mongo): Promise<Record<string, number>> {
  const counts = await db
    .collection('outbox')
    .aggregate<{ _id: string; count: number }>([{ $group: { _id: '$state', count: { $sum: 1 } } }])
    .toArray()
  return Object.fromEntries(counts.map(({ _id, count }) => [_id, count]))
}
