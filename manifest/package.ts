import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AppManifest, AppManifestUtils } from '@microsoft/app-manifest'
import type { Deployment } from '../services/policy/deployment'
import { type ZipEntry, zip } from './zip'

export type TeamsPackage =
  | { ok: true; orgId: string; files: readonly ZipEntry[]; zip: Buffer }
  | { ok: false; problems: string[] }

const ICONS = ['color.png', 'outline.png']

/**
 * The Teams app of one organisation of a deployment, as the file that an administrator uploads: manifest and icons, with
 * nothing that the bot does not need. The same deployment and version give the same bytes. What is wrong comes back as
 * one line each.
 *
 * @param orgId may be left out where the deployment has one organisation
 * @param version three numbers with dots; Teams takes an update only under another version
 */
export async function packageTeamsApp(
  { organisations, publicUrl }: Deployment,
  orgId: string | undefined,
  version: string,
): Promise<TeamsPackage> {
  const chosen = organisations.filter((one) => orgId === undefined || one.orgId === orgId)
  const [organisation] = chosen
  if (!organisation) return wrong(`--org: the deployment has no organisation "${orgId}"`)
  if (chosen.length > 1) return wrong('--org: not said, and the deployment has several organisations')
  const { appId, teamsApp } = organisation
  if (!teamsApp) return wrong(`organisations.${organisation.orgId}.teamsApp: not set; how people see the bot in Teams`)
  if (!/^\d+\.\d+\.\d+$/.test(version)) return wrong('version: not three numbers with dots between them')

  const manifest = filled({ ...teamsApp, appId, version, domain: new URL(publicUrl).hostname })
  const problems = await AppManifestUtils.validateAgainstSchema(manifest as unknown as AppManifest)
  if (problems.length > 0) return { ok: false, problems }
  const files = [
    { name: 'manifest.json', data: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`) },
    ...ICONS.map((name) => ({ name, data: readFileSync(join(__dirname, name)) })),
  ]
  return { ok: true, orgId: organisation.orgId, files, zip: zip(files) }
}

const wrong = (problem: string): TeamsPackage => ({ ok: false, problems: [problem] })

/** The template with every `{{name}}` replaced, in values only, so that no value can add a field. */
function filled(values: Readonly<Record<string, string>>): Record<string, unknown> {
  const template = readFileSync(join(__dirname, 'manifest.json'), 'utf8')
  return JSON.parse(template, (_field, value) =>
    typeof value === 'string' ? value.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => values[name]!) : value,
  )
}
