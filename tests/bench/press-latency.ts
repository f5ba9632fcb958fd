import type { Crowd } from './load'
import { byHands, type Effort, type Figure, figure, percentile } from './measure'
import type { Served, World } from './world'

/** Twenty Coordinators at once: each looks at an offer, accepts it, opens the case and puts it away, again and again. */
export async function pressLatency(world: World, bot: Served, by: Crowd, effort: Effort): Promise<Figure[]> {
  const { coordinators } = world
  const times = effort === 'full' ? 15 : 2
  // The first are not counted: nobody presses the first button of a process with twenty others at once.
  const unmeasured = effort === 'full' ? 3 : 1
  const latencies: number[] = []
  const offers = new Map<string, Awaited<ReturnType<World['offered']>>[]>()
  for (const persona of coordinators) {
    const own = []
    for (let time = 0; time < unmeasured + times; time++) own.push(await world.offered(persona))
    offers.set(persona.id, own)
  }
  await world.delivered()
  await byHands(coordinators.length, coordinators, async (persona) => {
    for (const [time, { allocationId, caseId, version }] of offers.get(persona.id)!.entries()) {
      const presses: [string, object][] = [
        ['allocation.show', { allocationId }],
        ['allocation.accept', { allocationId, version }],
        ['case.open', { caseId }],
        ['case.put-away', { caseId }],
      ]
      for (const [verb, data] of presses) {
        const value = { action: { type: 'Action.Execute', verb, data } }
        const pressed = { type: 'invoke', name: 'adaptiveCard/action', replyToId: `card-${allocationId}`, value }
        const { ms } = await by.send(bot.url, persona, pressed)
        if (time >= unmeasured) latencies.push(ms)
      }
    }
  })
  return [
    figure('press-p95-ms', percentile(latencies, 0.95), 'ms', '< 300'),
    figure('press-p50-ms', percentile(latencies, 0.5), 'ms'),
  ]
}
