import type { EmergencyRecord, TypedRecord } from '../../services/emergency/emergency.types'
import type { Actor } from '../../services/people/people.types'
import { newId } from '../../services/platform/ids'
import { must, type ServicesWorld } from './services'

const SAID: TypedRecord = {
  calls: [
    { service: 'emergency-services', other: '', date: '2021-04-14', time: '10:58', told: 'Quinn Invented on a roof' },
  ],
  toldClient: 'no',
  danger: 'client',
  shared: 'The warden, Quinn Invented',
  excluded: '',
  consulted: '',
}

interface Opened {
  id?: string
  origin?: string
  caseId?: string | undefined
}

/** Emergencies of the sample people on real services. */
export function emergenciesOn(world: () => ServicesWorld) {
  const emergencies = () => world().services.emergencies

  return {
    emergencies,
    /** Begins a test: nothing was opened, everybody is there and known, and it is the Wednesday again. */
    afresh: () => {
      world().graph.setFault('transitiveMembers', null)
      return world().beginAgain('outbox', 'duties', 'absences', 'emergencies')
    },
    stored: async (id: string) =>
      (await world().mongo.db.collection<EmergencyRecord>('emergencies').findOne({ _id: id }))!,
    later: (minutes: number) => world().at(world().minutesLater(minutes)),
    open: async (by: Actor, { id = newId(), origin = newId(), caseId }: Opened = {}): Promise<string> => {
      const named = caseId ? { caseId } : null
      const at = world().services.clock.now()
      const opened = await emergencies().open({ ...by, roles: [] }, { id, origin, at, named, shownAs: null })
      return must(opened).view.emergencyId
    },
    record: (by: Actor, emergencyId: string, changes: Partial<TypedRecord> = {}, reference: string | null = null) =>
      emergencies().record(by, { emergencyId, reference, after: { ...SAID, ...changes }, told: 'Called 999' }),
    /** Who got what, cards before mails. */
    sent: async (card: Parameters<ServicesWorld['outbox']>[0]['card'], id: string): Promise<string[]> => {
      const rows = await world().outbox({ card, subject: id })
      return rows.map(({ to, by }) => `${by} ${to}`).sort()
    },
  }
}

/** What was sent where each of them got a card and a mail. */
export const both = (...people: Actor[]) =>
  people.flatMap(({ staffId }) => [`card ${staffId}`, `mail ${staffId}`]).sort()
