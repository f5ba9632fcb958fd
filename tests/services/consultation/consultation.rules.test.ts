import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  ADVICE_MAX_LENGTH,
  askedBy,
  EVERYBODY,
  isOwn,
  mayBeAsked,
  mayClose,
  mayNoteOtherwise,
  mayReply,
  readAdvice,
  readMoment,
  remindedAt,
} from '../../../services/consultation/consultation.rules'
import type { Candidate, ConsultationRecord } from '../../../services/consultation/consultation.types'
import { readProfile } from '../../../services/policy/policy.service'

const { calendar } = readProfile('worcester')
const at = (text: string) => new Date(`2021-04-${text}Z`)

const candidate = (staffId: string, changes: Partial<Candidate> = {}): Candidate => ({
  staffId,
  name: staffId,
  absent: false,
  walled: false,
  investigator: false,
  ...changes,
})

const aQuestion = (changes: Partial<ConsultationRecord> = {}): ConsultationRecord => ({
  _id: 'question-1',
  caseId: 'case-1',
  reference: 'ABCDEFGH',
  version: 1,
  kind: 'case',
  reason: 'second-view',
  binding: false,
  of: 'caseworker',
  remindMinutes: 60,
  by: 'wren',
  byName: 'Wren Example',
  at: at('14T10:00:00'),
  until: at('14T11:00:00'),
  asked: ['emery', 'winter'],
  replies: [],
  otherwise: null,
  ended: null,
  waitsFor: ['emery', 'winter'],
  newsFor: null,
  owedBy: null,
  profile: '1',
  ...changes,
})
const replied = [{ id: 'reply-1', by: 'emery', at: at('14T10:30:00') }]
const ended = { at: at('14T12:00:00'), by: 'wren' }

describe('Who is asked', () => {
  const wren = candidate('wren')
  const emery = candidate('emery')
  const winter = candidate('winter')

  test('CAM-03 one colleague, or everybody but whoever asks', () => {
    expect(askedBy([wren, emery, winter], 'wren', 'emery')).toEqual({ ok: true, asked: ['emery'] })
    expect(askedBy([wren, emery, winter], 'wren', EVERYBODY)).toEqual({ ok: true, asked: ['emery', 'winter'] })
  })

  test.each<[string, Candidate]>([
    ['IMP-04 oneself', wren],
    ['IMP-14 somebody behind a wall', candidate('emery', { walled: true })],
    ['LAN-26 somebody who may have to investigate', candidate('emery', { investigator: true })],
    ['somebody who is away', candidate('emery', { absent: true })],
  ])('%s is never asked, by name or with all', (_who, person) => {
    expect(askedBy([person, winter], 'wren', person.staffId)).toEqual({ ok: false, reason: 'not-to-be-asked' })
    expect(askedBy([person, winter], 'wren', EVERYBODY)).toEqual({ ok: true, asked: ['winter'] })
    expect(askedBy([person], 'wren', EVERYBODY)).toEqual({ ok: false, reason: 'nobody-to-ask' })
  })

  test('CAM-03 somebody outside the role is not asked', () => {
    expect(askedBy([wren, emery], 'wren', 'gale')).toEqual({ ok: false, reason: 'not-to-be-asked' })
    expect(askedBy([], 'wren', EVERYBODY)).toEqual({ ok: false, reason: 'nobody-to-ask' })
  })

  test('IMP-04 IMP-14 LAN-26 whatever the circle, nobody is asked who may not be', () => {
    const anybody = fc.record({
      staffId: fc.constantFrom('wren', 'emery', 'winter', 'gale'),
      name: fc.constant(''),
      absent: fc.boolean(),
      walled: fc.boolean(),
      investigator: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.uniqueArray(anybody, { selector: ({ staffId }) => staffId }), (circle) => {
        for (const person of mayBeAsked(circle, 'wren'))
          expect([person.staffId === 'wren', person.walled, person.investigator]).toEqual([false, false, false])
        const asked = askedBy(circle, 'wren', EVERYBODY)
        if (asked.ok) for (const id of asked.asked) expect(askedBy(circle, 'wren', id).ok).toBe(true)
      }),
    )
  })
})

describe('Who may reply, and until when', () => {
  test.each<[string, ConsultationRecord, string, string | null]>([
    ['one who was asked', aQuestion(), 'emery', null],
    ['another, after the first', aQuestion({ replies: replied }), 'winter', null],
    ['nobody twice', aQuestion({ replies: replied }), 'emery', 'replied-already'],
    ['nobody who was not asked', aQuestion(), 'gale', 'not-theirs'],
    ['not whoever asked', aQuestion(), 'wren', 'not-theirs'],
    ['nobody once it is closed', aQuestion({ ended }), 'emery', 'settled'],
    ['nobody twice, closed or not', aQuestion({ replies: replied, ended }), 'emery', 'replied-already'],
  ])('CAM-03 %s', (_who, question, by, reason) => {
    expect(mayReply(question, by)).toEqual(reason ? { ok: false, reason } : { ok: true })
  })
})

describe('Whose question it is, and when it may be closed', () => {
  test('it is whoever asked, and whoever holds the case now', () => {
    expect(isOwn(aQuestion(), null, 'wren')).toBe(true)
    expect(isOwn(aQuestion(), 'emery', 'wren')).toBe(true)
    expect(isOwn(aQuestion(), 'emery', 'emery')).toBe(true)
    expect(isOwn(aQuestion(), null, 'emery')).toBe(false)
  })

  test.each<[string, Partial<ConsultationRecord>, boolean]>([
    ['a question, at any time', {}, true],
    ['WOR-19 a concern, not before somebody was consulted', { binding: true }, false],
    ['WOR-19 a concern with a reply', { binding: true, replies: replied }, true],
    ['WOR-19 a concern about which somebody was consulted another way', { binding: true, otherwise: 'note-1' }, true],
  ])('%s', (_what, changes, allowed) => {
    expect(mayClose(aQuestion(changes))).toEqual(allowed ? { ok: true } : { ok: false, reason: 'not-consulted' })
  })

  test.each<[string, Partial<ConsultationRecord>, boolean]>([
    ['of a concern', { binding: true }, true],
    ['of a concern with a reply too', { binding: true, replies: replied }, true],
    ['not twice', { binding: true, otherwise: 'note-1' }, false],
    ['not once it is closed', { binding: true, replies: replied, ended }, false],
    ['not of a question, which nobody owes', {}, false],
  ])('WOR-19 it is noted that somebody was consulted another way: %s', (_what, changes, allowed) => {
    expect(mayNoteOtherwise(aQuestion(changes)).ok).toBe(allowed)
  })
})

describe('When somebody is reminded', () => {
  test.each([
    ['an hour later', '14T09:00:00', '14T10:00:00'],
    ['the last minute that is followed by an open one', '14T14:59:00', '14T15:59:00'],
    ['not at closing time, but when it opens again', '14T15:00:00', '15T08:00:00'],
    ['counting only the time that is open', '14T15:30:00', '15T08:30:00'],
    ['from Friday evening to Monday', '16T19:00:00', '19T09:00:00'],
  ])('WOR-19 %s', (_when, from, to) => {
    expect(remindedAt(at(from), 60, calendar)).toEqual(at(to))
  })
})

describe('What is typed', () => {
  test.each<[string, string, object]>([
    ['nothing', ' \n ', { ok: false, reason: 'missing' }],
    ['nothing that can be seen', '\u200b', { ok: false, reason: 'missing' }],
    ['as much as there may be', 'x'.repeat(ADVICE_MAX_LENGTH), { ok: true, text: 'x'.repeat(ADVICE_MAX_LENGTH) }],
    ['one more', 'x'.repeat(ADVICE_MAX_LENGTH + 1), { ok: false, reason: 'too-long' }],
    ['lines and a tab', ' one\n\ttwo ', { ok: true, text: 'one\n two' }],
  ])('is a question: %s', (_what, typed, outcome) => {
    expect(readAdvice(typed)).toEqual(outcome)
  })

  const now = at('14T10:00:30')
  test.each<[string, string, string, string]>([
    ['this minute', '', '11:00', '14T10:00:00'],
    ['earlier today, with a point', '', '9.05', '14T08:05:00'],
    ['on another day', '2021-03-02', '23:59', 'x'],
  ])('is a moment: %s', (_what, day, time, wanted) => {
    const expected = wanted === 'x' ? new Date('2021-03-02T23:59:00Z') : at(wanted)
    expect(readMoment({ day, time }, now, calendar)).toEqual({ ok: true, at: expected })
  })

  test.each([
    ['the next minute', '', '11:01', 'in-future'],
    ['tomorrow', '2021-04-15', '00:00', 'in-future'],
    ['no time', '', '', 'not-a-time'],
    ['an hour that no day has', '', '24:00', 'not-a-time'],
    ['a minute that no hour has', '', '10:60', 'not-a-time'],
    ['words', '', 'at noon', 'not-a-time'],
    ['a day that no month has', '2021-02-30', '10:00', 'not-a-time'],
    ['another way to write a day', '02/03/2021', '10:00', 'not-a-time'],
  ])('WOR-15 is no moment: %s', (_what, day, time, reason) => {
    expect(readMoment({ day, time }, now, calendar)).toEqual({ ok: false, reason })
  })
})
