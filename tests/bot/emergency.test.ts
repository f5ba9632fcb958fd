import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { TurnContext } from 'botbuilder'
import { textsOf } from '../../bot/dev/pretend-teams'
import { createEmergencyDesk, type EmergencyDesk } from '../../bot/emergency'
import type { VerifiedActivity } from '../../bot/gate'
import type { Opening } from '../../services/emergency/emergency.service'
import type { LogFields } from '../../services/platform/logger'
import { ok, refuse } from '../../services/platform/outcome'
import { readProfile } from '../../services/policy/policy.service'
import { aLook } from '../cards/drawing'
import { later } from '../support/real-time'
import { WEDNESDAY } from '../support/records'

/** What happened, in order: cards as they were shown, and attempts to record. */
let happened: string[]
let openings: Opening[]
let outcome: () => Promise<unknown>
let desk: EmergencyDesk
const logged: (LogFields & { event: string })[] = []

const shown = (activity: unknown) => {
  const { attachments = [], value } = activity as { attachments?: { content: object }[]; value?: object }
  const text = textsOf(attachments[0]?.content ?? value).join(' ')
  happened.push(/recorded at the moment|could not be recorded|Noted at|is noting/.exec(text)?.[0] ?? text)
}
const context = {
  sendActivity: async (activity: unknown) => {
    shown(activity)
    return { id: 'posted' }
  },
  updateActivity: async (activity: unknown) => shown(activity),
} as unknown as TurnContext

const typed = (id: string): VerifiedActivity =>
  ({
    type: 'message',
    id,
    text: 'emergency',
    serviceUrl: 'https://teams.example/',
    from: { id: 'user', aadObjectId: 'avery' },
    recipient: { id: 'bot' },
    conversation: { id: 'chat', conversationType: 'personal' },
  }) as unknown as VerifiedActivity

const asks = (id = 'one') => desk.answers(context, 'londonmet', typed(id), null)

beforeEach(() => {
  happened = []
  openings = []
  logged.length = 0
  outcome = async () => ({ ...ok, view: { emergencyId: openings.at(-1)!.id } })
  const keep = (event: string, fields: LogFields = {}) => void logged.push({ event, ...fields })
  desk = createEmergencyDesk({
    services: {
      clock: { now: () => WEDNESDAY },
      policyOf: () => readProfile('londonmet'),
      emergencies: {
        open: (_actor: unknown, opening: Opening) => {
          happened.push('record')
          openings.push({ ...opening })
          return outcome()
        },
      },
      deliveries: { remember: async () => undefined },
    } as never,
    converse: async (_orgId, _to, work) => work(context, { left: false }),
    homes: { left: () => undefined } as never,
    lookOf: () => aLook(),
    log: { info: keep, warn: keep, error: keep },
  })
})
afterEach(() => {
  jest.restoreAllMocks()
})

const fails = async () => {
  throw Object.assign(new Error('away'), { code: 'database-away' })
}

describe('Whoever asks for the numbers', () => {
  test('IMP-55 sees them before anything is recorded, and then that it is', async () => {
    expect(await asks()).toBe(true)
    await desk.settled()
    expect(happened).toEqual(['is noting', 'record', 'Noted at'])
  })

  test('IMP-55 is told once what cannot be recorded, and once that it could be after all', async () => {
    outcome = fails
    await asks()
    await desk.retry()
    await desk.retry()
    outcome = async () => ({ ...ok, view: { emergencyId: openings[0]!.id } })
    await desk.retry()
    await desk.retry()
    expect(happened.filter((each) => each !== 'record')).toEqual(['is noting', 'recorded at the moment', 'Noted at'])
    expect(new Set(openings.map(({ id, at }) => `${id} ${at.getTime()}`)).size).toBe(1)
    expect(logged.map(({ event, code }) => [event, code])).toEqual(
      logged.map(() => ['emergency-not-recorded', 'database-away']),
    )
  })

  test('IMP-55 is told after a day that it was given up, and it is tried no more by itself', async () => {
    outcome = fails
    await asks()
    await desk.settled()
    later(24 * 60 * 60)
    await desk.retry()
    const tries = openings.length
    await desk.retry()
    expect(openings).toHaveLength(tries)
    expect(happened.at(-1)).toBe('could not be recorded')
  })

  test('IMP-55 is told at once where it is somebody else’s', async () => {
    outcome = async () => refuse('unknown')
    await asks()
    await desk.settled()
    await desk.retry()
    expect(happened).toEqual(['is noting', 'record', 'could not be recorded'])
  })

  test('IMP-55 no more than so many are kept, whatever happens, and all see the numbers', async () => {
    outcome = fails
    for (let index = 0; index < 510; index++) await asks(`activity ${index}`)
    await desk.settled()
    openings = []
    await desk.retry()
    expect(openings.length).toBeLessThanOrEqual(500)
    expect(happened.filter((each) => each === 'is noting')).toHaveLength(510)
  })

  test('IMP-55 sees them although Teams loses the record’s card', async () => {
    const lost = { ...context, sendActivity: fails } as unknown as TurnContext
    await expect(desk.answers(lost, 'londonmet', typed('two'), null)).rejects.toThrow('away')
    await desk.settled()
    expect(happened).toEqual(['record', 'Noted at'])
  })
})

test('IMP-55 any other turn is left alone', async () => {
  expect(await desk.answers(context, 'londonmet', { ...typed('three'), text: 'home' }, null)).toBe(false)
  expect(await desk.answers(context, 'londonmet', typed('four'), { verb: 'home', data: {} })).toBe(false)
  expect(happened).toEqual([])
})
