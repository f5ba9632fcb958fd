import type { BreachRecord, PersonalDeed, Statements } from '../../services/breach/breach.types'
import type { Actor } from '../../services/people/people.types'
import { newId } from '../../services/platform/ids'
import type { ServicesWorld } from './services'

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

  return {
    breaches,
    record,
    held,
    raised,
    does,
    says: (name: string, breachId: string, answer: 'yes' | 'no', states = SAID) =>
      does(name, breachId, { act: 'decided', answer, untold: true }, states),
    acts: async (breachId: string) => (await record(breachId)).history.map(({ act }) => act),
    askedOf: async (breachId: string) =>
      (await record(breachId)).history.flatMap((act) => (act.act === 'asked' ? [act.to] : [])),
  }
}
