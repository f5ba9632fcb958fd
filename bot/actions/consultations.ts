import { z } from 'zod'
import { makeButton } from '../../cards/button'
import { consultationAsked, consultationCard, consultationNews } from '../../cards/consultation'
import { notice } from '../../cards/notice'
import { home } from '../../cards/offer'
import type { Screen } from '../../cards/render'
import { whomToAsk } from '../../dialogs/forms/consult'
import { refusalScreen } from '../../dialogs/refused'
import { may } from '../../services/access/access.rules'
import { showReference } from '../../services/platform/ids'
import type { Refusal } from '../../services/platform/outcome'
import type { Action, Press } from './action'
import { action, id } from './action'

const ofQuestion = z.strictObject({ consultationId: id })
const maybeOfCase = z.strictObject({ caseId: id.optional() })

/** Asking colleagues without naming the client, raising a concern, and replying. */
export const consultations = {
  consult: action({
    input: maybeOfCase,
    permission: 'any-role',
    roles: 'cached',
    run: (press, { caseId }) =>
      beginAsking(press, 'consult', caseId, press.policy.consultation.kinds.length > 0, (chosen) =>
        whomToAsk(press, chosen),
      ),
  }),
  concern: action({
    input: maybeOfCase,
    permission: 'any-role',
    roles: 'cached',
    run: (press, { caseId }) =>
      beginAsking(press, 'concern', caseId, press.policy.concerns.length > 0, async () => ({ ok: true, known: {} })),
  }),
  'consultation.show': action({
    input: ofQuestion,
    permission: 'any-role',
    roles: 'live',
    run: async (press, input) => {
      const outcome = await press.services.consultations.show(press.actor, input)
      return outcome.ok ? consultationCard(press.look, outcome.view) : settledOr(press, outcome, input.consultationId)
    },
  }),
  'consultation.put-away': action({
    input: ofQuestion,
    permission: 'any-role',
    roles: 'cached',
    run: (press, { consultationId }) => putAway(press, consultationId),
  }),
  'consultation.reply': action({
    input: ofQuestion,
    permission: 'consultation.answer',
    roles: 'live',
    run: async (press, { consultationId }) => {
      const outcome = await press.services.consultations.show(press.actor, { consultationId })
      if (!outcome.ok) return settledOr(press, outcome, consultationId)
      return press.begin('reply', { consultationId, question: outcome.view.question })
    },
  }),
  'consultation.otherwise': action({
    input: ofQuestion,
    permission: 'consultation.ask',
    roles: 'cached',
    run: async (press, { consultationId }) => {
      const { actor, services } = press
      const news = await services.consultations.news(actor.orgId, consultationId, actor.staffId)
      return news?.owed ? press.begin('otherwise', { consultationId }) : putAway(press, consultationId)
    },
  }),
  'consultation.end': action({
    input: ofQuestion,
    permission: 'consultation.ask',
    roles: 'cached',
    run: async (press, { consultationId }) => {
      const { actor, look, services } = press
      const news = await services.consultations.news(actor.orgId, consultationId, actor.staffId)
      if (!news || news.state === 'ended') return putAway(press, consultationId)
      const close = makeButton(look.say('button.close-question'), 'consultation.close', { consultationId })
      const keep = makeButton(look.say('button.keep-question'), 'consultation.put-away', { consultationId })
      const heading = look.say('consultation.end', { reference: showReference(news.reference) })
      return notice(look, heading, [look.say('consultation.end-detail')], [close, keep])
    },
  }),
  'consultation.close': action({
    input: ofQuestion,
    permission: 'consultation.ask',
    roles: 'cached',
    run: async (press, { consultationId }) => {
      const outcome = await press.services.consultations.close(press.actor, { consultationId })
      return outcome.ok ? putAway(press, consultationId) : refusalScreen(press, outcome)
    },
  }),
} satisfies Readonly<Record<string, Action>>

/** Begins a form about a case, where the union has such questions and the person may ask them. */
async function beginAsking(
  press: Press,
  dialog: 'consult' | 'concern',
  caseId: string | undefined,
  offered: boolean,
  more: (caseId: string) => ReturnType<typeof whomToAsk> | Promise<{ ok: true; known: object }>,
): Promise<Screen> {
  const { actor, look, policy, services } = press
  if (!offered) return notice(look, look.say(`${dialog}.none`), [look.say(`${dialog}.none-detail`)], [home(look)])
  if (!may(actor, 'consultation.ask', policy.access).ok) {
    const lookup = await services.audit.turnedAway(actor, 'no-permission')
    return refusalScreen(press, { ok: false, reason: 'no-permission', lookup })
  }
  if (!caseId) return press.begin(dialog, {})
  const found = await services.cases.find(actor, { caseId })
  if (!found.ok) return refusalScreen(press, found)
  const rest = await more(caseId)
  if (!rest.ok) return refusalScreen(press, rest)
  return press.begin(dialog, { caseId, reference: found.view.reference, ...rest.known })
}

/** The question as it stands on the person's own card. */
async function putAway(press: Press, consultationId: string): Promise<Screen> {
  const { actor, look, services } = press
  const asked = await services.consultations.asked(actor.orgId, consultationId, actor.staffId)
  if (asked) return consultationAsked(look, asked)
  const news = await services.consultations.news(actor.orgId, consultationId, actor.staffId)
  if (news) return consultationNews(look, news)
  const lookup = await services.audit.turnedAway(actor, 'not-theirs')
  return refusalScreen(press, { ok: false, reason: 'not-theirs', lookup })
}

/** A press on a question that was closed meanwhile shows how it stands instead of an error. */
const settledOr = (press: Press, refusal: Refusal, consultationId: string): Promise<Screen> | Screen =>
  refusal.reason === 'settled' ? putAway(press, consultationId) : refusalScreen(press, refusal)
