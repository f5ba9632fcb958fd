import { setTimeout as pause } from 'node:timers/promises'
import type { Statements } from '../../services/breach/breach.types'
import { newId } from '../../services/platform/ids'
import type { Crowd } from './load'
import { type Effort, type Figure, figure, percentile } from './measure'
import { vsDriver } from './vs-driver'
import type { Served, World } from './world'

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
 * Many requests at once to one decider: how long each takes from the press that sends it until its card is in the
 * decider's chat, through the bot as people use it.
 */
export async function requestToCard(world: World, bot: Served, by: Crowd, effort: Effort): Promise<Figure[]> {
  const count = effort === 'full' ? 50 : 5
  const decider = world.union.personas.find(({ role }) => role === 'manager')!
  const sends: (() => Promise<string>)[] = []
  for (let index = 0; index < count; index++) sends.push(await filledIn(world, bot, by, index))
  await world.delivered()
  const arrivedAt = new Map<string, number>()
  world.teams.listen((posted) => {
    if (!posted.includes(decider.conversationId)) return
    for (const [breachId] of posted.matchAll(BREACH_ID))
      if (!arrivedAt.has(breachId)) arrivedAt.set(breachId, performance.now())
  })
  const begun = new Map<string, number>()
  await Promise.all(
    sends.map(async (send) => {
      const at = performance.now()
      begun.set(await send(), at)
    }),
  )
  const until = performance.now() + ARRIVES_WITHIN_MS
  while ([...begun.keys()].some((id) => !arrivedAt.has(id))) {
    if (performance.now() > until) throw new Error(`${begun.size - arrivedAt.size} requests did not arrive`)
    await pause(10)
  }
  world.teams.listen(() => undefined)
  const tookMs = [...begun].map(([id, at]) => arrivedAt.get(id)! - at)
  return [
    figure('request-to-card-p95-ms', percentile(tookMs, 0.95), 'ms', '< 2000'),
    figure('request-to-card-p50-ms', percentile(tookMs, 0.5), 'ms'),
  ]
}

/** Fills in the form up to its last button; pressed, it gives the id of the request. */
async function filledIn(world: World, bot: Served, by: Crowd, index: number): Promise<() => Promise<string>> {
  const persona = world.coordinators[index % world.coordinators.length]!
  const { request } = await aboutToAsk(world, index)
  const press = async (verb: string, data: object): Promise<string> => {
    const value = { action: { type: 'Action.Execute', verb, data } }
    const pressed = { type: 'invoke', name: 'adaptiveCard/action', replyToId: `card-${request.caseId}`, value }
    return (await by.send(bot.url, persona, pressed)).body
  }
  const next = (card: string): object => {
    const [, draft, nonce] = /"draft":"([^"]+)","nonce":"([^"]+)"/.exec(card)!
    return { draft, nonce }
  }
  let card = await press('breach', { caseId: request.caseId })
  card = await press('dialog.answer', { ...next(card), ground: request.ground, urgent: 'true' })
  card = await press('dialog.answer', { ...next(card), informed: 'yes', 'informed-how': 'Today.' })
  return async () => {
    const sent = await press('dialog.answer', { ...next(card), ...STATES, unrecognisable: 'true' })
    return [...sent.matchAll(BREACH_ID)][0]![0]
  }
}

const BREACH_ID = /(?<="breachId":")[^"]+/g

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
