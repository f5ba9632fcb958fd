import { notice } from '../cards/notice'
import { home } from '../cards/offer'
import type { Screen } from '../cards/render'
import { isWordKey } from '../cards/words'
import type { Refusal } from '../services/platform/outcome'
import type { Acting } from './dialog-turn'

/** Reasons that are told apart. All others, whatever they are, sound the same: there is nothing here that you can open. */
const TOLD = [
  'settled',
  'not-owed',
  'stale',
  'accepted-already',
  'passed-over',
  'not-on-the-team',
  'reason-missing',
  'nobody-chosen',
  'no-first-contact',
  'replied-already',
  'not-consulted',
  'nobody-to-ask',
]

/** A refusal in words, with the code that the manager can look up and the way forward. */
export function refusalScreen({ look }: Acting, { reason, lookup = '' }: Refusal): Screen<'shell'> {
  const key = `refusal.${reason}`
  const told = TOLD.includes(reason) && isWordKey(key)
  const line = told ? look.say(key) : look.say('refusal.not-found', { code: lookup })
  return notice(look, look.say('refusal.heading'), [line], [home(look)])
}

/** The same as the end of a dialog. */
export const refused = (acting: Acting, refusal: Refusal) => ({ screen: refusalScreen(acting, refusal) })
