import { setTimeout as pause } from 'node:timers/promises'
import { buttonsOf, inputsOf, type PretendTeams, type SeenCard, textsOf } from '../../bot/dev/pretend-teams'
import type { Persona } from '../../bot/dev/sample-staff'
import type { AllocationRecord } from '../../services/allocation/allocation.types'
import { newId } from '../../services/platform/ids'
import type { Mongo } from '../../services/platform/mongo'
import type { Chance } from './chance'

/** Something that a person was told is done. */
export type Told =
  | { done: 'opened'; caseId: string; name: string }
  | { done: 'corrected'; caseId: string; name: string }
  | { done: 'offered' | 'accepted' | 'declined' | 'withdrawn'; allocationId: string }
  | { done: 'call-back agreed'; caseId: string; number: string }
  | { done: 'noted'; caseId: string; text: string }

export interface PersistentPeople {
  /** One case from the call to the note, with a turn or two on the way; whatever fails is pressed again. */
  story(front: Persona, which: Chance): Promise<void>
  told: Told[]
  figures: { presses: number; failedPresses: number; courteous: number; unanswered: number; slowestMs: number }
}

export interface PeopleParts {
  teams: PretendTeams
  personas: readonly Persona[]
  mongo: Mongo
  /** Resolves while a bot is there to be talked to. */
  ready(): Promise<void>
  /** Moves business time to the next working morning. */
  tomorrow(): Promise<void>
  /** How long one press may take before somebody would say that it hangs. */
  hangsAfterMs: number
}

const STATES_SHOWN = { offered: 'offered to', accepted: 'accepted by', declined: 'declined' } as const
const TRIES = 200
const CARD_LIMIT_MS = 120_000

/** What the bot says when something is wrong on its side. */
const FAULT = /Something went wrong on our side|cannot be checked at the moment|out of reach at the moment/

const readable = (seen: SeenCard): string => textsOf(seen.card).join('\n')
const has = (seen: SeenCard, title: string): boolean => buttonsOf(seen.card).some((button) => button.title === title)
const dataOf = (seen: SeenCard, title: string) =>
  (buttonsOf(seen.card).find((button) => button.title === title)?.data ?? {}) as Record<string, string>

/** How far a card is in taking a call: what was answered once is not asked for again. */
function progress(seen: SeenCard): number {
  if (has(seen, 'Correct name or number')) return 100
  if (inputsOf(seen.card).includes('name')) return 50
  if (has(seen, 'Telephone')) return 0
  if (has(seen, 'Yes: advice is needed')) return 1
  const [, step] = /Step (\d+) of/.exec(readable(seen)) ?? []
  return step ? 1 + Number(step) : -1
}

/** People who press again what was not answered, and look where they stand when a form is gone. */
export function persistentPeople(parts: PeopleParts): PersistentPeople {
  const { teams, personas, mongo, ready, tomorrow, hangsAfterMs } = parts
  const told: Told[] = []
  const figures = { presses: 0, failedPresses: 0, courteous: 0, unanswered: 0, slowestMs: 0 }
  const allocations = mongo.db.collection<AllocationRecord>('allocations')

  /** Looks until the database can be read: the test knows what no person could. */
  async function look<T>(read: () => Promise<T>): Promise<T> {
    for (let attempt = 1; attempt < TRIES; attempt++) {
      const found = await read().catch(() => undefined)
      if (found !== undefined) return found
      await pause(100)
    }
    return read()
  }
  const allocationOf = async (id: string) => (await look(() => allocations.findOne({ _id: id })))!

  async function once(who: Persona, seen: SeenCard, title: string, inputs: object): Promise<SeenCard | null> {
    const button = buttonsOf(seen.card).find((candidate) => candidate.title === title)
    if (!button) throw new Error(`no button "${title}" on: ${readable(seen)}`)
    const { verb, data } = button as { verb: string; data: object }
    const value = { action: { type: 'Action.Execute', title, verb, data: { ...data, ...inputs } } }
    const activity = { type: 'invoke', name: 'adaptiveCard/action', replyToId: seen.id, value }
    const began = performance.now()
    figures.presses += 1
    const hangs = pause(hangsAfterMs, 'hangs' as const, { ref: false })
    const answer = await Promise.race([teams.send(who, activity).catch(() => null), hangs])
    if (answer === 'hangs') throw new Error(`"${title}" was not answered within ${hangsAfterMs} ms`)
    figures.slowestMs = Math.max(figures.slowestMs, Math.round(performance.now() - began))
    const card = (answer?.body as { value?: SeenCard['card'] } | null)?.value
    return answer?.status === 200 && card ? { id: seen.id, card, summary: '' } : null
  }

  async function press(who: Persona, seen: SeenCard, title: string, inputs: object = {}): Promise<SeenCard> {
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      await ready()
      const answer = await once(who, seen, title, inputs)
      if (answer && !FAULT.test(readable(answer))) return answer
      figures.failedPresses += 1
      if (answer) figures.courteous += 1
      else figures.unanswered += 1
      await pause(100)
    }
    throw new Error(`"${title}" was pressed ${TRIES} times and never answered`)
  }

  /** Presses a button that some earlier card had. */
  function pressKnown(who: Persona, verb: string, data: object = {}): Promise<SeenCard> {
    const card = { actions: [{ type: 'Action.Execute', title: verb, verb, data }] }
    return press(who, { id: newId(), card, summary: '' }, verb)
  }

  async function takeCall(front: Persona, name: string, number: string): Promise<SeenCard> {
    let seen = await pressKnown(front, 'intake')
    for (let reached = 0; reached < 100; ) {
      const before = reached
      reached = progress(seen)
      if (reached < 0) return lookFor(front, name, readable(seen))
      if (reached < before) throw new Error(`asked again at ${reached} after ${before}: ${readable(seen)}`)
      if (reached === 0) seen = await press(front, seen, 'Telephone')
      else if (reached === 1) seen = await press(front, seen, 'Yes: advice is needed', { kind: 'general' })
      else if (reached === 50)
        seen = await press(front, seen, 'Open the case', { name, number, reason: `Reason of ${name}` })
      else if (reached < 50) {
        const answers = inputsOf(seen.card).includes('answer')
        seen = await press(front, seen, 'Go on', { done: 'true', ...(answers ? { answer: 'yes' } : {}) })
      }
    }
    return seen
  }

  /** The form is gone, so the case must be there: looked for on the list, as a person would. */
  async function lookFor(front: Persona, name: string, instead: string): Promise<SeenCard> {
    const list = await pressKnown(front, 'waiting')
    for (const { verb, data } of buttonsOf(list.card) as { verb: string; data: object }[]) {
      if (verb !== 'proposal') continue
      const seen = await pressKnown(front, verb, data)
      if (readable(seen).includes(name)) return seen
    }
    throw new Error(`the case of ${name} is nowhere; the form said: ${instead}`)
  }

  async function correct(front: Persona, seen: SeenCard, name: string, number: string): Promise<SeenCard> {
    const { caseId = '' } = dataOf(seen, 'Correct name or number')
    const form = await press(front, seen, 'Correct name or number')
    const answer = await press(front, form, 'Save', { name, number })
    const proposal = await pressKnown(front, 'proposal', { caseId })
    if (readable(answer).includes('Corrected in case')) told.push({ done: 'corrected', caseId, name })
    return proposal
  }

  /** Offers, and answers which allocation it is now. */
  async function offer(front: Persona, proposal: SeenCard, urgent: boolean): Promise<AllocationRecord> {
    const { allocationId = '' } = dataOf(proposal, 'Offer the case')
    const answer = await press(front, proposal, 'Offer the case', { urgent: String(urgent) })
    if (readable(answer).includes(STATES_SHOWN.offered)) told.push({ done: 'offered', allocationId })
    return allocationOf(allocationId)
  }

  /** The newest card in the person's chat that asks for an answer to this offer. */
  async function cardOf({ _id, offeredTo }: AllocationRecord): Promise<{ asked: Persona; seen: SeenCard }> {
    const asked = personas.find(({ id }) => id === offeredTo)!
    const began = performance.now()
    while (performance.now() - began < CARD_LIMIT_MS) {
      const theirs = teams.chat(asked).filter((seen) => dataOf(seen, 'Accept case').allocationId === _id)
      // As they saw it: the card in the chat may be drawn anew while they press.
      if (theirs.length > 0) return { asked, seen: structuredClone(theirs.at(-1)!) }
      await pause(50)
    }
    throw new Error(`the offer ${_id} never came to ${asked.name}`)
  }

  async function accept(allocation: AllocationRecord): Promise<{ holder: Persona; seen: SeenCard }> {
    const { asked, seen } = await cardOf(allocation)
    let answer = seen
    // A reminder has changed it meanwhile: the answer is the card as it stands.
    while (has(answer, 'Accept case')) answer = await press(asked, answer, 'Accept case')
    if (!readable(answer).includes(STATES_SHOWN.accepted)) throw new Error(`not accepted: ${readable(answer)}`)
    told.push({ done: 'accepted', allocationId: allocation._id })
    return { holder: asked, seen: answer }
  }

  async function decline(allocation: AllocationRecord): Promise<AllocationRecord> {
    const { asked, seen } = await cardOf(allocation)
    for (let state = allocation.state; state === 'offered'; state = (await allocationOf(allocation._id)).state) {
      let form = await press(asked, seen, 'Decline')
      if (has(form, 'Accept case')) form = await press(asked, form, 'Decline')
      if (!inputsOf(form.card).includes('because')) continue
      const answer = await press(asked, form, 'Decline', { because: 'away' })
      if (readable(answer).includes(STATES_SHOWN.declined))
        told.push({ done: 'declined', allocationId: allocation._id })
    }
    const { caseId } = allocation
    const newest = () => allocations.find({ caseId }).sort({ createdAt: -1 }).limit(1).toArray()
    return (await look(newest))[0]!
  }

  async function withdraw(front: Persona, allocation: AllocationRecord): Promise<AllocationRecord> {
    for (let state = allocation.state; state === 'offered'; state = (await allocationOf(allocation._id)).state) {
      const sure = await pressKnown(front, 'withdraw', { allocationId: allocation._id })
      if (!has(sure, 'Withdraw the offer')) continue
      const answer = await press(front, sure, 'Withdraw the offer')
      if (has(answer, 'Offer the case')) told.push({ done: 'withdrawn', allocationId: allocation._id })
    }
    const proposal = await pressKnown(front, 'proposal', { caseId: allocation.caseId })
    return offer(front, proposal, false)
  }

  async function note(holder: Persona, accepted: SeenCard, text: string): Promise<void> {
    const { caseId = '' } = dataOf(accepted, 'Open the case')
    const content = await press(holder, accepted, 'Open the case')
    const form = await press(holder, content, 'Add a note')
    const answer = await press(holder, form, 'Save', { text })
    const shown = readable(answer).includes('Note saved')
      ? text
      : readable(await pressKnown(holder, 'case.open', { caseId }))
    if (!shown.includes(text)) throw new Error(`the note "${text}" is nowhere; the form said: ${readable(answer)}`)
    told.push({ done: 'noted', caseId, text })
  }

  async function agreeCallBack(front: Persona, caseId: string, number: string): Promise<void> {
    const form = await pressKnown(front, 'call-back', { caseId })
    const answer = await press(front, form, 'Save', { consent: 'true', number, when: 'in the morning' })
    if (readable(answer).includes('Call-back noted')) told.push({ done: 'call-back agreed', caseId, number })
  }

  return {
    told,
    figures,
    story: async (front, which) => {
      const word = Array.from({ length: 10 }, () => String.fromCharCode(97 + which.between(0, 25))).join('')
      const number = String(which.between(1_000_000, 9_999_999))
      const name = `Quinn ${word[0]!.toUpperCase()}${word.slice(1)}`
      let proposal = await takeCall(front, name, number)
      const { caseId = '' } = dataOf(proposal, 'Correct name or number')
      told.push({ done: 'opened', caseId, name })
      if (which.happens(0.3)) proposal = await correct(front, proposal, `${name} Corrected`, number)
      let allocation = await offer(front, proposal, which.happens(0.3))
      if (which.happens(0.4)) await agreeCallBack(front, caseId, `02920 ${number}`)
      const turn = which.pick(['accept', 'accept', 'decline', 'withdraw', 'silence'] as const)
      if (turn === 'decline') allocation = await decline(allocation)
      if (turn === 'withdraw') allocation = await withdraw(front, allocation)
      if (turn === 'silence') await tomorrow()
      const { holder, seen } = await accept(allocation)
      await note(holder, seen, `Note about ${word}.`)
    },
  }
}
