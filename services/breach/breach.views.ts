import type { AskedView, BreachAlarm, BreachRecord, Said, SeenAct, Sight } from './breach.types'
import { actsOf, alarmOf, position, requesterOf, waitsUntil } from './position.rules'

/** The card of somebody who was asked, or who waits for the answer; null for anybody else. It names no client. */
export function askedView(record: BreachRecord, staffId: string, now: Date): AskedView | null {
  const { _id, chain, history, reference, told, waitsFor } = record
  const theirs = staffId === requesterOf(history)
  if (!theirs && !told.includes(staffId)) return null
  const { urgent } = actsOf(history, 'raised')[0]!
  const at = position(chain, history, now)
  const open = waitsFor.includes(staffId)
  const asked = actsOf(history, 'asked').findLast(({ to }) => to === staffId)
  const deciding = at.at === 'deciding' && asked?.stage === at.stage
  const briefing = at.at === 'briefing' && open
  // Whoever holds the case by then has the record to finish, as if they had asked.
  const finishing = open && !asked && ['authorised', 'acting', 'expired'].includes(at.at)
  const as = briefing ? 'briefer' : deciding ? asked.as : theirs || finishing ? 'requester' : (asked?.as ?? 'adviser')
  const silent = deciding ? waitsUntil(chain, asked.stage, asked.at) : null
  const until = at.at === 'authorised' ? at.until : silent && silent > now ? silent : null
  return { breachId: _id, reference, urgent, as, own: theirs, open, until, at }
}

/** What is told of a request that nobody answers; null where it never came to that. */
export function alarmView({ history, names, reference, waitsFor }: BreachRecord): BreachAlarm | null {
  const alarm = alarmOf(history)
  if (!alarm) return null
  return { reference, open: alarm === 'open', waitsFor: waitsFor.flatMap((staffId) => names[staffId] ?? []) }
}

/** What of a history somebody sees, with the texts that are for them (`breach.stages.identity`). */
export function seenActs(
  { history, names }: BreachRecord,
  said: readonly Said[],
  sight: Sight,
  staffId: string,
): SeenAct[] {
  const all = sight === 'whole' || sight === 'named' || sight === 'revealed'
  return history.flatMap((act, index) => {
    const own = act.by === staffId
    // What is new since a brief was written belongs to it.
    const news = sight === 'brief' && act.act === 'facts-changed'
    const theirs = (code: string) => all || own || news || code === sight
    const statements = said
      .filter((each) => each.act === index && theirs(each.code))
      .map(({ code, text }) => ({ code, text }))
    if (!all && !own && statements.length === 0) return []
    const to = 'to' in act ? (names[act.to] ?? '') : ''
    const answer = 'answer' in act ? act.answer : null
    return [{ at: act.at, by: names[act.by] ?? '', act: act.act, answer, to, statements }]
  })
}
