import type { AskedView } from '../services/breach/breach.types'
import { showReference } from '../services/platform/ids'
import type { Look } from './look'
import { notice } from './notice'
import type { Shell } from './render'

/** What somebody is asked about a breach of confidentiality, by when, and what happens if they are silent. */
export function breachAsked(look: Look, view: AskedView): Shell {
  const reference = showReference(view.reference)
  const { as, until } = view
  const summary = look.say('breach.summary', { reference, as })
  if (!until) return notice(look, look.say('breach.settled', { reference }), [], [], summary)
  const heading = look.say('breach.asked', { reference, as, urgent: view.urgent ? 'yes' : 'no' })
  const lines = [look.say('breach.rule', { as }), look.say('breach.silence', { when: look.when(until) })]
  return notice(look, heading, lines, [], summary)
}
