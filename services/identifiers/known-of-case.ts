import type { CallBacks } from '../callbacks/callbacks.service'
import type { CaseSteps } from '../cases/cases.service'
import type { CaseRecord } from '../cases/cases.types'
import type { Scope } from '../platform/mongo'
import type { KnownIdentifiers } from './identifiers.types'

/** What a case knows of the people whom a text about it must not identify (IMP-49). */
export type KnownOfCase = (scope: Scope, found: CaseRecord) => Promise<KnownIdentifiers>

export function createKnownOfCase(cases: CaseSteps, callBacks: CallBacks): KnownOfCase {
  return async (scope, found) => {
    const { name, number } = await cases.client(scope, found)
    const callBack = await callBacks.openOf(scope, found)
    return {
      names: [name],
      opposingParty: [],
      numbers: number ? [number] : [],
      others: callBack ? [callBack.number] : [],
    }
  }
}
