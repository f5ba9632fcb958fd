import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { CaseworkError } from '../../services/platform/errors'
import { faultCode, type Logger } from '../../services/platform/logger'
import { forgetNote, type PlaygroundPlace } from './playground-note'
import { adoptPlayground } from './playground-orphan'
import { type PlaygroundProcess, spawnPlayground } from './playground-process'
import type { Persona } from './sample-staff'

export { type SeededConversation, seededConversation } from './playground-config'

/** Chats that look like Teams, one browser page for each persona (Microsoft 365 Agents Playground). */
export interface Playgrounds {
  /**
   * The page of the persona's chat; starts it when it is not running. Opening twice starts once.
   * @throws CaseworkError `persona-unknown`, `playgrounds-stopped`, `playground-port-in-use`, `playground-not-started`
   */
  open(slug: string): Promise<{ url: string }>
  /** The port that is kept for the persona, also before it is opened. @throws CaseworkError `persona-unknown` */
  portOf(slug: string): number
  /** The hosts that the bot has to allow as service addresses: `localhost:<port>` of every persona. */
  serviceHosts(): string[]
  /** Running, or about to. */
  isOpen(slug: string): boolean
  /** Ends every chat, also those left by a launcher that was killed and opened again by this one. */
  stop(): Promise<void>
}

interface PlaygroundsOptions {
  personas: readonly Persona[]
  /** Where the bot takes activities. */
  botUrl: string
  /** For configurations, logs and notes; made when it is not there. */
  folder: string
  log: Logger
  /** The first persona's port; the others follow in their order. */
  basePort: number
}

/** Prepares the chats; none is started before it is opened, because each is a process of some 120 MB. */
export function createPlaygrounds({ personas, botUrl, folder, log, basePort }: PlaygroundsOptions): Playgrounds {
  const places = new Map<string, PlaygroundPlace>(
    personas.map((persona, index) => [
      persona.slug,
      { persona, port: basePort + index, botUrl, folder: resolve(folder) },
    ]),
  )
  const opening = new Map<string, Promise<PlaygroundProcess>>()
  const running = new Map<PlaygroundPlace, PlaygroundProcess>()
  let stopped = false

  function placeOf(slug: string): PlaygroundPlace {
    const place = places.get(slug)
    if (!place) throw new CaseworkError('persona-unknown')
    return place
  }

  function keep(place: PlaygroundPlace, started: PlaygroundProcess): void {
    running.set(place, started)
    void started.ended.then(() => {
      if (running.get(place) !== started) return
      running.delete(place)
      opening.delete(place.persona.slug)
      if (!stopped) log.warn('playground-ended', { staffId: place.persona.id, port: place.port })
    })
    if (stopped) void started.stop()
  }

  async function endAll(): Promise<void> {
    const ending = [...running].map(async ([place, started]) => {
      await started.stop()
      await forgetNote(place)
    })
    await Promise.all(ending)
  }

  async function start(place: PlaygroundPlace): Promise<PlaygroundProcess> {
    const began = performance.now()
    await mkdir(place.folder, { recursive: true })
    const adopted = await adoptPlayground(place)
    if (adopted) keep(place, adopted)
    const started = adopted ?? (await spawnPlayground(place, (child) => keep(place, child)))
    const ms = Math.round(performance.now() - began)
    log.info(adopted ? 'playground-adopted' : 'playground-started', {
      staffId: place.persona.id,
      port: place.port,
      ms,
    })
    return started
  }

  return {
    open: async (slug) => {
      const place = placeOf(slug)
      if (stopped) throw new CaseworkError('playgrounds-stopped', { help: 'Casekeeper is stopping.' })
      const started = opening.get(slug) ?? start(place)
      opening.set(slug, started)
      try {
        await started
      } catch (fault) {
        if (opening.get(slug) === started) opening.delete(slug)
        log.warn('playground-not-opened', { staffId: place.persona.id, port: place.port, reason: faultCode(fault) })
        throw fault
      }
      return { url: `http://localhost:${place.port}/` }
    },
    portOf: (slug) => placeOf(slug).port,
    serviceHosts: () => [...places.values()].map(({ port }) => `localhost:${port}`),
    isOpen: (slug) => running.has(placeOf(slug)),
    stop: async () => {
      stopped = true
      await endAll()
      await Promise.allSettled(opening.values())
      await endAll()
    },
  }
}
