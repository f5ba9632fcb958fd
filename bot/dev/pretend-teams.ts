import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { newId } from '../../services/platform/ids'
import { answerWithFault, type TeamsFault } from './pretend-faults'
import type { Persona } from './sample-staff'

export type { TeamsFault } from './pretend-faults'

/** A card as a person sees it. */
export interface SeenCard {
  id: string
  card: Record<string, unknown>
  summary: string
}

/** A chat client without a screen: it says and presses what a person would, and keeps what they would see. */
export interface PretendTeams {
  host: string
  /** Everything that was posted to a persona's chat, as it stands after updates. */
  chat(persona: Persona): SeenCard[]
  /** Everything that was ever posted or updated, for looking whether anything leaked. */
  everything(): string[]
  say(persona: Persona, text: string, extra?: object): Promise<SeenCard>
  /** Presses the button with this title, with what is typed into the card's inputs. */
  press(persona: Persona, seen: SeenCard, title: string, inputs?: Record<string, string>): Promise<SeenCard>
  /** Sends any activity, as a stranger might. */
  send(persona: Persona, activity: object): Promise<{ status: number; body: unknown }>
  /** What goes wrong with the next requests to a persona's chat, one each; null for one that works. */
  setFaults(persona: Pick<Persona, 'conversationId'>, faults: readonly (TeamsFault | null)[]): void
  stop(): Promise<void>
}

/** Starts the pretended Teams service. @param botUrl asked at each call, since the bot starts after it */
export async function startPretendTeams(botUrl: () => string): Promise<PretendTeams> {
  const chats = new Map<string, SeenCard[]>()
  const everything: string[] = []
  const faults = new Map<string, (TeamsFault | null)[]>()
  const server: Server = createServer((request, response) => {
    void receive(request).then(({ id, fault }) => {
      if (fault) return answerWithFault(fault, request, response)
      response.setHeader('content-type', 'application/json')
      response.statusCode = id ? 200 : 404
      response.end(JSON.stringify({ id: id ?? undefined }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `localhost:${(server.address() as AddressInfo).port}`

  async function receive(request: IncomingMessage): Promise<{ id: string | null; fault: TeamsFault | null }> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString('utf8')
    everything.push(text)
    const [, conversation = '', activityId] =
      /conversations\/([^/]+)\/activities\/?([^/]*)$/.exec(request.url ?? '') ?? []
    const fault = faults.get(decodeURIComponent(conversation))?.shift() ?? null
    const id = fault && !fault.commit ? null : keep(request, conversation, activityId, text)
    return { id, fault }
  }

  function keep({ method }: IncomingMessage, conversation: string, activityId: string | undefined, text: string) {
    const activity = JSON.parse(text || '{}') as { attachments?: { content: SeenCard['card'] }[]; summary?: string }
    const chat = chats.get(decodeURIComponent(conversation)) ?? []
    chats.set(decodeURIComponent(conversation), chat)
    const seen = { card: activity.attachments?.[0]?.content ?? {}, summary: activity.summary ?? '' }
    if (method === 'PUT') {
      const known = chat.find(({ id }) => id === decodeURIComponent(activityId ?? ''))
      if (!known) return null
      Object.assign(known, seen)
      return known.id
    }
    const id = newId()
    chat.push({ id, ...seen })
    return id
  }

  const envelope = (persona: Persona) => ({
    id: newId(),
    timestamp: new Date().toISOString(),
    channelId: 'msteams',
    serviceUrl: `http://${host}/`,
    from: { id: persona.userId, aadObjectId: persona.id, name: persona.name },
    recipient: { id: persona.botId, name: 'Casekeeper' },
    conversation: { id: persona.conversationId, conversationType: 'personal', tenantId: persona.tenantId },
    channelData: { tenant: { id: persona.tenantId } },
  })

  async function send(persona: Persona, activity: object) {
    const response = await fetch(`${botUrl()}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...envelope(persona), ...activity }),
    })
    const text = await response.text()
    return { status: response.status, body: text ? (JSON.parse(text) as unknown) : null }
  }

  const chat = (persona: Persona) => chats.get(persona.conversationId) ?? []

  return {
    host,
    chat,
    everything: () => everything,
    setFaults: ({ conversationId }, next) => {
      faults.set(conversationId, [...next])
    },
    send,
    say: async (persona, text, extra = {}) => {
      const before = chat(persona).length
      const { status } = await send(persona, { type: 'message', text, ...extra })
      const answer = chat(persona).at(-1)
      if (status >= 300 || !answer || chat(persona).length === before)
        throw new Error(`no answer to "${text}" (${status})`)
      return answer
    },
    press: async (persona, seen, title, inputs = {}) => {
      const button = buttonsOf(seen.card).find((candidate) => candidate.title === title)
      if (!button) throw new Error(`no button "${title}" on: ${textsOf(seen.card).join(' | ')}`)
      const { verb, data } = button as { verb: string; data: object }
      const value = { action: { type: 'Action.Execute', title, verb, data: { ...data, ...inputs } } }
      const { status, body } = await send(persona, {
        type: 'invoke',
        name: 'adaptiveCard/action',
        replyToId: seen.id,
        value,
      })
      const card = (body as { value?: SeenCard['card'] } | null)?.value
      if (status !== 200 || !card) throw new Error(`"${title}" was answered with ${status}`)
      return { id: seen.id, card, summary: '' }
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

type Element = Record<string, unknown>

function* elements(value: unknown): Generator<Element> {
  if (Array.isArray(value)) for (const inner of value) yield* elements(inner)
  else if (typeof value === 'object' && value !== null) {
    yield value as Element
    for (const [name, inner] of Object.entries(value))
      if (name !== 'fallback' && name !== 'data') yield* elements(inner)
  }
}

/** Everything on a card that can be pressed. */
export const buttonsOf = (card: unknown): Element[] =>
  [...elements(card)].filter((element) => element.type === 'Action.Execute')

/** Everything on a card that can be read, from top to bottom. */
export const textsOf = (card: unknown): string[] =>
  [...elements(card)]
    .filter((element) => element.type === 'TextBlock' || element.type === 'TextRun' || element.type === undefined)
    .flatMap((element) => [element.text, element.value])
    .filter((text): text is string => typeof text === 'string')
    .map((text) => text.replaceAll(/\\(?=[^\p{L}\p{N}\s])/gu, ''))

/** The ids of a card's inputs. */
export const inputsOf = (card: unknown): string[] =>
  [...elements(card)]
    .filter((element) => String(element.type).startsWith('Input.'))
    .map((element) => String(element.id))
