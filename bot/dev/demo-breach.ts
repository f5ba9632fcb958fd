import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CaseworkError } from '../../services/platform/errors'
import { newId, showReference } from '../../services/platform/ids'
import type { Stage } from './demo-stage'
import { buttonsOf, inputsOf, type SeenCard, textsOf } from './pretend-teams'
import type { Persona } from './sample-staff'

interface Script {
  client: string
  reason: string
  /** What everybody writes, by the field in which it is asked. */
  said: Readonly<Record<string, string>>
}

const SCRIPT = JSON.parse(readFileSync(join(__dirname, 'demo-breach.json'), 'utf8')) as Script

/** Longer than any chain takes. */
const STEPS_AT_MOST = 12

/** Nothing that is typed, but what is ticked or chosen where a form asks for it. */
const CHOSEN: Readonly<Record<string, string>> = {
  urgent: 'true',
  informed: 'yes',
  unrecognisable: 'true',
}

/** A request to share without consent, from the case to the end, by the union's own chain: whoever is asked answers yes. */
export async function breachStory(stage: Stage, union: string): Promise<void> {
  const { bot, newest, people, press, print, say, show } = stage
  const staff = people.filter(({ orgId }) => orgId === union)
  const { breach } = bot.services.policyOf(union)
  const adviser = staff.find(({ role }) => role === bot.services.policyOf(union).allocation.to)
  if (!adviser) throw new CaseworkError('unknown-organisation', { orgId: union })
  const reference = await openedFor(stage, adviser, staff)

  const fill = (who: Persona, card: SeenCard, title: string, changes: Record<string, string> = {}) => {
    const fields = inputsOf(card.card).filter((field) => field !== 'uninformed-because' && field !== 'untold-because')
    const typed = fields.map((field) => [field, CHOSEN[field] ?? SCRIPT.said[field] ?? SCRIPT.said.reasons!])
    return press(who, card, title, { ...Object.fromEntries(typed), ...changes })
  }
  const done = (card: SeenCard) => textsOf(card.card).some((text) => text.includes(': on record'))

  /** Does one thing about the request, from the open request to the last form; asked for an answer, they say yes. */
  async function does(who: Persona, request: SeenCard, deed: string): Promise<void> {
    let card = await press(who, request, deed)
    if (inputsOf(card.card).includes('brief')) {
      print('\n   The first try names somebody:')
      card = await fill(who, card, deed, { brief: `${SCRIPT.client} is in danger today.` })
    }
    for (let step = 0; step < STEPS_AT_MOST && !done(card); step++) {
      const titles = buttonsOf(card.card).map(({ title }) => String(title))
      const chosen: Record<string, string> = inputsOf(card.card).includes('choice') ? { choice: firstChoice(card) } : {}
      card = await fill(who, card, titles[0]!, chosen)
    }
    await bot.worker.drain()
  }

  print(`1. ${adviser.name} holds case ${reference}, and asks to share without consent.`)
  let card = await say(adviser, `case ${reference}`)
  card = await press(adviser, card, 'Show')
  card = await press(adviser, card, 'Share without consent')
  card = await fill(adviser, card, 'Go on', { ground: groundFor(breach.grounds) })
  card = await fill(adviser, card, 'Go on')
  await fill(adviser, card, 'Send the request')
  await bot.worker.drain()

  print('\n2. Whoever is asked finds a card that names nobody, opens the request, and answers.')
  for (let step = 0; step < STEPS_AT_MOST; step++) {
    const next = staff.find((person) => person !== adviser && isAsked(newest(person)))
    const who = next ?? (isAsked(newest(adviser)) ? adviser : null)
    if (!who) break
    print(`\n   ${who.name}’s card:`)
    show(who, newest(who)!)
    const request = await press(who, newest(who)!, 'Open the request')
    await does(who, request, String(buttonsOf(request.card)[0]!.title))
  }

  print('\n3. It may be shared: the client hears of it, it is shared with whom it was approved for, and written down.')
  show(adviser, newest(adviser)!)
  for (const deed of [
    'was told',
    'Record what was shared',
    'Action carried out',
    'Action carried out',
    'Write the report',
    'Finish',
  ]) {
    const request = await press(adviser, newest(adviser)!, 'Open the request')
    const button = buttonsOf(request.card).find(({ title }) => String(title).includes(deed))
    if (button) await does(adviser, request, String(button.title))
  }
  print('\n4. The record, as whoever may open the case reads it.')
  await press(adviser, newest(adviser)!, 'Open the request')
}

/** A ground of danger to somebody, where the union has several. */
const groundFor = (grounds: readonly { id: string }[]): string =>
  (grounds.find(({ id }) => /danger|life/.test(id)) ?? grounds[0]!).id

const isAsked = (card: SeenCard | undefined): boolean =>
  /^(?:Decision|Advice|Brief) needed|^Name somebody/.test(card?.summary ?? '') &&
  !textsOf(card!.card).some((text) => text.includes('waits for you no longer'))

function firstChoice({ card }: SeenCard): string {
  const { body } = card as { body: { items?: { type: string; choices?: { value: string }[] }[] }[] }
  return body.flatMap(({ items = [] }) => items).find(({ choices }) => choices)?.choices?.[0]?.value ?? ''
}

/** A case that the adviser has accepted, as the front desk or they themselves opened it. */
async function openedFor({ bot }: Stage, adviser: Persona, staff: readonly Persona[]): Promise<string> {
  const { allocation, cases, intake, policyOf } = bot.services
  const policy = policyOf(adviser.orgId)
  const actorOf = ({ id, orgId, name, roles }: Persona) => ({ orgId, staffId: id, displayName: name, roles })
  const mayTake = ({ roles }: Persona) =>
    roles.some((role) => policy.access.roles[role]?.permissions.includes('intake.take'))
  const taker = actorOf(staff.find(mayTake)!)
  const { id: channel, steps } = policy.intake.channels.find(({ firstContact }) => firstContact === 'reason')!
  const details = { name: SCRIPT.client, number: policy.intake.studentNumber.example, reason: SCRIPT.reason }
  const taken = steps.map((step) => ({ step, done: true, answer: 'yes' as const }))
  const caseId = newId()
  const opened = await intake.openCase(taker, { id: caseId, channel, steps: taken, details })
  if (!opened.ok) throw new CaseworkError('demo-stopped', { reason: opened.reason })
  const { allocationId } = opened
  const because = policy.allocation.otherReasons[0]!
  const offered = await allocation.confirm(taker, { allocationId, version: 1, to: adviser.id, because, urgent: false })
  if (!offered.ok) throw new CaseworkError('demo-stopped', { reason: offered.reason })
  await allocation.accept(actorOf(adviser), { allocationId, version: offered.view.version })
  const found = await cases.find(actorOf(adviser), { caseId })
  if (!found.ok) throw new CaseworkError('demo-stopped', { reason: found.reason })
  await bot.worker.drain()
  return showReference(found.view.reference)
}
