import { readdirSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { simulatedToken, startGraphSimulator } from '../../../bot/dev/graph-simulator'
import { readSampleUnions } from '../../../bot/dev/sample-staff'
import { organisationSettings } from '../../../services/policy/deployment'
import { PROFILES_FOLDER, readProfile } from '../../../services/policy/policy.service'

const unions = readSampleUnions()

describe('the sample staff of npm start', () => {
  test('a person, a bot and a group keep their ids from one start to the next', () => {
    expect(readSampleUnions()).toEqual(unions)
    const [robin] = unions.flatMap(({ personas }) => personas).filter(({ name }) => name === 'Robin Example')
    // Stored records name these ids: a change here cuts everybody's sample data off.
    expect(robin).toMatchObject({
      slug: 'cardiff-robin-example',
      id: 'e8a42310-462f-540b-9c74-45b6dce65a3c',
      conversationId: 'chat-cardiff-robin-example',
    })
  })

  test('no id, chat or address stands for two', () => {
    const personas = unions.flatMap((union) => union.personas)
    const ids = [
      ...personas.flatMap(({ id, userId, conversationId, slug }) => [id, userId, conversationId, slug]),
      ...unions.flatMap(({ organisation, directory }) => [
        organisation.appId,
        organisation.tenantId,
        ...directory.groups.map(({ id }) => id),
        ...directory.people.map(({ userPrincipalName }) => userPrincipalName),
      ]),
    ]
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('IMP-68 every union whose policy is shipped has staff, in a tenant of its own', () => {
    const shipped = readdirSync(PROFILES_FOLDER).map((file) => file.replace('.json', ''))
    expect(unions.map(({ organisation }) => organisation.orgId)).toEqual(shipped.sort())
    expect(unions.map(({ organisation }) => organisation.profile)).toEqual(shipped)
  })

  test('nobody is addressed by the first name of somebody else, in whichever union', () => {
    const firstNames = unions.flatMap(({ personas }) => personas.map(({ name }) => name.split(' ')[0]!))
    const mistaken = firstNames.filter((name, index) =>
      firstNames.some((other, at) => at !== index && other.startsWith(name)),
    )
    expect(mistaken).toEqual([])
  })

  test('there are colleagues to choose from, one stands for each office, and lists of people name several', () => {
    const counts = unions.map(({ organisation, personas }) => [
      organisation.orgId,
      Object.fromEntries(
        [...Object.keys(organisation.roles), null].map((role) => [
          role ?? 'none',
          personas.filter((persona) => (role ? persona.roles.includes(role) : persona.role === null)).length,
        ]),
      ),
    ])
    const senior = { 'senior-management': 2 }
    expect(Object.fromEntries(counts)).toEqual({
      cambridge: { caseworker: 3, none: 1 },
      cardiff: { front: 2, caseworker: 3, senior: 1, manager: 1, none: 1 },
      lancaster: {
        caseworker: 3,
        manager: 1,
        executive: 1,
        'executive-deputy': 1,
        ...senior,
        'complaint-investigator': 1,
        none: 1,
      },
      londonmet: { caseworker: 3, manager: 1, director: 1, executive: 1, none: 1 },
      worcester: { caseworker: 3, manager: 1, executive: 1, ...senior, trustee: 1, none: 1 },
    })
  })

  test.each(unions)(
    'every role of $organisation.orgId has somebody, and somebody has none',
    ({ organisation, personas }) => {
      const { access } = readProfile(organisation.profile)
      const held = new Set(personas.flatMap(({ roles }) => (roles.length > 0 ? roles : [null])))
      expect(held).toEqual(new Set([...Object.keys(access.roles), null]))
      expect(personas.find(({ role }) => role === null)?.title).toBe('No role')
    },
  )

  test.each(unions)(
    'the settings of $organisation.orgId are those of a real organisation, marked as sample data',
    ({ organisation }) => {
      expect(organisationSettings.parse(organisation)).toEqual(organisation)
      expect(organisation.sampleData).toBe(true)
    },
  )

  test('somebody in a group within the role group holds the role like everybody else', async () => {
    const simulator = await startGraphSimulator({ directories: unions.map(({ directory }) => directory) })
    try {
      for (const { organisation, directory, personas } of unions) {
        const nested = directory.groups.filter(({ id }) => directory.groups.some(({ members }) => members.includes(id)))
        expect(nested).toHaveLength(1)
        const inner = personas.find(({ id }) => nested[0]!.members.includes(id))!
        expect(await rolesOf(simulator.url, organisation, inner.id)).toEqual(inner.roles)
        for (const { id, roles } of personas) expect(await rolesOf(simulator.url, organisation, id)).toEqual(roles)
      }
    } finally {
      await simulator.stop()
    }
  })
})

describe('a sample file that does not fit stops the start and names the gap', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'casekeeper-sample-'))
    await cp(join(__dirname, '../../../bot/dev/sample/cardiff.json'), join(folder, 'cardiff.json'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  test.each<[string, string, string]>([
    ['a role that the profile does not know', '"front"', '"porter"'],
    ['a key that nobody reads', '"extension"', '"telephone"'],
    ['two people with one name', 'Jules Placeholder', 'Robin Example'],
    [
      'somebody without a role in a group',
      '"senior", "extension": "120"',
      'null, "extension": "120", "through": "Hub"',
    ],
    ['another name than the file', '"orgId": "cardiff"', '"orgId": "newport"'],
  ])('%s', async (_, from, to) => {
    const file = join(folder, 'cardiff.json')
    await writeFile(file, (await readFile(file, 'utf8')).replace(from, to))
    expect(() => readSampleUnions(folder)).toThrow(expect.objectContaining({ code: 'sample-malformed' }))
  })
})

async function rolesOf(
  url: string,
  { tenantId, roles }: (typeof unions)[number]['organisation'],
  staffId: string,
): Promise<string[]> {
  const response = await fetch(`${url}/v1.0/users/${staffId}/checkMemberGroups`, {
    method: 'POST',
    headers: { authorization: `Bearer ${simulatedToken(tenantId)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ groupIds: Object.values(roles).flat() }),
  })
  const { value } = (await response.json()) as { value: string[] }
  return Object.keys(roles).filter((role) => roles[role]!.some((id) => value.includes(id)))
}
