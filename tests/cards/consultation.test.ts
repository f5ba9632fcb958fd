import { describe, expect, test } from '@jest/globals'
import { consultationAsked, consultationCard, consultationNews } from '../../cards/consultation'
import type { AskedView, ConsultationContent, NewsView } from '../../services/consultation/consultation.types'
import { aLook, drawn, HOSTILE, ids, read, THURSDAY, verbsOf } from './drawing'

const look = aLook('cambridge')
const consultationId = ids.draft

const asked = (state: AskedView['state']): AskedView => ({ consultationId, state, until: THURSDAY })
const news = (state: NewsView['state'], owed = false): NewsView => ({
  consultationId,
  reference: 'ABCDEFGH',
  state,
  owed,
})
const aQuestion = (own: ConsultationContent['own'], question = 'Who decides?'): ConsultationContent => ({
  consultationId,
  kind: 'case',
  reason: 'second-view',
  byName: 'Wren Example',
  at: THURSDAY,
  question,
  own,
})
const own = (changes: Partial<NonNullable<ConsultationContent['own']>> = {}) => ({
  caseId: ids.case,
  reference: 'ABCDEFGH',
  asked: 2,
  replies: [],
  owed: false,
  ended: false,
  ...changes,
})
const aReply = (text: string) => ({ name: 'Emery Sample', at: THURSDAY, text })

describe('What may be posted to somebody who is asked', () => {
  test('CAM-03 is that a colleague asks, and by when: no reference', () => {
    const screen = drawn(consultationAsked(look, asked('waiting')))
    expect(read(screen).split('\n').slice(1, 3)).toEqual([
      'A colleague asks for advice',
      'A reply is hoped for by Thu 26 Nov 2026, 14:30.',
    ])
    expect(verbsOf(screen)).toEqual(['consultation.show', 'consultation.reply'])
    expect([screen.kind, screen.summary]).toEqual(['shell', 'A colleague asks for advice'])
  })

  test('CAM-03 once somebody has replied it presses nobody', () => {
    const screen = drawn(consultationAsked(look, asked('answered')))
    expect(read(screen)).toContain('your view is welcome too')
    expect(read(screen)).not.toContain('14:30')
  })

  test.each(['replied', 'closed', 'withdrawn'] as const)('%s it is two lines without a button', (state) => {
    const screen = drawn(consultationAsked(look, asked(state)))
    expect(read(screen).split('\n')).toHaveLength(3)
    expect(verbsOf(screen)).toEqual([])
  })
})

describe('What may be posted to whoever asked', () => {
  test.each([
    ['replied', false, 'Case ABCD-EFGH: a colleague has replied'],
    ['silent', false, 'You are told as soon as somebody replies.'],
    ['silent', true, 'If you consult somebody another way, note it here.'],
    ['ended', false, 'Case ABCD-EFGH: your question is closed'],
  ] as const)('%s, owed %s: %s', (state, owed, said) => {
    const screen = drawn(consultationNews(look, news(state, owed)))
    expect(read(screen)).toContain(said)
    expect(verbsOf(screen)).toEqual(state === 'ended' ? [] : ['consultation.show', 'home'])
  })
})

describe('The question, in the answer to a press', () => {
  test('CAM-03 has the words, why, and from whom, for whoever replies to it', () => {
    const screen = drawn(consultationCard(look, aQuestion(null)))
    expect(read(screen)).toContain(
      'Wren Example, Thu 26 Nov 2026, 14:30. A second view on what to advise\nWho decides?',
    )
    expect([screen.kind, verbsOf(screen)]).toEqual(['content', ['consultation.reply', 'consultation.put-away']])
    expect(`${screen.summary}${String(screen.card.speak)}`).not.toContain('Who decides')
  })

  test.each<[string, Parameters<typeof own>[0], string[], string]>([
    ['open', {}, ['case.open', 'consultation.end', 'consultation.put-away'], 'nobody has replied yet'],
    [
      'owed',
      { owed: true },
      ['case.open', 'consultation.otherwise', 'consultation.put-away'],
      'nobody has replied yet',
    ],
    ['ended', { ended: true }, ['case.open', 'consultation.put-away'], '2 people were asked'],
    [
      'asked of nobody',
      { asked: 0, owed: true },
      ['case.open', 'consultation.otherwise', 'consultation.put-away'],
      'Nobody could be asked',
    ],
  ])('for whoever asked it, %s', (_what, changes, verbs, said) => {
    const screen = drawn(consultationCard(look, aQuestion(own(changes))))
    expect(verbsOf(screen)).toEqual(verbs)
    expect(read(screen)).toContain(said)
  })

  test('has the newest replies, with the name of who gave each', () => {
    const replies = ['One.', 'Two.', 'Three.', 'Four.', 'Five.'].map(aReply)
    const shown = read(drawn(consultationCard(look, aQuestion(own({ replies })))))
    expect(shown).toContain('Reply of a colleague, Thu 26 Nov 2026, 14:30, Emery Sample\nTwo.')
    expect(shown).not.toContain('One.')
  })

  test.each(HOSTILE)('shows %s as it was typed', (_what, typed) => {
    const screen = drawn(consultationCard(look, aQuestion(own({ replies: [aReply(typed)] }), typed)))
    expect(read(screen).split(typed).length).toBeGreaterThanOrEqual(3)
  })

  test('fits on a card with the longest words that there may be, whatever they are written in', () => {
    for (const longest of ['文'.repeat(2000), '"'.repeat(2000), '👩‍👩‍👧‍👦'.repeat(180)])
      drawn(
        consultationCard(look, aQuestion(own({ replies: Array.from({ length: 6 }, () => aReply(longest)) }), longest)),
      )
  })
})
