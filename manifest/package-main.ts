import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { deployment } from '../services/policy/deployment'
import { packageTeamsApp, type TeamsPackage } from './package'

const ROOT = join(__dirname, '..')
const EXAMPLE = join(ROOT, '.deployment.example.json')

/**
 * `npm run package:teams -- --deployment FILE --org ID --out FILE`. Ends with code 2, having said what is to be put
 * right, rather than write a package that Teams would refuse.
 */
async function main(): Promise<void> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ options: { deployment: text, org: text, out: text } })
  const file = values.deployment ?? process.env.CASEKEEPER_DEPLOYMENT ?? EXAMPLE
  const made = await packageOf(file, values.org)
  if (!made.ok) {
    process.stderr.write(
      `No package was made. To be put right:\n${made.problems.map((line) => `  ${line}\n`).join('')}`,
    )
    process.exitCode = 2
    return
  }
  const out = values.out ?? join(ROOT, 'dist', `teams-${made.orgId}.zip`)
  mkdirSync(dirname(out), { recursive: true })
  writeFileSync(out, made.zip)
  const example = file === EXAMPLE ? ' from the example of a deployment: to look at, not to upload' : ''
  const listing = made.files.map(({ name, data }) => `  ${name}, ${data.length} bytes\n`)
  process.stdout.write(`${relative(process.cwd(), out)}${example}\n${listing.join('')}`)
}

async function packageOf(file: string, orgId: string | undefined): Promise<TeamsPackage> {
  let data: unknown
  try {
    data = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return { ok: false, problems: ['--deployment: the file cannot be read as JSON'] }
  }
  const { success, data: settings, error } = deployment.safeParse(data)
  if (!success) return { ok: false, problems: error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) }
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
  return packageTeamsApp(settings, orgId, version)
}

void main()
