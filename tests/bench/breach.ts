import { setTimeout as pause } from 'node:timers/promises'
import type { Statements } from '../../services/breach/breach.types'
import { newId } from '../../services/platform/ids'
import { type Effort, type Figure, figure, percentile } from './measure'
import { vsDriver } from './vs-driver'
import type { World } from './world'

const CODES = ['issues', 'why', 'achieves', 'recipients', 'clause', 'informed-how', 'reasons', 'actions']
/** As long as people write. */
const STATES: Statements = Object.fromEntries(CODES.map((code) => [code, `${code}: ${'the heron stays. '.repeat(20)}`]))
const ARRIVES_WITHIN_MS = 60_000

/** A case that is held, and what is asked about it. */
async function aboutToAsk({ coordinators, services, ...world }: World, index: number) {
  const persona = coordinators[index % coordinators.length]!
  const { caseId, allocationId, version } = await world.offered(persona)
  const by = world.actor(persona)
  const accepted = await services.allocation.accept(by, { allocationId, version })
  if (!accepted.ok) throw new Error(accepted.reason)
  const [ground] = services.policyOf(by.orgId).breach.grounds
  const said = { ground: ground!.id, urgent: true, informed: true, states: STATES, confirmed: true }
  return { by, request: { id: newId(), caseId, ...said } }
}

async function ask({ services }: World, { by, request }: Awaited<ReturnType<typeof aboutToAsk>>): Promise<string> {
  const outcome = await services.breaches.raise(by, request)
  if (!outcome.ok) throw new Error(outcome.reason)
  return request.id
}

/**
 * Many requests at once to one decider: how long each takes from the press until its card is in the decider's chat. They
 * are raised in another process than the one that sends, so the time until its worker looks again is in it.
 */
export async function requestToCard(world: World, effort: Effort): Promise<Figure[]> {
  const count = effort === 'full' ? 50 : 5
  const decider = world.union.personas.find(({ role }) => role === 'manager')!
  const waiting = []
  for (let index = 0; index < count; index++) waiting.push(await aboutToAsk(world, index))
  await world.delivered()
  const begun = new Map(waiting.map(({ request }) => [request.id, 0]))
  const tookMs: number[] = []
  world.teams.listen((posted) => {
    const now = performance.now()
    for (const [id, at] of begun)
      if (posted.includes(id) && posted.includes(decider.conversationId)) {
        tookMs.push(now - at)
        begun.delete(id)
      }
  })
  await Promise.all(
    waiting.map((each) => {
      begun.set(each.request.id, performance.now())
      return ask(world, each)
    }),
  )
  const until = performance.now() + ARRIVES_WITHIN_MS
  while (begun.size > 0) {
    if (performance.now() > until) throw new Error(`${begun.size} requests did not arrive`)
    await pause(10)
  }
  world.teams.listen(() => undefined)
  return [
    figure('request-to-card-p95-ms', percentile(tookMs, 0.95), 'ms', '< 2000'),
    figure('request-to-card-p50-ms', percentile(tookMs, 0.5), 'ms'),
  ]
}

/** Deciding a request against the bare driver. */
export async function decideVsDriver(world: World, effort: Effort): Promise<Figure[]> {
  const { mongo, services, union } = world
  const decider = world.actor(union.personas.find(({ role }) => role === 'manager')!)
  const deed = { act: 'decided', answer: 'yes', untold: false } as const
  const { ratio, rate } = await vsDriver(mongo, effort, {
    prepare: async (index) => ask(world, await aboutToAsk(world, index)),
    work: async (breachId) => {
      const outcome = await services.breaches.act(decider, { breachId, deed, states: STATES })
      if (!outcome.ok) throw new Error(outcome.reason)
    },
  })
  return [
    figure('breach-decide-vs-driver', ratio, 'ratio', '>= 0.4'),
    figure('breach-decide-rate', rate, 'decisions/s'),
  ]
}
