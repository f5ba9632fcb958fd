import { CaseworkError } from '../../../services/platform/errors'
import type { SimulatedDirectory, SimulatedPerson } from './simulator.types'

/** A tenant's directory with the questions that Graph answers about it. Ids and addresses match in any case. */
export interface Directory {
  tenantId: string
  person(idOrName: string): SimulatedPerson | null
  hasGroup(groupId: string): boolean
  /** Everybody in the group, nested groups included, each person once. */
  membersOf(groupId: string): SimulatedPerson[]
  /** Null when the tenant has no such mailbox. */
  mailbox(idOrAddress: string): { address: string; maySend: boolean } | null
  setPresence(personId: string, availability: string): boolean
  setMembership(groupId: string, members: string[]): boolean
}

/** @throws CaseworkError `simulated-member-unknown` when a group has a member that is nowhere in the directory */
export function createDirectory(data: SimulatedDirectory): Directory {
  const people = new Map(data.people.map((person) => [person.id.toLowerCase(), { ...person }]))
  const names = new Map(data.people.map((person) => [person.userPrincipalName.toLowerCase(), person.id.toLowerCase()]))
  const groups = new Map<string, string[]>(data.groups.map((group) => [group.id.toLowerCase(), []]))
  const shared = data.serviceMailboxes?.map((address) => address.toLowerCase())

  const person = (idOrName: string) => {
    const key = idOrName.toLowerCase()
    return people.get(names.get(key) ?? key) ?? null
  }

  function setMembership(groupId: string, members: string[]): boolean {
    if (!groups.has(groupId.toLowerCase())) return false
    const keys = members.map((id) => id.toLowerCase())
    const unknown = keys.filter((id) => !people.has(id) && !groups.has(id))
    if (unknown.length > 0) throw new CaseworkError('simulated-member-unknown', { groupId, unknown })
    groups.set(groupId.toLowerCase(), keys)
    return true
  }

  function collect(groupId: string, seen: Set<string>): void {
    if (seen.has(groupId)) return
    seen.add(groupId)
    for (const member of groups.get(groupId) ?? []) collect(member, seen)
  }

  for (const group of data.groups) setMembership(group.id, group.members)

  return {
    tenantId: data.tenantId,
    person,
    hasGroup: (groupId) => groups.has(groupId.toLowerCase()),
    membersOf: (groupId) => {
      const seen = new Set<string>()
      if (groups.has(groupId.toLowerCase())) collect(groupId.toLowerCase(), seen)
      return [...seen].flatMap((id) => people.get(id) ?? [])
    },
    mailbox: (idOrAddress) => {
      const key = idOrAddress.toLowerCase()
      if (shared?.includes(key)) return { address: key, maySend: true }
      const owner = person(key) ?? [...people.values()].find(({ mail }) => mail?.toLowerCase() === key)
      return owner?.mail ? { address: owner.mail, maySend: shared === undefined } : null
    },
    setPresence: (personId, availability) => {
      const found = people.get(personId.toLowerCase())
      if (found) found.presence = availability
      return found !== undefined
    },
    setMembership,
  }
}
