import { createInterface } from 'node:readline'
import { startBot } from '../../bot/compose'
import { startGatedWorld } from './gated-bot'

/** The first line on standard output: where the bot listens, and one request that it lets in. */
export interface GatedStart {
  port: number
  headers: Record<string, string>
  body: string
}

/** A line for each line on standard input: what is in use after a collection, in bytes. */
export interface MemoryInUse {
  heap: number
  rss: number
}

/** The gated bot in a process of its own, run with --expose-gc, so that its memory is its own. */
async function main(): Promise<void> {
  const world = await startGatedWorld('soak-gate')
  const bot = await startBot(world.parts)
  const { headers, body } = world.genuine()
  const present = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  const write = (line: GatedStart | MemoryInUse) => process.stdout.write(`${JSON.stringify(line)}\n`)
  write({ port: Number(new URL(bot.url).port), headers: Object.fromEntries(present), body: String(body) })
  for await (const _ of createInterface({ input: process.stdin })) {
    // What the world around the bot keeps for other tests is not the bot's memory.
    world.service.posted.length = 0
    globalThis.gc?.()
    const { heapUsed: heap, rss } = process.memoryUsage()
    write({ heap, rss })
  }
  await bot.stop()
  await world.stop()
}

void main()
