import type { Crowd } from './load'
import { byHands, type Effort, type Figure, figure, percentile } from './measure'
import type { Served, World } from './world'

/** Twenty Coordinators at once: each looks at an offer, accepts it, opens the case and puts it away, again and again. */
export async function pressLatency(world: World, bot: Served, by: Crowd, effort: Effort): Promise<Figure[]> {
  const { coordinators } = world
  const times = effort === 'full' ? 15 : 2
  const latencies: number[] = []
  const offers = new Map<string, Awaited<ReturnType<World['offered']>>[]>()
  for (const persona of coordinators) {
    const own = []
    for (let time = 0; time < times; time++) own.push(await world.offered(persona))
    offers.set(persona.id, own)
  }
  await world.delivered()
  await byHands(coordinators.length, coordinators, async (persona) => {
    for (const { allocationId, caseId, version } of offers.get(persona.id)!) {
      const presses: [string, object][] = [
        ['allocation.show', { allocationId }],
        ['allocation.accept', { allocationId, version }],
        ['case.open', { caseId }],
        ['case.put-away', { caseId }],
      ]
      for (const [verb, data] of presses) {
        const value = { action: { type: 'Action.Execute', verb, data } }
        const pressed = { type: 'invoke', name: 'adaptiveCard/action', replyToId: `card-${allocationId}`, value }
        latencies.push((await by.send(bot.url, persona, pressed)).ms)
      }
    }
  })
  return [
    figure('press-p95-ms', percentile(latencies, 0.95), 'ms', '< 300'),
    figure('press-p50-ms', percentile(latencies, 0.5), 'ms'),
  ]
}
