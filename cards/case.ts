import { z } from 'zod'
import type { CaseContent, CaseSummary } from '../services/cases/cases.types'
import { showReference } from '../services/platform/ids'
import { buttons, makeButton } from './button'
import { emergencyButton } from './emergency'
import { excerpt } from './excerpt'
import type { Look } from './look'
import { notice } from './notice'
import { home } from './offer'
import { cardTemplate, type Screen, type Shell } from './render'

const contract = z.strictObject({
  title: z.string(),
  badges: z.string(),
  facts: z.array(z.strictObject({ title: z.string(), value: z.string() })).max(5),
  callBackLabel: z.string(),
  callBack: z.string(),
  chronology: z.string(),
  entries: z.array(z.strictObject({ about: z.string(), text: z.string() })),
  fades: z.string(),
  actions: buttons,
  more: buttons,
})

const template = cardTemplate('case', 'content', contract)

/** The newest entries that fit on a card; the whole chronology is the file's, not the card's. */
const SHOWN_ENTRIES = 8
const SHOWN_BYTES = 1600

/**
 * What may be posted of a case: its reference and stage, and a button that asks for more.
 *
 * @param verb what the button does with the case, where it does not open it
 */
export function caseShell(look: Look, view: CaseSummary, verb = 'case.open'): Shell {
  const reference = showReference(view.reference)
  const detail = look.say('case.shell-detail', { stage: view.stage, when: look.when(view.openedAt) })
  const title = look.say(verb === 'case.open' ? 'button.show' : 'button.go')
  const show = makeButton(title, verb, { caseId: view.caseId }, { primary: true })
  const summary = look.say('summary.case', { reference })
  return notice(
    look,
    look.say('case.shell', { reference }),
    [detail],
    [show, emergencyButton(look, { caseId: view.caseId }), home(look)],
    summary,
  )
}

/** The file, for the answer to a press: what it is, what happened, and what to do next. */
export function caseCard(look: Look, view: CaseContent): Screen<'content'> {
  const { callBack, caseId } = view
  const consents = Object.entries(view.consents).map(
    ([kind, state]) => `${look.named('consent', kind)}: ${look.named('consent-state', state)}`,
  )
  const { may, request } = view
  const button = (title: string, verb: string) => makeButton(title, verb, { caseId })
  const actions = [
    ...(may.record ? [makeButton(look.say('button.add-note'), 'note', { caseId }, { primary: true })] : []),
    ...(callBack ? [makeButton(look.say('button.called-back'), 'call-back.done', { id: callBack.id, caseId })] : []),
    ...(may.correct ? [button(look.say('button.correct'), 'correct')] : []),
    button(look.say('button.put-away'), 'case.put-away'),
  ]
  const more = [
    ...(may.consult ? [button(look.say('button.consult'), 'consult')] : []),
    ...(may.concern ? [button(look.label(`concern.${may.concern}`), 'concern')] : []),
    ...(may.breach ? [button(look.say('button.breach'), 'breach')] : []),
    ...(request ? [makeButton(look.say('button.open-request'), 'breach.open', { breachId: request })] : []),
    emergencyButton(look, { caseId }),
  ]
  return template(look, {
    title: view.title,
    badges: look.say('case.shell', { reference: showReference(view.reference) }),
    facts: [
      { title: look.say('case.facts.opened'), value: look.when(view.openedAt) },
      { title: look.say('case.facts.channel'), value: look.named('channel', view.channel) },
      ...(consents.length > 0 ? [{ title: look.say('case.facts.consents'), value: consents.join('; ') }] : []),
    ],
    callBackLabel: look.say('case.facts.callback'),
    callBack: callBack ? `${callBack.number} ${callBack.when}`.trim() : '',
    chronology: look.say('case.entries'),
    entries: view.entries.slice(-SHOWN_ENTRIES).map(({ at, kind, byName, text, warning }) => ({
      about: [
        look.say('case.entry', { kind: look.named('entry', kind), when: look.when(at), name: byName }),
        ...(warning ? [look.say('case.warned', { when: look.when(warning.at), version: warning.version })] : []),
      ].join('. '),
      text: excerpt(text, SHOWN_BYTES),
    })),
    fades: look.say('case.fades', { minutes: view.visibleMinutes }),
    actions,
    more,
  })
}
