import { breachAsked, breachShell, breachUnanswered } from '../cards/breach'
import { makeButton } from '../cards/button'
import { caseShell } from '../cards/case'
import { consultationAsked, consultationNews } from '../cards/consultation'
import {
  emergencyDebrief,
  emergencyFrequent,
  emergencyLate,
  emergencyReminder,
  emergencyTold,
  emergencyToReview,
  inWords,
} from '../cards/emergency'
import type { Look } from '../cards/look'
import { notice } from '../cards/notice'
import { offer } from '../cards/offer'
import type { Shell } from '../cards/render'
import type { WordKey } from '../cards/words'
import type { Services } from '../services'
import type { OfferView } from '../services/allocation/allocation.types'
import type { AskedView } from '../services/consultation/consultation.types'
import { showReference } from '../services/platform/ids'
import type { CardKind, OutboxRow } from '../services/platform/outbox'

type About = Pick<OutboxRow, 'orgId' | 'subject' | 'to'>

/** What one kind of row says. Everything is loaded at that moment; null when there is nothing left to say. */
export interface Message {
  /** @param known the activity under which the person has this card already */
  shell(about: About, look: Look, known: string | null): Promise<Shell | null>
  /** The mail instead of the card, or beside it. */
  mail(about: About, look: Look): Promise<{ subject: string; body: string } | null>
}

/** What the bot says of its own accord, by the kind of card in the outbox. */
export function createMessages(services: Services): Readonly<Record<CardKind, Message>> {
  const { allocation, breaches, cases, consultations, emergencies } = services

  /** A case that wants to be opened. */
  const aboutCase = (heading: WordKey): Message => ({
    shell: async ({ orgId, subject }, look) => {
      const view = await cases.summary(orgId, subject)
      if (!view) return null
      const reference = showReference(view.reference)
      const open = makeButton(look.say('button.open-case'), 'case.show', { caseId: view.caseId }, { primary: true })
      return notice(look, look.say(heading, { reference }), [], [open], look.say('summary.told', { reference }))
    },
    mail: async ({ orgId, subject }, look) => {
      const view = await cases.summary(orgId, subject)
      return view && mail(look, 'news', showReference(view.reference))
    },
  })

  type Emergency = NonNullable<Awaited<ReturnType<typeof emergencies.summary>>>

  /** An emergency, to whoever was told, reviews or opened it. */
  const aboutEmergency = (
    draw: (look: Look, view: Emergency, orgId: string, known: string | null) => Shell | null,
  ): Message => ({
    shell: async ({ orgId, subject, to }, look, known) => {
      const view = await emergencies.summary(orgId, subject, to)
      return view && draw(look, view, orgId, known)
    },
    mail: async ({ orgId, subject, to }, look) => {
      const view = await emergencies.summary(orgId, subject, to)
      if (!view) return null
      return {
        subject: look.say('mail.emergency.subject', inWords(view)),
        body: look.say('mail.emergency.body', inWords(view)),
      }
    },
  })

  return {
    offer: {
      shell: async ({ orgId, subject, to }, look, known) => {
        const view = await allocation.offer(orgId, subject)
        // Who never saw the offer need not learn how it ended.
        return view && (known || isForThem(view, to)) ? offer(look, view) : null
      },
      mail: async ({ orgId, subject, to }, look) => {
        const view = await allocation.offer(orgId, subject)
        return view && isForThem(view, to) ? mail(look, 'offer', showReference(view.reference), view.urgent) : null
      },
    },
    choose: {
      shell: async ({ orgId, subject }, look) => {
        const view = await allocation.offer(orgId, subject)
        if (!view) return null
        const reference = showReference(view.reference)
        const choose = makeButton(look.say('button.go'), 'proposal', { caseId: view.caseId }, { primary: true })
        const summary = look.say('summary.told', { reference })
        return notice(look, look.say('told.choose', { reference }), [look.say('told.choose-detail')], [choose], summary)
      },
      mail: async ({ orgId, subject }, look) => {
        const view = await allocation.offer(orgId, subject)
        return view?.state === 'proposed' ? mail(look, 'news', showReference(view.reference)) : null
      },
    },
    'storage-refused': {
      shell: async (_about, look) =>
        notice(look, look.say('told.storage-refused'), [look.say('told.storage-refused-detail')]),
      mail: async (_about, look) => mail(look, 'news', 'none'),
    },
    'first-contact': aboutCase('told.first-contact'),
    'call-back': aboutCase('told.call-back'),
    'breach-asked': {
      shell: async ({ orgId, subject, to }, look) => {
        const view = await breaches.asked(orgId, subject, to)
        return view && breachAsked(look, view)
      },
      mail: async ({ orgId, subject, to }, look) => {
        const view = await breaches.asked(orgId, subject, to)
        return view?.open ? mail(look, 'news', showReference(view.reference), view.urgent) : null
      },
    },
    'breach-unanswered': {
      shell: async ({ orgId, subject, to }, look, known) => {
        const view = await breaches.unanswered(orgId, subject, to)
        return view && (known || view.open) ? breachUnanswered(look, view) : null
      },
      mail: async ({ orgId, subject, to }, look) => {
        const view = await breaches.unanswered(orgId, subject, to)
        return view?.open ? mail(look, 'news', showReference(view.reference), true) : null
      },
    },
    // Who never heard of it need not hear that it was none.
    'emergency-opened': aboutEmergency((look, view, _orgId, known) =>
      known || view.state !== 'stood-down' ? emergencyTold(look, view) : null,
    ),
    'emergency-reminder': aboutEmergency((look, view) =>
      view.state === 'opened' ? emergencyReminder(look, view) : null,
    ),
    'emergency-unrecorded': aboutEmergency((look, view) => emergencyLate(look, view)),
    'emergency-frequent': aboutEmergency((look, view, orgId) =>
      emergencyFrequent(look, view, services.policyOf(orgId).emergency.frequent),
    ),
    'emergency-review': aboutEmergency((look, view) => emergencyToReview(look, view)),
    'emergency-debrief': aboutEmergency((look, view) => emergencyDebrief(look, view)),
    consultation: {
      shell: async ({ orgId, subject, to }, look, known) => {
        const view = await consultations.asked(orgId, subject, to)
        // Who never saw the question need not learn how it ended.
        return view && (known || isOpen(view)) ? consultationAsked(look, view) : null
      },
      mail: async ({ orgId, subject, to }, look) => {
        const view = await consultations.asked(orgId, subject, to)
        return view && isOpen(view) ? mail(look, 'news', 'none') : null
      },
    },
    'consultation-news': {
      shell: async ({ orgId, subject, to }, look, known) => {
        const view = await consultations.news(orgId, subject, to)
        return view && (known || view.state !== 'ended') ? consultationNews(look, view) : null
      },
      mail: async ({ orgId, subject, to }, look) => {
        const view = await consultations.news(orgId, subject, to)
        return view && view.state !== 'ended' ? mail(look, 'news', showReference(view.reference)) : null
      },
    },
    'put-away': {
      shell: async ({ orgId, subject, to }, look) => {
        const [about] = subject.split(' ') as [string]
        const view = await cases.summary(orgId, about)
        if (view) return caseShell(look, view)
        const request = await breaches.asked(orgId, about, to)
        return request && breachShell(look, about, request.reference)
      },
      mail: async () => null,
    },
  }
}

const isOpen = ({ state }: AskedView): boolean => state === 'waiting' || state === 'answered'

const isForThem = (view: OfferView, staffId: string): boolean =>
  view.state === 'offered' && view.offeredTo?.staffId === staffId

/** Neutral words that name the case's reference at most. */
const mail = (look: Look, key: 'offer' | 'news', reference: string, urgent = false) => ({
  subject: look.say(`mail.${key}.subject`, { reference }),
  body: look.say(`mail.${key}.body`, { reference, urgent: urgent ? 'yes' : 'no' }),
})
