import { type GraphSimulator, simulatedToken, startGraphSimulator } from '../../bot/dev/graph-simulator'
import { createGraph, type Graph } from '../../services/platform/graph'
import { aPerson, aTenant, objectId } from './simulated-tenant'

export const ada = objectId('ada')
export const advisers = objectId('advisers')
export const mailbox = 'advice@union.example'
export const mail = { to: 'ada@union.example', subject: 'Private subject', body: 'Private words', key: 'outbox-17' }
export const bearer = simulatedToken(objectId('tenant'))
export const token = () => Promise.resolve(bearer)
/** A time limit for calls that are never answered. */
export const SHORT_MS = 300

const crowd = Array.from({ length: 250 }, (_, index) => aPerson(`person-${index}`))
/** A group of 250, of whom the simulator hands out a hundred at a time. */
export const crowdGroup = { id: objectId('crowd'), displayName: 'Crowd', members: crowd.map(({ id }) => id) }

/** The gateway and a simulator with one union behind it; the caller stops the simulator. */
export async function startGraph(): Promise<{ simulator: GraphSimulator; graph: Graph }> {
  const { people, groups } = aTenant()
  const directory = aTenant({ people: [...people, ...crowd], groups: [...groups, crowdGroup] })
  const simulator = await startGraphSimulator({ directories: [directory], longestPage: 100 })
  return { simulator, graph: createGraph({ baseUrl: simulator.url, token }) }
}

/** What the work threw, or what it came to when it threw nothing. */
export async function caught(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work
  } catch (fault) {
    return fault
  }
}
