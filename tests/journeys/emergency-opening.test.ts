import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Casekeeper, startCasekeeper } from '../support/casekeeper'
import { emergencyStoryOf } from '../support/emergency-story'
import { buttonWith, storyOf, words } from '../support/story'

let casekeeper: Casekeeper
beforeAll(async () => {
  casekeeper = await startCasekeeper()
})
afterAll(() => casekeeper.stop())

const { say, press, newest, person } = storyOf(() => casekeeper)
const { drained, count, record, expectNothingLeaked } = emergencyStoryOf(() => casekeeper)

/** Whoever opens it in each union, whoever is told at once, and the numbers that they see. */
const UNIONS: [string, string, string, RegExp, string[]][] = [
  [
    'LMU-34 LMU-35 LMU-44',
    'London Met',
    'Hollis',
    /999[\s\S]*Emergency services[\s\S]*3333[\s\S]*University security/,
    ['Sutton'],
  ],
  ['CAR N15', 'Cardiff', 'Ada', /999\nEmergency services\n(?!.*3333)/, ['Morgan']],
  ['WOR N15', 'Worcester', 'Rowan', /999\nEmergency services\n(?!.*3333)/, ['Marlowe']],
  ['CAM N15', 'Cambridge', 'Wren', /999\nEmergency services\n(?!.*3333)/, ['Emery', 'Winter']],
  ['LAN N15', 'Lancaster', 'Kit', /999\nEmergency services\n(?!.*3333)/, ['Reese']],
]

describe('Somebody is in danger now', () => {
  test.each(UNIONS)(
    '%s %s: %s types “emergency”, and the first reply has the numbers',
    async (_id, _union, who, numbers, told) => {
      const before = casekeeper.teams.chat(person(who)).length
      const card = await say(who, 'emergency')
      expect(casekeeper.teams.chat(person(who))).toHaveLength(before + 1)
      expect(words(card)).toMatch(numbers)
      expect(words(card)).toContain('Nothing has to be filled in')
      expect(JSON.stringify(card.card)).not.toContain('Input.')
      await drained()
      expect(words(newest(who))).toMatch(/Noted at Tue 24 Nov 2026, 10:\d\d. Then tell: /)
      for (const name of told) {
        expect(words(newest(name))).toContain('An emergency was opened')
        const address = person(name).name.toLowerCase().replace(' ', '.')
        const mails = casekeeper.graph.sentMail().map((mail) => JSON.stringify(mail))
        expect(mails.filter((mail) => mail.includes(address)).at(-1)).toContain('An emergency: look into Teams')
      }
    },
  )

  test.each([['999'], ['Emergancy!'], ['emergenci'], ['URGENT HELP'], ['urgent hlep'], ['please help, emergency']])(
    'IMP-55 “%s” is understood',
    async (line) => {
      expect(words(await say('Ariel', line))).toMatch(/999[\s\S]*3333/)
    },
  )

  test('IMP-55 somebody without a role is answered like everybody else, and can say what was done', async () => {
    const card = await say('Linden', 'emergency')
    expect(words(card)).toMatch(/999[\s\S]*3333/)
    await drained()
    expect(words(newest('Sutton'))).toContain('An emergency was opened')
    expect(words(await record('Linden', newest('Linden')))).toContain('The emergency is recorded')
    expect(words(await say('Linden', 'home'))).toContain('You have no access here')
  })

  test('IMP-55 the button is on everybody’s home, and a line about an emergency offers it', async () => {
    for (const name of ['Avery', 'Remy', 'Sutton', 'Robin', 'Darcy']) {
      const home = await say(name, 'home')
      expect(buttonWith(home, 'Emergency')).toBe('Emergency')
    }
    const offered = await say('Avery', 'what do I do about emergencies in the evening')
    expect(words(offered)).toContain('I did not recognise that')
  })

  test('IMP-55 pressed twice, and delivered twice, it is one; and the home does not come back over it', async () => {
    const before = await count('Finley')
    const home = await say('Finley', 'home')
    const first = await press('Finley', home, 'Emergency')
    expect(words(first)).toMatch(/999/)
    await press('Finley', home, 'Emergency')
    await drained()
    expect(await count('Finley')).toBe(before + 1)
    expect(words(newest('Finley'))).toContain('Noted at')
    const id = 'one-activity'
    await say('Finley', 'emergency', { id })
    await casekeeper.teams.send(person('Finley'), { type: 'message', text: 'emergency', id })
    await drained()
    expect(await count('Finley')).toBe(before + 2)
  })

  test('IMP-24 in a group chat the numbers stay out', async () => {
    const elsewhere = { conversation: { id: 'g', conversationType: 'groupChat', tenantId: person('Avery').tenantId } }
    const before = await count('Avery')
    await casekeeper.teams.send(person('Avery'), { type: 'message', text: 'emergency', ...elsewhere })
    await drained()
    expect(await count('Avery')).toBe(before)
  })
})

describe('Graph cannot say who anybody is', () => {
  test('IMP-55 the numbers come all the same, and it is recorded', async () => {
    for (const route of ['checkMemberGroups', 'transitiveMembers', 'sendMail'] as const)
      casekeeper.graph.setFault(route, { kind: 'status', status: 503 })
    try {
      const before = await count('Frankie')
      expect(words(await say('Frankie', 'emergency'))).toMatch(/999/)
      await drained()
      expect(await count('Frankie')).toBe(before + 1)
      expect(words(newest('Frankie'))).toContain('Noted at')
    } finally {
      for (const route of ['checkMemberGroups', 'transitiveMembers', 'sendMail'] as const)
        casekeeper.graph.setFault(route, null)
    }
  }, 60_000)
})

test('IMP-22 nothing of what was said was posted, mailed, logged or kept in the open', () => expectNothingLeaked())
