import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

const ROOT = join(__dirname, '..', '..')
const IMPORTS = 'lint/style/noRestrictedImports'
const PLUGIN = 'plugin'

interface Boundary {
  /** Who must not do what. */
  title: string
  /** Where the files of the case go; `*` becomes a name of its own. */
  file: string
  /** Each of these alone is a fault. */
  wrong: string[]
  /** All of these together are fine. */
  right: string[]
  /** What the linter calls the fault. */
  rule: string
}

const uses = (...modules: string[]) => modules.map((from) => `import { thing } from '${from}'\nexport const x = thing`)
const shapes = (...modules: string[]) =>
  modules.map((from) => `import type { Thing } from '${from}'\nexport type X = Thing`)

const RULES = 'services/cases/*.rules.ts'
const STORE = 'services/cases/*.store.ts'
const BOUNDARIES: Boundary[] = [
  {
    title: 'a rule imports types, policy, other rules and data',
    file: RULES,
    wrong: uses('./cases.store', '../contacts/contacts.service', '../platform/logger', 'node:fs', 'mongodb', 'pino'),
    right: uses('./cases.types', '../access/access.rules', '../platform/outcome', 'luxon', './holidays/wales.json'),
    rule: IMPORTS,
  },
  {
    title: 'a rule reads no clock, draws no lots and waits for nothing',
    file: RULES,
    wrong: [
      'export const x = Date.now()',
      'export const x = new Date()',
      'export const x = new Date',
      'export const x = Math.random()',
      'export const x = process.env.ZONE',
      'export const x = async (y: unknown) => await y',
    ],
    right: ['export const x = (now: Date) => Math.max(1, new Date(now.getTime() + 1).getTime())'],
    rule: PLUGIN,
  },
  {
    title: 'types and policy slices are shapes',
    file: 'services/cases/*.types.ts',
    wrong: uses('./cases.service', './cases.store', 'mongodb', 'node:fs', '../platform/mongo'),
    right: uses('../consent/consent.types', '../consent/consent.policy', 'zod'),
    rule: IMPORTS,
  },
  {
    title: 'a store keeps to its own collection',
    file: STORE,
    wrong: uses('../contacts/contacts.store', '../contacts/contacts.service', './cases.service', '../platform/graph'),
    right: [...uses('./cases.types', '../platform/mongo', '../platform/crypto'), ...shapes('mongodb')],
    rule: IMPORTS,
  },
  {
    title: 'a store gets its collection from the platform',
    file: STORE,
    wrong: uses('mongodb'),
    right: shapes('mongodb'),
    rule: PLUGIN,
  },
  {
    title: 'a service knows nothing of Teams, cards, dialogs, MongoDB or Graph',
    file: 'services/cases/*.service.ts',
    wrong: uses(
      'botbuilder',
      'botbuilder-dialogs',
      'restify',
      'mongodb',
      '@microsoft/microsoft-graph-client',
      '../../cards/notice',
      '../../dialogs/refused',
      '../../bot/sender',
      '../../bot/dev/start',
    ),
    right: uses('./cases.rules', './cases.store', '../contacts/contacts.service', '../platform/graph'),
    rule: IMPORTS,
  },
  {
    title: 'the platform knows nothing of Teams, cards and dialogs',
    file: 'services/platform/*.ts',
    wrong: uses('botbuilder', '../../cards/notice', '../../dialogs/refused', '../../bot/dev/start'),
    right: uses('mongodb', '@microsoft/microsoft-graph-client', '../audit/audit.store'),
    rule: IMPORTS,
  },
  {
    title: 'a card does no I/O and asks nobody',
    file: 'cards/*.ts',
    wrong: uses(
      '../services/cases/cases.service',
      '../services/cases/cases.store',
      '../services/cases/cases.rules',
      '../services/platform/logger',
      '../bot/sender',
      '../dialogs/refused',
      'adaptivecards-templating',
      'botbuilder',
      'mongodb',
      'node:fs',
    ),
    right: [...shapes('../services/cases/cases.types'), ...uses('./look', '../services/platform/ids', 'zod', 'luxon')],
    rule: IMPORTS,
  },
  {
    title: 'a card takes the shape of a view and no code with it',
    file: 'cards/*.ts',
    wrong: uses('../services/cases/cases.types'),
    right: shapes('../services/cases/cases.types'),
    rule: PLUGIN,
  },
  {
    title: 'drawing reads templates and nothing else',
    file: 'cards/render.ts',
    wrong: uses('node:http', '../services/platform/logger', '../services/cases/cases.types'),
    right: uses('adaptivecards-templating', 'node:fs', 'node:path', '../services/platform/errors'),
    rule: IMPORTS,
  },
  {
    title: 'a print is drawn in memory',
    file: 'cards/dossier-page.ts',
    wrong: uses('node:fs', '../services/platform/logger', '../services/breach/breach.store'),
    right: uses('pdfkit', './letters'),
    rule: IMPORTS,
  },
  {
    title: 'a dialog calls use cases',
    file: 'dialogs/*.ts',
    wrong: uses(
      '../services/cases/cases.store',
      '../services/cases/cases.rules',
      '../services/platform/graph',
      '../services/platform/mongo',
      '../bot/actions',
      '../bot/dev/start',
      'mongodb',
      '@microsoft/microsoft-graph-client',
    ),
    right: uses('../services/intake/intake.service', '../services/access/access.rules', '../cards/form', 'botbuilder'),
    rule: IMPORTS,
  },
  {
    title: 'the bot calls use cases, and the product does without what helps on a laptop',
    file: 'bot/*.ts',
    wrong: uses(
      '../services/cases/cases.store',
      '../services/cases/cases.rules',
      './dev/start',
      './dev/sample/cardiff.json',
      'mongodb',
      '@microsoft/microsoft-graph-client',
    ),
    right: uses('../services', '../services/cases/cases.service', '../services/access/access.rules', 'botbuilder'),
    rule: IMPORTS,
  },
  {
    title: 'what is printed goes through the logger',
    file: 'services/cases/*.service.ts',
    wrong: ["console.log('seen')"],
    right: ["log.info('seen')"],
    rule: 'lint/suspicious/noConsole',
  },
  {
    title: 'every promise is waited for',
    file: 'services/cases/*.service.ts',
    wrong: ['async function save() {}\nsave()'],
    right: ['async function save() {}\nexport const x = () => save()'],
    rule: 'lint/nursery/noFloatingPromises',
  },
  {
    title: 'no two files import each other',
    file: 'services/cases/round.ts',
    wrong: ["export { about } from './about'\nexport const round = 1"],
    right: ['export const round = 1'],
    rule: 'lint/suspicious/noImportCycles',
  },
]

/** Lies beside every case, for the one about circles. */
const BESIDE: [string, string] = [
  'services/cases/about.ts',
  "import { round } from './round'\nexport const about = round",
]

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** Lints files under the project's own configuration. Gives the names of the rules that each file breaks. */
async function lint(files: ReadonlyMap<string, string>): Promise<Map<string, Set<string>>> {
  const folder = mkdtempSync(join(tmpdir(), 'boundaries-'))
  folders.push(folder)
  for (const name of ['.biome.json', '.biome', '.gitignore'])
    cpSync(join(ROOT, name), join(folder, name), { recursive: true })
  for (const [file, text] of [...files, BESIDE]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), `${text}\n`)
  }
  const biome = require.resolve('@biomejs/biome/bin/biome')
  const parameters = ['lint', '--config-path=.biome.json', '--reporter=json', '--max-diagnostics=none']
  const printed = await new Promise<string>((done) => {
    execFile(process.execPath, [biome, ...parameters], { cwd: folder, maxBuffer: 2 ** 24 }, (_fault, out) => done(out))
  })
  const { diagnostics } = JSON.parse(printed) as { diagnostics: { category: string; location: { path: string } }[] }
  const found = new Map([...files.keys()].map((file) => [file, new Set<string>()]))
  for (const { category, location } of diagnostics) found.get(location.path)?.add(category)
  return found
}

const nameOf = (file: string, number: string) => file.replace('*', `case-${number}`)

describe('boundaries: who may import what', () => {
  /** Several faults for one name, such as `cards/render.ts`, need a folder each. */
  const wrong: Map<string, string>[] = []
  const right = new Map<string, string>()
  let faults: Map<string, Set<string>>[]
  let clean: Map<string, Set<string>>

  beforeAll(async () => {
    for (const [number, boundary] of BOUNDARIES.entries()) {
      for (const [index, text] of boundary.wrong.entries()) {
        wrong[index] ??= new Map()
        wrong[index].set(nameOf(boundary.file, String(number)), text)
      }
      for (const [index, text] of boundary.right.entries()) right.set(nameOf(boundary.file, `${number}-${index}`), text)
    }
    clean = await lint(right)
    faults = []
    for (const files of wrong) faults.push(await lint(files))
  })

  test.each(BOUNDARIES.map((boundary, number) => ({ ...boundary, number: String(number) })))(
    '$title',
    ({ file, wrong: texts, right: allowed, rule, number }) => {
      const unnoticed = texts.filter((_, index) => !faults[index]!.get(nameOf(file, number))!.has(rule))
      const accused = allowed.filter((_, index) => clean.get(nameOf(file, `${number}-${index}`))!.has(rule))
      expect({ unnoticed, accused }).toEqual({ unnoticed: [], accused: [] })
    },
  )
})
