import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newId } from '../../services/platform/ids'
import { type Crowd, rate } from './load'
import { type Effort, type Figure, figure, median } from './measure'
import type { Served, World } from './world'

/** Rates in turns, so that whatever else the machine does falls on both. */
export async function homeVsEcho(world: World, bot: Served, by: Crowd, effort: Effort): Promise<Figure[]> {
  const { coordinators, teams } = world
  const [rounds, count] = effort === 'full' ? [7, 1500] : [3, 120]
  for (const persona of coordinators) {
    await world.offered(persona)
    await accepted(world, persona)
  }
  const home = { type: 'message', text: 'home' }
  await world.delivered()
  await by.send(bot.url, coordinators[0]!, home)
  const posted = JSON.parse(teams.last()) as { attachments: [{ content: object }] }
  const file = join(tmpdir(), `casekeeper-bench-${newId()}.json`)
  writeFileSync(file, JSON.stringify(posted.attachments[0].content))
  const echo = await world.serve(join(__dirname, 'echo-bot.js'), { ECHO_CARD: file, ECHO_SDK: world.sdkSettings })
  const message = { type: 'message', text: 'echo' }
  for (const [url, activity] of [
    [bot.url, home],
    [echo.url, message],
  ] as const)
    await rate(url, coordinators, by, count, activity)
  const before = await writes(world)
  const ratios: number[] = []
  const rates: number[] = []
  for (let round = 0; round < rounds; round++) {
    const echoed = await rate(echo.url, coordinators, by, count, message)
    const shown = await rate(bot.url, coordinators, by, count, home)
    ratios.push(shown / echoed)
    rates.push(shown)
  }
  const written = (await writes(world)) - before
  await echo.stop()
  return [
    figure('home-vs-echo', median(ratios), 'ratio', '>= 0.45'),
    figure('home-rate', median(rates), 'turns/s'),
    figure('home-writes', written / (rounds * count), 'per turn', '< 0.01'),
  ]
}

/** A case that the person has taken and not written in yet. */
async function accepted(world: World, persona: World['coordinators'][number]): Promise<void> {
  const { allocationId, version } = await world.offered(persona)
  const outcome = await world.services.allocation.accept(world.actor(persona), { allocationId, version })
  if (!outcome.ok) throw new Error(outcome.reason)
}

/** How many records of the product's database were ever written; the server counts them. */
async function writes({ mongo }: World): Promise<number> {
  const { metrics } = await mongo.db.admin().command({ serverStatus: 1 })
  const { inserted, updated, deleted } = metrics.document as Record<string, number>
  return inserted! + updated! + deleted!
}
