import type { Dossier, DossierAct } from '../services/breach/dossier.types'
import { showReference } from '../services/platform/ids'
import { stateOf } from './breach'
import type { Look } from './look'

/** One line or text of a print, and how it is set. */
export interface Block {
  as: 'title' | 'part' | 'fact' | 'entry' | 'label' | 'text'
  text: string
}

/** What a dossier tells, in this order. Everything that was stated stands in exactly one of them. */
export const PARTS = [
  'request',
  'client',
  'consultations',
  'decisions',
  'actions',
  'recipients',
  'report',
  'safeguarding',
  'changes',
  'asked',
  'acts',
] as const
type Part = (typeof PARTS)[number]

/** Where a code belongs, whoever stated it. */
const PART_OF_CODE: Readonly<Record<string, Part>> = {
  'informed-how': 'client',
  'uninformed-because': 'client',
  'untold-because': 'client',
  safeguarding: 'safeguarding',
  'complaint-route': 'safeguarding',
}

/** Where everything else belongs that was stated with an act. */
const PART_OF_ACT = {
  raised: 'request',
  advised: 'consultations',
  'took-advice': 'consultations',
  named: 'decisions',
  briefed: 'decisions',
  decided: 'decisions',
  reconfirmed: 'decisions',
  'told-client': 'client',
  disclosed: 'recipients',
  'action-done': 'actions',
  reported: 'report',
  completed: 'report',
  'facts-changed': 'changes',
  withdrawn: 'changes',
  asked: 'asked',
  exhausted: 'asked',
  unbriefed: 'asked',
} as const satisfies Record<DossierAct['act'], Part>

/** Who was raised to advise or to be told is asked for with the request, and belongs to what came of it. */
const PART_OF_REQUEST: Readonly<Record<string, Part>> = { question: 'consultations', recipients: 'recipients' }

/** Everything on record about a request, as the lines of its dossier (R9). */
export function dossierBlocks(look: Look, dossier: Dossier): Block[] {
  const { reference, urgent } = dossier
  const title = look.say('breach.heading', { reference: showReference(reference), urgent: urgent ? 'yes' : 'no' })
  return [
    { as: 'title', text: title },
    ...PARTS.flatMap((part): Block[] => {
      const blocks = [...ownLines(look, dossier, part), ...entriesOf(look, dossier, part)]
      const nothing: Block = { as: 'fact', text: look.say('dossier.nothing') }
      return [{ as: 'part', text: look.named('dossier-part', part) }, ...(blocks.length > 0 ? blocks : [nothing])]
    }),
  ]
}

/** What a part says beside what was stated. */
function ownLines(look: Look, dossier: Dossier, part: Part): Block[] {
  if (part === 'request') return facts(look, dossier).map((text) => ({ as: 'fact', text }))
  if (part === 'client')
    return [{ as: 'fact', text: look.say('dossier.informed', { informed: dossier.informed ? 'yes' : 'no' }) }]
  if (part !== 'actions') return []
  return dossier.actions.flatMap(({ text, done }, index): Block[] => {
    const number = index + 1
    const label = done
      ? look.say('dossier.action-done', { number, when: look.when(done.at), name: done.by })
      : look.say('dossier.action-open', { number })
    return [
      { as: 'label', text: label },
      { as: 'text', text },
    ]
  })
}

function facts(look: Look, dossier: Dossier): string[] {
  const { at, client, ground, raisedAt, requester, source } = dossier
  const fact = (title: string, value: string) => look.say('dossier.fact', { title, value })
  const until = at.at === 'authorised' ? look.say('breach.authorised', { when: look.when(at.until) }) : ''
  return [
    fact(look.say('dossier.about'), [client.name, client.number].filter(Boolean).join(' ')),
    fact(look.say('breach.facts.ground'), look.label(`ground.${ground}`)),
    fact(look.say('breach.facts.requester'), requester),
    fact(look.say('breach.facts.raised'), look.when(raisedAt)),
    fact(look.say('breach.facts.state'), until || look.named('breach-at', stateOf(at))),
    look.say('breach.clause', { clause: source.clause, provisional: source.provisional ? 'yes' : 'no' }),
  ]
}

/** The acts of a part, each with what was stated there. */
function entriesOf(look: Look, { acts }: Dossier, part: Part): Block[] {
  return acts.flatMap((act, index): Block[] => {
    const said = act.statements.filter(({ code }) => partOf(act, code) === part)
    const listed = part === 'acts' || PART_OF_ACT[act.act] === part
    if (!listed && said.length === 0) return []
    const about = look.say('dossier.entry', { number: index + 1, about: aboutAct(look, act) })
    return [
      { as: 'entry', text: about },
      ...(part === 'acts' ? [] : circumstances(look, act, part).map((text): Block => ({ as: 'fact', text }))),
      ...said.flatMap(({ code, text }): Block[] => [
        { as: 'label', text: look.named('state', code) },
        { as: 'text', text },
      ]),
    ]
  })
}

const partOf = ({ act }: DossierAct, code: string): Part =>
  PART_OF_CODE[code] ?? (act === 'raised' ? PART_OF_REQUEST[code] : undefined) ?? PART_OF_ACT[act]

function aboutAct(look: Look, { act, answer, at, by, byBot, to }: DossierAct): string {
  const what = look.named('act', answer ? `${act}-${answer}` : act)
  const name = byBot ? look.say('dossier.bot') : by
  return look.say('breach.entry', { what, when: look.when(at), name, to: to || 'none' })
}

function circumstances(look: Look, { act, passedOver, untold }: DossierAct, part: Part): string[] {
  if (PART_OF_ACT[act] !== part) return []
  return [
    ...(untold ? [look.say('dossier.untold')] : []),
    ...passedOver.map(({ name, reason }) =>
      look.say('dossier.passed-over', { name, reason: look.named('not-asked', reason) }),
    ),
  ]
}
