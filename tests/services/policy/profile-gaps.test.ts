import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { CaseworkError } from '../../../services/platform/errors'
import { parseProfile, readProfile } from '../../../services/policy/policy.service'
import cambridge from '../../../services/policy/profiles/cambridge.json'
import cardiff from '../../../services/policy/profiles/cardiff.json'
import worcester from '../../../services/policy/profiles/worcester.json'

type Profile = typeof cardiff

/** The gaps that are named when a complete profile is changed in this way; none when it is still complete. */
function gapsOf(change: (profile: Profile) => void, from: object = cardiff): readonly string[] {
  const profile = structuredClone(from) as Profile
  change(profile)
  try {
    parseProfile(profile)
    return []
  } catch (fault) {
    if (fault instanceof CaseworkError && fault.code === 'profile-incomplete') return fault.info.gaps as string[]
    throw fault
  }
}

const drop = (from: object, name: string) => Reflect.deleteProperty(from, name)
const without = (permission: string) => (profile: Profile) => {
  for (const role of Object.values(profile.access.roles))
    role.permissions = role.permissions.filter((held) => held !== permission)
}

describe('A union cannot go live with a gap', () => {
  test('IMP-68 an unchanged profile has none', () => {
    expect([gapsOf(() => undefined), gapsOf(() => undefined, cambridge)]).toEqual([[], []])
  })

  test.each(Object.keys(cardiff))('IMP-68 without its part "%s" it is incomplete, and the part is named', (part) => {
    expect(gapsOf((profile) => drop(profile, part)).join()).toMatch(new RegExp(`^${part}`))
  })

  test.each<[string, string, (profile: Profile) => void]>([
    [
      'a channel with a step that is not described',
      'no step "ghost"',
      (p) => p.intake.channels[1]!.steps.push('ghost'),
    ],
    ['a step without its words', 'no text "phone-rights"', (p) => drop(p.texts, 'phone-rights')],
    ['no words for who wants nothing kept', 'no text "storage-limits"', (p) => drop(p.texts, 'storage-limits')],
    ['somebody to inform who is nobody', 'no role "chair"', (p) => (p.consent.storeRefused.inform = 'chair')],
    ['cases that go to nobody', '"chair" is not a role', (p) => (p.allocation.to = 'chair')],
    ['cases that go to people who may not accept', '"front" is not a role', (p) => (p.allocation.to = 'front')],
    ['nobody who may take enquiries', 'nobody may take enquiries', without('intake.take')],
    ['nobody who may give cases out', 'nobody may give cases out', without('allocation.offer')],
    ['nobody who may review emergencies', 'nobody may review emergencies', without('emergency.review')],
    ['nobody to tell of an emergency', 'emergency.notify', (p) => (p.emergency.notify = [])],
    ['somebody to tell who is nobody', 'no role "chair"', (p) => p.emergency.notify.push('chair')],
    ['no number for an emergency', 'emergency.numbers', (p) => (p.emergency.numbers = [])],
    ['a number that says nothing', 'number.emergency-services', (p) => drop(p.labels, 'number.emergency-services')],
    ['a number that cannot be called', 'emergency.numbers', (p) => (p.emergency.numbers[0]!.number = '99a')],
    ['an enquiry kind without a label', 'kind.booking', (p) => drop(p.labels, 'kind.booking')],
    ['a reason for a choice without a label', 'other.language', (p) => drop(p.labels, 'other.language')],
    ['a reason to decline without a label', 'decline.conflict', (p) => drop(p.labels, 'decline.conflict')],
    ['no word for the client', 'term.client', (p) => drop(p.labels, 'term.client')],
    ['no word for who takes cases', 'term.caseworker', (p) => drop(p.labels, 'term.caseworker')],
    ['no word for the front desk', 'term.front', (p) => drop(p.labels, 'term.front')],
    ['a number pattern that is none', 'intake.studentNumber', (p) => (p.intake.studentNumber.pattern = '[0-9')],
    ['an example that does not fit', 'intake.studentNumber', (p) => (p.intake.studentNumber.example = '12')],
  ])('IMP-68 %s: "%s" is named', (_what, gap, change) => {
    const gaps = gapsOf(change)
    expect(gaps).toHaveLength(1)
    expect(gaps[0]).toContain(gap)
  })

  test.each<[string, (profile: Profile) => unknown]>([
    ['access.roles.front.permissions.0', (p) => (p.access.roles.front.permissions[0] = 'everything')],
    ['access.roles.front.permissions', (p) => (p.access.roles.front.permissions = [])],
    ['access.roles.front.home', (p) => (p.access.roles.front.home = [...'abcdefg'])],
    ['access.roles.Front', (p) => Object.assign(p.access.roles, { Front: p.access.roles.front })],
    ['allocation.mode', (p) => (p.allocation.mode = 'lottery')],
    ['allocation.caseloadMax', (p) => (p.allocation.caseloadMax = 0)],
    ['allocation.caseloadMax', (p) => (p.allocation.caseloadMax = 2.5)],
    ['allocation.otherReasons', (p) => (p.allocation.otherReasons = [])],
    ['allocation.declineReasons', (p) => (p.allocation.declineReasons = [])],
    ['calendar.zone', (p) => (p.calendar.zone = 'Europe/Cardiff')],
    ['calendar.nation', (p) => (p.calendar.nation = 'atlantis')],
    ['calendar.closures.0', (p) => p.calendar.closures.push('25 December' as never)],
    ['calendar.hours', (p) => (p.calendar.hours = [])],
    ['calendar.hours.0', (p) => (p.calendar.hours[0]!.to = '08:00')],
    ['cases.visibleMinutes', (p) => (p.cases.visibleMinutes = 0)],
    ['cases.title.markers.0.states.0', (p) => (p.cases.title.markers[0]!.states[0] = 'perhaps')],
    ['consent.kinds.0', (p) => (p.consent.kinds[0] = 'telepathy')],
    ['effectiveFrom', (p) => (p.effectiveFrom = 'April 2021')],
    ['id', (p) => (p.id = 'Cardiff!')],
    ['intake.channels', (p) => (p.intake.channels = [])],
    ['intake.channels.0.id', (p) => (p.intake.channels[0]!.id = 'carrier-pigeon')],
    ['intake.channels.0.firstContact', (p) => (p.intake.channels[0]!.firstContact = 'later')],
    ['intake.enquiryKinds', (p) => (p.intake.enquiryKinds = [])],
    ['intake.firstContactMinutes', (p) => (p.intake.firstContactMinutes = -1)],
    ['intake.reasonMaxLength', (p) => (p.intake.reasonMaxLength = 0)],
    ['texts.phone-rights.text', (p) => (p.texts['phone-rights'].text = '')],
    ['texts.phone-rights.points', (p) => (p.texts['phone-rights'].points = [])],
    ['texts.phone-rights.version', (p) => (p.texts['phone-rights'].version = 0)],
  ])('IMP-68 a wrong value at %s is named by its place', (place, change) => {
    const gaps = gapsOf(change)
    expect(gaps).toHaveLength(1)
    expect(gaps[0]).toMatch(new RegExp(`^${place.replaceAll('.', '\\.')}: `))
  })

  test.each(['access', 'allocation', 'calendar', 'cases', 'consent', 'intake'] as const)(
    'IMP-68 a setting that nobody reads in "%s" is a mistake',
    (part) => {
      expect(gapsOf((profile) => Object.assign(profile[part], { surprise: true })).join()).toContain('surprise')
    },
  )

  type Worcester = typeof worcester
  test.each<[string, string, (profile: Worcester) => unknown]>([
    ['a warning without words', 'concerns: no text "crime-warning"', (p) => drop(p.texts, 'crime-warning')],
    ['a concern without a label', 'concern.crime', (p) => drop(p.labels, 'concern.crime')],
    ['a role that is consulted and is none', '"chair" is not a role', (p) => (p.concerns[0]!.consults = 'chair')],
    ['a role that is consulted and may not reply', '"trustee" is not', (p) => (p.concerns[0]!.consults = 'trustee')],
    ['a second concern, of which no form asks which', 'concerns: ', (p) => p.concerns.push(p.concerns[0]!)],
    ['reminders at no time', 'concerns.0.remindMinutes', (p) => (p.concerns[0]!.remindMinutes = 0)],
    [
      'nobody who may raise a concern',
      'nobody may ask colleagues',
      (p) => {
        const { caseworker } = p.access.roles
        caseworker.permissions = caseworker.permissions.filter((held) => held !== 'consultation.ask')
      },
    ],
  ])('IMP-68 WOR-19 %s: "%s" is named', (_what, gap, change) => {
    const gaps = gapsOf(change as never, worcester)
    expect(gaps).toHaveLength(1)
    expect(gaps[0]).toContain(gap)
  })

  type Cambridge = typeof cambridge
  test.each<[string, string, (profile: Cambridge) => unknown]>([
    ['a reason without a label', 'consult.second-view', (p) => drop(p.labels, 'consult.second-view')],
    ['no reasons', 'consultation.kinds.0.reasons', (p) => (p.consultation.kinds[0]!.reasons = [])],
    ['colleagues who are no role', '"chair" is not a role', (p) => (p.consultation.kinds[0]!.of = 'chair')],
  ])('IMP-68 CAM-03 %s: "%s" is named', (_what, gap, change) => {
    const gaps = gapsOf(change as never, cambridge)
    expect(gaps).toHaveLength(1)
    expect(gaps[0]).toContain(gap)
  })

  test('IMP-68 what is no profile at all is incomplete, and what nobody may is missing', () => {
    for (const data of [null, [], 'cardiff', 7, {}])
      expect(() => parseProfile(data)).toThrow(expect.objectContaining({ code: 'profile-incomplete' }))
  })
})

describe('A profile that is read', () => {
  test('CAR-02 cannot be changed afterwards by anybody', () => {
    const profile = readProfile('cardiff')
    expect(() => Object.assign(profile.allocation, { caseloadMax: 1 })).toThrow(TypeError)
    expect(() => profile.access.roles.front!.permissions.push('case.read.all')).toThrow(TypeError)
  })

  test('comes from its own file, and from nowhere else', () => {
    const folder = mkdtempSync(join(tmpdir(), 'casekeeper-profiles-'))
    writeFileSync(join(folder, 'atlantis.json'), JSON.stringify({ ...cardiff, id: 'atlantis' }))
    writeFileSync(join(folder, 'broken.json'), '{')
    expect(readProfile('atlantis', folder).id).toBe('atlantis')
    expect(() => readProfile('broken', folder)).toThrow()
    expect(() => readProfile('cardiff', folder)).toThrow()
    rmSync(folder, { recursive: true })
  })

  test.each([
    ['cardiff', 'rota', 25, true],
    ['cambridge', 'manual', null, false],
    ['worcester', 'manual', null, false],
    ['londonmet', 'manual', null, false],
    ['lancaster', 'manual', null, false],
  ] as const)('%s: cases are given out by %s', (id, mode, caseloadMax, mail) => {
    expect(readProfile(id).allocation).toMatchObject({ mode, caseloadMax, mail, to: 'caseworker' })
  })
})
