import { expect } from '@jest/globals'
import type { SeenCard } from '../../bot/dev/pretend-teams'
import type { Casekeeper } from './casekeeper'
import { everythingKept, storyOf } from './story'

/** Marked words that must not be anywhere but in the answers to presses. */
export const CALL = {
  service: 'emergency-services',
  other: '',
  date: '2026-11-24',
  time: '9:55',
  told: 'Zebulon on the roof',
}
export const LEAKS = /Zebulon|warden of Juniper|Quillon/i

interface Given {
  call?: Partial<typeof CALL>
  shared?: string
  consulted?: string
  reference?: string
}

/** Plays emergencies for the sample people, each named by the beginning of their name. */
export function emergencyStoryOf(casekeeper: () => Casekeeper) {
  const { press, person } = storyOf(casekeeper)
  const emergencies = () => casekeeper().mongo.db.collection('emergencies')

  /** Fills in what was done today, from a card that asks for it; the last card. */
  async function record(name: string, card: SeenCard, { call, reference, ...information }: Given = {}) {
    const date = casekeeper().clock.now().toISOString().slice(0, 10)
    let form = await press(name, card, 'Record what was done')
    form = await press(name, form, 'Go on', { ...CALL, date, ...call, ...(reference ? { reference } : {}) })
    form = await press(name, form, 'Go on', { informed: 'no', danger: 'client' })
    return press(name, form, 'Save', { shared: 'The warden of Juniper House', ...information })
  }

  return {
    record,
    drained: () => casekeeper().bot.worker.drain(),
    at: (time: string) => casekeeper().clock.set(new Date(time)),
    minutesLater: (minutes: number) =>
      casekeeper().clock.set(new Date(casekeeper().clock.now().getTime() + minutes * 60_000)),
    count: (openedBy: string) => emergencies().countDocuments({ openedBy: person(openedBy).id }),
    latestOf: (openedBy: string) =>
      emergencies()
        .find({ openedBy: person(openedBy).id })
        .sort({ openedAt: -1 })
        .next(),
    /** Not in a card, a mail, a log or the database, and the audit of every union is whole. */
    expectNothingLeaked: async () => {
      await casekeeper().bot.worker.drain()
      expect(await everythingKept(casekeeper())).not.toMatch(LEAKS)
      expect(JSON.stringify(casekeeper().graph.sentMail())).not.toMatch(LEAKS)
      for (const union of ['londonmet', 'cardiff', 'worcester', 'cambridge', 'lancaster'])
        expect((await casekeeper().bot.services.audit.verify(union)).broken).toEqual([])
    },
    /** Ends all that the stories before have left open. */
    forget: async () => {
      for (const name of ['emergencies', 'duties']) await casekeeper().mongo.db.collection(name).deleteMany({})
    },
  }
}
