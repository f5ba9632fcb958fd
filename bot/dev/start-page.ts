import { createServer, type IncomingMessage } from 'node:http'
import { CaseworkError } from '../../services/platform/errors'
import { faultCode, type Logger } from '../../services/platform/logger'
import type { SentMail } from './graph-simulator'
import type { Playgrounds } from './playground'
import type { Persona } from './sample-staff'
import { startPageDocument } from './start-page-document'
import { type Answer, bodyOf, listen, type StartPage, sentence, write } from './start-page-http'
import { readClockChange, readPresenceChange } from './start-page-input'

/*
 * The page that `npm start` opens. It listens on 127.0.0.1 alone, answers to no other host name and to no other
 * page's requests. Refusals are one sentence of plain text.
 *
 *   GET  /              the page
 *   GET  /personas      [{ id, name, role, title, union, slug, presence, ... }]
 *   GET  /clock         { now, zone }: business time, UTC
 *   POST /clock         { at: ISO 8601 } without an offset in the zone, or { forward: ISO 8601 duration | minutes }
 *   GET  /mail          what would have been mailed, latest first
 *   GET  /due           what is due, soonest first
 *   POST /presence      { staffId, availability }, one of Graph's availability values
 *   GET  /open/<slug>   302 to the persona's chat, which starts when it has to
 */

export interface DueItem {
  kind: string
  about: string
  /** The staff id of whoever has to act; null when nobody does. */
  owner: string | null
  dueAt: Date
}

export interface StartPageParts {
  personas: readonly Persona[]
  clock: { now(): Date; set(to: Date): Promise<void> }
  sentMail: () => Promise<SentMail[]> | SentMail[]
  due: () => Promise<DueItem[]>
  setPresence: (staffId: string, availability: string) => void
  /** Null without chats, as on a machine without a browser. */
  playgrounds: Pick<Playgrounds, 'open'> | null
  /** 0: any free one. */
  port: number
  log: Logger
  /** The time zone of the page; Europe/London when left out. */
  zone?: string
}

const OWN_HOST = /^(?:localhost|127\.0\.0\.1)(?::[0-9]{1,5})?$/

/** Starts the page. @throws CaseworkError `start-page-port-in-use` with a sentence in `help` */
export async function createStartPage(parts: StartPageParts): Promise<StartPage> {
  const document = startPageDocument()
  const { clock, personas, zone = 'Europe/London' } = parts
  const presence = new Map(personas.map(({ id }) => [id, 'Available']))
  const timeOf = () => ({ now: clock.now().toISOString(), zone })

  async function setClock(body: unknown): Promise<Answer> {
    const change = readClockChange(body, clock.now(), zone)
    if (!change.ok) return sentence(400, change.reason)
    await clock.set(change.at)
    return { json: timeOf() }
  }

  function setPresence(body: unknown): Answer {
    const change = readPresenceChange(body)
    if (!change.ok) return sentence(400, change.reason)
    const { staffId, availability } = change
    if (!presence.has(staffId)) return sentence(404, 'No sample person has this id.')
    parts.setPresence(staffId, availability)
    presence.set(staffId, availability)
    return { json: { staffId, availability } }
  }

  async function open(slug: string): Promise<Answer> {
    if (!personas.some((persona) => persona.slug === slug))
      return sentence(404, 'No sample person has this address. Go back to the start page and choose one.')
    if (!parts.playgrounds) return sentence(409, 'Chats are switched off for this start of Casekeeper.')
    try {
      return { to: (await parts.playgrounds.open(slug)).url }
    } catch (fault) {
      if (fault instanceof CaseworkError && typeof fault.info.help === 'string') return sentence(409, fault.info.help)
      throw fault
    }
  }

  const reads: Record<string, () => Answer | Promise<Answer>> = {
    '/': () => ({ page: true }),
    '/personas': () => ({ json: personas.map((one) => ({ ...one, presence: presence.get(one.id) })) }),
    '/clock': () => ({ json: timeOf() }),
    '/mail': async () => ({ json: [...(await parts.sentMail())].sort((one, other) => other.at.localeCompare(one.at)) }),
    '/due': async () => ({ json: [...(await parts.due())].sort((one, other) => +one.dueAt - +other.dueAt) }),
  }
  const writes: Record<string, (body: unknown) => Answer | Promise<Answer>> = {
    '/clock': setClock,
    '/presence': setPresence,
  }

  async function answerTo(request: IncomingMessage): Promise<Answer> {
    const { host = '', origin } = request.headers
    if (!OWN_HOST.test(host)) return sentence(421, 'This page answers to localhost alone.')
    const path = (request.url ?? '/').replace(/\?.*$/s, '')
    if (request.method === 'GET') {
      const [, slug] = /^\/open\/([\w-]+)$/.exec(path) ?? []
      if (slug !== undefined) return open(slug)
      return Object.hasOwn(reads, path) ? reads[path]!() : sentence(404, 'There is no such page.')
    }
    if (request.method !== 'POST') return sentence(405, 'Only GET and POST are known here.')
    if (!Object.hasOwn(writes, path)) return sentence(404, 'There is no such page.')
    if (origin !== undefined && origin !== `http://${host}`)
      return sentence(403, 'Another page may not change anything here.')
    if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
      return sentence(415, 'Send application/json.')
    const body = await bodyOf(request)
    return body === undefined ? sentence(400, 'The body is not JSON, or too long.') : writes[path]!(body)
  }

  const server = createServer((request, response) => {
    answerTo(request)
      .catch((fault: unknown) => {
        parts.log.error('start-page-failed', { reason: faultCode(fault) })
        return sentence(500, 'That did not work; the terminal in which Casekeeper runs names the fault.')
      })
      .then((answer) => write(response, answer, document))
      .catch(() => request.socket.destroy())
  })
  return listen(server, parts.port)
}
