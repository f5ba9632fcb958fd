import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { readCommand } from '../../bot/commands'
import { packageTeamsApp } from '../../manifest/package'
import { type Deployment, deployment, type TeamsApp } from '../../services/policy/deployment'
import { unzipped } from './zip-listing'

const ROOT = join(__dirname, '..', '..')
const EXAMPLE = JSON.parse(readFileSync(join(ROOT, '.deployment.example.json'), 'utf8')) as Deployment
const VERSION = '1.2.3'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'casekeeper-package-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The example with other words for how people see the bot. */
function seenAs(changes: Partial<TeamsApp>): Deployment {
  const [organisation] = EXAMPLE.organisations
  const teamsApp = { ...organisation!.teamsApp!, ...changes }
  return { ...EXAMPLE, organisations: [{ ...organisation!, teamsApp }] }
}

async function madeFrom(settings: Deployment, version = VERSION): Promise<Buffer> {
  const made = await packageTeamsApp(deployment.parse(settings), undefined, version)
  if (!made.ok) throw new Error(made.problems.join('\n'))
  return made.zip
}

async function problemsOf(settings: Deployment, orgId?: string, version = VERSION): Promise<string> {
  const made = await packageTeamsApp(settings, orgId, version)
  return made.ok ? '' : made.problems.join('\n')
}

const manifestOf = async (settings: Deployment) =>
  JSON.parse(
    unzipped(await madeFrom(settings))
      .get('manifest.json')!
      .toString('utf8'),
  )

describe('The package that an administrator uploads to Teams', () => {
  test('holds the manifest and both icons at its root, and nothing else', async () => {
    const files = unzipped(await madeFrom(EXAMPLE))
    expect([...files.keys()]).toEqual(['manifest.json', 'color.png', 'outline.png'])
    for (const name of ['color.png', 'outline.png'])
      expect(files.get(name)).toEqual(readFileSync(join(ROOT, 'manifest', name)))
  })

  test('another program lists it and finds every checksum right', async () => {
    const file = join(folder, 'package.zip')
    writeFileSync(file, await madeFrom(EXAMPLE))
    const script = 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), *z.namelist())'
    const listed = spawnSync('python3', ['-c', script, file], { encoding: 'utf8' })
    expect(listed.stdout).toBe('None manifest.json color.png outline.png\n')
  })

  test('is the same to the byte for the same deployment and version, and another for another version', async () => {
    const [first, second, later] = [await madeFrom(EXAMPLE), await madeFrom(EXAMPLE), await madeFrom(EXAMPLE, '1.2.4')]
    expect(second).toEqual(first)
    expect(later).not.toEqual(first)
  })

  test('says what the deployment says, with no gap left in it', async () => {
    const manifest = await manifestOf(seenAs({ name: 'Advice desk' }))
    const { appId, teamsApp } = EXAMPLE.organisations[0]!
    expect(manifest).toMatchObject({ id: appId, version: VERSION, name: { short: 'Advice desk' } })
    expect(manifest.bots).toEqual([expect.objectContaining({ botId: appId })])
    const { developer, websiteUrl, privacyUrl, termsOfUseUrl } = teamsApp!
    expect(manifest.developer).toEqual({ name: developer, websiteUrl, privacyUrl, termsOfUseUrl })
    expect(manifest.validDomains).toEqual(['casekeeper.example'])
    expect(JSON.stringify(manifest)).not.toMatch(/\{\{|undefined/)
  })

  test('asks for personal chats alone: no team, no group, no files, no calls, no permission, no sign-in', async () => {
    const manifest = await manifestOf(EXAMPLE)
    const [bot] = manifest.bots
    expect(bot.scopes).toEqual(['personal'])
    expect(bot.commandLists.map(({ scopes }: { scopes: string[] }) => scopes)).toEqual([['personal']])
    expect([bot.supportsFiles, bot.supportsCalling, bot.supportsVideo]).toEqual([false, false, false])
    for (const wide of ['permissions', 'devicePermissions', 'authorization', 'webApplicationInfo', 'staticTabs'])
      expect(manifest).not.toHaveProperty(wide)
  })

  test('offers commands that the bot understands when they are typed', async () => {
    const manifest = await manifestOf(EXAMPLE)
    const titles = manifest.bots[0].commandLists[0].commands.map(({ title }: { title: string }) => title)
    expect(titles).toEqual(['home', 'intake', 'waiting', 'my cases', 'case'])
    for (const title of titles) expect(readCommand(title)).toHaveProperty('verb')
  })

  test('a quotation mark or a placeholder in a name stays a name', async () => {
    const manifest = await manifestOf(seenAs({ name: 'Desk", "x": "{{appId}}' }))
    expect(manifest.name.short).toBe('Desk", "x": "{{appId}}')
  })
})

describe('A package that Teams would refuse is not made', () => {
  test.each<[string, Partial<TeamsApp>, string]>([
    ['a name of 31 letters', { name: 'A'.repeat(31) }, '/name/short'],
    ['a developer of 33 letters', { developer: 'A'.repeat(33) }, '/developer/name'],
    [
      'an address that is too long',
      { privacyUrl: `https://union.example/${'a'.repeat(2_048)}` },
      '/developer/privacyUrl',
    ],
    ['an address of another kind', { websiteUrl: 'ftp://union.example' }, '/developer/websiteUrl'],
  ])('%s is found by the schema', async (_what, change, place) => {
    expect(await problemsOf(seenAs(change))).toContain(place)
  })

  test('a name of 30 letters and a developer of 32 are not too long', async () => {
    expect(await problemsOf(seenAs({ name: 'A'.repeat(30), developer: 'B'.repeat(32) }))).toBe('')
  })

  test.each<[string, Partial<TeamsApp>, string]>([
    ['a page about privacy without encryption', { privacyUrl: 'http://union.example/privacy' }, 'privacyUrl'],
    ['terms without encryption', { termsOfUseUrl: 'http://union.example/terms' }, 'termsOfUseUrl'],
    ['a site without encryption', { websiteUrl: 'http://union.example' }, 'websiteUrl'],
    ['no name', { name: ' ' }, 'name'],
    ['no developer', { developer: '' }, 'developer'],
  ])('%s is found in the deployment', (_what, change, place) => {
    const read = deployment.safeParse(seenAs(change))
    expect(read.error?.issues.map(({ path }) => path.join('.'))).toEqual([`organisations.0.teamsApp.${place}`])
  })

  test('an app id that is none is found by the schema', async () => {
    const [organisation] = EXAMPLE.organisations
    expect(await problemsOf({ ...EXAMPLE, organisations: [{ ...organisation!, appId: 'bot' }] })).toContain('/id')
  })

  test('a version that is not three numbers is refused', async () => {
    for (const version of ['1.0', 'v1.0.0', '1.0.0-rc1', ''])
      expect(await problemsOf(EXAMPLE, undefined, version)).toContain('version')
  })

  test('the organisation must be one of the deployment, and said where there are several', async () => {
    const [one] = EXAMPLE.organisations
    const several = { ...EXAMPLE, organisations: [one!, { ...one!, orgId: 'second' }] }
    expect(await problemsOf(EXAMPLE, 'nowhere')).toContain('no organisation "nowhere"')
    expect(await problemsOf(several)).toContain('several organisations')
    expect(await problemsOf(several, 'second')).toBe('')
  })

  test('a deployment that does not say how people see the bot is told so', async () => {
    const { teamsApp: _, ...hidden } = EXAMPLE.organisations[0]!
    expect(await problemsOf({ ...EXAMPLE, organisations: [hidden] })).toContain('teamsApp: not set')
  })
})

describe('npm run package:teams', () => {
  const run = (...choices: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', join(ROOT, 'manifest', 'package-main.ts'), ...choices], {
      cwd: ROOT,
      encoding: 'utf8',
    })

  test('writes the package where it is told to', async () => {
    const out = join(folder, 'deep', 'teams.zip')
    const file = join(folder, 'deployment.json')
    writeFileSync(file, JSON.stringify(EXAMPLE))
    expect(run('--deployment', file, '--org', EXAMPLE.organisations[0]!.orgId, '--out', out)).toMatchObject({
      status: 0,
    })
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
    expect(readFileSync(out)).toEqual(await madeFrom(EXAMPLE, version))
  })

  test('writes nothing and ends with code 2 where something is to be put right', () => {
    const out = join(folder, 'refused.zip')
    const file = join(folder, 'too-long.json')
    writeFileSync(file, JSON.stringify(seenAs({ name: 'A'.repeat(31) })))
    for (const [choice, problem] of [
      [file, '/name/short'],
      [join(folder, 'none.json'), 'cannot be read'],
    ] as const) {
      const { status, stderr } = run('--deployment', choice, '--out', out)
      expect([status, stderr]).toEqual([2, expect.stringContaining(problem)])
      expect(() => readFileSync(out)).toThrow()
    }
  })
})
