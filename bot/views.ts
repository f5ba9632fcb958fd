import { type Button, makeButton } from '../cards/button'
import { emergencyButton } from '../cards/emergency'
import { type ListData, list, listWithNames } from '../cards/list'
import type { Look } from '../cards/look'
import { home as homeButton } from '../cards/offer'
import type { Screen, Shell } from '../cards/render'
import { isWordKey } from '../cards/words'
import type { Acting } from '../dialogs/dialog-turn'
import { refusalScreen } from '../dialogs/refused'
import { showReference } from '../services/platform/ids'
import { needsYou, type Row } from './needs-you'

/** No more than people take in at a glance; the lists behind the buttons hold more. */
const NEEDS_YOU_ROWS = 5

/** What this person has to do now, and what they do most (`access.roles.*.home`). */
export async function home(acting: Acting): Promise<Shell> {
  const { actor, look, policy } = acting
  const needs = await needsYou(acting, NEEDS_YOU_ROWS)
  const commands = [...new Set(actor.roles.flatMap((role) => policy.access.roles[role]?.home ?? []))]
  const buttons = commands.map((command, index) => commandButton(look, command, index === 0))
  return list(
    look,
    {
      heading: look.say('home.heading', { service: policy.service }),
      intro: look.say('home.hello', { name: actor.displayName.split(' ')[0] || 'none' }),
      groups: [
        { title: look.say('home.needs'), rows: needs },
        ...(needs.length === 0 ? [{ title: look.say('home.nothing'), rows: [] }] : []),
      ].slice(needs.length === 0 ? 1 : 0),
      actions: buttons.slice(0, 4),
      more: [...buttons.slice(4, 9), emergencyButton(look)],
    },
    look.say('summary.home'),
    homeButton(look),
  )
}

function commandButton(look: Look, command: string, primary: boolean): Button {
  const key = `button.${command}`
  return makeButton(isWordKey(key) ? look.say(key) : command, command, {}, { primary })
}

/** Offers that wait for an answer, and those answered lately: accepted, declined, silent. */
export async function waiting({ actor, look, services }: Acting): Promise<Shell> {
  const views = await services.allocation.waiting(actor)
  const rows = views.map((view): Row => {
    const reference = showReference(view.reference)
    const title = look.say('waiting.row', { reference, state: view.state, name: view.offeredTo?.name ?? '' })
    const silent = view.state === 'offered' && view.silentSince
    const detail = silent
      ? look.say('waiting.silent', { age: look.age(view.silentSince!) })
      : look.when(view.waitingSince)
    if (view.state === 'offered')
      return { title, detail, press: makeButton(title, 'withdraw', { allocationId: view.allocationId }) }
    const verb = view.state === 'proposed' ? 'proposal' : 'case.show'
    return { title, detail, press: makeButton(title, verb, { caseId: view.caseId }) }
  })
  const intro = rows.length === 0 ? look.say('waiting.none') : ''
  return list(look, {
    heading: look.say('waiting.heading'),
    intro,
    groups: [{ title: '', rows }],
    actions: [homeButton(look)],
    more: [],
  })
}

/** The cases somebody holds, under month and week of opening (CAR-21). With titles, only as the answer to a press. */
export async function myCases(acting: Acting, titled: boolean): Promise<Screen> {
  const { actor, look, services } = acting
  const cases = await services.caseFile.held(actor)
  const seen = titled ? await services.caseFile.titles(actor) : null
  if (seen && !seen.ok) return refusalScreen(acting, seen)
  const groups = new Map<string, Row[]>()
  for (const held of cases) {
    const group = look.say('cases.group', {
      month: look.month(held.listing),
      week: `W${String(held.listing.week).padStart(2, '0')}`,
    })
    const reference = showReference(held.reference)
    const title = look.say('cases.row', { reference, noted: held.noted ? 'yes' : 'no' })
    const press = makeButton(title, 'case.open', { caseId: held.caseId })
    groups.set(group, [...(groups.get(group) ?? []), { title, detail: seen?.titles.get(held.caseId) ?? '', press }])
  }
  const show = seen || cases.length === 0 ? [] : [makeButton(look.say('button.show-titles'), 'cases.titles')]
  const data: ListData = {
    heading: look.say('cases.heading'),
    intro: cases.length === 0 ? look.say('cases.none') : '',
    groups: [...groups].map(([title, rows]) => ({ title, rows })),
    actions: [...show, homeButton(look)],
    more: [],
  }
  return titled ? listWithNames(look, data) : list(look, data)
}

/** Cases in which a client waits to be called back. */
export async function callBacks({ actor, look, services }: Acting): Promise<Shell> {
  const calls = await services.callBacks.open(actor)
  const rows = calls.map(({ caseId, reference, at }): Row => {
    const title = look.say('home.callback', { reference: showReference(reference) })
    return { title, detail: look.when(at), press: makeButton(title, 'case.open', { caseId }) }
  })
  const intro = rows.length === 0 ? look.say('callbacks.none') : ''
  return list(look, {
    heading: look.say('callbacks.heading'),
    intro,
    groups: [{ title: '', rows }],
    actions: [homeButton(look)],
    more: [],
  })
}
