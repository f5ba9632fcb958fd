import { expect } from '@jest/globals'
import { buttonsOf, type SeenCard, textsOf } from '../../bot/dev/pretend-teams'
import type { Casekeeper } from './casekeeper'
import { buttonWith, everythingKept, storyOf, words } from './story'

/** Clients who were never born. */
export const VALE = { name: 'Marguerite Madeupson', number: 'qvxz98765', reason: 'Wants to change supervisor' }
export const IRIS = { name: 'Leonora Fabricated', number: '87654321', reason: 'Asks about accommodation' }
const OF_CLIENTS = /Marguerite|Madeupson|qvxz98765|supervisor|Leonora|Fabricated|87654321|accommodation/i
/** What somebody wrote in these stories, which no copy may hold. */
const NARRATIVE = /extension of time|deposit|second view would|mediation|locksmith|telephone with the director/i

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** What a button about one question carries. */
const ABOUT_IT = { consultationId: expect.stringMatching(UUID) }

/** Everything that a card's JSON says: its texts, its buttons with what they carry, and what is read aloud or shown instead. */
export function exactly({ card }: SeenCard) {
  const { $schema, type, version, body, speak, fallbackText, ...rest } = card
  expect([type, version, rest]).toEqual(['AdaptiveCard', '1.5', {}])
  return {
    texts: textsOf(body),
    buttons: buttonsOf(body).map(({ title, verb, data }) => [title, verb, data]),
    around: [speak, fallbackText],
  }
}

/** All that is posted to whoever is asked, who may take until then. */
export const postedQuestion = (hopedForBy: string) => ({
  texts: [
    'Sample data: nobody here is real',
    'A colleague asks for advice',
    `A reply is hoped for by ${hopedForBy}.`,
    'You are not told who it is about, and that is meant so. Your reply is kept with the case.',
  ],
  buttons: [
    ['Show', 'consultation.show', ABOUT_IT],
    ['Reply', 'consultation.reply', ABOUT_IT],
  ],
  around: ['A colleague asks for advice', 'Open this card in a current version of Teams.'],
})

/** All that they see once they have pressed "Show": who asks, when and why, and the words. */
export const shownQuestion = (asker: string, question: string) => ({
  texts: [
    'Sample data: nobody here is real',
    'A colleague asks for advice',
    asker,
    question,
    'You are not told who it is about, and that is meant so. Your reply is kept with the case.',
  ],
  buttons: [
    ['Reply', 'consultation.reply', ABOUT_IT],
    ['Put away', 'consultation.put-away', ABOUT_IT],
  ],
  around: ['Casekeeper has something for you', 'Open this card in a current version of Teams.'],
})

const referenceOn = (card: SeenCard): string => /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(words(card))![0]

/** What the stories about questions and concerns have in common. */
export function consultationStoryOf(casekeeper: () => Casekeeper) {
  const { say, press, person, newest } = storyOf(casekeeper)
  const drain = () => casekeeper().bot.worker.drain()

  return {
    drain,
    /** A case that this person holds and has open on the screen. */
    heldCase: async (by: string, kind: string, because: string, details: typeof VALE) => {
      let card = await say(by, 'intake')
      card = await press(by, card, 'Telephone')
      card = await press(by, card, 'Yes: advice is needed', { kind })
      card = await press(by, card, 'Open the case', details)
      const form = await press(by, card, buttonWith(card, 'Choose'))
      await press(by, form, 'Offer the case', { to: person(by).id, because, urgent: 'false' })
      await drain()
      const accepted = await press(by, newest(by), 'Accept case')
      return { reference: referenceOn(accepted), file: await press(by, accepted, 'Open the case') }
    },
    /** No word of a client or of what was asked is in anything posted, mailed, logged, stored or audited. */
    expectNothingKept: async () => {
      await drain()
      const all = await everythingKept(casekeeper())
      expect(all.length).toBeGreaterThan(20_000)
      expect(all.match(OF_CLIENTS)).toBeNull()
      expect(all.match(NARRATIVE)).toBeNull()
      expect(JSON.stringify(casekeeper().graph.sentMail())).not.toMatch(OF_CLIENTS)
      for (const orgId of ['cambridge', 'worcester'])
        expect((await casekeeper().bot.services.audit.verify(orgId)).broken).toEqual([])
    },
  }
}
