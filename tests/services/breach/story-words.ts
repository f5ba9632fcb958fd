import type { BreachRefusal } from '../../../services/breach/breach.rules'
import type { Position } from '../../../services/breach/breach.types'

/** What a story calls each thing that somebody may have to state. Everything here is stated unless a line says without. */
export const STATEMENTS: Record<string, string> = {
  'the issues': 'issues',
  'the recipients': 'recipients',
  'an outline': 'outline',
  'why it is needed': 'why',
  'what it would achieve': 'achieves',
  'the citation': 'citation',
  'whose life it is': 'whose-life',
  'the conflict': 'conflict',
  'who is at risk': 'at-risk',
  'why it serves the user': 'benefit',
  'the legal basis': 'legal-basis',
  'who is in danger': 'to-whom',
  'the clause': 'clause',
  'how they were told': 'informed-how',
  'how they were told at last': 'told-how',
  'who was told': 'recipient',
  'by which means': 'means',
  'why they were not told': 'uninformed-because',
  'why they still are not told': 'untold-because',
  'new facts': 'new-facts',
  'the discussion': 'discussion',
  'the notes': 'notes',
  'the options': 'options',
  'the reasons': 'reasons',
  'the actions': 'actions',
  'its text': 'brief',
  'who advised': 'adviser',
  'the question': 'question',
  'the advice': 'advice',
  'why it is withdrawn': 'withdrawn-because',
  'the facts': 'facts',
  'the content': 'content',
  'the outcome': 'outcome',
  'the name, outline and reason': 'name-outline-reason',
  'the names of those who advised': 'advisers',
  'the safeguarding record': 'safeguarding',
  'the way to complain': 'complaint-route',
  'the actions done': 'actions-done',
}

const REFUSALS = {
  settled: true,
  'ground-unknown': true,
  'statement-missing': true,
  'client-not-informed': true,
  'not-theirs': true,
  'acted-before': true,
  'not-to-be-named': true,
  'advice-missing': true,
  'untold-unconfirmed': true,
  'client-not-told': true,
} satisfies Record<BreachRefusal, true>

/** A code as a story writes it. */
export const plain = (code: string): string => code.replaceAll('-', ' ')

/** The lines with which a story tells what follows from the line above them; anything else is an unknown line. */
export const OUTCOMES = [
  new RegExp(`^refused: (${Object.keys(REFUSALS).map(plain).join('|')})$`),
  /^asked: [A-Z][a-z]+( to name somebody)?(, passing over .+)?$/,
  /^nobody is left(, passing over .+)?: .+ is told$/,
  /^no brief is written: .+ is told$/,
  /^it stands: [a-z0-9 ,]+$/,
  /^procedure: .+$/,
  /^grounds: .+$/,
]

/** Told in the story only where it matters, whereas whoever is asked or refused is always told. */
export const isGlance = (outcome: string): boolean => /^(it stands|procedure|grounds): /.test(outcome)

const MINUTE_MS = 60_000
const ORDINALS = ['first', 'second']

/** Where a request stands, as a story says it. */
export function positionInWords(where: Position, stages: number, now: Date): string {
  if (where.at === 'consulting') return 'advice awaited'
  if (where.at === 'briefing') return 'brief awaited'
  if (where.at === 'deciding') return stages === 1 ? 'decision awaited' : `${ORDINALS[where.stage]} decision awaited`
  if (where.at === 'expired') return 'to be confirmed anew'
  if (where.at === 'acting') return 'disclosed'
  if (where.at === 'refused') return where.final ? 'refused for good' : 'refused'
  if (where.at !== 'authorised') return where.at
  const minutes = (where.until.getTime() - now.getTime()) / MINUTE_MS
  const [left, unit] = minutes % 60 === 0 ? [minutes / 60, 'hour'] : [minutes, 'minute']
  return `authorised, ${left} ${unit}${left === 1 ? '' : 's'} left`
}
