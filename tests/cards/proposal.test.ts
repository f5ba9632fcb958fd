import { describe, expect, test } from '@jest/globals'
import { proposal } from '../../cards/proposal'
import { CaseworkError } from '../../services/platform/errors'
import { aLook, drawn, elementsOf, HOSTILE, ids, read, TURNED, verbsOf } from './drawing'
import { aProposal } from './views'

const look = aLook()

describe('The card that says who is next', () => {
  test('CAR-14 reads the details back, names who is next and who was passed over, and why', () => {
    const screen = drawn(proposal(look, aProposal(), false))
    expect(read(screen).split('\n').slice(1)).toEqual([
      'Case ABCD-EFGH',
      'Read back to the client',
      'Quinn Invented  1234567',
      'Ada Sample is next on the rota',
      'Extension 4711, free now',
      'Passed over: Bo Specimen (away)',
      'Urgent: needs an answer soon',
      'Offer the case',
      'Choose somebody else',
      'Correct name or number',
    ])
    expect(verbsOf(screen)).toEqual(['allocation.confirm', 'choose', 'correct'])
    expect(elementsOf(screen, 'Action.Execute')[0]).toMatchObject({
      data: { allocationId: ids.allocation, version: 1 },
      associatedInputs: 'auto',
    })
  })

  test('IMP-22 is content: a summary of it says nothing of the client', () => {
    const { kind, summary, card } = drawn(proposal(look, aProposal(), false))
    expect(kind).toBe('content')
    expect(`${summary} ${String(card.speak)}`).not.toMatch(/Quinn|1234567/)
  })

  test('nobody can be offered what nobody is proposed for', () => {
    const nobody = aProposal({ proposed: null })
    expect(read(drawn(proposal(look, nobody, false)))).toContain('Nobody could be proposed')
    expect(read(drawn(proposal(look, nobody, true)))).not.toContain('Nobody could be proposed')
    expect(verbsOf(proposal(look, nobody, true))).toEqual(['choose', 'correct'])
    expect(elementsOf(proposal(look, nobody, true), 'Input.Toggle')).toEqual([])
  })

  test('CAR-24 without its first contact, or without the staff list, the way forward is the only primary button', () => {
    const noContact = drawn(proposal(look, aProposal({ firstContact: false }), false))
    expect(read(noContact)).toContain('The first contact has to be in the file')
    expect(verbsOf(noContact)).toEqual(['note', 'correct'])
    const unreachable = drawn(proposal(look, aProposal({ reachable: false, proposed: null }), false))
    expect(read(unreachable)).toContain('out of reach')
    expect(verbsOf(unreachable)).toEqual(['allocation.propose-again', 'correct'])
  })

  test('a number that nobody gave is a dash, and urgency stays ticked', () => {
    const screen = drawn(proposal(look, aProposal({ client: { name: 'Quinn', number: null }, urgent: true }), false))
    expect(read(screen)).toContain('Quinn  -\n')
    expect(elementsOf(screen, 'Input.Toggle')[0]).toMatchObject({ value: 'true', valueOn: 'true', valueOff: 'false' })
  })

  test.each(HOSTILE)('shows %s as it was typed, in every name and number', (_what, typed) => {
    const view = aProposal({
      client: { name: typed, number: typed },
      proposed: { staffId: 'ada', name: typed, phone: typed, presence: 'busy' },
      passedOver: [{ name: typed, reason: 'caseload' }],
    })
    const shown = read(drawn(proposal(look, view, false)))
    expect(shown).toContain(`${typed}  ${typed}\n${typed} is next on the rota\nExtension ${typed}, busy now\n`)
    expect(shown).toContain(`Passed over: ${typed} (caseload full)`)
  })

  test('a name in Arabic, or one that turns the line around, leaves the number beside it as it is', () => {
    const runsOf = (name: string) =>
      elementsOf(drawn(proposal(look, aProposal({ client: { name, number: '1234567' } }), false)), 'TextRun')
    expect(runsOf('فاطمة').map(({ text }) => text)).toEqual(['\u2068فاطمة\u2069', '  ', '1234567'])
    expect(runsOf(TURNED.typed)[0]!.text).toBe(TURNED.shown)
  })

  test('a client without a name is a card, and a name that is no text is none', () => {
    drawn(proposal(look, aProposal({ client: { name: '', number: null } }), false))
    const broken = aProposal({ client: { name: null as unknown as string, number: null } })
    expect(() => proposal(look, broken, false)).toThrow(CaseworkError)
  })
})
