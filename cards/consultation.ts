import { z } from 'zod'
import type { AskedView, ConsultationContent, NewsView } from '../services/consultation/consultation.types'
import { showReference } from '../services/platform/ids'
import { buttons, makeButton } from './button'
import { excerpt } from './excerpt'
import type { Look } from './look'
import { notice } from './notice'
import { home } from './offer'
import { cardTemplate, type Screen, type Shell } from './render'

const contract = z.strictObject({
  heading: z.string(),
  entries: z.array(z.strictObject({ about: z.string(), text: z.string() })),
  next: z.string(),
  actions: buttons,
})

const template = cardTemplate('consultation', 'content', contract)

/** As much of each text as a card with a question and several replies carries; all of it is in the case. */
const SHOWN_BYTES = 4_000
const SHOWN_REPLIES = 4

/** What may be posted to somebody who is asked: that they are, and by when. No reference: not everybody may look it up. */
export function consultationAsked(look: Look, { consultationId, state, until }: AskedView): Shell {
  const summary = look.say('consultation.asked')
  if (state !== 'waiting' && state !== 'answered')
    return notice(
      look,
      look.say('consultation.settled', { state }),
      [look.say('consultation.settled-next', { state })],
      [],
      summary,
    )
  const lines = [
    look.say('consultation.until', { when: look.when(until), answered: state === 'answered' ? 'yes' : 'no' }),
  ]
  const actions = [
    makeButton(look.say('button.show'), 'consultation.show', { consultationId }, { primary: true }),
    makeButton(look.say('button.reply'), 'consultation.reply', { consultationId }),
  ]
  return notice(look, summary, [...lines, look.say('consultation.rule')], actions, summary)
}

/** What may be posted to whoever asked: that something came back, or that nothing has. */
export function consultationNews(look: Look, { consultationId, reference: stored, state, owed }: NewsView): Shell {
  const reference = showReference(stored)
  const heading = look.say('consultation.news', { reference, state })
  if (state === 'ended') return notice(look, heading, [look.say('consultation.ended-next')], [], heading)
  const show = makeButton(look.say('button.show'), 'consultation.show', { consultationId }, { primary: true })
  const lines = [look.say('consultation.news-next', { state, owed: owed ? 'yes' : 'no' })]
  return notice(look, heading, lines, [show, home(look)], heading)
}

/** The question with its words, in the answer to a press: to reply to, or with what came back. */
export function consultationCard(look: Look, view: ConsultationContent): Screen<'content'> {
  const { consultationId, own, reason } = view
  const asked = look.say('consultation.asked-by', {
    name: view.byName,
    when: look.when(view.at),
    why: reason ? look.label(`consult.${reason}`) : look.label(`concern.${view.kind}`),
  })
  const question = { about: asked, text: excerpt(view.question, SHOWN_BYTES) }
  const putAway = makeButton(look.say('button.put-away'), 'consultation.put-away', { consultationId })
  if (!own) {
    const reply = makeButton(look.say('button.reply'), 'consultation.reply', { consultationId }, { primary: true })
    const next = look.say('consultation.rule')
    return template(look, {
      heading: look.say('consultation.asked'),
      entries: [question],
      next,
      actions: [reply, putAway],
    })
  }
  const replies = own.replies.slice(-SHOWN_REPLIES).map(({ name, at, text }) => ({
    about: look.say('case.entry', { kind: look.named('entry', 'reply'), when: look.when(at), name }),
    text: excerpt(text, SHOWN_BYTES),
  }))
  const { caseId, ended, owed } = own
  const otherwise = makeButton(look.say('button.consulted'), 'consultation.otherwise', { consultationId })
  const close = makeButton(look.say('button.close-question'), 'consultation.end', { consultationId })
  return template(look, {
    heading: look.say('consultation.own', { reference: showReference(own.reference) }),
    entries: [question, ...replies],
    next: look.say('consultation.came-back', { asked: own.asked, count: own.replies.length }),
    actions: [
      makeButton(look.say('button.open-case'), 'case.open', { caseId }, { primary: true }),
      ...(owed ? [otherwise] : ended ? [] : [close]),
      putAway,
    ],
  })
}
