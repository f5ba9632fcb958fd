import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { mayDo } from '../../../services/breach/breach.rules'
import type { BreachAct, Candidate, Deed, PersonalDeed } from '../../../services/breach/breach.types'
import { position } from '../../../services/breach/position.rules'
import { nextAsked } from '../../../services/breach/routing.rules'
import { readProfile } from '../../../services/policy/policy.service'
import { Model, type Move, type Person } from './model'
import { PROCEDURES } from './procedures'

const UNIONS = Object.keys(PROCEDURES)

/** Everybody there may be in a union of this kind; who of them raises it, and who wears a second hat, is drawn. */
const POSTS = [
  ['ann', 'caseworker'],
  ['ben', 'caseworker'],
  ['cat', 'caseworker'],
  ['dee', 'manager'],
  ['eli', 'manager'],
  ['fay', 'executive'],
  ['gus', 'executive-deputy'],
  ['hal', 'director'],
  ['ivy', 'senior-management'],
  ['jon', 'senior-management'],
  ['kim', 'senior'],
  ['lou', 'complaint-investigator'],
  ['mae', 'trustee'],
] as const
const IDS = POSTS.map(([id]) => id)
const STATES = [
  ...new Set(
    Object.values(PROCEDURES).flatMap(({ before, report, end }) => [
      ...before.first.either,
      ...before.first.yes,
      ...before.first.no,
      ...before.second.either,
      ...before.second.yes,
      ...report,
      ...end,
    ]),
  ),
  ...['advice', 'adviser', 'question', 'brief', 'withdrawn-because', 'untold-because', 'actions-done'],
  ...['recipient', 'means', 'content', 'told-how', 'new-facts'],
]
const MOVES: readonly Move[] = [
  'advise',
  'name',
  'brief',
  'take-advice',
  'yes',
  'no',
  'withdraw',
  'tell-client',
  'disclose',
  'new-facts',
  'reconfirm',
  'report',
  'complete',
]
const SWITCHES = ['away', 'walled', 'conflicted', 'gone'] as const
const START = new Date('2026-11-24T10:00:00Z').getTime()

const who = fc.constantFrom(...IDS)
/** Mostly everything is stated; now and then one thing is left out. */
const states = fc.oneof(
  { weight: 5, arbitrary: fc.constant(STATES) },
  { weight: 1, arbitrary: fc.constantFrom(...STATES).map((left) => STATES.filter((code) => code !== left)) },
)
/** Mostly whoever is asked answers, since strangers are refused soon enough. */
const move = fc.record({
  kind: fc.constantFrom(...MOVES),
  by: fc.oneof(fc.constant('asked'), fc.constant('missed'), who),
  to: who,
  untold: fc.boolean(),
  states,
})
/** What somebody would do who knows the procedure. */
const sensible = fc.record({ kind: fc.constant('sensible' as const), by: who, to: who, untold: fc.boolean(), states })
const change = fc.record({ kind: fc.constant('switch' as const), by: who, what: fc.constantFrom(...SWITCHES) })
const wait = fc.record({
  kind: fc.constant('wait' as const),
  tens: fc.oneof(fc.integer({ min: 1, max: 7 }), fc.constant(145)),
})
const story = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: sensible },
    { weight: 3, arbitrary: move },
    { weight: 1, arbitrary: change },
    { weight: 2, arbitrary: wait },
  ),
  {
    minLength: 4,
    maxLength: 24,
  },
)
const beginning = fc.record({
  requester: fc.oneof(fc.constantFrom('ann', 'dee', 'fay'), who),
  hats: fc.array(fc.tuple(who, fc.constantFrom(...POSTS.map(([, post]) => post))), { maxLength: 2 }),
  away: fc.array(who, { maxLength: 3 }),
  urgent: fc.boolean(),
  told: fc.boolean(),
  steps: story,
})

type Beginning = typeof beginning extends fc.Arbitrary<infer T> ? T : never

/** Plays a story on the rules and on the model, and says where they differ. */
function play(union: string, { requester, hats, away, urgent, told, steps }: Beginning) {
  const policy = readProfile(union).breach
  const procedure = PROCEDURES[union]!
  const cast: Person[] = POSTS.map(([id, post]) => ({
    id,
    posts: [post, ...hats.filter(([wearer]) => wearer === id).map(([, hat]) => hat)],
    away: away.includes(id),
    walled: false,
    conflicted: false,
    gone: false,
  }))
  const model = new Model(procedure, requester, urgent, told)
  const history: BreachAct[] = []
  let minute = 0
  const now = () => new Date(START + minute * 60_000)
  const done = (by: string, deed: Deed) => history.push({ at: now(), by, ...deed })
  const circle = (): Candidate[] =>
    cast
      .filter(({ gone }) => !gone)
      .map(({ id, posts, away, walled, conflicted }) => ({
        staffId: id,
        roles: posts,
        absent: away,
        walled,
        conflicted,
      }))
  const facts = () => ({ policy, history, circle: circle() })
  const seen: unknown[] = []
  const wanted: unknown[] = []

  function look(): void {
    for (let asked = 0; asked < 20; asked++) {
      const ask = nextAsked(facts(), now())
      const expected = model.asks(cast)
      seen.push(ask?.act === 'asked' ? { id: ask.to, names: ask.as === 'namer' } : (ask?.act ?? null))
      wanted.push(expected)
      if (ask) done('system', ask)
      if (!ask || !expected) return
    }
  }

  done(requester, { act: 'raised', ground: Object.keys(procedure.grounds)[0]!, urgent, informed: told })
  look()
  for (const step of steps) {
    if (step.kind === 'wait') {
      for (let ten = 0; ten < step.tens; ten++) {
        minute += 10
        model.pass(10)
        if (ten < 12) look()
      }
    } else if (step.kind === 'switch') {
      const person = cast.find(({ id }) => id === step.by)!
      person[step.what] = !person[step.what]
      // Who has left does not come back to an open request.
      if (step.what === 'gone') person.gone = true
    } else {
      const chosen = step.kind === 'sensible' ? nextMove(model, step.by) : { kind: step.kind, by: step.by }
      const meant = { asked: model.asked.at(-1)?.id, missed: model.missed.at(-1) }
      const by = chosen.by === 'asked' || chosen.by === 'missed' ? (meant[chosen.by] ?? requester) : chosen.by
      if (cast.find(({ id }) => id === by)!.gone) continue
      const deed = deedOf(chosen.kind, step.to, step.untold)
      const where = position(policy, history, now())
      const allowed = mayDo(facts(), { by, states: step.states }, deed, now()).ok
      seen.push([chosen.kind, by, allowed])
      wanted.push([chosen.kind, by, model.tries(cast, by, chosen.kind, step)])
      if (allowed) done(by, { ...deed, ...('stage' in where ? { stage: where.stage } : {}) } as Deed)
    }
    look()
    seen.push(positionOf())
    wanted.push(model.phase)
    if (JSON.stringify(seen) !== JSON.stringify(wanted)) break
  }
  return { seen, wanted }

  function positionOf(): string {
    const where = position(policy, history, now())
    if (where.at === 'consulting') return 'advice'
    if (where.at === 'briefing') return 'brief'
    if (where.at === 'deciding') return where.stage === 0 ? 'first' : 'second'
    if (where.at === 'refused') return where.final === model.final ? 'no' : 'no, but not as final'
    return where.at === 'completed' ? 'done' : where.at
  }
}

/** What the engine calls a move. */
function deedOf(move: Move, to: string, untold: boolean): PersonalDeed {
  if (move === 'yes' || move === 'no') return { act: 'decided', answer: move, untold }
  if (move === 'advise') return { act: 'advised', answer: 'no' }
  return move === 'name' ? { act: 'named', to } : { act: PLAIN[move] }
}

const PLAIN = {
  brief: 'briefed',
  'take-advice': 'took-advice',
  withdraw: 'withdrawn',
  'tell-client': 'told-client',
  disclose: 'disclosed',
  'new-facts': 'facts-changed',
  reconfirm: 'reconfirmed',
  report: 'reported',
  complete: 'completed',
} as const

function nextMove(model: Model, by: string): { kind: Move; by: string } {
  const asked = model.asked.at(-1)
  if (model.phase === 'advice') return { kind: 'advise', by }
  if (model.phase === 'brief') return { kind: 'brief', by: model.decidedFirst! }
  if (model.phase === 'authorised') return { kind: model.clientTold ? 'disclose' : 'tell-client', by: model.requester }
  if (model.phase === 'acting') return { kind: model.reported ? 'complete' : 'report', by: model.requester }
  if (model.phase === 'expired') return { kind: 'reconfirm', by: 'asked' }
  if (asked?.names) return { kind: 'name', by: 'asked' }
  const again = model.phase === 'second' && asked?.id === model.decidedFirst && model.trusteeAdvised === null
  return { kind: again ? 'take-advice' : 'yes', by: 'asked' }
}

describe('The engine and the plain procedure agree', () => {
  test.each(UNIONS)('in 4,000 random stories of %s', (union) => {
    const reached = new Map<string, number>()
    fc.assert(
      fc.property(beginning, (begun) => {
        const { seen, wanted } = play(union, begun)
        expect(seen).toEqual(wanted)
        const end = String(wanted.at(-1))
        reached.set(end, (reached.get(end) ?? 0) + 1)
      }),
      { numRuns: 4000 },
    )
    process.stdout.write(`${union}: ${JSON.stringify(Object.fromEntries(reached))}\n`)
  })
})
