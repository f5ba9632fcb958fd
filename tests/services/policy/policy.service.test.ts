import { readdirSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { CaseworkError } from '../../../services/platform/errors'
import { PROFILES_FOLDER, parseProfile, readProfile } from '../../../services/policy/policy.service'
import cardiff from '../../../services/policy/profiles/cardiff.json'

const gapsOf = (change: (profile: typeof cardiff) => void): string => {
  const profile = structuredClone(cardiff)
  change(profile)
  try {
    parseProfile(profile)
  } catch (fault) {
    if (fault instanceof CaseworkError) return (fault.info.gaps as string[]).join('\n')
    throw fault
  }
  return ''
}

describe('A profile is checked as a whole before a union goes live', () => {
  test('IMP-68 the profiles that are shipped are complete', () => {
    const shipped = readdirSync(PROFILES_FOLDER).map((file) => file.replace('.json', ''))
    expect(shipped.sort()).toEqual(['cambridge', 'cardiff', 'lancaster', 'londonmet', 'worcester'])
    for (const id of shipped) expect(readProfile(id).id).toBe(id)
  })

  test('IMP-68 every gap is named at once, and nothing starts with one', () => {
    const gaps = gapsOf((profile) => {
      profile.allocation.to = 'nobody'
      profile.intake.channels[0]!.steps.push('missing-step')
      profile.consent.storeRefused.inform = 'missing-role'
      Reflect.deleteProperty(profile.texts, 'phone-rights')
      Reflect.deleteProperty(profile.labels, 'term.client')
    })
    for (const gap of ['nobody', 'missing-step', 'missing-role', 'phone-rights', 'term.client'])
      expect(gaps).toContain(gap)
  })

  test('IMP-68 a section that is missing and a setting that nobody knows are gaps', () => {
    expect(gapsOf((profile) => Reflect.deleteProperty(profile, 'allocation'))).toContain('allocation')
    expect(gapsOf((profile) => Object.assign(profile.intake, { surprise: true }))).toContain('surprise')
  })
})
