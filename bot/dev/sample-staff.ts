import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { CaseworkError } from '../../services/platform/errors'
import { stableId } from '../../services/platform/ids'
import { type OrganisationSettings, organisationSettings } from '../../services/policy/deployment'
import type { Policy } from '../../services/policy/policy.schema'
import { readProfile } from '../../services/policy/policy.service'
import type { SimulatedDirectory, SimulatedGroup, SimulatedPerson } from './graph-simulator'

const SAMPLE_FOLDER = join(__dirname, 'sample')
const NAMESPACE = 'c3a5e1b0-6a1d-4f0e-9b5a-2f7d8c9e4b11'

/** One invented union. `through` names a group inside the role's group, of which the person is a member. */
const sampleUnion = z.strictObject({
  orgId: z.string().regex(/^[a-z][a-z-]*$/),
  profile: z.string(),
  tenantId: z.uuid().toLowerCase(),
  mailbox: z.email(),
  people: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[A-Z][a-z]+(?: [A-Z][a-z]+)+$/),
        role: z.string().nullable(),
        /** Further roles that the person holds at the same time. */
        also: z.array(z.string()).default([]),
        extension: z.string().regex(/^[0-9]+$/),
        through: z.string().optional(),
      }),
    )
    .min(1)
    .refine((people) => new Set(people.map(({ name }) => name)).size === people.length, 'two people with one name'),
})

type SampleFile = z.infer<typeof sampleUnion>

/** Somebody that a newcomer can be for a while. */
export interface Persona {
  /** Entra object id, the same at every start. */
  id: string
  orgId: string
  /** The union's name. */
  union: string
  name: string
  /** Role of the profile; null for a member of staff outside the confidential circle. */
  role: string | null
  /** The same, and every further one. */
  roles: string[]
  title: string
  slug: string
  /** The one-to-one chat with the bot. */
  conversationId: string
  /** The person's and the bot's ids within the chat service. */
  userId: string
  botId: string
  tenantId: string
}

export interface SampleUnion {
  organisation: OrganisationSettings
  directory: SimulatedDirectory
  personas: Persona[]
}

/**
 * The invented unions and their staff, read from `<orgId>.json` files, by file name. Every id derives from names, so
 * that stored records still fit after a restart.
 * @throws CaseworkError `sample-malformed` (file, gaps), and the errors of `readProfile`
 */
export function readSampleUnions(folder = SAMPLE_FOLDER): SampleUnion[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return files.sort().map((file) => {
    const parsed = sampleUnion.safeParse(JSON.parse(readFileSync(join(folder, file), 'utf8')))
    if (!parsed.success)
      throw malformed(
        file,
        parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
      )
    const profile = readProfile(parsed.data.profile)
    const gaps = faults(parsed.data, profile, file)
    if (gaps.length > 0) throw malformed(file, gaps)
    return union(parsed.data, profile)
  })
}

const malformed = (file: string, gaps: string[]) => new CaseworkError('sample-malformed', { file, gaps })

function faults({ orgId, people }: SampleFile, { access }: Policy, file: string): string[] {
  const strangers = people.flatMap(({ role, also }) => [role ?? [], also].flat().filter((each) => !access.roles[each]))
  const loose = people.filter(({ role, through }) => role === null && through !== undefined)
  return [
    ...(file === `${orgId}.json` ? [] : [`orgId: the file should be called ${orgId}.json`]),
    ...strangers.map((role) => `people: the profile has no role "${role}"`),
    ...loose.map(({ name }) => `people: ${name} needs a role to be in a group`),
  ]
}

function union(sample: SampleFile, profile: Policy): SampleUnion {
  const { orgId, tenantId, mailbox } = sample
  const roles = Object.keys(profile.access.roles)
  const organisation = organisationSettings.parse({
    orgId,
    profile: sample.profile,
    tenantId,
    appId: stableId(NAMESPACE, `${orgId}/bot`),
    roles: Object.fromEntries(roles.map((role) => [role, [roleGroupId(orgId, role)]])),
    mailbox,
    sampleData: true,
  })
  return {
    organisation,
    directory: {
      tenantId,
      people: sample.people.map((person) => staffEntry(sample, person, profile)),
      groups: roles.flatMap((role) => roleGroups(sample, role, profile)),
      serviceMailboxes: [mailbox],
    },
    personas: sample.people.map((person) => persona(organisation, person, profile)),
  }
}

type SamplePerson = SampleFile['people'][number]

const personId = (orgId: string, name: string): string => stableId(NAMESPACE, `${orgId}/${name}`)
const roleGroupId = (orgId: string, role: string): string => stableId(NAMESPACE, `${orgId}/role/${role}`)
const innerGroupId = (orgId: string, role: string, name: string): string =>
  stableId(NAMESPACE, `${orgId}/role/${role}/${name}`)

function staffEntry({ orgId, mailbox }: SampleFile, person: SamplePerson, profile: Policy): SimulatedPerson {
  const address = `${person.name.toLowerCase().replaceAll(' ', '.')}@${mailbox.split('@')[1]}`
  return {
    id: personId(orgId, person.name),
    displayName: person.name,
    mail: address,
    userPrincipalName: address,
    jobTitle: roleTitle(person, profile) ?? null,
    businessPhones: [person.extension],
    accountEnabled: true,
  }
}

/** The role's group, and the groups nested in it. */
function roleGroups({ orgId, people }: SampleFile, role: string, { access }: Policy): SimulatedGroup[] {
  const holders = people.filter((person) => person.role === role)
  const also = people.filter((person) => person.also.includes(role))
  const direct = [...holders.filter(({ through }) => through === undefined), ...also]
  const inner = [...new Set(holders.flatMap(({ through }) => through ?? []))].map((name) => ({
    id: innerGroupId(orgId, role, name),
    displayName: name,
    members: holders.filter(({ through }) => through === name).map((person) => personId(orgId, person.name)),
  }))
  const members = [...direct.map(({ name }) => personId(orgId, name)), ...inner.map(({ id }) => id)]
  return [{ id: roleGroupId(orgId, role), displayName: access.roles[role]!.title, members }, ...inner]
}

function persona({ orgId, appId, tenantId }: OrganisationSettings, person: SamplePerson, profile: Policy): Persona {
  const id = personId(orgId, person.name)
  const slug = `${orgId}-${person.name.toLowerCase().replaceAll(' ', '-')}`
  return {
    id,
    orgId,
    union: profile.name,
    name: person.name,
    role: person.role,
    roles: [person.role ?? [], person.also].flat(),
    title: roleTitle(person, profile) ?? 'No role',
    slug,
    conversationId: `chat-${slug}`,
    userId: `29:${id}`,
    botId: `28:${appId}`,
    tenantId,
  }
}

const roleTitle = ({ role }: SamplePerson, { access }: Policy): string | undefined =>
  role === null ? undefined : access.roles[role]?.title
