import { describe, expect, test } from '@jest/globals'
import { requestCard } from '../../cards/breach'
import type { BreachContent, OpenDeed } from '../../services/breach/breach.types'
import { aLook, drawn, ids, THURSDAY } from './drawing'

const aRequest = (changes: Partial<BreachContent>): BreachContent => ({
  breachId: ids.case,
  reference: 'ABCDEFGH',
  urgent: false,
  as: 'requester',
  open: true,
  own: true,
  until: null,
  at: { at: 'acting' },
  ground: '',
  raisedAt: THURSDAY,
  requester: 'Ada Sample',
  client: null,
  mayReveal: false,
  mayPrint: true,
  source: { clause: 'Clause 4', provisional: false },
  acts: [],
  deeds: [],
  visibleMinutes: 15,
  ...changes,
})
const deeds = (...acts: OpenDeed['act'][]) => acts.map((act) => ({ act, states: [] }))
const TOLD = { at: THURSDAY, by: 'Ada Sample', act: 'told-client', answer: null, to: '', statements: [] } as const

/** The buttons of a request, by what they do. */
function pressesOn(changes: Partial<BreachContent>): string[] {
  const { card } = drawn(requestCard(aLook(), aRequest(changes)))
  const { actions } = (card.body as { actions?: { verb: string; data: { act?: string } }[] }[]).at(-1)!
  return actions!.map(({ verb, data }) => data.act ?? verb.replace('breach.', ''))
}

const FIVE = deeds('told-client', 'disclosed', 'action-done', 'reported', 'facts-changed')

describe('The six buttons of a request', () => {
  test.each<[string, Partial<BreachContent>, string[]]>([
    ['nothing to do', {}, ['print', 'put-away']],
    ['for somebody who does not see the whole', { mayPrint: false }, ['put-away']],
    ['one thing to do', { deeds: deeds('withdrawn') }, ['withdrawn', 'print', 'put-away']],
    ['four', { deeds: FIVE.slice(1) }, ['disclosed', 'action-done', 'reported', 'facts-changed', 'print', 'put-away']],
    ['five, all of them new', { deeds: FIVE }, [...FIVE.map(({ act }) => act), 'put-away']],
    [
      'five, one of them done before',
      { deeds: FIVE, acts: [TOLD] },
      ['disclosed', 'action-done', 'reported', 'facts-changed', 'print', 'put-away'],
    ],
    [
      'as before, without a print',
      { deeds: FIVE, mayPrint: false },
      ['told-client', 'disclosed', 'action-done', 'reported', 'facts-changed', 'put-away'],
    ],
    [
      'a name to be shown',
      { deeds: deeds('decided'), mayPrint: false, mayReveal: true },
      ['decided', 'reveal', 'put-away'],
    ],
  ])('%s', (_what, changes, presses) => {
    expect(pressesOn(changes)).toEqual(presses)
  })
})
