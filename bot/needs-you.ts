import { askedAs, stateOf } from '../cards/breach'
import { makeButton } from '../cards/button'
import type { ListData } from '../cards/list'
import type { Acting } from '../dialogs/dialog-turn'
import type { Permission } from '../services/access/access.policy'
import { permissionsOf } from '../services/access/access.rules'
import type { OfferView } from '../services/allocation/allocation.types'
import type { AskedView } from '../services/breach/breach.types'
import type { CaseSummary } from '../services/cases/cases.types'
import type { ConsultationSummary } from '../services/consultation/consultation.types'
import type { EmergencyTask } from '../services/emergency/emergency.types'
import type { Draft } from '../services/platform/drafts'
import { showReference } from '../services/platform/ids'

type WaitingBreach = AskedView & { caseId: string }

export type Row = ListData['groups'][number]['rows'][number]

/** What this person has to do now, the most pressing first, and so many rows of it. */
export async function needsYou(acting: Acting, limit: number): Promise<Row[]> {
  const { actor, policy, services } = acting
  const permissions = permissionsOf(actor, policy.access)
  const any = (...some: Permission[]) => some.some((permission) => permissions.has(permission))
  const { cases, consultations, drafts } = services
  const [waiting, toGive] = await Promise.all([
    services.together(actor.orgId, {
      cases: cases.waitingFor(actor, limit),
      emergencies: services.emergencies.tasksOf(actor, limit),
      forms: drafts.unfinished(actor.orgId, actor.staffId),
      breaches: any('breach.request', 'breach.answer') ? services.breaches.waitingFor(actor, limit) : null,
      questions: any('consultation.ask', 'consultation.answer') ? consultations.waitingFor(actor, limit) : null,
    }),
    permissions.has('allocation.offer') ? casesToGive(acting) : [],
  ])
  const offers = permissions.has('allocation.answer') ? waiting.cases.filter(({ offer }) => offer) : []
  const held = permissions.has('case.read.held') ? waiting.cases.filter(({ offer }) => !offer) : []
  const mayTake = ({ what }: ConsultationSummary) =>
    permissions.has(what === 'asked' ? 'consultation.answer' : 'consultation.ask')
  const { breaches, emergencies } = waiting
  const hidden = await hiddenCases(acting, [...breaches, ...emergencies, ...waiting.questions])
  const seen = ({ caseId }: { caseId: string | null }) => caseId === null || !hidden.has(caseId)
  return [
    // One's own has to be finished whatever has happened since; its row names no case.
    ...emergencies
      .filter((each) => each.task !== 'review' || seen(each))
      .flatMap((each) => emergencyTask(acting, each)),
    ...breaches.filter(seen).map((each) => requestToAnswer(acting, each)),
    ...offers.map((each) => offerToAnswer(acting, each)),
    ...waiting.questions.filter((each) => mayTake(each) && seen(each)).map((each) => question(acting, each)),
    ...waiting.forms.map((each) => unfinishedForm(acting, each)),
    ...toGive,
    ...held.map((each) => caseWithoutNote(acting, each)),
  ].slice(0, limit)
}

/** Which of the cases that something waits in a wall hides from them. */
async function hiddenCases({ actor, services }: Acting, waiting: readonly { caseId: string | null }[]) {
  const caseIds = waiting.flatMap(({ caseId }) => caseId ?? [])
  return caseIds.length > 0 ? services.cases.hiddenFrom(actor, caseIds) : new Set<string>()
}

/** A request to share without consent. */
function requestToAnswer({ look }: Acting, waiting: WaitingBreach): Row {
  const { at, breachId, reference, urgent } = waiting
  const about = { as: askedAs(waiting), reference: showReference(reference), urgent: urgent ? 'yes' : 'no' }
  return row(look.say('home.breach', about), look.named('breach-at', stateOf(at)), 'breach.open', { breachId })
}

function emergencyTask({ look }: Acting, { emergencyId, openedAt, task, owed }: EmergencyTask): Row[] {
  const detail = look.say('home.opened-detail', { age: look.age(openedAt) })
  const data = { emergencyId }
  if (task === 'record') return [row(look.say('home.emergency-record'), detail, 'emergency.record', data)]
  if (task === 'review') return [row(look.say('home.emergency-review'), detail, 'emergency.show', data)]
  return [
    ...(owed ? [row(look.say('home.emergency-consulted'), detail, 'emergency.consulted', data)] : []),
    ...(task === 'debrief' ? [row(look.say('home.emergency-debrief'), detail, 'emergency.debrief', data)] : []),
  ]
}

function offerToAnswer({ look }: Acting, { reference, urgent, offer }: CaseSummary): Row {
  const detail = look.say('home.offer-detail', { urgent: urgent ? 'yes' : 'no', age: look.age(offer!.at) })
  const title = look.say('home.offer', { reference: showReference(reference) })
  return row(title, detail, 'allocation.show', { allocationId: offer!.allocationId })
}

function unfinishedForm({ look }: Acting, { id, dialog, startedAt }: Pick<Draft, 'id' | 'dialog' | 'startedAt'>): Row {
  const what = look.named('draft', dialog)
  const detail = look.say('home.draft-detail', { age: look.age(startedAt) })
  return row(look.say('home.draft', { what }), detail, 'dialog.continue', { draft: id })
}

function question({ look }: Acting, { consultationId, reference: stored, at, what }: ConsultationSummary): Row {
  const reference = showReference(stored)
  const title = look.say('home.question', { what, reference })
  return row(title, look.say('home.question-detail', { age: look.age(at) }), 'consultation.show', { consultationId })
}

async function casesToGive({ actor, look, services }: Acting): Promise<Row[]> {
  const [inDoubt, views] = await Promise.all([
    services.deliveries.inDoubt(actor.orgId, 'offer'),
    services.allocation.waiting(actor),
  ])
  const lost = ({ allocationId, offeredTo }: OfferView) => inDoubt.has(`${allocationId} ${offeredTo?.staffId}`)
  return views.flatMap((view) => {
    const { state, caseId, waitingSince, silentSince } = view
    const reference = showReference(view.reference)
    const name = view.offeredTo?.name ?? ''
    const detail = look.say('home.opened-detail', { age: look.age(waitingSince) })
    if (state === 'proposed') return [row(look.say('home.unconfirmed', { reference }), detail, 'proposal', { caseId })]
    if (state !== 'offered') return []
    if (silentSince) return [row(look.say('home.silent', { reference, name }), detail, 'waiting', {})]
    return lost(view) ? [row(look.say('home.undelivered', { reference, name }), detail, 'waiting', {})] : []
  })
}

function caseWithoutNote({ look }: Acting, { caseId, reference, openedAt }: CaseSummary): Row {
  const title = look.say('home.note', { reference: showReference(reference) })
  return row(title, look.say('home.opened-detail', { age: look.age(openedAt) }), 'case.open', { caseId })
}

const row = (title: string, detail: string, verb: string, data: Record<string, string>): Row => ({
  title,
  detail,
  press: makeButton(title, verb, data),
})
