import { join } from 'node:path'
import { acceptVsDriver } from './accept-vs-driver'
import { decideVsDriver, requestToCard } from './breach'
import { cardRender } from './card-render'
import { firstStart } from './first-start'
import { homeVsEcho } from './home-vs-echo'
import { crowd } from './load'
import type { Effort, Figure } from './measure'
import { pressLatency } from './press-latency'
import { idleMemory } from './process-figures'
import { startWorld } from './world'

const BOT = join(__dirname, '..', '..', 'bot', 'index.js')

/**
 * Everything in one run, printed as a table, or with `--json` as an array of `{name, value, unit, goal, ok}`. With
 * `--smoke` just enough is done to see that the bench works, and goals are not held against it.
 */
async function main(): Promise<void> {
  const effort: Effort = process.argv.includes('--smoke') ? 'smoke' : 'full'
  const figures: Figure[] = []
  const world = await startWorld()
  try {
    figures.push(...cardRender(effort))
    const bot = await world.serve(BOT)
    figures.push(...(await idleMemory(bot)))
    const by = crowd(world)
    figures.push(...(await homeVsEcho(world, bot, by, effort)))
    figures.push(...(await pressLatency(world, bot, by, effort)))
    figures.push(...(await requestToCard(world, bot, by, effort)))
    by.leave()
    await bot.stop()
    // Last, since it leaves everybody with more cases than anybody holds.
    figures.push(...(await acceptVsDriver(world, effort)))
    figures.push(...(await decideVsDriver(world, effort)))
  } finally {
    await world.stop()
  }
  if (effort === 'full') figures.push(...(await firstStart()))
  print(figures)
  if (effort === 'full' && figures.some(({ ok }) => !ok)) process.exitCode = 1
}

function print(figures: readonly Figure[]): void {
  const lines = figures.map(
    ({ name, value, unit, goal, ok }) =>
      `${name.padEnd(24)} ${String(value).padStart(8)} ${unit.padEnd(10)} ${goal.padEnd(8)} ${goal ? (ok ? 'ok' : 'MISSED') : ''}`,
  )
  process.stdout.write(
    process.argv.includes('--json') ? `${JSON.stringify(figures, null, 2)}\n` : `${lines.join('\n')}\n`,
  )
}

void main()
