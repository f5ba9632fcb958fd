import type { BreachRecord, PersonalDeed, SeenAct, Statements } from '../../services/breach/breach.types'
import type { Actor } from '../../services/people/people.types'
import { newId } from '../../services/platform/ids'
import { must, type ServicesWorld } from './services'

/** Everything that any form of any union could ask for, in words that must not leak. */
export const SAID: Statements = Object.fromEntries(
  [
    ...['issues', 'why', 'achieves', 'recipients', 'outline', 'benefit', 'at-risk', 'whose-life', 'to-whom'],
    ...['clause', 'citation', 'discussion', 'reasons', 'options', 'actions', 'notes', 'advice', 'adviser'],
    ...['question', 'brief', 'withdrawn-because', 'uninformed-because', 'untold-because', 'new-facts'],
    ...['facts', 'content', 'outcome', 'safeguarding', 'complaint-route', 'actions-done', 'advisers'],
    ...['name-outline-reason', 'informed-how', 'told-how', 'means', 'recipient'],
  ].map((code) => [code, code === 'recipient' ? 'a heron, recipients' : `a heron, ${code}`]),
)

/** The same with one thing left unsaid. */
export const without = (code: string): Statements =>
  Object.fromEntries(Object.entries(SAID).filter(([each]) => each !== code))

/** A person has read it again and found nobody in it. */
export const ALL_WELL = { confirmed: true }

/** Which statements can be read in what was done. */
export const said = (acts: readonly SeenAct[]) => acts.flatMap(({ statements }) => statements.map(({ code }) => code))

interface Raising {
  id?: string
  ground?: string
  urgent?: boolean
  informed?: boolean
  states?: Statements
}

/** Requests of the sample people, each named by the beginning of their name, on real services. */
export function breachesOn(world: () => ServicesWorld) {
  const breaches = () => world().services.breaches
  const record = async (breachId: string) =>
    (await world().mongo.db.collection<BreachRecord>('breaches').findOne({ _id: breachId }))!

  /** A case that this person holds, of whichever union they are. */
  async function held(by: Actor): Promise<string> {
    const giver = by.orgId === 'cardiff' ? world().actor('Robin') : by
    return (await world().accepted(by, giver)).caseId
  }

  /** An urgent request on the union's first ground, of which the client knows, unless something else is said. */
  async function raised(by: Actor, changes: Raising = {}) {
    const caseId = await held(by)
    const id = changes.id ?? newId()
    const [first] = world().services.policyOf(by.orgId).breach.grounds
    const input = { id, caseId, ground: first!.id, urgent: true, informed: true, states: SAID, ...ALL_WELL, ...changes }
    return { id, caseId, outcome: await breaches().raise(by, { ...input, id }) }
  }

  const does = (name: string, breachId: string, deed: PersonalDeed, states = SAID) =>
    breaches().act(world().actor(name), { breachId, deed, states, ...ALL_WELL })

  const says = (name: string, breachId: string, answer: 'yes' | 'no', states = SAID) =>
    does(name, breachId, { act: 'decided', answer, untold: true }, states)

  /** A request that may be acted on, of the union whose adviser this is. */
  async function authorised(by: string, decider: string, states = SAID) {
    const { id, caseId, outcome } = await raised(world().actor(by))
    must(outcome)
    must(await says(decider, id, 'yes', states))
    return { id, caseId }
  }

  return {
    breaches,
    record,
    held,
    raised,
    authorised,
    does,
    says,
    acts: async (breachId: string) => (await record(breachId)).history.map(({ act }) => act),
    askedOf: async (breachId: string) =>
      (await record(breachId)).history.flatMap((act) => (act.act === 'asked' ? [act.to] : [])),
    /** Begins a test: nothing was sent, nothing is due, and it is the Wednesday again. */
    afresh: () => world().beginAgain('outbox', 'duties'),
  }
}

/** What each of the sample people finds of a request. */
export function foundOn(world: () => ServicesWorld) {
  const breaches = () => world().services.breaches
  return {
    staffIdOf: (name: string) => world().actor(name).staffId,
    opens: (name: string, breachId: string) => breaches().open(world().actor(name), { breachId, postedAs: null }),
    reveals: (name: string, breachId: string) => breaches().reveal(world().actor(name), { breachId }),
    form: (name: string, breachId: string, act: PersonalDeed['act']) =>
      breaches().form(world().actor(name), { breachId, act }),
  }
}

/** What comes to people by itself while time passes. */
export function watchOn(world: () => ServicesWorld) {
  /** When the next duty is due. */
  async function due(): Promise<number> {
    const open = await world().duties({ state: 'open' })
    return Math.min(...open.map(({ dueAt }) => dueAt.getTime()))
  }

  return {
    /** Goes on by so many minutes, in which everything is woken at the moment at which it is due. */
    pass: async (minutes: number): Promise<void> => {
      const until = new Date(world().services.clock.now().getTime() + minutes * 60_000)
      for (let next = await due(); next <= until.getTime(); next = await due()) {
        world().at(new Date(next))
        await world().wakeAll()
      }
      world().at(until)
    },
    /** Whose card about it was posted anew, so that it rings, since this was last asked. */
    rung: async (breachId: string): Promise<string[]> => {
      const rows = await world().outbox({ card: 'breach-asked', subject: breachId })
      await world().mongo.db.collection('outbox').deleteMany({})
      return [...new Set(rows.filter(({ renew }) => renew).map(({ to }) => to))].sort()
    },
  }
}
