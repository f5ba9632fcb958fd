import { z } from 'zod'
import type {
  AskedView,
  BreachAlarm,
  BreachContent,
  BreachCounts,
  BreachPart,
  Position,
  SeenAct,
} from '../services/breach/breach.types'
import { showReference } from '../services/platform/ids'
import { type Button, buttons, makeButton } from './button'
import { emergencyButton } from './emergency'
import { excerpt } from './excerpt'
import { list } from './list'
import type { Look } from './look'
import { notice } from './notice'
import { home } from './offer'
import { cardTemplate, type Screen, type Shell } from './render'

const text = z.string()
const contract = z.strictObject({
  heading: text,
  client: text,
  facts: z.array(z.strictObject({ title: text, value: text })).max(5),
  lines: z.array(z.strictObject({ text })),
  acts: z.array(z.strictObject({ about: text, statements: z.array(z.strictObject({ label: text, text })) })),
  fades: text,
  actions: buttons,
})

const template = cardTemplate('breach', 'content', contract)

/** All that was stated takes no more than this of a card, in bytes; the whole is in the dossier. */
const SAID_BYTES = 14_000
const SAID_AT_MOST = 1_600

const MOST_BUTTONS = 6

/** What somebody is asked about a breach of confidentiality, by when, and what happens if they are silent. */
export function breachAsked(look: Look, view: AskedView): Shell {
  const reference = showReference(view.reference)
  const { breachId, open, until, urgent } = view
  const as = askedAs(view)
  const show = makeButton(look.say('button.open-request'), 'breach.open', { breachId }, { primary: open })
  const summary = look.say('breach.summary', { reference, as })
  const state = look.named('breach-at', stateOf(view.at))
  if (!open || as === 'requester') {
    const heading = look.say(as === 'requester' ? 'breach.stands' : 'breach.settled', { reference })
    const lines = as === 'requester' ? [untilLine(look, view.at) || state] : []
    return notice(look, heading, lines, [show, emergencyButton(look)], summary)
  }
  const heading = look.say('breach.asked', { reference, as, urgent: urgent ? 'yes' : 'no' })
  const silence = until ? [silenceLine(look, view, until)] : []
  return notice(look, heading, [ruleLine(look, view), ...silence], [show, emergencyButton(look)], summary)
}

/** That nobody answers, for the last resort and whoever asked; and later, that it is over. */
export function breachUnanswered(look: Look, { open, reference: code, waitsFor }: BreachAlarm): Shell {
  const reference = showReference(code)
  const summary = look.say('summary.told', { reference })
  if (!open) return notice(look, look.say('breach.settled', { reference }), [], [emergencyButton(look)], summary)
  const waits = waitsFor.length > 0 ? [look.say('breach.unanswered-waits', { names: waitsFor.join(', ') })] : []
  const lines = [...waits, look.say('breach.unanswered-detail')]
  return notice(look, look.say('breach.unanswered', { reference }), lines, [emergencyButton(look)], summary)
}

/** Where a request may still be taken back. */
const OPEN: readonly Position['at'][] = ['consulting', 'briefing', 'deciding']

/** The request as the person may see it, for the answer to a press. */
export function requestCard(look: Look, view: BreachContent): Screen<'content'> {
  const { as, at, client, ground, requester, source, until } = view
  const lines = [
    ...(OPEN.includes(at.at) || as !== 'requester' ? [ruleLine(look, view)] : []),
    look.say('breach.clause', { clause: source.clause, provisional: source.provisional ? 'yes' : 'no' }),
    ...(until && at.at !== 'authorised' ? [silenceLine(look, view, until)] : []),
    ...(view.mayReveal ? [look.say('breach.hidden')] : []),
    ...(as === 'requester' && at.at === 'authorised' ? [look.say('breach.next')] : []),
  ]
  const fact = (title: string, value: string) => (value ? [{ title, value }] : [])
  const count = view.acts.reduce((sum, { statements }) => sum + statements.length, 0)
  const room = Math.min(SAID_AT_MOST, Math.floor(SAID_BYTES / Math.max(1, count)))
  return template(look, {
    heading: look.say('breach.heading', {
      reference: showReference(view.reference),
      urgent: view.urgent ? 'yes' : 'no',
    }),
    client: client ? [client.name, client.number].filter(Boolean).join(' ') : '',
    facts: [
      ...fact(look.say('breach.facts.state'), untilLine(look, at) || look.named('breach-at', stateOf(at))),
      ...fact(look.say('breach.facts.ground'), ground && look.label(`ground.${ground}`)),
      ...fact(look.say('breach.facts.requester'), requester),
      ...fact(look.say('breach.facts.raised'), look.when(view.raisedAt)),
    ],
    lines: lines.map((each) => ({ text: each })),
    acts: view.acts.map((act) => ({
      about: aboutAct(look, act),
      statements: act.statements.map(({ code, text: said }) => ({
        label: `${look.named('state', code)}:`,
        text: excerpt(said, room),
      })),
    })),
    fades: look.say('case.fades', { minutes: view.visibleMinutes }),
    actions: actionsOn(look, view),
  })
}

function aboutAct(look: Look, { act, answer, at, by, to }: SeenAct): string {
  const what = look.named('act', answer ? `${act}-${answer}` : act)
  return look.say('breach.entry', { what, when: look.when(at), name: by || 'none', to: to || 'none' })
}

/**
 * What is still to be done comes first, and putting the content away is always there. Where there is no room, what was
 * done before gives way, and then the print, which can wait.
 */
function actionsOn(look: Look, { acts, breachId, deeds, mayPrint, mayReveal }: BreachContent): Button[] {
  const done = deeds.some(({ act }) => act === 'completed')
  const told = acts.some(({ act }) => act === 'told-client')
  const room = MOST_BUTTONS - 1 - Number(mayReveal)
  const before = (act: string) => Number(acts.some((each) => each.act === act))
  const open = deeds
    .filter(({ act }) => !(done && act === 'reported'))
    .sort((one, other) => before(one.act) - before(other.act))
  const shown = open.length < room ? open : open.filter(({ act }) => !(told && act === 'told-client')).slice(0, room)
  const print = mayPrint && shown.length < room
  return [
    ...shown.map(({ act }, index) =>
      makeButton(look.named('deed', act), 'breach.do', { breachId, act }, { primary: index === 0 }),
    ),
    ...(mayReveal ? [makeButton(look.say('button.reveal'), 'breach.reveal', { breachId })] : []),
    ...(print ? [makeButton(look.say('button.print'), 'breach.print', { breachId })] : []),
    makeButton(look.say('button.put-away'), 'breach.put-away', { breachId }),
  ]
}

/** What may be posted of a request to anybody: that there is one. */
export const breachShell = (look: Look, breachId: string, reference: string): Shell =>
  notice(
    look,
    look.say('breach.stands', { reference: showReference(reference) }),
    [],
    [
      makeButton(look.say('button.open-request'), 'breach.open', { breachId }, { primary: true }),
      emergencyButton(look),
      home(look),
    ],
    look.say('summary.case', { reference: showReference(reference) }),
  )

/** The code under which a state has words. */
export const stateOf = (at: Position): string => (at.at === 'refused' && at.final ? 'refused-final' : at.at)

/** As what somebody is asked, in words: who decided once may have to confirm it. */
export const askedAs = ({ as, at }: Pick<AskedView, 'as' | 'at'>): BreachPart | 'confirmer' =>
  as === 'decider' && at.at === 'expired' ? 'confirmer' : as

/** The rule of the card in one sentence. */
function ruleLine(look: Look, view: AskedView): string {
  const as = askedAs(view)
  return look.say('breach.rule', { as: view.own && as === 'decider' ? 'own' : as })
}

const silenceLine = (look: Look, { own }: AskedView, until: Date): string =>
  look.say('breach.silence', { when: look.when(until), own: own ? 'yes' : 'no' })

const untilLine = (look: Look, at: Position): string =>
  at.at === 'authorised' ? look.say('breach.authorised', { when: look.when(at.until) }) : ''

/** How the requests of each year ended: numbers alone, so it may be posted. */
export function breachCounts(look: Look, years: readonly BreachCounts[]): Shell {
  const rows = years.map(({ year, raised, authorised, refused, withdrawn, shared, untold }) => {
    const title = look.say('breach.counts-year', { year: String(year), raised })
    const detail = look.say('breach.counts-detail', { authorised, refused, withdrawn, shared, untold })
    return { title, detail, press: makeButton(title, 'breach.counts') }
  })
  const intro = rows.length === 0 ? look.say('breach.counts-none') : ''
  const heading = look.say('breach.counts')
  return list(look, { heading, intro, groups: [{ title: '', rows }], actions: [home(look)], more: [] })
}
