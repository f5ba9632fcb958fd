import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolesAsked, rolesNamed } from '../breach/breach.policy'
import { CaseworkError } from '../platform/errors'
import { freeze } from '../platform/freeze'
import { type Policy, policyProfile } from './policy.schema'

export const PROFILES_FOLDER = join(__dirname, 'profiles')

/** Reads and checks the profile `<id>.json` in a folder. Same errors as `parseProfile`. */
export function readProfile(id: string, folder = PROFILES_FOLDER): Policy {
  return parseProfile(JSON.parse(readFileSync(join(folder, `${id}.json`), 'utf8')))
}

/**
 * Checks a profile as a whole: nothing missing, nothing unknown, every name it uses defined. A union cannot go live with
 * a gap, and all gaps are named at once (IMP-68).
 *
 * @throws CaseworkError 'profile-incomplete' with `gaps`, one line each
 */
export function parseProfile(data: unknown): Policy {
  const parsed = policyProfile.safeParse(data)
  const gaps = parsed.success
    ? danglingNames(parsed.data)
    : parsed.error.issues.map((issue) => `${issue.path.join('.') || 'profile'}: ${issue.message}`)
  if (!parsed.success || gaps.length > 0) throw new CaseworkError('profile-incomplete', { gaps })
  return freeze(parsed.data)
}

function danglingNames(policy: Policy): string[] {
  const { access, allocation, breach, concerns, consent, consultation, emergency, intake, labels, texts } = policy
  const gaps: string[] = []
  const need = (present: unknown, gap: string) => {
    if (!present) gaps.push(gap)
  }
  for (const { id, steps } of intake.channels)
    for (const step of steps) need(intake.steps[step], `intake.channels.${id}: no step "${step}"`)
  for (const [id, step] of Object.entries(intake.steps))
    need(texts[step.text], `intake.steps.${id}: no text "${step.text}"`)
  need(texts[consent.storeRefused.text], `consent.storeRefused: no text "${consent.storeRefused.text}"`)
  need(texts[breach.notice], `breach.notice: no text "${breach.notice}"`)
  need(
    !breach.consult || breach.states.includes('question'),
    'breach.states: colleagues are consulted, and nothing is stated that they may read ("question")',
  )
  const informed = consent.storeRefused.inform
  need(!informed || access.roles[informed], `consent.storeRefused: no role "${informed}"`)
  need(
    access.roles[allocation.to]?.permissions.includes('allocation.answer'),
    `allocation.to: "${allocation.to}" is not a role that may accept cases`,
  )
  for (const [permission, purpose] of [
    ['intake.take', 'take enquiries'],
    ['allocation.offer', 'give cases out'],
    ['refusal.lookup', 'look up why somebody was refused'],
    ['emergency.review', 'review emergencies'],
  ] as const) {
    const held = Object.values(access.roles).some((role) => role.permissions.includes(permission))
    need(held, `access.roles: nobody may ${purpose} (${permission})`)
  }
  for (const role of rolesNamed(breach)) need(access.roles[role], `breach: no role "${role}"`)
  for (const role of rolesAsked(breach))
    need(
      access.roles[role]?.permissions.includes('breach.answer') ?? true,
      `breach: "${role}" is asked and may not answer (breach.answer)`,
    )
  for (const role of emergency.notify) need(access.roles[role], `emergency.notify: no role "${role}"`)
  const consulted = [...consultation.kinds.map(({ of }) => of), ...concerns.map(({ consults }) => consults)]
  for (const role of consulted)
    need(
      access.roles[role]?.permissions.includes('consultation.answer'),
      `consultation: "${role}" is not a role that may reply (consultation.answer)`,
    )
  const asks = Object.values(access.roles).some((role) => role.permissions.includes('consultation.ask'))
  need(asks || consulted.length === 0, 'access.roles: nobody may ask colleagues (consultation.ask)')
  for (const { warning } of concerns) need(texts[warning], `concerns: no text "${warning}"`)
  const named = [
    ...emergency.numbers.map(({ id }) => `number.${id}`),
    ...consultation.kinds.flatMap(({ reasons }) => reasons.map((reason) => `consult.${reason}`)),
    ...concerns.map(({ id }) => `concern.${id}`),
    ...breach.grounds.map(({ id }) => `ground.${id}`),
    ...intake.enquiryKinds.map((kind) => `kind.${kind}`),
    ...allocation.otherReasons.map((reason) => `other.${reason}`),
    ...allocation.declineReasons.map((reason) => `decline.${reason}`),
    ...['client', 'caseworker', 'front', 'lookup'].map((term) => `term.${term}`),
  ]
  for (const label of named) need(labels[label], `labels: no words for "${label}"`)
  return gaps
}
