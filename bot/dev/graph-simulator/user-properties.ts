import { type Answer, refusal } from './answers'
import type { SimulatedPerson } from './simulator.types'

const PROPERTIES: Record<string, (person: SimulatedPerson) => unknown> = {
  businessPhones: (person) => person.businessPhones,
  displayName: (person) => person.displayName,
  givenName: () => null,
  jobTitle: (person) => person.jobTitle,
  mail: (person) => person.mail,
  mobilePhone: () => null,
  officeLocation: () => null,
  preferredLanguage: () => null,
  surname: () => null,
  userPrincipalName: (person) => person.userPrincipalName,
  id: (person) => person.id,
  accountEnabled: (person) => person.accountEnabled,
}
/** What a user consists of when nothing is selected; accountEnabled only comes when asked for. */
const DEFAULTS = Object.keys(PROPERTIES).filter((name) => name !== 'accountEnabled')

export interface Selection {
  names: string[]
  read(person: SimulatedPerson): Record<string, unknown>
}

/** Reads `$select`; a property that users do not have is refused, as Graph does. */
export function selection(query: URLSearchParams): Selection | { refused: Answer } {
  const names = query.get('$select')?.split(',') ?? DEFAULTS
  const unknown = names.find((name) => !Object.hasOwn(PROPERTIES, name))
  if (unknown !== undefined) {
    const message = `Parsing OData Select and Expand failed: Could not find a property named '${unknown}' on type 'microsoft.graph.user'.`
    return { refused: refusal(400, 'BadRequest', message) }
  }
  return {
    names,
    read: (person) => Object.fromEntries(names.map((name) => [name, PROPERTIES[name]!(person)])),
  }
}

/** Refuses query options outside the list rather than ignoring them, so that a new one is simulated before it is used. */
export function unknownOption(query: URLSearchParams, known: readonly string[]): Answer | null {
  const option = [...query.keys()].find((name) => !known.includes(name))
  return option === undefined
    ? null
    : refusal(400, 'Request_UnsupportedQuery', `Query option '${option}' is not simulated.`)
}
