import { describe, expect, test } from '@jest/globals'
import { offer, offered } from '../../cards/offer'
import type { OfferView } from '../../services/allocation/allocation.types'
import { aLook, drawn, elementsOf, HOSTILE, ids, read, verbsOf } from './drawing'
import { aFile, anOffer } from './views'

const look = aLook()
const ada = (name: string, phone: string | null = '4711') => ({ staffId: 'ada', name, phone })

describe('The card that asks somebody to take a case', () => {
  test('CAR-26 has the reference, urgency and age, the rule behind it, and two answers', () => {
    const screen = drawn(offer(look, anOffer()))
    expect(read(screen).split('\n').slice(1)).toEqual([
      'New case for you',
      'ABCD-EFGH · not urgent · waiting for your answer',
      'Offered 5 minutes ago, Thu 26 Nov 2026, 14:25',
      'It is your turn on the rota, or you were chosen for it. If you decline, the next Coordinator is asked at once.',
      'Without an answer you are reminded on the next working day.',
      'Accept case',
      'Decline',
    ])
    expect(verbsOf(screen)).toEqual(['allocation.accept', 'decline'])
    expect(elementsOf(screen, 'Action.Execute')[0]!.data).toEqual({ allocationId: ids.allocation, version: 2 })
    expect(screen.summary).toBe('Action needed on case ABCD-EFGH')
  })

  test('CAR-26 says in words, not by colour alone, that it is urgent', () => {
    expect(read(drawn(offer(look, anOffer({ urgent: true }))))).toContain('ABCD-EFGH · URGENT ·')
  })

  test('CAR-26 a reminder says that it is one', () => {
    const silentSince = new Date('2026-11-26T09:00:00Z')
    expect(read(drawn(offer(look, anOffer({ silentSince }))))).toContain('Still waiting for your answer')
  })

  test.each<[OfferView['state'], Partial<OfferView>, string, string[]]>([
    ['accepted', {}, 'Case ABCD-EFGH accepted by Ada Sample\nNext: open it and write the first note.', ['case.open']],
    [
      'declined',
      { declineReason: 'caseload' },
      'Case ABCD-EFGH declined: Caseload too high\nThe next Coordinator is asked.',
      ['home'],
    ],
    ['withdrawn', {}, 'The offer of case ABCD-EFGH was taken back\nThere is nothing more to do.', ['home']],
    [
      'proposed',
      { offeredTo: null },
      'Case ABCD-EFGH is not offered to anybody yet\nWhoever gives cases out will choose.',
      ['home'],
    ],
  ])('%s, it is two lines and one button', (state, changes, words, verbs) => {
    const screen = drawn(offer(look, anOffer({ state, ...changes })))
    expect(read(screen)).toContain(words)
    expect(verbsOf(screen)).toEqual(verbs)
  })

  test("speaks the union's own words, and promises what its rule does", () => {
    expect(read(offer(look, anOffer()))).toContain('the next Coordinator is asked at once')
    expect(read(offer(aLook('cambridge'), anOffer()))).toContain('whoever gave it to you chooses again')
  })

  test.each(['offered', 'accepted', 'declined', 'withdrawn', 'proposed'] as const)(
    'IMP-22 %s, it is a shell that shows nothing of the client, even of a view that holds it',
    (state) => {
      const whole = { ...aFile(), ...anOffer({ state, declineReason: 'caseload' }) }
      const screen = drawn(offer(look, whole))
      expect(screen.kind).toBe('shell')
      expect(JSON.stringify(screen)).not.toMatch(/Quinn|Invented|1234567|appeal/)
    },
  )

  test.each(HOSTILE)('shows %s as it was typed, where it is a name', (_what, typed) => {
    const screen = drawn(offer(look, anOffer({ state: 'accepted', offeredTo: ada(typed) })))
    expect(read(screen)).toContain(`Case ABCD-EFGH accepted by ${typed}\n`)
  })

  test('a reason that the profile no longer has is shown by its code', () => {
    for (const declineReason of ['gone', '__proto__', 'constructor', null])
      expect(read(drawn(offer(look, anOffer({ state: 'declined', declineReason }))))).toContain(
        `declined: decline.${declineReason}`,
      )
  })
})

describe('What whoever gave the case out sees next', () => {
  test('CAR-14 puts the client through by extension, or notes a call-back', () => {
    const screen = drawn(offered(look, anOffer(), true))
    expect(read(screen)).toContain(
      'Case ABCD-EFGH is offered to Ada Sample\nPut the client through: extension 4711.\nThey were told by card and mail.',
    )
    expect(verbsOf(screen)).toEqual(['call-back', 'waiting', 'home'])
  })

  test('nobody is put through who did not call, or where there is no extension', () => {
    expect(verbsOf(drawn(offered(look, anOffer({ putThrough: false }), false)))).toEqual(['waiting', 'home'])
    const silent = drawn(offered(look, anOffer({ offeredTo: ada('Ada Sample', null) }), false))
    expect(read(silent)).not.toContain('extension')
    expect(read(silent)).toContain('They were told by card. ')
  })

  test.each(HOSTILE)('shows %s as it was typed, in a name and an extension', (_what, typed) => {
    const screen = drawn(offered(look, anOffer({ offeredTo: ada(typed, typed) }), true))
    expect(read(screen)).toContain(`is offered to ${typed}\nPut the client through: extension ${typed}.`)
  })
})
