import type { Contacts } from '../contacts/contacts.service'
import type { Actor } from '../people/people.types'
import type { Keyring } from '../platform/keyring'
import { type Outcome, ok, refuse } from '../platform/outcome'
import type { Transaction } from '../platform/transaction'
import { mayAddAdvice, readLateAdvice } from './emergency.rules'
import {
  type EmergencyCases,
  type EmergencyRefused,
  subjectOf,
  tellAgain,
  tellReviewers,
  withCase,
} from './emergency.steps'
import { changeEmergency, sealLateAdvice } from './emergency.store'
import type { LateAdvice } from './emergency.types'

export interface EmergencyAdvice {
  /**
   * Keeps who advised after an emergency in which something was given out before a colleague did, and what they said
   * (AMB-54, `breach.consult`); in the case's chronology too, where there is one. By whoever opened it, while it is
   * 'owed'; where it is done already, what was noted first stands.
   *
   * @param input.id chosen by the form, for the entry in the chronology
   * @param input.told the same in words, for that entry
   */
  consulted(
    actor: Actor,
    input: LateAdvice & { id: string; emergencyId: string; told: string },
  ): Promise<Outcome<object, EmergencyRefused>>
}

interface EmergencyAdviceParts {
  keyring: Keyring
  cases: EmergencyCases
  contacts: Contacts
  transaction: Transaction
}

export function createEmergencyAdvice({
  keyring,
  cases,
  contacts,
  transaction,
}: EmergencyAdviceParts): EmergencyAdvice {
  return {
    consulted: (actor, { id, emergencyId, advisers, advice, told }) =>
      transaction(actor, { event: 'emergency-consulted', permission: null, about: emergencyId }, async (tx) => {
        const { found, itsCase } = await withCase(tx, cases, emergencyId)
        if (found?.openedBy === actor.staffId && found.lateAdvice) return { ...ok, repeated: true }
        const allowed = mayAddAdvice(found, actor.staffId)
        if (!allowed.ok) return allowed
        const read = readLateAdvice({ advisers, advice })
        if (!read.ok) return read
        const after = found!.after!
        const key = await keyring.open(tx, after.keyId)
        const sealed = sealLateAdvice(tx, key, emergencyId, read.said)
        const change = { after: { ...after, consult: 'done' as const }, lateAdvice: { at: tx.now, sealed } }
        if (!(await changeEmergency(tx, found!, change))) return refuse('stale')
        if (itsCase) await contacts.add(tx, itsCase, { id, kind: 'emergency', text: told })
        tellAgain(tx, found!)
        tellReviewers(tx, found!)
        const codes = { emergency: emergencyId, ...(itsCase ? { contact: id } : {}) }
        tx.audit({ subject: subjectOf(found!), event: 'emergency-consulted', codes })
        return ok
      }),
  }
}
