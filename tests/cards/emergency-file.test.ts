import { describe, expect, test } from '@jest/globals'
import { adviceInWords, emergencyFile } from '../../cards/emergency-file'
import type { EmergencyContent } from '../../services/emergency/emergency.types'
import { aLook, drawn, HOSTILE, ids, read, THURSDAY } from './drawing'

const look = aLook('cambridge')
const SAID = { advisers: 'Emery Example', advice: 'Tell the tutor\nToday' }

/** An emergency in which something was given out, recorded and waiting for its review. */
const aContent = (changes: Partial<EmergencyContent> = {}): EmergencyContent => ({
  emergencyId: ids.case,
  state: 'recorded',
  openedAt: THURSDAY,
  reference: null,
  consult: 'owed',
  openedByName: 'Wren Example',
  after: {
    calls: [{ service: 'emergency-services', other: '', at: THURSDAY, told: 'Somebody on a roof' }],
    toldClient: 'no',
    danger: 'client',
    shared: 'A warden',
    excluded: '',
    consulted: '',
  },
  lateAdvice: null,
  outside: true,
  review: null,
  stoodDown: null,
  mayReview: true,
  ...changes,
})

describe('What whoever reviews reads', () => {
  test('AMB-54 that a consultation is owed, and once it is done who advised, when it was noted, and what', () => {
    expect(read(drawn(emergencyFile(look, aContent())))).toContain('A consultation with a colleague is still owed.')
    const done = read(drawn(emergencyFile(look, aContent({ consult: 'done', lateAdvice: { ...SAID, at: THURSDAY } }))))
    expect(done).not.toContain('still owed')
    expect(done).toContain('Advised afterwards: Emery Example, noted Thu 26 Nov 2026, 14:30\nTell the tutor')
  })

  test('AMB-54 the same stands in the chronology of a case, which has a time of its own', () => {
    const said = adviceInWords(look, SAID).replaceAll(/[\u2068\u2069]/g, '')
    expect(said).toBe('Advised afterwards: Emery Example: Tell the tutor\nToday')
  })

  test.each(HOSTILE)('AMB-54 %s in it is shown as it was typed', (_what, typed) => {
    const lateAdvice = { advisers: 'Emery', advice: typed, at: THURSDAY }
    expect(read(drawn(emergencyFile(look, aContent({ consult: 'done', lateAdvice }))))).toContain(typed)
  })

  test('AMB-54 as much as can be typed fits on a card with the advice still on it', () => {
    const [long, name] = ['é'.repeat(2000), 'é'.repeat(200)]
    const call = { service: null, other: name, at: THURSDAY, told: long }
    const after = { ...aContent().after!, calls: Array.from({ length: 5 }, () => call), shared: long, excluded: long }
    const lateAdvice = { advisers: name, advice: long, at: THURSDAY }
    const review = { within: false, finding: long, at: THURSDAY }
    const text = read(drawn(emergencyFile(look, aContent({ after, consult: 'done', lateAdvice, review }))))
    expect(text).toContain('Advised afterwards')
    expect(text).toContain('outside the written procedure')
  })
})
