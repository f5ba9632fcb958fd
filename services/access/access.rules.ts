import type { Actor } from '../people/people.types'
import { type Outcome, ok, refuse } from '../platform/outcome'
import type { AccessPolicy, Permission } from './access.policy'

/**
 * Why somebody may not. People are told none of these apart: the audit has the reason, the screen the same words for
 * all, so that a refusal never shows whether a case exists (IMP-15).
 */
export type AccessRefusal = 'no-permission' | 'unknown' | 'walled' | 'not-theirs' | 'no-longer-theirs'

/** What access to a case depends on. */
export interface CaseAccess {
  holder: string | null
  offeredTo: string | null
  walled: readonly string[]
}

/** Whether a wall keeps the person from everything about this case, its existence included (IMP-14). */
export const isWalled = ({ walled }: Pick<CaseAccess, 'walled'>, staffId: string): boolean => walled.includes(staffId)

/** Everything that the person's roles allow together. */
export const permissionsOf = (actor: Pick<Actor, 'roles'>, access: AccessPolicy): Set<Permission> =>
  new Set(actor.roles.flatMap((role) => access.roles[role]?.permissions ?? []))

/** Whether any role of theirs allows it. Deny by default. */
export const may = (actor: Actor, permission: Permission, access: AccessPolicy): Outcome<object, AccessRefusal> =>
  permissionsOf(actor, access).has(permission) ? ok : refuse('no-permission')

/**
 * Whether the person may open this case: a wall beats every role; some may open every case of their service, some only
 * what they hold or are offered, some only what nobody has accepted yet.
 *
 * @param found null for a reference that does not exist or belongs to another union
 */
export function mayReadCase(
  actor: Actor,
  found: CaseAccess | null,
  access: AccessPolicy,
): Outcome<object, AccessRefusal> {
  const permissions = permissionsOf(actor, access)
  if (!found) return refuse('unknown')
  if (isWalled(found, actor.staffId)) return refuse('walled')
  if (permissions.has('case.read.all')) return ok
  const theirs = found.holder === actor.staffId || found.offeredTo === actor.staffId
  if (permissions.has('case.read.held') && theirs) return ok
  if (permissions.has('case.read.opening')) return found.holder === null ? ok : refuse('no-longer-theirs')
  return permissions.has('case.read.held') ? refuse('not-theirs') : refuse('no-permission')
}

/**
 * Whether the person may write in this case: they may read it, may record contacts, and hold it (CAR-28) or, until
 * somebody does, are one of those who open files (CAR-24).
 */
export function mayRecordContact(
  actor: Actor,
  found: CaseAccess | null,
  access: AccessPolicy,
): Outcome<object, AccessRefusal> {
  const read = mayReadCase(actor, found, access)
  if (!read.ok) return read
  const allowed = may(actor, 'contact.record', access)
  if (!allowed.ok) return allowed
  const opening = found?.holder === null && permissionsOf(actor, access).has('case.read.opening')
  return opening || found?.holder === actor.staffId ? ok : refuse('not-theirs')
}
