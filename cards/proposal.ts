import { z } from 'zod'
import type { ProposalView } from '../services/allocation/allocation.types'
import { showReference } from '../services/platform/ids'
import { type Button, buttons, makeButton } from './button'
import type { Look } from './look'
import { cardTemplate, type Screen } from './render'

const contract = z.strictObject({
  heading: z.string(),
  readBack: z.string(),
  name: z.string(),
  number: z.string(),
  proposal: z.string(),
  extension: z.string(),
  passedOver: z.string(),
  confirmable: z.boolean(),
  urgent: z.string(),
  urgentValue: z.enum(['true', 'false']),
  actions: buttons,
})

const template = cardTemplate('proposal', 'content', contract)

/** Who is next, why, and whether they can be reached (CAR-14), under the details read back to the client. */
export function proposal(look: Look, view: ProposalView, manual: boolean): Screen<'content'> {
  const { proposed } = view
  const pressed = { allocationId: view.allocationId, version: view.version }
  const passed = view.passedOver.map(({ name, reason }) => `${name} (${look.named('passed', reason)})`).join(', ')
  return template(look, {
    heading: look.say('proposal.heading', { reference: showReference(view.reference) }),
    readBack: look.say('proposal.read-back'),
    name: view.client.name,
    number: view.client.number ?? '-',
    proposal: headline(look, view, manual),
    extension: proposed
      ? look.say('proposal.extension', {
          phone: proposed.phone ?? '-',
          presence: look.named('presence', proposed.presence),
        })
      : '',
    passedOver: passed ? look.say('proposal.passed', { list: passed }) : '',
    confirmable: view.firstContact && proposed !== null,
    urgent: look.say('proposal.urgent'),
    urgentValue: view.urgent ? 'true' : 'false',
    actions: actions(look, view, pressed),
  })
}

function headline(look: Look, view: ProposalView, manual: boolean): string {
  if (!view.reachable) return look.say('proposal.unreachable')
  if (!view.firstContact) return look.say('proposal.no-contact')
  if (view.proposed) return look.say('proposal.take', { name: view.proposed.name })
  return look.say(manual ? 'proposal.manual' : 'proposal.nobody')
}

function actions(look: Look, view: ProposalView, pressed: { allocationId: string; version: number }): Button[] {
  const title = view.proposed ? look.say('button.choose') : look.say('button.choose-first')
  const choose = (primary: boolean) => makeButton(title, 'choose', pressed, { primary })
  const correct = makeButton(look.say('button.correct'), 'correct', { caseId: view.caseId })
  if (!view.reachable)
    return [makeButton(look.say('button.again'), 'allocation.propose-again', pressed, { primary: true }), correct]
  if (!view.firstContact)
    return [makeButton(look.say('button.attach'), 'note', { caseId: view.caseId }, { primary: true }), correct]
  if (!view.proposed) return [choose(true), correct]
  const confirm = makeButton(look.say('button.confirm'), 'allocation.confirm', pressed, { primary: true, inputs: true })
  return [confirm, choose(false), correct]
}
