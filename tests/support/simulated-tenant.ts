import type { SimulatedDirectory, SimulatedPerson } from '../../bot/dev/graph-simulator'
import { stableId } from '../../services/platform/ids'

const NAMESPACE = '8f6f3d3e-5a53-4c55-9d7a-6f1d2f8a4c10'

/** The same object id every time for the same name. */
export const objectId = (name: string): string => stableId(NAMESPACE, name)

/** A member of staff with an address of their own. */
export function aPerson(name: string, changes: Partial<SimulatedPerson> = {}): SimulatedPerson {
  const address = `${name}@union.example`
  return {
    id: objectId(name),
    displayName: name,
    mail: address,
    userPrincipalName: address,
    jobTitle: 'Adviser',
    businessPhones: ['100'],
    accountEnabled: true,
    ...changes,
  }
}

/**
 * A small union: Ada is an adviser through the Hub, which is nested in Advisers; Bo is one directly and has left; Mo
 * manages.
 */
export function aTenant(changes: Partial<SimulatedDirectory> = {}): SimulatedDirectory {
  return {
    tenantId: objectId('tenant'),
    people: [
      aPerson('ada', { displayName: 'Ada Case', businessPhones: ['110', '111'], presence: 'Busy' }),
      aPerson('bo', { jobTitle: null, businessPhones: [], accountEnabled: false }),
      aPerson('mo', { mail: null }),
    ],
    groups: [
      { id: objectId('advisers'), displayName: 'Advisers', members: [objectId('hub'), objectId('bo')] },
      { id: objectId('hub'), displayName: 'Hub', members: [objectId('ada')] },
      { id: objectId('managers'), displayName: 'Managers', members: [objectId('mo')] },
    ],
    serviceMailboxes: ['advice@union.example'],
    ...changes,
  }
}
