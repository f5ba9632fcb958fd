import { z } from 'zod'
import type { Consult, EmergencySummary, OwnEmergency } from '../services/emergency/emergency.types'
import { showReference } from '../services/platform/ids'
import { type Button, buttons, makeButton } from './button'
import type { Look } from './look'
import { notice } from './notice'
import { home } from './offer'
import { cardTemplate, type Shell } from './render'

const contract = z.strictObject({
  heading: z.string(),
  numbers: z.array(z.strictObject({ number: z.string(), what: z.string() })).min(1),
  intro: z.string(),
  status: z.string(),
  actions: buttons,
})

const template = cardTemplate('emergency', 'shell', contract)

/** What is known of an emergency's record while its numbers are on the screen. */
export type RecordStatus = 'recording' | 'opened' | 'unrecorded' | 'given-up'

/** What the card of the numbers shows: all of it is in the union's profile or in the press itself. */
export interface NumbersView {
  emergencyId: string
  at: Date
  status: RecordStatus
  numbers: readonly { id: string; number: string }[]
  /** The titles of those who are told, in order. */
  titles: readonly string[]
  /** What a card that could not be recorded brings back when it is tried again. */
  again: Record<string, string>
}

/** The first answer to an emergency (LMU-34): whom to call, before anything else. It needs neither database nor Graph. */
export function emergencyNumbers(look: Look, view: NumbersView): Shell {
  const { numbers } = view
  return template(
    look,
    {
      heading: look.say('emergency.heading'),
      numbers: numbers.map(({ id, number }) => ({ number, what: look.label(`number.${id}`) })),
      intro: look.say('emergency.intro'),
      status: statusLine(look, view),
      actions: actionsOf(look, view),
    },
    look.say('emergency.summary'),
  )
}

function statusLine(look: Look, { status, at, titles }: NumbersView): string {
  const either = titles.reduce((first, second) => look.say('emergency.or', { first, second }))
  if (status === 'recording') return look.say('emergency.recording')
  if (status === 'opened') return look.say('emergency.opened', { when: look.when(at), titles: either })
  return look.say(status === 'unrecorded' ? 'emergency.unrecorded' : 'emergency.given-up', { titles: either })
}

function actionsOf(look: Look, { status, emergencyId, again }: NumbersView): Button[] {
  if (status === 'recording' || status === 'opened') return [...finishing(look, emergencyId), home(look)]
  return [makeButton(look.say('button.emergency.again'), 'emergency', again, { primary: true })]
}

/** What whoever opened it does next. */
const finishing = (look: Look, emergencyId: string): Button[] => [
  makeButton(look.say('button.emergency.record'), 'emergency.record', { emergencyId }, { primary: true }),
  makeButton(look.say('button.emergency.stand-down'), 'emergency.stand-down', { emergencyId }),
]

/** Opens the numbers; with a case, the emergency is about that case. */
export const emergencyButton = (look: Look, data: { caseId?: string } = {}): Button =>
  makeButton(look.say('button.emergency'), 'emergency', data)

/** What may be posted to somebody else than whoever opened it: reference or none, time and state. */
export function emergencyTold(look: Look, view: EmergencySummary): Shell {
  const { state } = view
  const detail = look.say('emergency.told-detail', { when: look.when(view.openedAt), state })
  return told(look, view, look.say('emergency.told', inWords(view)), [detail, ...owedLine(look, view)])
}

/** Nothing was recorded in time (IMP-56). */
export function emergencyLate(look: Look, view: EmergencySummary): Shell {
  const heading = look.say(view.state === 'opened' ? 'emergency.late' : 'emergency.late-settled', inWords(view))
  return told(look, view, heading, [look.say('emergency.late-detail', { when: look.when(view.openedAt) })])
}

/** One person has opened many (IMP-56). */
export function emergencyFrequent(
  look: Look,
  view: EmergencySummary,
  frequent: { count: number; days: number },
): Shell {
  const { count, days } = frequent
  const detail = look.say('emergency.frequent-detail', { count, days, when: look.when(view.openedAt) })
  return told(look, view, look.say('emergency.frequent'), [detail])
}

/** What was done waits for somebody's review (IMP-55). */
export function emergencyToReview(look: Look, view: EmergencySummary): Shell {
  const heading = look.say(
    view.state === 'recorded' ? 'emergency.review-waiting' : 'emergency.review-done',
    inWords(view),
  )
  const detail = look.say('emergency.review-detail', { when: look.when(view.openedAt) })
  return told(look, view, heading, [detail, ...owedLine(look, view)])
}

/** Whoever opened it has not said yet what was done. It names no case: they may not be allowed to know of it. */
export function emergencyReminder(look: Look, { emergencyId, openedAt }: OwnEmergency): Shell {
  const lines = [look.say('emergency.reminder-detail', { when: look.when(openedAt) })]
  const summary = look.say('emergency.told-summary', { reference: 'none' })
  return notice(look, look.say('emergency.reminder'), lines, finishing(look, emergencyId), summary)
}

/**
 * What whoever opened it hears when it is recorded: what it is marked with, and what is left to do.
 *
 * @param view.caseId where they may open it
 * @param view.raise whether a request to share can be raised now
 */
export function emergencyRecorded(
  look: Look,
  view: { emergencyId: string; caseId: string | null; outside: boolean; consult: Consult; raise: boolean },
): Shell {
  const { emergencyId, caseId, outside, consult, raise } = view
  const owed = consult === 'owed'
  const lines = [
    look.say('emergency-done.record-detail', { filed: caseId ? 'yes' : 'no' }),
    ...(outside ? [look.say('emergency-done.outside')] : []),
    ...(owed ? [look.say('emergency-done.owed')] : []),
  ]
  const actions = [home(look)]
  const note = look.say('button.emergency.consulted')
  if (owed) actions.unshift(makeButton(note, 'emergency.consulted', { emergencyId }, { primary: !(caseId && raise) }))
  // What the chain would have been asked before is asked afterwards (AMB-23).
  if (caseId && raise)
    actions.unshift(makeButton(look.say('button.emergency.breach'), 'breach', { caseId }, { primary: true }))
  return notice(look, look.say('emergency-done.record'), lines, actions)
}

/** Who advised afterwards is noted, now or before; then what was noted first stands. */
export const emergencyConsulted = (look: Look, before: boolean): Shell =>
  notice(
    look,
    look.say(before ? 'emergency-done.consulted-before' : 'emergency-done.consulted'),
    [look.say(before ? 'emergency-done.consulted-first' : 'emergency-done.consulted-detail')],
    [home(look)],
  )

/** Care for whoever went through it (IMP-67). */
export function emergencyDebrief(look: Look, { emergencyId, openedAt, debrief }: OwnEmergency): Shell {
  if (debrief !== 'waiting') return notice(look, look.say('emergency.debrief-settled'), [], [home(look)])
  const answer = (title: string, given: string, primary = false) =>
    makeButton(title, 'emergency.debrief', { emergencyId, answer: given }, { primary })
  return notice(
    look,
    look.say('emergency.debrief'),
    [look.say('emergency.debrief-detail', { when: look.when(openedAt) })],
    [
      answer(look.say('button.emergency.debriefed'), 'done', true),
      answer(look.say('button.emergency.declined'), 'declined'),
    ],
  )
}

const owedLine = (look: Look, { consult }: Pick<EmergencySummary, 'consult'>): string[] =>
  consult === 'owed' ? [look.say('emergency.owed')] : []

function told(look: Look, view: EmergencySummary, heading: string, lines: string[]): Shell {
  const { emergencyId } = view
  const show = makeButton(look.say('button.show'), 'emergency.show', { emergencyId }, { primary: true })
  return notice(look, heading, lines, [show, home(look)], look.say('emergency.told-summary', inWords(view)))
}

/** The reference as people see it; the word that messages take for none. */
export const inWords = ({ reference }: Pick<EmergencySummary, 'reference'>): { reference: string } => ({
  reference: reference ? showReference(reference) : 'none',
})
