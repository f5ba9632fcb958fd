import { readdirSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import type { ChannelId } from '../../../services/intake/intake.policy'
import { consentsFrom } from '../../../services/intake/intake.rules'
import type { StepTaken } from '../../../services/intake/intake.types'
import { PROFILES_FOLDER, readProfile } from '../../../services/policy/policy.service'

const profiles = readdirSync(PROFILES_FOLDER).map((file) => readProfile(file.replace('.json', '')))
const every = profiles.flatMap((profile) => profile.intake.channels.map((channel) => ({ profile, channel })))
const named = every.map(({ profile, channel }) => [profile.id, channel.id, { profile, channel }] as const)

const phone = readProfile('cardiff')
const SCRIPT = ['opening', 'storage', 'rights', 'assessors']

/** Every step of a channel ticked, and every question answered with yes. */
function allTaken({ profile, channel }: (typeof every)[number]): StepTaken[] {
  return channel.steps.map((step) => ({ step, done: true, answer: profile.intake.steps[step]!.asks && 'yes' }))
}

const taken = (profile: (typeof profiles)[number], channel: ChannelId, steps: readonly StepTaken[]) =>
  consentsFrom(channel, steps, profile.intake, profile.consent.kinds)

/** The telephone script with one step as given. */
const byPhone = (changed: Partial<StepTaken> & { step: string }) => {
  const steps = SCRIPT.map((step): StepTaken => ({ step, done: true, answer: 'yes' }))
  return taken(
    phone,
    'telephone',
    steps.map((made) => (made.step === changed.step ? { ...made, ...changed } : made)),
  )
}

describe('The steps before the details, on every channel of every union', () => {
  test.each(named)('CAR-62 CAR-69 %s, %s: with all steps taken every kind has one state', (_id, _channel, way) => {
    const outcome = taken(way.profile, way.channel.id, allTaken(way))
    if (!outcome.ok) throw new Error(outcome.reason)
    expect(outcome.consents.map(({ kind }) => kind).sort()).toEqual([...way.profile.consent.kinds].sort())
  })

  test.each(named)('CAR-71 %s, %s: the details stay locked for each step that is missing', (_id, _channel, way) => {
    const all = allTaken(way)
    for (const { step } of all) {
      const without = all.filter((made) => made.step !== step)
      expect(taken(way.profile, way.channel.id, without)).toEqual({ ok: false, reason: 'step-missing' })
      const unticked = all.map((made) => (made.step === step ? { ...made, done: false } : made))
      expect(taken(way.profile, way.channel.id, unticked)).toEqual({ ok: false, reason: 'step-missing' })
    }
  })

  test.each(named)('CAR-69 %s, %s: a question that is ticked needs its answer', (_id, _channel, way) => {
    for (const { step, answer } of allTaken(way)) {
      if (!answer) continue
      for (const blank of [undefined, '' as never]) {
        const steps = allTaken(way).map((made) => (made.step === step ? { ...made, answer: blank } : made))
        expect(taken(way.profile, way.channel.id, steps)).toEqual({ ok: false, reason: 'answer-missing' })
      }
    }
  })

  test.each(profiles.map((profile) => [profile.id, profile] as const))(
    'CAR-71 %s has no way in by a channel that it does not know',
    (_id, profile) => {
      const outcome = taken(profile, 'carrier-pigeon' as never, [])
      expect(outcome).toEqual({ ok: false, reason: 'unknown-channel' })
    },
  )
})

describe('What the telephone script leaves', () => {
  test('CAR-71 both answers are kept with the words that the caller heard', () => {
    expect(byPhone({ step: 'assessors', answer: 'yes' })).toEqual({
      ok: true,
      consents: [
        { kind: 'store', state: 'granted_express', text: 'phone-storage' },
        { kind: 'share_aqs', state: 'granted_express', text: 'phone-assessors' },
      ],
    })
  })

  test('CAR-69 a caller who does not want assessors to see the file still gets a case', () => {
    expect(byPhone({ step: 'assessors', answer: 'no' })).toMatchObject({
      ok: true,
      consents: [{ kind: 'store' }, { kind: 'share_aqs', state: 'refused' }],
    })
  })

  test('CAR-62 a caller who wants nothing kept gets no case, whatever else was done', () => {
    expect(byPhone({ step: 'storage', answer: 'no' })).toEqual({ ok: false, reason: 'storage-refused' })
    const only = [
      { step: 'opening', done: true },
      { step: 'storage', done: true, answer: 'no' as const },
    ]
    expect(taken(phone, 'telephone', only)).toEqual({ ok: false, reason: 'storage-refused' })
  })

  test('CAR-62 the store question is not answered by the answer to another one', () => {
    expect(byPhone({ step: 'storage', answer: undefined })).toEqual({ ok: false, reason: 'answer-missing' })
  })

  test('CAR-71 a step that another channel has does not stand for one of this script', () => {
    const steps = ['mail-notice', 'chat-tick', 'storage-notice'].map((step) => ({ step, done: true }))
    expect(taken(phone, 'telephone', steps)).toEqual({ ok: false, reason: 'step-missing' })
  })
})

describe('What a notice leaves', () => {
  test.each(['email', 'web-form'] as const)('%s: notice given is never recorded as a consent', (channel) => {
    expect(taken(phone, channel, [{ step: 'mail-notice', done: true }])).toEqual({
      ok: true,
      consents: [
        { kind: 'store', state: 'notice_given', text: 'mail-notice' },
        { kind: 'share_aqs', state: 'optout_notice', text: 'mail-notice' },
      ],
    })
  })

  test('a chat that came with the tick is an express consent to sharing, and a notice about storage', () => {
    const steps = ['storage-notice', 'chat-tick'].map((step) => ({ step, done: true }))
    expect(taken(phone, 'live-chat', steps)).toEqual({
      ok: true,
      consents: [
        { kind: 'store', state: 'notice_given', text: 'chat-storage' },
        { kind: 'share_aqs', state: 'granted_express', text: 'chat-tick' },
      ],
    })
  })

  test('a kind that no step is about stands as not asked, and behind it no text', () => {
    expect(consentsFrom('email', [{ step: 'mail-notice', done: true }], phone.intake, ['store', 'callback'])).toEqual({
      ok: true,
      consents: [
        { kind: 'store', state: 'notice_given', text: 'mail-notice' },
        { kind: 'share_aqs', state: 'optout_notice', text: 'mail-notice' },
        { kind: 'callback', state: 'not_asked', text: null },
      ],
    })
  })
})
