import { inputsOf, type SeenCard } from '../../bot/dev/pretend-teams'
import { newId, showReference } from '../../services/platform/ids'
import type { Casekeeper } from './casekeeper'
import { buttonWith, storyOf, words } from './story'

/** A client who was never born, and everything that could give them away. */
const CLIENT = { name: 'Sasha Madeup', number: '12345678', reason: 'Wants to change supervisor' }
const NUMBERS: Record<string, string> = { cardiff: '1234567', cambridge: 'sm1234' }
export const WORDS_OF_CLIENT = /Sasha|Madeup|1234567|supervisor|sm1234/i
/** What everybody writes wherever something is asked; it must not turn up where content may not be. */
export const SAID = 'The heron must be told today'
export const WORDS_OF_STAFF = /heron|emergency doctor/i
export const RECIPIENT = 'The emergency doctor, by telephone'

const ANSWERS: Record<string, string> = {
  urgent: 'true',
  informed: 'yes',
  unrecognisable: 'true',
  untold: 'true',
  recipients: RECIPIENT,
  choice: RECIPIENT,
  actions: 'Telephone the doctor',
}

/** Plays requests to share without consent for the sample people, each named by the beginning of their name. */
export function breachStoryOf(casekeeper: () => Casekeeper) {
  const { say, press, newest, actor } = storyOf(casekeeper)

  /** A case that somebody holds, with a first note in it. */
  async function heldBy(name: string, giver = name): Promise<{ caseId: string; reference: string }> {
    const { intake, allocation, contacts, cases } = casekeeper().bot.services
    const caseId = newId()
    const { policyOf } = casekeeper().bot.services
    const policy = policyOf(actor(giver).orgId)
    const { channels } = policy.intake
    const { id: channel, steps } = channels.find((each) => each.firstContact === 'reason')!
    const taken = steps.map((step) => ({ step, done: true, answer: 'yes' as const }))
    const opened = await intake.openCase(actor(giver), {
      id: caseId,
      channel,
      steps: taken,
      details: { ...CLIENT, number: NUMBERS[actor(name).orgId] ?? CLIENT.number },
    })
    if (!opened.ok) throw new Error(opened.reason)
    const { allocationId } = opened
    const because = policy.allocation.otherReasons[0]!
    const offered = await allocation.confirm(actor(giver), {
      allocationId,
      version: 1,
      to: actor(name).staffId,
      because,
      urgent: false,
    })
    if (!offered.ok) throw new Error(offered.reason)
    await allocation.accept(actor(name), { allocationId, version: offered.view.version })
    await contacts.record(actor(name), { id: newId(), caseId, text: 'A first talk about it.' })
    const found = await cases.find(actor(name), { caseId })
    if (!found.ok) throw new Error(found.reason)
    await casekeeper().bot.worker.drain()
    return { caseId, reference: showReference(found.view.reference) }
  }

  /** Fills in everything that a card asks and presses the button with this part. */
  async function fill(
    name: string,
    card: SeenCard,
    part: string,
    changes: Record<string, string> = {},
  ): Promise<SeenCard> {
    const typed = inputsOf(card.card).map((field) => [field, ANSWERS[field] ?? SAID])
    return press(name, card, buttonWith(card, part), { ...Object.fromEntries(typed), ...changes })
  }
  /** From the case to the request that is sent; what whoever raised it reads at the end. */
  async function raise(name: string, reference: string, ground: string, changes: Record<string, string> = {}) {
    const shell = await say(name, `case ${reference}`)
    const file = await press(name, shell, 'Show')
    let card = await press(name, file, 'Share without consent')
    card = await fill(name, card, 'Go on', { ground })
    card = await fill(name, card, 'Go on', changes)
    card = await fill(name, card, 'Send the request', changes)
    await casekeeper().bot.worker.drain()
    return card
  }

  const opened = async (name: string) => press(name, newest(name), 'Open the request')

  /** Does something about the newest request in somebody's chat, from its card to the last answer. */
  async function does(
    name: string,
    deed: string,
    last = deed,
    changes: Record<string, string> = {},
  ): Promise<SeenCard> {
    const request = await opened(name)
    let card = await press(name, request, buttonWith(request, deed))
    for (let step = 0; step < 5 && !words(card).includes(': on record'); step++) {
      const go = JSON.stringify(card.card).includes('"Go on"') ? 'Go on' : last
      card = await fill(name, card, go, changes)
    }
    await casekeeper().bot.worker.drain()
    return card
  }

  return { heldBy, fill, raise, opened, does }
}
