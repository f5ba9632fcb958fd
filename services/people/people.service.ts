import { isDate, localDate } from '../calendar/calendar.rules'
import { CaseworkError } from '../platform/errors'
import type { Graph, Presence } from '../platform/graph'
import { faultCode, type Logger } from '../platform/logger'
import type { Reading } from '../platform/mongo'
import { type Outcome, ok, refuse } from '../platform/outcome'
import type { Transaction, Tx } from '../platform/transaction'
import type { OrganisationSettings } from '../policy/deployment'
import type { Policy } from '../policy/policy.schema'
import { absencesOn, absentOn, endAbsences, saveAbsence } from './people.store'
import type { Actor, Colleague } from './people.types'

/** How long a role or a staff list may be relied on where the action does not ask for the live answer. */
const REMEMBER_MS = 15 * 60_000

/** More than any union has staff: whoever else writes to the bot is forgotten again. */
const REMEMBERED = 2_000

export type Freshness = 'live' | 'cached'

export interface People {
  /**
   * The roles somebody holds now, from group membership, nested groups included.
   *
   * @throws CaseworkError 'roles-unavailable' when Graph cannot say and nothing recent enough is known
   */
  rolesOf(orgId: string, staffId: string, freshness: Freshness): Promise<string[]>
  /** Everybody who holds a role and whose account is enabled, by name. @throws CaseworkError 'staff-unavailable' */
  team(orgId: string, role: string): Promise<Colleague[]>
  /** Whether people can be reached at this moment: a hint for whoever puts a call through, `unknown` when in doubt. */
  presences(orgId: string, staffIds: readonly string[]): Promise<Map<string, Presence>>
  /** Who is away on the present day, in the caller's transaction. */
  absentToday(tx: Tx): Promise<Set<string>>
  /** The same, to be read together with something else. */
  absencesToday(tx: Tx): Reading<string>
  /** Forgets what is remembered of a person, after their role changed. */
  forget(): void
  /**
   * Records the actor's own absence from today, instead of any said earlier.
   *
   * @param input.until the first day back, a local date after today; anything else is 'not-in-future'
   */
  away(actor: Actor, input: { id: string; until: string }): Promise<Outcome<object, 'not-in-future' | 'no-permission'>>
  back(actor: Actor): Promise<Outcome<object, 'no-permission'>>
}

export interface PeopleParts {
  organisations: readonly OrganisationSettings[]
  policyOf(orgId: string): Policy
  graphOf(orgId: string): Graph
  transaction: Transaction
  log: Logger
}

export function createPeople({ organisations, policyOf, graphOf, transaction, log }: PeopleParts): People {
  const roles = remembering<string[]>()
  const teams = remembering<Colleague[]>()
  const groupsOf = (orgId: string) => organisations.find((organisation) => organisation.orgId === orgId)?.roles ?? {}

  async function askRoles(orgId: string, staffId: string): Promise<string[]> {
    const groups = Object.entries(groupsOf(orgId))
    const ids = groups.flatMap(([, own]) => own)
    const held = new Set(await graphOf(orgId).memberGroups(staffId, ids).catch(noneIfUnknown))
    return groups.filter(([, ids]) => ids.some((id) => held.has(id))).map(([role]) => role)
  }

  async function askTeam(orgId: string, role: string): Promise<Colleague[]> {
    const found = await Promise.all((groupsOf(orgId)[role] ?? []).map((id) => graphOf(orgId).groupMembers(id)))
    const members = new Map(found.flat().map((member) => [member.staffId, member]))
    return [...members.values()]
      .filter((member) => member.enabled)
      .map(({ staffId, displayName, mail, phone }) => ({ staffId, displayName, mail, phone }))
      .sort((one, other) => one.displayName.localeCompare(other.displayName, 'en'))
  }

  return {
    rolesOf: async (orgId, staffId, freshness) => {
      try {
        return await roles.get(`${orgId}:${staffId}`, freshness, () => askRoles(orgId, staffId))
      } catch (fault) {
        log.warn('roles-unavailable', { orgId, reason: faultCode(fault) })
        throw new CaseworkError('roles-unavailable', { orgId }, { cause: fault })
      }
    },
    team: async (orgId, role) => {
      try {
        return await teams.get(`${orgId}:${role}`, 'cached', () => askTeam(orgId, role))
      } catch (fault) {
        log.warn('staff-unavailable', { orgId, reason: faultCode(fault) })
        throw new CaseworkError('staff-unavailable', { orgId }, { cause: fault })
      }
    },
    presences: async (orgId, staffIds) => {
      try {
        return await graphOf(orgId).presences(staffIds)
      } catch (fault) {
        log.warn('presence-unavailable', { orgId, reason: faultCode(fault) })
        return new Map()
      }
    },
    absentToday: (tx) => absentOn(tx, today(tx)),
    absencesToday: (tx) => absencesOn(tx, today(tx)),
    forget: () => {
      roles.clear()
      teams.clear()
    },
    away: (actor, { id, until }) =>
      transaction(actor, { event: 'absence-recorded', permission: 'absence.record' }, async (tx) => {
        const from = localDate(tx.now, policyOf(actor.orgId).calendar.zone)
        if (!isDate(until) || until <= from) return refuse('not-in-future')
        // What is said last counts, also where somebody comes back earlier than they first said.
        await endAbsences(tx, actor.staffId)
        await saveAbsence(tx, { _id: id, staffId: actor.staffId, from, until })
        tx.audit({ subject: `staff:${actor.staffId}`, event: 'absence-recorded', codes: { from, until } })
        return ok
      }),
    back: (actor) =>
      transaction(actor, { event: 'absence-ended', permission: 'absence.record' }, async (tx) => {
        const ended = await endAbsences(tx, actor.staffId)
        tx.audit({ subject: `staff:${actor.staffId}`, event: 'absence-ended', codes: { ended } })
        return ok
      }),
  }
}

/** That Graph knows no such person is an answer, and replaces what was remembered of them. */
function noneIfUnknown(fault: unknown): string[] {
  if (fault instanceof CaseworkError && fault.code === 'graph-not-found') return []
  throw fault
}

/** Remembers answers; when the source fails, an answer no older than the limit still serves whoever need not be live. */
function remembering<T>() {
  const known = new Map<string, { value: T; at: number }>()
  /** Questions that are under way: whoever asks the same meanwhile gets the same answer, and Graph is asked once. */
  const asked = new Map<string, Promise<T>>()
  const FRESH_MS = 60_000
  const askOnce = (name: string, ask: () => Promise<T>): Promise<T> => {
    const answer = asked.get(name) ?? ask().finally(() => asked.delete(name))
    asked.set(name, answer)
    return answer
  }
  return {
    clear: () => known.clear(),
    get: async (name: string, freshness: Freshness, ask: () => Promise<T>): Promise<T> => {
      const last = known.get(name)
      const age = last ? Date.now() - last.at : Number.POSITIVE_INFINITY
      if (last && freshness === 'cached' && age < FRESH_MS) return last.value
      try {
        const value = await askOnce(name, ask)
        // The newest last, so that the first is what was asked for longest ago.
        known.delete(name)
        known.set(name, { value, at: Date.now() })
        if (known.size > REMEMBERED) known.delete(known.keys().next().value!)
        return value
      } catch (fault) {
        if (last && freshness === 'cached' && age < REMEMBER_MS) return last.value
        throw fault
      }
    },
  }
}

const today = ({ now, policy }: Tx): string => localDate(now, policy.calendar.zone)
