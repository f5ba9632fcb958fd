import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { readSampleUnions } from '../../../bot/dev/sample-staff'
import { deployment, organisationSettings } from '../../../services/policy/deployment'

const ID = '7f0c1a52-9f5e-4f0b-8f6c-0d6f3a1b2c01'

const whole = () => ({
  publicUrl: 'https://casework.union.example',
  organisations: [
    {
      orgId: 'north',
      profile: 'cardiff',
      tenantId: ID,
      appId: ID,
      roles: { front: [ID] },
      mailbox: 'advice@union.example',
      sampleData: false,
      bot: { type: 'SingleTenant', secretEnv: 'NORTH_BOT_SECRET' } as Record<string, unknown>,
      graph: { kind: 'client-secret', clientId: ID, secretEnv: 'NORTH_GRAPH_SECRET' } as Record<string, unknown>,
    },
  ],
})
type Settings = ReturnType<typeof whole>

/** Where the settings are wrong after a change; none when they are well. */
function wrong(change: (settings: Settings, union: Settings['organisations'][number]) => unknown): string[] {
  const settings = whole()
  change(settings, settings.organisations[0]!)
  const read = deployment.safeParse(settings)
  return read.success ? [] : read.error.issues.map(({ path }) => path.join('.'))
}

describe('The file that says which unions are served', () => {
  test('whole, it is taken; the example in the repository is whole too', () => {
    expect(wrong(() => undefined)).toEqual([])
    const example = readFileSync(join(__dirname, '../../../.deployment.example.json'), 'utf8')
    expect(deployment.safeParse(JSON.parse(example)).error).toBeUndefined()
  })

  test('both identities may be the ones that the machine holds', () => {
    expect(wrong((_, union) => (union.bot = { type: 'UserAssignedMSI' }))).toEqual([])
    expect(wrong((_, union) => (union.graph = { kind: 'managed-identity' }))).toEqual([])
    expect(wrong((_, union) => (union.graph = { kind: 'managed-identity', clientId: ID }))).toEqual([])
  })

  test.each<[string, string, (settings: Settings, union: Settings['organisations'][number]) => unknown]>([
    [
      'an address without encryption',
      'publicUrl',
      (settings) => (settings.publicUrl = 'http://casework.union.example'),
    ],
    ['an address that is none', 'publicUrl', (settings) => (settings.publicUrl = 'casework')],
    ['no union', 'organisations', (settings) => (settings.organisations = [])],
    ['a union id with other characters', 'organisations.0.orgId', (_, union) => (union.orgId = 'North|1')],
    ['a tenant that is no id', 'organisations.0.tenantId', (_, union) => (union.tenantId = 'common')],
    ['a bot that is no id', 'organisations.0.appId', (_, union) => (union.appId = '')],
    ['a role that no group holds', 'organisations.0.roles.front', (_, union) => (union.roles.front = [])],
    ['a group that is no id', 'organisations.0.roles.front.0', (_, union) => (union.roles.front = ['Advisers'])],
    ['a mailbox that is none', 'organisations.0.mailbox', (_, union) => (union.mailbox = 'advice')],
    ['sample data in production', 'organisations.0.sampleData', (_, union) => (union.sampleData = true)],
    ['a bot for any tenant', 'organisations.0.bot.type', (_, union) => (union.bot.type = 'MultiTenant')],
    ['a type of bot in other letters', 'organisations.0.bot.type', (_, union) => (union.bot.type = 'singletenant')],
    [
      'a secret where its name belongs',
      'organisations.0.bot.secretEnv',
      (_, union) => (union.bot.secretEnv = 'hunter2~'),
    ],
    ['no secret for Graph', 'organisations.0.graph.secretEnv', (_, union) => delete union.graph.secretEnv],
    ['a secret beside its name', 'organisations.0.graph', (_, union) => (union.graph.secret = 'hunter2')],
    ['a setting that nobody knows', 'organisations.0', (_, union) => Object.assign(union, { openToAll: true })],
    ['another setting that nobody knows', '', (settings) => Object.assign(settings, { tokens: 'off' })],
  ])('with %s it is refused, and the place is named: %s', (_what, place, change) => {
    expect(wrong(change)).toEqual([place])
  })
})

test('IMP-65 the sample unions are sample data, whatever else they say', () => {
  for (const { organisation } of readSampleUnions()) {
    expect(organisationSettings.parse(organisation).sampleData).toBe(true)
    const { publicUrl } = whole()
    expect(deployment.safeParse({ publicUrl, organisations: [organisation] }).success).toBe(false)
  }
})
