import { z } from 'zod'
import type { OfferView } from '../services/allocation/allocation.types'
import { showReference } from '../services/platform/ids'
import { buttons, makeButton } from './button'
import type { Look } from './look'
import { notice } from './notice'
import { cardTemplate, type Shell } from './render'

const contract = z.strictObject({
  heading: z.string(),
  badges: z.string(),
  since: z.string(),
  rule: z.string(),
  by: z.string(),
  actions: buttons,
})

const template = cardTemplate('offer', 'shell', contract)

/** The card that asks somebody to take a case (CAR-26): reference, urgency, age; settled, it is two lines. */
export function offer(look: Look, view: OfferView): Shell {
  if (view.state !== 'offered') return settledOffer(look, view)
  const reference = showReference(view.reference)
  const urgent = view.urgent ? 'yes' : 'no'
  const pressed = { allocationId: view.allocationId, version: view.version }
  return template(
    look,
    {
      heading: look.say(view.silentSince ? 'offer.again' : 'offer.heading'),
      badges: look.say('offer.badges', { reference, urgent, state: look.say('offer.state.offered') }),
      since: look.say('offer.since', { age: look.age(view.waitingSince), when: look.when(view.waitingSince) }),
      rule: look.say('offer.rule'),
      by: look.say('offer.by'),
      actions: [
        makeButton(look.say('button.accept'), 'allocation.accept', pressed, { primary: true }),
        makeButton(look.say('button.decline'), 'decline', pressed),
      ],
    },
    look.say('summary.offer', { reference }),
  )
}

function settledOffer(look: Look, view: OfferView): Shell {
  const reference = showReference(view.reference)
  const name = view.offeredTo?.name ?? ''
  const summary = look.say('summary.case', { reference })
  if (view.state === 'accepted') {
    const open = makeButton(look.say('button.open-case'), 'case.open', { caseId: view.caseId }, { primary: true })
    const lines = [look.say('settled.accepted-next')]
    return notice(look, look.say('settled.accepted', { reference, name }), lines, [open], summary)
  }
  if (view.state === 'declined') {
    const because = look.label(`decline.${view.declineReason}`)
    const lines = [look.say('settled.declined-next')]
    return notice(look, look.say('settled.declined', { reference, because }), lines, [home(look)], summary)
  }
  const state = view.state === 'withdrawn' ? 'withdrawn' : 'proposed'
  return notice(
    look,
    look.say(`settled.${state}`, { reference }),
    [look.say(`settled.${state}-next`)],
    [home(look)],
    summary,
  )
}

/** What whoever gave the case out sees next: put the client through, or note a call-back. */
export function offered(look: Look, view: OfferView, mail: boolean): Shell {
  const reference = showReference(view.reference)
  const { name = '', phone = null } = view.offeredTo ?? {}
  const heading = look.say('offered.heading', { reference, name })
  const lines = [look.say('offered.detail', { mail: mail ? 'yes' : 'no' })]
  const actions = [makeButton(look.say('button.waiting'), 'waiting'), home(look)]
  if (view.putThrough) {
    if (phone) lines.unshift(look.say('offered.put-through', { phone }))
    actions.unshift(makeButton(look.say('button.call-back'), 'call-back', { caseId: view.caseId }))
  }
  return notice(look, heading, lines, actions)
}

export const home = (look: Look) => makeButton(look.say('button.home'), 'home')
